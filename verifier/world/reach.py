"""Reach: what jobs have to get to over the network, from which clusters, and whom its firewall lets in.

Source: Microsoft Learn, "Secure an Azure Machine Learning workspace with virtual networks": an account that is reached
privately has an endpoint for each sub-resource that is used, and a workspace's own for its blobs and for its files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from verifier.kinds.cluster import Cluster
from verifier.kinds.compare import arm_key, name_of, same_arm_id
from verifier.kinds.container_registry import ContainerRegistry
from verifier.kinds.datastore import Datastore
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.firewall import ALLOW, DISABLED, PERIMETER
from verifier.kinds.key_vault import KeyVault
from verifier.kinds.node_pool import NodePool
from verifier.kinds.scheduling import keeping_out, tolerations_of
from verifier.kinds.storage_account import StorageAccount
from verifier.kinds.workspace import Workspace
from verifier.world.hosting import live_extensions_on, pools_of
from verifier.world.joined import World
from verifier.world.subject import Subject

Guarded = StorageAccount | KeyVault
"""What has a firewall that can let in single networks."""
Reachable = Guarded | Workspace | ContainerRegistry

GROUPS = {"azureblob": "blob", "azurefile": "file", "azuredatalakegen2": "dfs"}
"""By a datastore's type, the sub-resource of its account that it is reached by."""
FIRST = frozenset({"amlworkspace", "registry", "vault", "blob"})
"""The sub-resources that go without saying."""
BEING_MADE = "provisioning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One thing that jobs on some clusters have to reach; `group` is its sub-resource that they talk to."""

    subject: Subject[Reachable]
    group: str
    clusters: tuple[Subject[Cluster], ...] = ()

    @property
    def label(self) -> str:
        """The thing's own, and which part of it where that does not go without saying."""
        return self.subject.label if self.group in FIRST else f"{self.subject.label} ({self.group})"

    @property
    def concerns(self) -> frozenset[str]:
        """The thing's own."""
        return self.subject.concerns


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a way to something lacks: what is so, and the one thing to change, both for people.

    `source` is the id of what shows it, where there is anything; `of_cluster` is whether the change is at the cluster's
    side. A public network that is off has nothing to say or to change: it was meant so.
    """

    what: str = ""
    action: str = ""
    source: str = ""
    of_cluster: bool = False


def reaches_of(world: World) -> tuple[Reach, ...]:
    """Every workspace, the parts of accounts that its data is in, its registry, its vault; with its jobs' clusters."""
    found: dict[str, Reach] = {}
    for workspace in world.workspaces:
        clusters = tuple(_clusters_of(world, workspace))
        for subject, group in ((workspace, "amlworkspace"), *_used_by(world, workspace)):
            reach = Reach(subject=subject, group=group)
            known = found.get(reach.label, reach)
            both = {arm_key(c.arm_id): c for c in (*known.clusters, *clusters)}
            found[reach.label] = Reach(subject=subject, group=group, clusters=tuple(both.values()))
    return tuple(found[label] for label in sorted(found))


def public_access(side: Reachable) -> Fact[str]:
    """Whether a side says that the public network is let in."""
    return side.firewall.public_access if isinstance(side, Guarded) else side.public_access


def default_action(side: Reachable) -> Fact[str]:
    """What a side does with whom none of its rules names."""
    return side.firewall.default_action if isinstance(side, Guarded) else side.default_action


def is_closed(side: Reachable) -> bool:
    """Whether nobody gets in over the public network, but for whom a rule names. Raises NotKnown."""
    access = public_access(side).value.casefold()
    if access == PERIMETER.casefold():
        raise NotKnown(
            f"{public_access(side).name} is {PERIMETER}: who is let in is decided by a network security perimeter, "
            "which is not read; its access rules tell"
        )
    return access == DISABLED.casefold() or default_action(side).value.casefold() != ALLOW.casefold()


def refuse_unlisted_computes(world: World) -> None:
    """Raise NotKnown where some workspace's computes could not be listed: there may be more clusters than are known."""
    for compute in world.computes:
        compute.exists  # noqa: B018 - it raises


def refused_by_rules(world: World, cluster: Subject[Cluster], side: Reachable) -> Gap | None:
    """Why no rule of a live firewall lets the jobs of a cluster in; None where one does.

    A rule for a subnet has to be in force, and all the cluster's nodes that take jobs have to be in such subnets.
    Raises NotKnown where a rule for addresses may mean them, or whether jobs can land on some nodes is not known.
    """
    if public_access(side).value.casefold() == DISABLED.casefold():
        return Gap()
    refused: Gap | None = Gap(what="no rule lets its jobs in")
    if isinstance(side, Guarded) and side.firewall.subnets.value:
        refused = _refused_pools(world, cluster, side)
        if refused is None:
            return None
    if _addresses(side).value:
        raise NotKnown(
            f"whether {cluster.label} leaves by one of the addresses that the firewall names is not known: the address "
            "of its NAT gateway, load balancer or firewall tells"
        )
    return refused


def states_rules(side: Reachable) -> bool:
    """Whether a firewall that Terraform states lets somebody in by where they are, be it known before apply or not."""
    rules = [_addresses(side), *([side.firewall.subnets] if isinstance(side, Guarded) else [])]
    return any(rule.stated and (not rule.known or rule.value) for rule in rules)


