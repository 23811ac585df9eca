"""The private endpoint: what it leads to, and whether that has let it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.besides import LOCATION, Besides, served_besides, stated_besides
from verifier.kinds.compare import same_arm_id, same_arm_ids, same_words
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import OBJECT, Document
from verifier.kinds.stated import Stated, as_text, as_texts

APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateEndpoint:
    """Terraform: azurerm_private_endpoint, azapi_resource. Live: Microsoft.Network/privateEndpoints.

    `targets` are the ARM ids of what it leads to, `groups` the sub-resources there (blob, amlworkspace, registry).
    `subnet_id` is where its own address is. `zones` are the ARM ids of the private DNS zones that azurerm's
    `private_dns_zone_group` names; elsewhere such a group is a resource of its own.
    """

    name: Fact[str]
    targets: Fact[tuple[str, ...]]
    groups: Fact[tuple[str, ...]]
    subnet_id: Fact[str]
    zones: Fact[tuple[str, ...]]
    besides: Besides = field(default_factory=dict)


_ELSEWHERE: Fact[tuple[str, ...]] = Fact(name="privateDnsZoneGroups", content=Unknown("a resource of its own says it"))


def endpoints_of(document: Mapping[str, JSON]) -> Iterator[tuple[str, bool]]:
    """Each endpoint that a live resource names among its connections: its id, and whether it was let in."""
    properties = document.get("properties")
    connections = properties.get("privateEndpointConnections") if isinstance(properties, dict) else None
    for connection in connections if isinstance(connections, list) else ():
        said = connection.get("properties") if isinstance(connection, dict) else None
        if not isinstance(said, dict):
            continue
        endpoint, state = said.get("privateEndpoint"), said.get("privateLinkServiceConnectionState")
        identifier = as_text(endpoint.get("id")) if isinstance(endpoint, dict) else ""
        status = as_text(state.get("status")) if isinstance(state, dict) else ""
        yield identifier, status.casefold() == APPROVED


def _stated(says: Stated) -> PrivateEndpoint:
    block = ("private_service_connection", 0)
    if says.is_azapi:
        connections = ("body", "properties", "privateLinkServiceConnections")
        return PrivateEndpoint(
            name=says.text("name", "name"),
            targets=says.fact("privateLinkServiceId", *connections, read=_targets, otherwise=()),
            groups=says.fact("groupIds", *connections, read=_groups, otherwise=()),
            subnet_id=says.text("subnet.id", "body", "properties", "subnet", "id"),
            zones=_ELSEWHERE,
            besides=stated_besides(says, (LOCATION,)),
        )
    return PrivateEndpoint(
        name=says.text("name", "name"),
        targets=says.texts("private_connection_resource_id", *block, "private_connection_resource_id"),
        groups=says.texts("subresource_names", *block, "subresource_names"),
        subnet_id=says.text("subnet_id", "subnet_id"),
        zones=says.texts("private_dns_zone_ids", "private_dns_zone_group", 0, "private_dns_zone_ids"),
        besides=stated_besides(says, (LOCATION,)),
    )


def _served(document: Document) -> PrivateEndpoint:
    return PrivateEndpoint(
        name=document.text("name", "name"),
        targets=document.fact(
            "privateLinkServiceConnections", "properties", of=OBJECT, read=_all_targets, otherwise=()
        ),
        groups=document.fact("privateLinkServiceConnections", "properties", of=OBJECT, read=_all_groups, otherwise=()),
        subnet_id=document.always("subnet.id", "properties", "subnet", "id"),
        zones=_ELSEWHERE,
        besides=served_besides(document, (LOCATION,)),
    )


def _targets(connections: JSON) -> tuple[str, ...]:
    return tuple(as_text(each.get("privateLinkServiceId")) for each in _said(connections))


def _groups(connections: JSON) -> tuple[str, ...]:
    return tuple(group for each in _said(connections) for group in as_texts(each.get("groupIds")))


def _all_targets(properties: JSON) -> tuple[str, ...]:
    return tuple(target for connections in _either(properties) for target in _targets(connections))


def _all_groups(properties: JSON) -> tuple[str, ...]:
    return tuple(group for connections in _either(properties) for group in _groups(connections))


def _either(properties: JSON) -> Iterator[JSON]:
    """The connections that were let in by themselves, and those that somebody had to let in."""
    if isinstance(properties, dict):
        yield properties.get("privateLinkServiceConnections")
        yield properties.get("manualPrivateLinkServiceConnections")


def _said(connections: JSON) -> Iterator[dict[str, JSON]]:
    for connection in connections if isinstance(connections, list) else ():
        said = connection.get("properties") if isinstance(connection, dict) else None
        if isinstance(said, dict):
            yield said


PRIVATE_ENDPOINT = Kind(
    noun="private endpoint",
    arm_type="Microsoft.Network/privateEndpoints",
    terraform_types=("azurerm_private_endpoint",),
    from_terraform=_stated,
    from_document=_served,
    compares={"targets": same_arm_ids, "groups": same_words, "subnet_id": same_arm_id},
    besides=(LOCATION,),
)
