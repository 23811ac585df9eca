"""Hosting: what stands on a cluster, and whom its API server lets in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from verifier.kinds.cluster import Cluster
from verifier.kinds.compare import same_arm_id
from verifier.kinds.compute import Compute
from verifier.kinds.extension import EXTENSION, Extension
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.node_pool import NodePool
from verifier.kinds.trusted_access import TrustedAccess
from verifier.live.documents import Denied, Failed
from verifier.world.joined import World
from verifier.world.subject import Subject

T = TypeVar("T")

EXTENSIONS = "/providers/Microsoft.KubernetesConfiguration/extensions"
BINDINGS = "/trustedAccessRoleBindings"


def pools_of(world: World, cluster: Subject[Cluster]) -> Iterator[NodePool]:
    """The node pools that Terraform plans for a cluster, those first that are known.

    Raises NotKnown at the end, where there may be more.
    """
    yield from cluster.intent.pools.value
    perhaps = ""
    for pool in world.node_pools:
        if pool.stated is None or not pool.stated.cluster_id.known:
            perhaps = pool.label
        elif same_arm_id(pool.stated.cluster_id.value, cluster.arm_id):
            yield pool.stated
    if perhaps:
        raise NotKnown(f"whether {perhaps} is one of {cluster.label} is not known before apply")


def planned_cluster_of(world: World, compute: Subject[Compute]) -> Subject[Cluster] | None:
    """The cluster that Terraform plans and a planned compute attaches; None where it is made elsewhere.

    What is only looked up is made elsewhere, whatever its id will be. Raises NotKnown.
    """
    cluster_id = compute.intent.cluster_id
    if is_looked_up(cluster_id):
        return None
    cluster = world.cluster(cluster_id.value)
    return cluster if cluster is not None and cluster.planned else None


def is_looked_up(fact: Fact[T]) -> bool:
    """Whether a fact waits for data sources and nothing else."""
    return bool(fact.references) and all(".data." in f".{reference}" for reference in fact.references)


def stated_extension_on(world: World, cluster_id: str) -> Subject[Extension] | None:
    """The Azure ML extension that Terraform plans for a cluster. Raises NotKnown."""
    planned = [e for e in world.extensions if e.planned]
    return next((e for e in planned if same_arm_id(e.intent.cluster_id.value, cluster_id)), None)


def live_extensions_on(world: World, cluster_id: str) -> tuple[Subject[Extension], ...]:
    """The live Azure ML extensions of a cluster. Raises NotKnown where they could not be listed."""
    _refuse_unread(world, cluster_id + EXTENSIONS, "extensions")
    here = [e for e in world.extensions if e.maybe_live and same_arm_id(_owner(e.arm_id), cluster_id)]
    return tuple(e for e in here if e.exists)


def extensions_meant(world: World, cluster_id: str) -> tuple[Subject[Extension], ...]:
    """The Azure ML extensions that Terraform plans for a cluster, or may plan for it."""
    planned = ((e, e.stated.cluster_id) for e in world.extensions if e.stated is not None)
    return tuple(e for e, on in planned if not on.known or same_arm_id(on.value, cluster_id))


def extensions_kept_out(world: World) -> tuple[str, ...]:
    """The addresses of the extensions that a flag keeps out of the plan."""
    return tuple(gated.label for gated in world.gated if gated.off and EXTENSION.states(gated.instance))


def stated_binding(world: World, compute: Subject[Compute]) -> Subject[TrustedAccess] | None:
    """The Trusted Access binding that Terraform plans for a planned compute's workspace on its cluster.

    Raises NotKnown where one that is not known may be it.
    """
    perhaps = ""
    for binding in world.trusted_access:
        if binding.planned:
            try:
                if _is_for(binding.intent, compute.intent):
                    return binding
            except NotKnown as unknown:
                perhaps = unknown.because
    if perhaps:
        raise NotKnown(perhaps)
    return None


def live_binding(world: World, compute: Compute) -> Subject[TrustedAccess] | None:
    """The live Trusted Access binding for a compute's workspace on its cluster. Raises NotKnown."""
    cluster_id = compute.cluster_id.value
    _refuse_unread(world, cluster_id + BINDINGS, "Trusted Access bindings")
    live = [b for b in world.trusted_access if b.served is not None]
    return next((b for b in live if _is_for(b.live, compute)), None)


def _is_for(binding: TrustedAccess, compute: Compute) -> bool:
    on_it = same_arm_id(binding.cluster_id.value, compute.cluster_id.value)
    return on_it and binding.lets_in(compute.workspace_id.value)


def _owner(extension_id: str) -> str:
    at = extension_id.casefold().rfind(EXTENSIONS.casefold())
    return extension_id[:at] if at > 0 else ""


def _refuse_unread(world: World, path: str, what: str) -> None:
    unread = f"the {what} of the cluster could not be listed"
    match world.documents.list(path):
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{unread}: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{unread}: {because}")
