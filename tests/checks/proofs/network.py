"""Proofs for checks/test_network.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, Proof, deny, gone, live

if TYPE_CHECKING:
    from conftest import Bench

NETWORK = "/subscriptions/3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10/resourceGroups/rg-net/providers/Microsoft.Network"
VNET = f"{NETWORK}/virtualNetworks/vnet-armpilot"
ZONE = f"{NETWORK}/privateDnsZones/privatelink.blob.core.windows.net"
ENDPOINT = f"{NETWORK}/privateEndpoints/pe-blob"
LINK = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"
PLANNED = """
resource "azurerm_private_endpoint" "blob" {
  name                = "pe-blob"
  resource_group_name = "rg-net"
  location            = azurerm_resource_group.main.location
  subnet_id           = "%s/subnets/endpoints"

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = %s
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }
}
"""
CLOSED = "  default_to_oauth_authentication = true\n"
MAIN = "modules/platform/main.tf"


def closed_in_the_source(bench: Bench) -> None:
    bench.edit(MAIN, CLOSED, f"{CLOSED}  public_network_access_enabled = false\n")
    bench.add(MAIN, PLANNED % (VNET, "azurerm_storage_account.main.id"))


def closed(bench: Bench) -> None:
    """The account is closed, and reached through an endpoint that the cluster's network finds."""
    closed_in_the_source(bench)
    account = bench.resource(ACCOUNT)
    for pool in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]:
        pool["vnetSubnetID"] = f"{VNET}/subnets/nodes"
    connection = {
        "privateEndpoint": {"id": ENDPOINT},
        "privateLinkServiceConnectionState": {"status": "Approved", "description": "Auto-Approved"},
    }
    connections = [{"id": f"{account['id']}/privateEndpointConnections/c", "name": "c", "properties": connection}]
    account["properties"] |= {"publicNetworkAccess": "Disabled", "privateEndpointConnections": connections}
    link = {"properties": {"privateLinkServiceId": account["id"], "groupIds": ["blob"]}}
    bench.world["resources"] += [
        _network_resource(ENDPOINT, "privateEndpoints", privateLinkServiceConnections=[link]),
        _network_resource(
            f"{ENDPOINT}/privateDnsZoneGroups/default",
            "privateEndpoints/privateDnsZoneGroups",
            privateDnsZoneConfigs=[{"name": "blob", "properties": {"privateDnsZoneId": ZONE}}],
        ),
        _network_resource(ZONE, "privateDnsZones"),
        _network_resource(f"{ZONE}/virtualNetworkLinks/aks", LINK.partition("/")[2], virtualNetwork={"id": VNET}),
        _network_resource(
            f"{ZONE}/virtualNetworkLinks/hub", LINK.partition("/")[2], virtualNetwork={"id": VNET + "-hub"}
        ),
        _network_resource(VNET, "virtualNetworks", dhcpOptions={"dnsServers": []}),
    ]


def _network_resource(identifier: str, kind: str, **properties: Any) -> dict[str, Any]:
    name = identifier.rpartition("/")[2]
    return {"id": identifier, "name": name, "type": f"Microsoft.Network/{kind}", "properties": properties}


def without_endpoint(bench: Bench) -> None:
    text = (bench.root / MAIN).read_text("utf-8")
    (bench.root / MAIN).write_text(text[: text.index('\nresource "azurerm_private_endpoint"')], "utf-8")


def endpoint_to_something(bench: Bench) -> None:
    without_endpoint(bench)
    later = 'resource "random_id" "later" {\n  byte_length = 2\n}\n'
    bench.add(MAIN, later + PLANNED % (VNET, '"${azurerm_resource_group.main.id}/${random_id.later.hex}"'))


PROOFS = {
    "INT47": Proof(without_endpoint, endpoint_to_something, closed_in_the_source),
    "NET01": Proof(
        gone(LINK, "aks"), deny("/(workspaces/mlw-[^/]+|(registries|vaults)/[^/]+|virtualNetworkLinks)$"), closed
    ),
    "STO03": Proof(live(ACCOUNT, lambda p: p.update(publicNetworkAccess="Disabled")), deny("/storageAccounts/[^/]+$")),
}
