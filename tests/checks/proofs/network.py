"""Proofs for checks/test_network.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, Proof, deny, gone, live

if TYPE_CHECKING:
    from conftest import Bench

NETWORK = "/subscriptions/3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10/resourceGroups/rg-net/providers/Microsoft.Network"
VNET = f"{NETWORK}/virtualNetworks/vnet-armpilot"
LINK = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"
ENDPOINTS = "Microsoft.Network/privateEndpoints"
PLANNED = """
resource "azurerm_private_endpoint" "%s" {
  name                = "pe-%s"
  resource_group_name = "rg-net"
  location            = azurerm_resource_group.main.location
  subnet_id           = "%s/subnets/endpoints"

  private_service_connection {
    name                           = "to"
    private_connection_resource_id = %s
    subresource_names              = ["%s"]
    is_manual_connection           = false
  }
}
"""
CLOSED = "  default_to_oauth_authentication = true\n"
MAIN = "modules/platform/main.tf"
SERVICES = ("blob", "file")
"""What an account of a workspace is reached by."""


def planned(group: str, target: str = "azurerm_storage_account.main.id") -> str:
    return PLANNED % (group, group, VNET, target, group)


def zone_of(group: str) -> str:
    return f"{NETWORK}/privateDnsZones/privatelink.{group}.core.windows.net"


def closed_in_the_source(bench: Bench) -> None:
    bench.edit(MAIN, CLOSED, f"{CLOSED}  public_network_access_enabled = false\n")
    bench.add(MAIN, "".join(planned(group) for group in SERVICES))


def closed(bench: Bench) -> None:
    """The account is closed, and reached through endpoints that the cluster's network finds."""
    closed_in_the_source(bench)
    account = bench.resource(ACCOUNT)
    for pool in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]:
        pool["vnetSubnetID"] = f"{VNET}/subnets/nodes"
    account["properties"]["publicNetworkAccess"] = "Disabled"
    for group in SERVICES:
        endpoint(bench, ACCOUNT, group, zone_of(group))
    bench.world["resources"].append(
        _network_resource(VNET, "virtualNetworks", dhcpOptions={"dnsServers": []}, virtualNetworkPeerings=[])
    )


def endpoint(bench: Bench, arm_type: str, group: str, *zones: str) -> None:
    """An approved endpoint for a part of something, entered in zones that the cluster's network asks."""
    target = bench.resource(arm_type)
    identifier = f"{NETWORK}/privateEndpoints/pe-{group}"
    connection = {
        "privateEndpoint": {"id": identifier},
        "privateLinkServiceConnectionState": {"status": "Approved", "description": "Auto-Approved"},
    }
    target["properties"]["privateEndpointConnections"] = [
        *(target["properties"].get("privateEndpointConnections") or []),
        {"id": f"{target['id']}/privateEndpointConnections/{group}", "name": group, "properties": connection},
    ]
    link = {"properties": {"privateLinkServiceId": target["id"], "groupIds": [group]}}
    configs = [{"name": name_of(zone), "properties": {"privateDnsZoneId": zone}} for zone in zones]
    bench.world["resources"] += [
        _network_resource(
            identifier,
            "privateEndpoints",
            subnet={"id": f"{VNET}/subnets/endpoints"},
            privateLinkServiceConnections=[link],
        ),
        _network_resource(
            f"{identifier}/privateDnsZoneGroups/default",
            "privateEndpoints/privateDnsZoneGroups",
            privateDnsZoneConfigs=configs,
        ),
    ]
    for zone in zones:
        bench.world["resources"] += [
            _network_resource(zone, "privateDnsZones"),
            _network_resource(f"{zone}/virtualNetworkLinks/aks", LINK.partition("/")[2], virtualNetwork={"id": VNET}),
            _network_resource(
                f"{zone}/virtualNetworkLinks/hub", LINK.partition("/")[2], virtualNetwork={"id": VNET + "-hub"}
            ),
        ]


def name_of(identifier: str) -> str:
    return identifier.rpartition("/")[2]


def _network_resource(identifier: str, kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "name": name_of(identifier),
        "type": f"Microsoft.Network/{kind}",
        "location": "westus3",
        "properties": properties,
    }


def without_endpoint(bench: Bench) -> None:
    text = (bench.root / MAIN).read_text("utf-8")
    (bench.root / MAIN).write_text(text[: text.index('\nresource "azurerm_private_endpoint"')], "utf-8")


def endpoint_to_something(bench: Bench) -> None:
    without_endpoint(bench)
    later = 'resource "random_id" "later" {\n  byte_length = 2\n}\n'
    bench.add(MAIN, later + planned("blob", '"${azurerm_resource_group.main.id}/${random_id.later.hex}"'))


PROOFS = {
    "INT47": Proof(without_endpoint, endpoint_to_something, closed_in_the_source),
    "NET01": Proof(
        gone(LINK, "aks"), deny("/(workspaces/mlw-[^/]+|(registries|vaults)/[^/]+|virtualNetworkLinks)$"), closed
    ),
    "STO03": Proof(live(ACCOUNT, lambda p: p.update(publicNetworkAccess="Disabled")), deny("/storageAccounts/[^/]+$")),
}
