"""Reach: what jobs have to get to over the network, and the private ways there where the public one is closed.

Sources: Microsoft Learn, "Secure an Azure Machine Learning workspace with virtual networks" and "Azure Private Endpoint
DNS integration": a closed resource is reached through an approved private endpoint, by a name that a private DNS zone
linked to the caller's virtual network resolves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.hcl.values import JSON
from verifier.kinds.cluster import Cluster
from verifier.kinds.compare import arm_key, name_of, same_arm_id
from verifier.kinds.container_registry import ContainerRegistry
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.firewall import ALLOW, DISABLED
from verifier.kinds.key_vault import KeyVault
from verifier.kinds.private_endpoint import PrivateEndpoint, endpoints_of
from verifier.kinds.served import at
from verifier.kinds.stated import as_text, as_texts
from verifier.kinds.storage_account import StorageAccount
from verifier.kinds.workspace import Workspace
from verifier.live.documents import Absent, Denied, Document, Failed, Found, Outcome
from verifier.world.joined import World
from verifier.world.subject import Subject

Guarded = StorageAccount | KeyVault
"""What has a firewall that can let in single networks."""
Reachable = Guarded | Workspace | ContainerRegistry


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One thing that jobs on some clusters have to reach; `group` is its sub-resource that they talk to."""

    subject: Subject[Reachable]
    group: str
    clusters: tuple[Subject[Cluster], ...] = ()

    @property
    def label(self) -> str:
        """The thing's own."""
        return self.subject.label

    @property
    def concerns(self) -> frozenset[str]:
        """The thing's own."""
        return self.subject.concerns


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A live private endpoint that leads to something, and whether it was let in there."""

    id: str
    approved: bool


def reaches_of(world: World) -> tuple[Reach, ...]:
    """Every workspace, its data's accounts, its registry and its vault, each with the clusters that jobs run on."""
    found: dict[str, Reach] = {}
    for workspace in world.workspaces:
        clusters = tuple(_clusters_of(world, workspace))
        for subject, group in ((workspace, "amlworkspace"), *_used_by(world, workspace)):
            known = found.get(subject.label)
            both = {arm_key(c.arm_id): c for c in (*(known.clusters if known else ()), *clusters)}
            found[subject.label] = Reach(subject=subject, group=group, clusters=tuple(both.values()))
    return tuple(found[label] for label in sorted(found))


def public_access(side: Reachable) -> Fact[str]:
    """Whether a side says that the public network is let in."""
    return side.firewall.public_access if isinstance(side, Guarded) else side.public_access


def is_closed(side: Reachable) -> bool:
    """Whether nobody gets in over the public network, but for whom a rule names. Raises NotKnown."""
    if public_access(side).value.casefold() == DISABLED.casefold():
        return True
    if isinstance(side, Workspace):
        return False
    default = side.firewall.default_action if isinstance(side, Guarded) else side.default_action
    return default.value.casefold() != ALLOW.casefold()


def endpoints_to(world: World, reach: Reach) -> tuple[Endpoint, ...]:
    """The private endpoints of the right group that lead to something. Raises NotKnown where one could not be read."""
    found = []
    for identifier, approved in endpoints_of(reach.subject.document):
        endpoint = next((e for e in world.private_endpoints if same_arm_id(e.arm_id, identifier)), None)
        if endpoint is None:
            raise NotKnown(f"private endpoint {name_of(identifier) or '(unnamed)'} of {reach.label} was not read")
        if endpoint.exists and reach.group in {g.casefold() for g in endpoint.live.groups.value}:
            found.append(Endpoint(id=endpoint.arm_id, approved=approved))
    return tuple(found)


def planned_endpoint_to(world: World, reach: Reach) -> Subject[PrivateEndpoint] | None:
    """The private endpoint of the right group that Terraform plans for something. Raises NotKnown where one may be."""
    perhaps = ""
    for endpoint in world.private_endpoints:
        if not endpoint.planned:
            continue
        stated = endpoint.stated
        if stated is None or not (stated.targets.known and stated.groups.known):
            perhaps = endpoint.label
        elif arm_key(reach.subject.arm_id) in map(arm_key, stated.targets.value) and reach.group in stated.groups.value:
            return endpoint
    if perhaps:
        raise NotKnown(f"whether {perhaps} leads to {reach.label} is not known before apply")
    return None


def refuse_unlisted_computes(world: World) -> None:
    """Raise NotKnown where some workspace's computes could not be listed: there may be more clusters than are known."""
    for compute in world.computes:
        compute.exists  # noqa: B018 - it raises


def let_in_by_rule(cluster: Subject[Cluster], side: Reachable) -> bool:
    """Whether a firewall names a subnet of a cluster. Raises NotKnown where a rule for addresses may mean it."""
    if isinstance(side, Workspace) or public_access(side).value.casefold() == DISABLED.casefold():
        return False
    if isinstance(side, Guarded):
        rules, addresses = side.firewall.subnets.value, side.firewall.addresses.value
        if {arm_key(s) for s in subnets_of(cluster)} & {arm_key(s) for s in rules}:
            return True
    else:
        addresses = side.addresses.value
    if addresses:
        raise NotKnown(f"whether {cluster.label} leaves by one of the addresses that the firewall names is not known")
    return False


