"""Instance types: the sizes that jobs ask for, whether they are there, and whether some node can hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from verifier.words import (
    GPU,
    Compute,
    Fix,
    InstanceType,
    NotKnown,
    Pods,
    Subject,
    World,
    concern,
    disagree,
    gpus_of,
    installed_types,
    intend,
    is_named_for_gpus,
    live_extensions_on,
    namespaces_made,
    needs_of,
    nodes,
    note,
    observe,
    overdrawn,
    placing_of,
    selector_of,
    tolerations_of,
    unlike,
)

TYPES = "https://learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types"
ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
TROUBLE = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute"
UNNAMED = "defaultinstancetype"
"""What the extension itself makes, for jobs that name no instance type (Microsoft Learn, "Manage instance types")."""


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
    id="K8S11",
    severity="medium",
    asks="invariant",
    of="any",
    after=["CMP01", "EXT01", "K8S07", "TWS01"],
    why="A job's pod has the size of the object in the cluster: who reads another one off the compute plans by what no "
    "job gets.",
    see=[TYPES],
)
def test_the_instance_types_are_of_one_size(compute: Subject[Compute], world: World) -> None:
    """Every instance type that the compute states has the same size in the cluster."""
    found = compute.live
    if not world.there.meant(found.cluster_id):
        pytest.skip("the compute is on a cluster that Terraform does not use")
    sizes = found.instance_types.value
    if not sizes:
        pytest.skip("the compute states no instance type's size")
    there = installed_types(world)
    both = sorted(sizes.keys() & there.keys())
    if not both:
        pytest.skip("the cluster has no instance type that the compute states, which K8S07 says")
    intend(f"on the compute: {', '.join(f'{name} ({_size(sizes[name])})' for name in both)}")
    observe(f"in the cluster: {', '.join(f'{name} ({_size(there[name])})' for name in both)}")
    others = [name for name in both if unlike(sizes[name], there[name])]
    if not others:
        return
    name = others[0]
    concern(f"instance type {name}")
    if others[1:]:
        note(f"also: {', '.join(others[1:])}")
    parts = unlike(sizes[name], there[name])
    disagree(
        f"jobs of the instance type {name} get {_size(there[name], parts)}, which the cluster has, and not "
        f"{_size(sizes[name], parts)}, which {compute.label} states",
        fix=Fix(
            action="say the same in the InstanceType object and on the compute, and apply",
            place=compute.place,
            decide="which of the two sizes is meant",
        ),
    )


@pytest.mark.check(
    id="K8S08",
    severity="high",
    asks="invariant",
    of="any",
    link=10,
    after=["INT39", "K8S07", "AKS03"],
    why="A pod that no node can hold stays Pending, and its job waits without a word.",
    see=[TYPES, TROUBLE],
)
def test_every_instance_type_can_be_had(compute: Subject[Compute], world: World) -> None:
    """For every instance type of the compute some node can hold its jobs, or one that may can still be made."""
    if not compute.exists:
        pytest.skip("the compute does not exist, which CMP01 says")
    found = compute.live
    if not world.there.meant(found.cluster_id):
        pytest.skip("the compute is on a cluster that Terraform does not use")
    cluster_id = found.cluster_id.value
    cluster = world.cluster(cluster_id)
    if cluster is None:
        raise NotKnown(f"the cluster of {compute.label} was not read")
    if not cluster.exists:
        pytest.skip("the compute's cluster does not exist")
    wanted = _sizes(found, installed_types(world))
    if not wanted:
        pytest.skip("the cluster has no instance type that the compute names, which K8S07 says")
    extension = next(iter(live_extensions_on(world, cluster_id)), None)
    everywhere = selector_of(extension.live) if extension is not None else {}
    tolerations = tolerations_of(extension.live) if extension is not None else ()
    there = nodes(world)
    for name, size in sorted(wanted.items()):
        asked = {**everywhere, **size.node_selector}
        intend(f"{name}: {_told(needs_of(size)) or 'any node'} on nodes with {_told(asked) or 'any labels'}")
        placing = placing_of(Pods(size=size, asked=asked, tolerations=tolerations), cluster.live, there)
        if placing.node:
            continue
        if placing.grower:
            note(f"no node can hold them by now; {placing.grower} can make one for {name}")
            continue
        concern(cluster_id.casefold())
        observe("; ".join(placing.reasons[:4]) or "the cluster has no node")
        disagree(
            f"no node can hold a job of the instance type {name}, and no pool can grow one",
            fix=Fix(
                action="let a pool that is large enough, with those labels and no taint beside those tolerated, have "
                "nodes: start it, raise its count or max_count, correct its node_labels"
                + (", see that the device plugin runs" if gpus_of(size) else ""),
                place=compute.place,
                decide="which pool, and how many nodes it may have",
            ),
        )


def _sizes(compute: Compute, there: Mapping[str, InstanceType]) -> Mapping[str, InstanceType]:
    """The instance types of a compute by name; where it names none, the one that jobs then have."""
    named = _names(compute)
    if not named:
        return {UNNAMED: there.get(UNNAMED, InstanceType(node_selector={}, requests={}, limits={}))}
    return {name: there[name] for name in named if name in there}


def _names(compute: Compute) -> list[str]:
    """The instance types that a compute names: its default and those that it states."""
    return sorted({compute.default_instance_type.value, *compute.instance_types.value} - {""})


def _size(size: InstanceType, parts: Sequence[str] = ("limits", "requests", "nodeSelector")) -> str:
    of_each = {"limits": size.limits, "requests": size.requests, "nodeSelector": size.node_selector}
    return "; ".join(f"{part} {_told(of_each[part]) or 'none'}" for part in parts)


def _told(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(pairs.items()))
