"""Placing: which live node can hold a pod of an instance type, and what can still make one that may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from verifier.kinds.cluster import Cluster
from verifier.kinds.compute import InstanceType
from verifier.kinds.fact import NotKnown
from verifier.kinds.installed_type import GPU, gpus_of, needs_of
from verifier.kinds.node import Node
from verifier.kinds.node_pool import NodePool
from verifier.kinds.quantity import quantity
from verifier.kinds.scheduling import Toleration, keeping_out, missing_labels, taints_keeping_out

AUTO_PROVISIONING = "node auto provisioning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """The pods of one instance type: its size, the labels that they ask of a node, the taints that they put up with."""

    size: InstanceType
    asked: Mapping[str, str]
    tolerations: tuple[Toleration, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where pods can go: onto a `node`, or onto one that `grower` can still make; else `reasons`, the nodes' first."""

    node: str = ""
    grower: str = ""
    reasons: tuple[str, ...] = ()


def placing_of(pods: Pods, cluster: Cluster, nodes: Sequence[Node]) -> Placing:
    """Where pods can go. Raises NotKnown where it hangs on a pool of which it is not known whether it can grow."""
    pools = cluster.pools.value
    stopped = {pool.name.value for pool in pools if pool.is_stopped}
    refusals = {node.name: _refuses(node, pods, stopped) for node in nodes}
    if taking := sorted(name for name, because in refusals.items() if not because):
        return Placing(node=taking[0])
    reasons = sorted(refusals.values())
    if cluster.makes_nodes.value:
        return Placing(grower=AUTO_PROVISIONING)
    if not any(node.ready and node.pool not in stopped for node in nodes):
        return Placing(reasons=("no node of the cluster is ready", *reasons))
    hindrances = {pool.name.value: _hinders(pool, pods, nodes) for pool in pools}
    growing = [pool for pool in pools if not hindrances[pool.name.value]]
    if whole := [pool.name.value for pool in growing if not pool.has_failed]:
        return Placing(grower=f"pool {min(whole)}")
    if growing:
        raise NotKnown(f"whether pool {growing[0].name.value}, which is Failed, can grow a node is not known")
    return Placing(reasons=(*reasons, *sorted(hindrances.values())))


def _refuses(node: Node, pods: Pods, stopped: set[str]) -> str:
    """Why a node takes no such pod; empty where it does."""
    if node.pool in stopped:
        return f"{node.name} is of pool {node.pool}, which is stopped"
    if not (node.ready and node.schedulable):
        return f"{node.name} takes no pods"
    if lacking := node.lacks(pods.asked):
        return f"{node.name} lacks the label {lacking[0]}"
    if wanting := _wanting(node, needs_of(pods.size)):
        return f"{node.name} offers {node.allocatable.get(wanting, '0')} {wanting}"
    taints = taints_keeping_out(node.taints, pods.tolerations)
    return f"{node.name} is tainted {taints[0]}" if taints else ""


def _wanting(node: Node, needs: Mapping[str, str]) -> str:
    """The resource of which a node has less than is needed; empty where it has enough of all."""
    for resource, needed in sorted(needs.items()):
        wanted = quantity(needed)
        if wanted is None:
            raise NotKnown(f"how much {resource} {needed} is, is not known")
        if node.offers(resource) < wanted:
            return resource
    return ""


def _hinders(pool: NodePool, pods: Pods, nodes: Iterable[Node]) -> str:
    """Why a pool can have no node more that such a pod may land on; empty where it can.

    Which sizes have GPUs is told by their N, how many cores by their number. What else its nodes have those tell that
    are there; of a pool without any it is not asked.
    """
    name = pool.name.value
    if pool.is_stopped:
        return f"pool {name} is stopped"
    if not pool.autoscaling.value:
        return f"pool {name} does not scale by itself"
    if not pool.max_count.value > pool.count.value:
        return f"pool {name} has as many nodes as it may have"
    if gpus_of(pods.size) and not pool.vm_size.value.casefold().startswith("standard_n"):
        return f"pool {name} has no GPUs"
    wanted, cores = quantity(needs_of(pods.size).get("cpu", "0")), pool.cores
    if wanted is not None and cores is not None and cores < wanted:
        return f"the nodes of pool {name} have {cores} cores"
    if missing := missing_labels(pool, pods.asked):
        return f"pool {name} has no label {missing[0]}"
    if taints := keeping_out(pool, pods.tolerations):
        return f"pool {name} is tainted {taints[0]}"
    # a device plugin may be late, and then a node offers no GPU that has one
    needs = {resource: needed for resource, needed in needs_of(pods.size).items() if resource != GPU}
    small = next((w for node in nodes if node.ready and node.pool == name and (w := _wanting(node, needs))), "")
    return f"the nodes of pool {name} have too little {small}" if small else ""
