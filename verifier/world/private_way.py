"""The private way to what is closed: an endpoint that was let in, whose name resolves, where routes lead to it.

Sources: Microsoft Learn, "Azure Private Endpoint DNS integration" and "Virtual network peering": a private endpoint is
found by a name that a private DNS zone linked to the caller's network resolves, and reached from its own network and
from those peered with that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.hcl.values import JSON
from verifier.kinds.cluster import Cluster
from verifier.kinds.compare import arm_key, name_of, same_arm_id
from verifier.kinds.fact import NotKnown
from verifier.kinds.private_endpoint import PrivateEndpoint, endpoints_of
from verifier.kinds.private_zone import is_documented, is_for, missing_zones
from verifier.kinds.served import Document, at
from verifier.kinds.stated import as_text, as_texts
from verifier.kinds.storage_account import StorageAccount
from verifier.kinds.zone_link import ZONE_LINK, ZoneLink
from verifier.world.answered import documents_of
from verifier.world.joined import World
from verifier.world.reach import Gap, Reach, network_of, subnets_of
from verifier.world.subject import Subject


def gap_between(world: World, reach: Reach, cluster: Subject[Cluster]) -> Gap | None:
    """What keeps a cluster from something, whichever of its private endpoints it takes; None where one leads there.

    Raises NotKnown where an endpoint that cannot be followed to its end may lead there.
    """
    gaps: list[Gap] = []
    unknown: list[NotKnown] = []
    waiting = ""
    for identifier, approved in endpoints_of(reach.subject.document):
        try:
            endpoint = _endpoint(world, reach, identifier)
            if endpoint is None:
                continue
            if not approved:
                waiting = waiting or endpoint.name
                continue
            gap = _gap(world, reach, endpoint, cluster)
        except NotKnown as error:
            unknown += [error] if approved else []
            continue
        if gap is None:
            return None
        gaps.append(gap)
    if unknown:
        raise unknown[0]
    return gaps[0] if gaps else _no_endpoint(reach, waiting)


def planned_endpoint_to(world: World, reach: Reach) -> Subject[PrivateEndpoint] | None:
    """The private endpoint of the right group that Terraform plans for something. Raises NotKnown where one may be."""
    perhaps = ""
    for endpoint in world.private_endpoints:
        if not endpoint.planned:
            continue
        stated = endpoint.stated
        if stated is None or not (stated.targets.known and stated.groups.known):
            perhaps = endpoint.label
        elif arm_key(reach.subject.arm_id) in map(arm_key, stated.targets.value) and _leads_to(reach, stated):
            return endpoint
    if perhaps:
        raise NotKnown(f"whether {perhaps} leads to {reach.label} is not known before apply")
    return None


def zones_left_out(world: World, reach: Reach, endpoint: Subject[PrivateEndpoint]) -> tuple[str, ...]:
    """The DNS zones that a planned endpoint's zone group should name and does not; none where it names no zone known.

    Raises NotKnown where it names a zone whose use is not documented.
    """
    zones = endpoint.intent.zones
    named = [name_of(zone) for zone in zones.value] if zones.known else []
    # The source alone does not say in which cloud it is applied.
    cloud = "" if world.offline else world.cloud
    missing = missing_zones(reach.group, cloud, named) if named else ()
    return _refusing_others(missing, named, endpoint.label)


def _endpoint(world: World, reach: Reach, identifier: str) -> Subject[PrivateEndpoint] | None:
    """The live endpoint of that id, if it leads to what is to be reached. Raises NotKnown for one that was not read."""
    found = next((e for e in world.private_endpoints if same_arm_id(e.arm_id, identifier)), None)
    if found is None:
        raise NotKnown(f"private endpoint {name_of(identifier) or '(unnamed)'} of {reach.label} was not read")
    return found if found.exists and _leads_to(reach, found.live) else None


def _leads_to(reach: Reach, endpoint: PrivateEndpoint) -> bool:
    return reach.group in {group.casefold() for group in endpoint.groups.value}


def _no_endpoint(reach: Reach, waiting: str) -> Gap:
    because = f"the private endpoint {waiting} was not approved" if waiting else "it has none"
    return Gap(
        what=f"no private endpoint for {reach.group} leads to it: {because}",
        action="approve the endpoint's connection"
        if waiting
        else f"add an azurerm_private_endpoint for its sub-resource {reach.group}",
    )


def _gap(world: World, reach: Reach, endpoint: Subject[PrivateEndpoint], cluster: Subject[Cluster]) -> Gap | None:
    networks = sorted({network_of(subnet) for subnet in subnets_of(cluster)})
    gap = _zone_gap(world, reach, endpoint, cluster, networks)
    if gap is None:
        for network in networks:
            _refuse_unrouted(world, endpoint, network)
    return gap


def _zone_gap(
    world: World, reach: Reach, endpoint: Subject[PrivateEndpoint], cluster: Subject[Cluster], networks: list[str]
) -> Gap | None:
    """The zone that an endpoint's name is not in, or that a cluster's networks do not ask; None for neither.

    Raises NotKnown where a network asks servers of its own, or the endpoint names no zone.
    """
    outcome = world.documents.list(f"{endpoint.arm_id}/privateDnsZoneGroups")
    zones = {id_: records for g in documents_of(outcome, "the DNS zones of the endpoint") for id_, records in _zones(g)}
    if not zones:
        raise NotKnown(f"{endpoint.label} names no DNS zone: who resolves its name is not known")
    _refuse_zones_of_its_own(reach)
    named = [name_of(zone) for zone in zones]
    missing = missing_zones(reach.group, world.cloud, named)
    for name in _refusing_others(missing, named, endpoint.label):
        return Gap(
            what=f"{cluster.label} does not find its private address: the name is looked up in {name}, and "
            f"{endpoint.label} enters it in {', '.join(sorted(named))}",
            action=f"name the zone {name} in the endpoint's private_dns_zone_group, and link it to the cluster's "
            "network",
            source=endpoint.arm_id,
        )
    for zone in (zone for zone in zones if is_for(reach.group, name_of(zone))):
        if zones[zone] == []:
            raise NotKnown(f"{endpoint.label} has no record in {name_of(zone)}: it may not have been entered yet")
        if _unlinked(world, zone, networks):
            return Gap(
                what=f"{cluster.label} does not find its private address: {name_of(zone)} is not linked to its network",
                action="add an azurerm_private_dns_zone_virtual_network_link of that zone to the cluster's network",
                source=zone,
                of_cluster=True,
            )
    return None


def _refuse_zones_of_its_own(reach: Reach) -> None:
    """Raise NotKnown for an account whose names lie in zones that Azure numbers (`z01.blob.storage.azure.net`)."""
    kind = at(reach.subject.document, ("properties", "dnsEndpointType"))
    if isinstance(reach.subject.served, StorageAccount) and as_text(kind).casefold() == "azurednszone":
        raise NotKnown(f"{reach.subject.label} has endpoints in a DNS zone of its own, whose private zone is not known")


def _refusing_others(missing: tuple[str, ...], named: list[str], label: str) -> tuple[str, ...]:
    """What is missing. Raises NotKnown where a zone is named of which nothing is known: it may stand for it."""
    others = [zone for zone in named if not is_documented(zone)]
    if missing and others:
        raise NotKnown(
            f"{label} names the DNS zone {others[0]}, not {missing[0]}: whether names are resolved by it is not "
            "documented; nslookup in a pod tells"
        )
    return missing


def _unlinked(world: World, zone: str, networks: list[str]) -> bool:
    links = documents_of(world.documents.list(f"{zone}/virtualNetworkLinks"), f"the networks that ask {name_of(zone)}")
    served = [ZONE_LINK.from_document(Document(link, as_text(link.get("id")))) for link in links]
    linked = {arm_key(link.network_id.value): link for link in served}
    for network in networks:
        _refuse_own_servers(world, network)
        if arm_key(network) not in linked:
            return True
        _refuse_unfinished(linked[arm_key(network)])
    return False


def _refuse_unfinished(link: ZoneLink) -> None:
    """Raise NotKnown for a link that is still being made."""
    if not link.is_made:
        raise NotKnown(f"DNS zone link {link.name.value} is still {link.state.value}")


def _refuse_own_servers(world: World, network: str) -> None:
    """Raise NotKnown for a network that does not ask Azure's DNS: a zone that is linked to it is then of no use."""
    [found] = documents_of(world.documents.get(network), f"network {name_of(network)}")
    if as_texts(at(found, ("properties", "dhcpOptions", "dnsServers")) or []):
        raise NotKnown(f"network {name_of(network)} asks DNS servers of its own, and what those know is not read")