def pools_left_out(world: World, cluster: Subject[Cluster], side: Reachable) -> tuple[str, ...]:
    """The pools that Terraform plans for a cluster, in subnets of theirs that no stated rule names.

    None where that is known only after apply, or where rules let addresses in: which of those are the cluster's,
    Terraform does not say. Raises NotKnown where there may be more pools.
    """
    if not isinstance(side, Guarded) or not cluster.planned:
        return ()
    firewall = side.firewall
    if not (firewall.subnets.known and firewall.addresses.known) or firewall.addresses.value:
        return ()
    named = {arm_key(subnet) for subnet in firewall.subnets.value}
    pools = [p for p in pools_of(world, cluster) if p.subnet_id.known and p.subnet_id.value]
    left = [p for p in pools if arm_key(p.subnet_id.value) not in named and not keeping_out(p, ())]
    return tuple(sorted(pool.name.value for pool in left))


def subnets_of(cluster: Subject[Cluster]) -> tuple[str, ...]:
    """The subnets that a live cluster's nodes are in. Raises NotKnown for those that the service made itself."""
    named = [pool.subnet_id.value for pool in cluster.live.pools.value]
    if not named or not all(named):
        raise NotKnown(f"{cluster.label} is in a network that the service made for it, which is not read")
    return tuple(named)


def network_of(subnet_id: str) -> str:
    """The id of the virtual network that a subnet is in; empty for what is no subnet."""
    at = subnet_id.casefold().rfind("/subnets/")
    return subnet_id[:at] if at > 0 else ""


def _addresses(side: Reachable) -> Fact[tuple[str, ...]]:
    return side.firewall.addresses if isinstance(side, Guarded) else side.addresses


def _refused_pools(world: World, cluster: Subject[Cluster], side: Guarded) -> Gap | None:
    """Which pools of a cluster take jobs and are in no subnet that a firewall lets in; None where all are in one."""
    subnets_of(cluster)  # it raises
    states = side.firewall.states.value
    in_force = {arm_key(s) for s in side.firewall.subnets.value if arm_key(s) not in states}
    pools = cluster.live.pools.value
    left = [pool for pool in pools if arm_key(pool.subnet_id.value) not in in_force]
    if len(left) < len(pools):
        left = [pool for pool in left if _takes_jobs(world, cluster, pool)]
    if not left:
        return None
    waiting = {arm_key(p.subnet_id.value): states.get(arm_key(p.subnet_id.value), "") for p in left}
    if all(state.casefold() == BEING_MADE for state in waiting.values()):
        raise NotKnown(f"the firewall's rule for subnet {name_of(left[0].subnet_id.value)} is still {BEING_MADE}")
    of_pools = ", ".join(sorted(pool.name.value for pool in left))
    service = "Microsoft.KeyVault" if isinstance(side, KeyVault) else "Microsoft.Storage"
    gone = sorted({f"{name_of(s)} is {state}" for s, state in waiting.items() if state})
    lapsed = f" (the rule for subnet {', '.join(gone)})" if gone else ""
    return Gap(
        what=f"no rule in force lets in node pool {of_pools} of {cluster.label}{lapsed}",
        action=f"take that rule away, and let the subnet that is there by now in, with the service endpoint {service}"
        if gone
        else f"add the pool's subnet to virtual_network_subnet_ids, and the service endpoint {service} to the subnet",
    )


def _takes_jobs(world: World, cluster: Subject[Cluster], pool: NodePool) -> bool:
    """Whether jobs can land on a pool's nodes, by taints alone."""
    if not keeping_out(pool, ()):
        return True
    return any(
        not keeping_out(pool, tolerations_of(e.live)) for e in live_extensions_on(world, cluster.arm_id) if e.exists
    )


def _used_by(world: World, workspace: Subject[Workspace]) -> Iterator[tuple[Subject[Reachable], str]]:
    sides = [side for side in (workspace.stated, workspace.served) if side is not None]
    own = {arm_key(s.storage_account_id.value) for s in sides if s.storage_account_id.known} - {""}
    used = {(account, group) for account in own for group in ("blob", "file")}
    for datastore in world.datastores:
        for side in (datastore.stated, datastore.served):
            if side is not None and _is_in(side.workspace_id, workspace) and side.sort.known:
                group = GROUPS.get(side.sort.value.casefold(), "")
                used |= {(account, group) for account in _accounts_of(side, own, world.storage_accounts) if group}
    for account in world.storage_accounts:
        for group in sorted(group for key, group in used if key == arm_key(account.arm_id)):
            yield account, group
    registries = {arm_key(s.container_registry_id.value) for s in sides if s.container_registry_id.known}
    for registry in world.registries:
        if arm_key(registry.arm_id) in registries - {""}:
            yield registry, "registry"
    vaults = {arm_key(s.key_vault_id.value) for s in sides if s.key_vault_id.known}
    for vault in world.key_vaults:
        if arm_key(vault.arm_id) in vaults - {""}:
            yield vault, "vault"


def _accounts_of(datastore: Datastore, own: set[str], accounts: Iterable[Subject[StorageAccount]]) -> set[str]:
    """The keys of the ids of the account behind a datastore: by id, by its name, else the workspace's own."""
    if not datastore.account_id.known:
        return set()
    if datastore.account_id.value:
        return {arm_key(datastore.account_id.value)}
    if not datastore.account_name.known:
        return set()
    name = datastore.account_name.value.casefold()
    return {arm_key(a.arm_id) for a in accounts if a.name.casefold() == name} if name else own


def _clusters_of(world: World, workspace: Subject[Workspace]) -> Iterator[Subject[Cluster]]:
    for compute in world.computes:
        side = compute.served or compute.stated
        if side is not None and side.cluster_id.known and _is_in(side.workspace_id, workspace):
            cluster = world.cluster(side.cluster_id.value)
            if cluster is not None:
                yield cluster


def _is_in(parent: Fact[str], workspace: Subject[Workspace]) -> bool:
    return parent.known and same_arm_id(parent.value, workspace.arm_id)
