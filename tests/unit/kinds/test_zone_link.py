from __future__ import annotations

import pytest

from verifier.kinds.zone_link import ZONE_LINK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = """
resource "azurerm_private_dns_zone_virtual_network_link" "l" {
  name                  = "aks"
  private_dns_zone_name = "privatelink.blob.core.windows.net"
  resource_group_name   = "rg-net"
  virtual_network_id    = "/vnet"
  registration_enabled  = true
}
"""
AZAPI = """
resource "azapi_resource" "l" {
  type      = "Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01"
  name      = "aks"
  parent_id = "/zone"
  body = {
    properties = {
      virtualNetwork      = { id = "/vnet" }
      registrationEnabled = true
    }
  }
}
"""


@pytest.mark.parametrize("source", [AZURERM, AZAPI])
def test_a_link_lets_a_network_ask_a_zone(state: State, source: str) -> None:
    link = state(ZONE_LINK, source)

    assert (link.name.value, link.network_id.value, link.registers.value) == ("aks", "/vnet", True)


@pytest.mark.parametrize(
    ("said", "made"),
    [({}, True), ({"virtualNetworkLinkState": "completed"}, True), ({"virtualNetworkLinkState": "InProgress"}, False)],
)
def test_a_network_asks_once_the_link_is_made(serve: Serve, said: dict[str, str], made: bool) -> None:
    served = serve(ZONE_LINK, {"name": "aks", "properties": {"virtualNetwork": {"id": "/vnet"}, **said}})

    assert (served.is_made, served.network_id.value, served.registers.value) == (made, "/vnet", False)


def test_which_network_asks_is_never_guessed(serve: Serve) -> None:
    assert not serve(ZONE_LINK, {"name": "aks", "properties": {}}).network_id.known
    assert not serve(ZONE_LINK, {"name": "aks"}).registers.known