def subnets_of(cluster: Subject[Cluster]) -> tuple[str, ...]:
    """The subnets that a live cluster's nodes are in. Raises NotKnown for those that the service made itself."""
    cluster.live  # noqa: B018 - it raises
    pools = at(cluster.document, ("properties", "agentPoolProfiles"))
    named = [as_text(pool.get("vnetSubnetID")) for pool in _objects(pools)]
    if not named or not all(named):
        raise NotKnown(f"{cluster.label} is in a network that the service made for it, which is not read")
    return tuple(named)


def zone_not_linked(world: World, endpoint: Endpoint, cluster: Subject[Cluster]) -> str:
    """The private DNS zone of an endpoint that a cluster's network does not ask; empty where it asks them all.

    Raises NotKnown where the network asks servers of its own, or the endpoint names no zone.
    """
    groups = _documents(world.documents.list(f"{endpoint.id}/privateDnsZoneGroups"), "the DNS zones of the endpoint")
    zones = [zone for group in groups for zone in _zones(group)]
    if not zones:
        raise NotKnown(f"private endpoint {name_of(endpoint.id)} names no DNS zone: who resolves its name is not known")
    networks = {re.sub(r"/subnets/[^/]+$", "", s, flags=re.IGNORECASE) for s in subnets_of(cluster)}
    for zone in zones:
        links = _documents(
            world.documents.list(f"{zone}/virtualNetworkLinks"), f"the networks that ask {name_of(zone)}"
        )
        linked = {_network_of(link): link for link in links}
        for network in sorted(networks):
            if arm_key(network) in linked:
                _refuse_unfinished(linked[arm_key(network)])
                continue
            _refuse_own_servers(world, network)
            return zone
    return ""


def unlinked_zone(world: World, endpoints: Sequence[Endpoint], cluster: Subject[Cluster]) -> str:
    """The zone that keeps a cluster from finding any of these endpoints; empty where it finds one. Raises NotKnown."""
    zones, unknown = [], []
    for endpoint in endpoints:
        try:
            zones.append(zone_not_linked(world, endpoint, cluster))
        except NotKnown as error:
            unknown.append(error)
    if "" in zones:
        return ""
    if unknown:
        raise unknown[0]
    return zones[0]


def _network_of(link: Document) -> str:
    return arm_key(as_text(at(link, ("properties", "virtualNetwork", "id"))))


def _refuse_unfinished(link: Document) -> None:
    """Raise NotKnown for a link that is still being made. Left out, its state is Completed."""
    state = as_text(at(link, ("properties", "virtualNetworkLinkState")))
    if state.casefold() not in {"", "completed"}:
        raise NotKnown(f"DNS zone link {name_of(as_text(link.get('id')))} is still {state}")


def _refuse_own_servers(world: World, network: str) -> None:
    [found] = _documents(world.documents.get(network), f"network {name_of(network)}")
    if as_texts(at(found, ("properties", "dhcpOptions", "dnsServers")) or []):
        raise NotKnown(f"network {name_of(network)} asks DNS servers of its own, and what those know is not read")


def _used_by(world: World, workspace: Subject[Workspace]) -> Iterator[tuple[Subject[Reachable], str]]:
    sides = [side for side in (workspace.stated, workspace.served) if side is not None]
    accounts = {arm_key(s.storage_account_id.value) for s in sides if s.storage_account_id.known}
    accounts |= {
        arm_key(d.served.account_id.value)
        for d in world.datastores
        if d.served is not None and d.served.account_id.known and _is_in(d.served.workspace_id, workspace)
    }
    for account in world.storage_accounts:
        if arm_key(account.arm_id) in accounts - {""}:
            yield account, "blob"
    registries = {arm_key(s.container_registry_id.value) for s in sides if s.container_registry_id.known}
    for registry in world.registries:
        if arm_key(registry.arm_id) in registries - {""}:
            yield registry, "registry"
    vaults = {arm_key(s.key_vault_id.value) for s in sides if s.key_vault_id.known}
    for vault in world.key_vaults:
        if arm_key(vault.arm_id) in vaults - {""}:
            yield vault, "vault"


def _clusters_of(world: World, workspace: Subject[Workspace]) -> Iterator[Subject[Cluster]]:
    for compute in world.computes:
        side = compute.served or compute.stated
        if side is not None and side.cluster_id.known and _is_in(side.workspace_id, workspace):
            cluster = world.cluster(side.cluster_id.value)
            if cluster is not None:
                yield cluster


def _is_in(parent: Fact[str], workspace: Subject[Workspace]) -> bool:
    return parent.known and same_arm_id(parent.value, workspace.arm_id)


def _zones(group: Document) -> Iterator[str]:
    for config in _objects(at(group, ("properties", "privateDnsZoneConfigs"))):
        zone = at(config, ("properties", "privateDnsZoneId"))
        if isinstance(zone, str) and zone:
            yield zone


def _objects(value: JSON) -> list[Mapping[str, JSON]]:
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []


def _documents(outcome: Outcome, what: str) -> tuple[Document, ...]:
    match outcome:
        case Found(documents=documents):
            return documents
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{what} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{what} could not be read: {because}")
        case Absent(code=code):
            raise NotKnown(f"{what} could not be read: the service says that it does not exist ({code})")
