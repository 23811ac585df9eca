from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.private_endpoint import PRIVATE_ENDPOINT, endpoints_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = """
resource "azurerm_private_endpoint" "pe" {
  name      = "pe"
  subnet_id = "/subnets/endpoints"
  private_dns_zone_group {
    private_dns_zone_ids = ["/zones/privatelink.blob.core.windows.net"]
  }
  private_service_connection {
    private_connection_resource_id = "/st"
    subresource_names              = ["blob"]
  }
}
"""
AZAPI = """
resource "azapi_resource" "pe" {
  type = "Microsoft.Network/privateEndpoints@2024-05-01"
  name = "pe"
  body = {
    properties = {
      subnet                        = { id = "/subnets/endpoints" }
      privateLinkServiceConnections = [{ properties = { privateLinkServiceId = "/st", groupIds = ["blob"] } }]
    }
  }
}
"""
REGISTRIES = """
resource "azurerm_container_registry" "acr" {
  name = "acr"
  %s
}
"""


@pytest.mark.parametrize("source", [AZURERM, AZAPI])
def test_an_endpoint_leads_to_a_part_of_something(state: State, source: str) -> None:
    endpoint = state(PRIVATE_ENDPOINT, source)

    assert (endpoint.targets.value, endpoint.groups.value) == (("/st",), ("blob",))
    assert endpoint.subnet_id.value == "/subnets/endpoints"


def test_azurerm_alone_names_the_zones_with_the_endpoint(state: State) -> None:
    assert state(PRIVATE_ENDPOINT, AZURERM).zones.value == ("/zones/privatelink.blob.core.windows.net",)
    assert not state(PRIVATE_ENDPOINT, AZAPI).zones.known


def test_where_a_live_endpoint_is_is_never_guessed(serve: Serve) -> None:
    said = serve(PRIVATE_ENDPOINT, {"name": "pe", "properties": {"subnet": {"id": "/subnets/a"}}})

    assert said.subnet_id.value == "/subnets/a"
    assert not serve(PRIVATE_ENDPOINT, {"name": "pe", "properties": {}}).subnet_id.known


@pytest.mark.parametrize("name", ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"])
def test_a_live_endpoint_leads_there_by_itself_or_by_hand(serve: Serve, name: str) -> None:
    connection = {"properties": {"privateLinkServiceId": "/st", "groupIds": ["blob", "dfs"]}}
    endpoint = serve(PRIVATE_ENDPOINT, {"name": "pe", "properties": {name: [connection]}})

    assert (endpoint.targets.value, endpoint.groups.value) == (("/st",), ("blob", "dfs"))


def test_an_endpoint_that_was_not_sent_leads_nowhere_known(serve: Serve) -> None:
    assert not serve(PRIVATE_ENDPOINT, {"name": "pe"}).groups.known


@pytest.mark.parametrize(
    ("connections", "found"),
    [
        (None, []),
        ([], []),
        (["x", {}, {"properties": None}], []),
        ([{"properties": {"privateEndpoint": {"id": "/pe"}}}], [("/pe", False)]),
        (
            [
                {
                    "properties": {
                        "privateEndpoint": {"id": "/pe"},
                        "privateLinkServiceConnectionState": {"status": "approved"},
                    }
                }
            ],
            [("/pe", True)],
        ),
        (
            [{"properties": {"privateLinkServiceConnectionState": {"status": "Rejected"}}}],
            [("", False)],
        ),
    ],
)
def test_what_a_resource_says_of_its_endpoints(connections: object, found: list[tuple[str, bool]]) -> None:
    document: Any = {"properties": {"privateEndpointConnections": connections}}

    assert list(endpoints_of(document)) == found


@pytest.mark.parametrize(
    ("says", "word"),
    [
        ("", "Enabled"),
        ("public_network_access_enabled = true", "Enabled"),
        ("public_network_access_enabled = false", "Disabled"),
    ],
)
def test_a_registry_is_open_unless_terraform_closes_it(state: State, says: str, word: str) -> None:
    assert state(CONTAINER_REGISTRY, REGISTRIES % says).public_access.value == word


@pytest.mark.parametrize(("properties", "word"), [({}, "Enabled"), ({"publicNetworkAccess": "Disabled"}, "Disabled")])
def test_a_live_registry_is_open_unless_it_says_otherwise(serve: Serve, properties: dict[str, str], word: str) -> None:
    assert serve(CONTAINER_REGISTRY, {"name": "acr", "properties": properties}).public_access.value == word
