"""Scheduling: whether the jobs of an instance type find nodes, as far as labels and taints decide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from verifier.words import (
    Cluster,
    Compute,
    Fix,
    NodePool,
    NotKnown,
    Subject,
    Toleration,
    World,
    concern,
    disagree,
    intend,
    keeping_out,
    missing_labels,
    note,
    observe,
    planned_cluster_of,
    pools_of,
    selector_of,
    stated_extension_on,
    tolerations_of,
)

TAINTED = "has the right labels, and is tainted"


@pytest.mark.check(
    id="INT39",
    severity="high",
    asks="coherence",
    link=10,
    why="A pod that no node's labels and taints suit stays Pending, and no pool is scaled up for it.",
    see=[
        "https://learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types",
        "https://learn.microsoft.com/azure/machine-learning/reference-kubernetes",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
    ],
)
def test_every_instance_type_finds_nodes(compute: Subject[Compute], world: World) -> None:
    """Every instance type that the compute states suits a node pool, by its labels and by the taints tolerated."""
    types = compute.intent.instance_types
    intend(f"instance types: {', '.join(sorted(types.value)) or 'none'}")
    if not types.value:
        return
    cluster = planned_cluster_of(world, compute)
    if cluster is None:
        pytest.skip("the cluster is made elsewhere, and so are its node pools")
    concern(*cluster.concerns)
    extension = stated_extension_on(world, cluster.arm_id)
    tolerations = tolerations_of(extension.intent) if extension is not None else None
    everywhere = selector_of(extension.intent) if extension is not None else {}
    for name, size in sorted(types.value.items()):
        asked = {**everywhere, **size.node_selector}
        reasons = _reasons(_planned(world, cluster), asked, tolerations)
        if not reasons or _suits_a_live_pool(world, cluster, asked, tolerations):
            continue
        observe("; ".join(reasons))
        disagree(
            f"no node pool takes jobs of the instance type {name}: {reasons[0]}",
            fix=Fix(
                action="give a pool those labels in node_labels, or tolerate its taints with the extension's settings "
                "workLoadToleration[0].key, .operator and .effect",
                place=compute.place,
                decide="which pool is to take these jobs",
            ),
        )


def _planned(world: World, cluster: Subject[Cluster]) -> Iterator[NodePool]:
    return (pool for pool in pools_of(world, cluster) if not _is_never_built(pool))


def _reasons(
    pools: Iterator[NodePool], asked: Mapping[str, str], tolerations: tuple[Toleration, ...] | None
) -> list[str]:
    """Why none of these pools takes such jobs, the nearest miss first; nothing where one does.

    Raises NotKnown where one may.
    """
    reasons: list[str] = []
    perhaps = ""
    while True:
        try:
            pool = next(pools, None)
            if pool is None:
                break
            reason = _reason(pool, asked, tolerations)
        except NotKnown as unknown:
            perhaps = unknown.because
            continue
        if not reason:
            return []
        reasons.append(reason)
    if perhaps:
        raise NotKnown(perhaps)
    return sorted(reasons, key=lambda r: TAINTED not in r) or ["the cluster has no node pool"]


def _reason(pool: NodePool, asked: Mapping[str, str], tolerations: tuple[Toleration, ...] | None) -> str:
    name = pool.name.value
    missing = missing_labels(pool, asked)
    if missing:
        return f"pool {name} has no label {', '.join(missing)}"
    taints = keeping_out(pool, tolerations or ())
    if taints and tolerations is None:
        raise NotKnown(f"whether {', '.join(taints)} of pool {name} is tolerated is said where the extension is made")
    return f"pool {name} {TAINTED} {', '.join(taints)}, which nothing tolerates" if taints else ""


def _suits_a_live_pool(
    world: World, cluster: Subject[Cluster], asked: Mapping[str, str], tolerations: tuple[Toleration, ...] | None
) -> bool:
    """Whether a pool takes such jobs that is live, and made outside Terraform. Raises NotKnown."""
    if world.offline or not cluster.exists:
        return False
    planned = {pool.name.value for pool in pools_of(world, cluster)}
    others = [pool for pool in cluster.live.pools.value if pool.name.value not in planned]
    suits = not _reasons(iter(others), asked, tolerations)
    if suits:
        note("a live pool takes them, which this configuration does not make")
    return suits


def _is_never_built(pool: NodePool) -> bool:
    most = pool.most_nodes if pool.autoscaling.known else None
    return most is not None and most.known and most.value == 0