def _refuse_unrouted(world: World, endpoint: Subject[PrivateEndpoint], network: str) -> None:
    """Raise NotKnown unless the endpoint is in a cluster's own network, or in one that this is peered with."""
    there = network_of(endpoint.live.subnet_id.value)
    if arm_key(there) == arm_key(network):
        return
    [found] = documents_of(world.documents.get(network), f"network {name_of(network)}")
    peerings = _objects(at(found, ("properties", "virtualNetworkPeerings")))
    peering = next((p for p in peerings if _leads_into(p, there)), None)
    lacking = "not peered with it" if peering is None else _lacking(peering)
    if lacking:
        raise NotKnown(
            f"{endpoint.label} is in network {name_of(there)}, and the cluster's {name_of(network)} is {lacking}: "
            "whether another route leads there (a hub, a gateway, a virtual WAN) is not read; a node's effective "
            "routes tell"
        )


def _leads_into(peering: Mapping[str, JSON], network: str) -> bool:
    return same_arm_id(at(peering, ("properties", "remoteVirtualNetwork", "id")), network)


def _lacking(peering: Mapping[str, JSON]) -> str:
    """What a peering lacks to be a way; empty where it is one."""
    state = as_text(at(peering, ("properties", "peeringState")))
    if state.casefold() != "connected":
        return f"not peered with it by now (the peering is {state or 'in no known state'})"
    if at(peering, ("properties", "allowVirtualNetworkAccess")) is False:
        return "peered with it without access (allowVirtualNetworkAccess is false)"
    if at(peering, ("properties", "peerCompleteVnets")) is False:
        return "peered with it in some of its subnets alone"
    return ""


def _zones(group: Mapping[str, JSON]) -> Iterator[tuple[str, JSON]]:
    """Each zone that a group names, and the records that it has of the endpoint there; None where it does not say."""
    for config in _objects(at(group, ("properties", "privateDnsZoneConfigs"))):
        zone = at(config, ("properties", "privateDnsZoneId"))
        if isinstance(zone, str) and zone:
            yield zone, at(config, ("properties", "recordSets"))


def _objects(value: JSON) -> list[Mapping[str, JSON]]:
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []
