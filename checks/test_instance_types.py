"""Instance types: the sizes that jobs ask for, whether they are there, and whether some node can hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from verifier.words import (
    GPU,
    Compute,
    Fix,
    InstanceType,
    Node,
    NodePool,
    NotKnown,
    Subject,
    Toleration,
    World,
    concern,
    disagree,
    gpus_of,
    installed_types,
    intend,
    is_named_for_gpus,
    keeping_out,
    live_extensions_on,
    missing_labels,
    namespaces_made,
    nodes,
    note,
    observe,
    overdrawn,
    selector_of,
    taints_keeping_out,
    tolerations_of,
)

TYPES = "https://learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types"
ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
TROUBLE = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute"


@pytest.mark.check(
    id="INT37",
    severity="medium",
    asks="coherence",
    link=9,
    why="Attaching a compute neither creates nor checks its namespace; every job sent to it fails at once.",
    see=[ATTACH],
)
def test_the_namespace_is_made_by_something(compute: Subject[Compute], world: World) -> None:
    """The namespace of the compute is the extension's, or is made by the configuration, where it makes namespaces."""
    namespace = compute.intent.namespace
    intend(namespace)
    made = namespaces_made(world)
    if (namespace.value or "default") in made.by_itself:
        return
    if not made.declared and not made.perhaps:
        pytest.skip("the configuration makes no namespaces; K8S06 looks whether this one is there")
    if namespace.value in made.declared:
        return
    if made.perhaps:
        raise NotKnown(f"what namespace {made.perhaps} makes is not known before apply")
    observe(f"the configuration makes {', '.join(sorted(made.declared))}")
    disagree(
        f"{compute.label} runs its jobs in namespace {namespace.value}, which nothing here makes",
        fix=Fix(
            action=f"make it beside the others (kubernetes_namespace {namespace.value}), before the compute",
            place=compute.place,
            decide="what makes it: it is to be there before the compute",
        ),
    )


@pytest.mark.check(
    id="INT38",
    severity="high",
    asks="coherence",
    link=10,
    why="A job takes what its instance type limits it to: without a GPU there, CUDA finds no device.",
    see=[TYPES],
)
def test_what_is_named_for_gpus_has_one(compute: Subject[Compute]) -> None:
    """Every instance type of the compute that is named for GPUs has one in its limits."""
    types = compute.intent.instance_types
    intend(f"instance types: {', '.join(sorted(types.value)) or 'none'}")
    for name, size in sorted(types.value.items()):
        if is_named_for_gpus(name) and not any("gpu" in key.casefold() or "nvidia" in key for key in size.limits):
            disagree(
                f"the instance type {name} has no GPU: its limits are {_told(size.limits)}",
                fix=Fix(
                    action=f'give {name} the limit "{GPU}" = "1"', place=compute.place, decide="how many GPUs it has"
                ),
            )
        if is_named_for_gpus(name) and GPU in size.limits and not gpus_of(size):
            disagree(
                f"the instance type {name} has {size.limits[GPU]} GPUs",
                fix=Fix(
                    action=f'give {name} the limit "{GPU}" = "1"', place=compute.place, decide="how many GPUs it has"
                ),
            )


@pytest.mark.check(
    id="K8S07",
    severity="high",
    asks="invariant",
    of="any",
    link=10,
    after=["CMP01", "EXT01"],
    why="A job whose instance type the cluster does not have, or that asks for more than it may use, is refused.",
    see=[TYPES, TROUBLE],
)
def test_the_instance_types_are_there(compute: Subject[Compute], world: World) -> None:
    """The instance types that the compute knows are in the cluster, and none requests more than it limits to."""
    found = compute.live
    if not world.there.meant(found.cluster_id):
        pytest.skip("the compute is on a cluster that Terraform does not use")
    known = _names(found)
    if not known:
        pytest.skip("the compute names no instance type")
    intend(f"instance types: {', '.join(known)}")
    there = installed_types(world)
    observe(f"in the cluster: {', '.join(sorted(there)) or 'none'}")
    missing = [name for name in known if name not in there]
    if missing:
        disagree(
            f"the cluster has no instance type {missing[0]}, which {compute.label} names",
            fix=Fix(
                action="make the instance type in the cluster (a manifest of kind InstanceType), or attach the compute "
                "again without it",
                place=compute.place,
            ),
        )
    for name in known:
        if more := overdrawn(there[name]):
            disagree(
                f"the instance type {name} requests more {more[0]} than it limits to: "
                f"{there[name].requests[more[0]]} of {there[name].limits[more[0]]}",
                fix=Fix(action=f"request no more {more[0]} than the limit, where {name} is made"),
            )


