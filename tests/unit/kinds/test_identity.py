from __future__ import annotations

import pytest

from verifier.kinds.identity import IDENTITY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = 'resource "azurerm_user_assigned_identity" "i" {\n  name = "i"\n}'
AZAPI = """
    resource "azapi_resource" "i" {
      type = "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31"
      name = "i"
    }
"""


@pytest.mark.parametrize(
    ("source", "address"),
    [
        (AZURERM, "azurerm_user_assigned_identity.i.principal_id"),
        (AZAPI, "azapi_resource.i.output.properties.principalId"),
    ],
)
def test_the_principal_is_what_a_role_assignment_refers_to(state: State, source: str, address: str) -> None:
    assert address in state(IDENTITY, source).principal_id.references
    assert state(IDENTITY, source, bound={address: "p"}).principal_id.value == "p"


def test_ids_that_the_service_did_not_send_are_not_empty(serve: Serve) -> None:
    identity = serve(IDENTITY, {"properties": {"principalId": "p", "clientId": None}})

    assert identity.principal_id.value == "p"
    assert not identity.client_id.known