@pytest.mark.check(
    id="K8S08",
    severity="high",
    asks="invariant",
    of="any",
    link=10,
    after=["INT39", "K8S07"],
    why="A pod that asks for a GPU on nodes that offer none stays Pending, and its job waits without a word.",
    see=[TYPES],
)
def test_gpus_can_be_had(compute: Subject[Compute], world: World) -> None:
    """For every instance type with GPUs some node offers them, or a pool can still grow one that may."""
    found = compute.live
    if not world.there.meant(found.cluster_id):
        pytest.skip("the compute is on a cluster that Terraform does not use")
    there = installed_types(world)
    wanted = {name: there[name] for name in _names(found) if name in there and gpus_of(there[name])}
    if not wanted:
        pytest.skip("no instance type of the compute has GPUs")
    cluster_id = found.cluster_id.value
    extension = next(iter(live_extensions_on(world, cluster_id)), None)
    everywhere = selector_of(extension.live) if extension is not None else {}
    tolerations = tolerations_of(extension.live) if extension is not None else ()
    for name, size in sorted(wanted.items()):
        asked = {**everywhere, **size.node_selector}
        reasons = [_refuses(node, size, asked, tolerations) for node in nodes(world)]
        intend(f"{name}: {gpus_of(size)} {GPU} on nodes with {_told(asked) or 'any labels'}")
        if "" in reasons:
            continue
        pool = next((p for p in _pools(world, cluster_id) if _may_grow(p, asked, tolerations)), None)
        if pool is not None:
            note(f"no node offers them by now; pool {pool.name.value} can grow one for {name}")
            continue
        concern(cluster_id.casefold())
        observe("; ".join(sorted(reasons)[:3]) or "the cluster has no node")
        disagree(
            f"no node can hold a job of the instance type {name}, and no pool can grow one",
            fix=Fix(
                action="let a pool with GPUs, those labels and no taint beside those tolerated have nodes: raise its "
                "count or max_count, correct its node_labels, see that the device plugin runs",
                place=compute.place,
                decide="which pool, and how many nodes it may have",
            ),
        )


def _names(compute: Compute) -> list[str]:
    """The instance types that a compute names: its default and those that it states."""
    return sorted({compute.default_instance_type.value, *compute.instance_types.value} - {""})


def _refuses(node: Node, size: InstanceType, asked: Mapping[str, str], tolerations: tuple[Toleration, ...]) -> str:
    """Why a node takes no job of a size; empty where it does."""
    if not (node.ready and node.schedulable):
        return f"{node.name} takes no pods"
    if lacking := node.lacks(asked):
        return f"{node.name} lacks the label {lacking[0]}"
    if node.offers(GPU) < gpus_of(size):
        return f"{node.name} offers {node.offers(GPU)} {GPU}"
    taints = taints_keeping_out(node.taints, tolerations)
    return f"{node.name} is tainted {taints[0]}" if taints else ""


def _pools(world: World, cluster_id: str) -> Iterator[NodePool]:
    cluster = world.cluster(cluster_id)
    if cluster is None:
        raise NotKnown("no node offers the GPUs, and whether a pool can grow is not known: the cluster was not read")
    return iter(cluster.live.pools.value)


def _may_grow(pool: NodePool, asked: Mapping[str, str], tolerations: tuple[Toleration, ...]) -> bool:
    """Whether a pool can have one node more, on which such a job may land. Which sizes have GPUs is told by the N."""
    if not pool.autoscaling.value or not pool.max_count.value > pool.count.value:
        return False
    has_gpus = pool.vm_size.value.casefold().startswith("standard_n")
    return has_gpus and not missing_labels(pool, asked) and not keeping_out(pool, tolerations)


def _told(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(pairs.items()))
