from __future__ import annotations

import pytest

from verifier.kinds.storage_account import STORAGE_ACCOUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = 'resource "azurerm_storage_account" "st" {\n  name = "st"\n  %s\n}'
AZAPI = """
    resource "azapi_resource" "st" {
      type = "microsoft.storage/StorageAccounts@2023-05-01"
      name = "st"
      body = { properties = { %s } }
    }
"""


@pytest.mark.parametrize(
    ("source", "keys", "stated"),
    [
        (AZURERM % "", True, False),
        (AZURERM % "shared_access_key_enabled = null", True, False),
        (AZURERM % "shared_access_key_enabled = true", True, True),
        (AZURERM % "shared_access_key_enabled = false", False, True),
        (AZAPI % "", True, False),
        (AZAPI % "allowSharedKeyAccess = null", True, False),
        (AZAPI % "allowSharedKeyAccess = false", False, True),
    ],
)
def test_shared_keys_are_on_unless_terraform_says_otherwise(
    state: State, source: str, keys: bool, stated: bool
) -> None:
    fact = state(STORAGE_ACCOUNT, source).shared_key_access

    assert (fact.value, fact.stated) == (keys, stated)


@pytest.mark.parametrize(
    ("properties", "keys", "stated"),
    [
        ({}, True, False),
        ({"allowSharedKeyAccess": None}, True, False),
        ({"allowSharedKeyAccess": True}, True, True),
        ({"allowSharedKeyAccess": False}, False, True),
    ],
)
def test_shared_keys_are_on_unless_the_service_says_otherwise(
    serve: Serve, properties: dict[str, bool | None], keys: bool, stated: bool
) -> None:
    fact = serve(STORAGE_ACCOUNT, {"name": "st", "properties": properties}).shared_key_access

    assert (fact.value, fact.stated) == (keys, stated)


def test_an_account_that_was_answered_without_properties_has_no_known_keys(serve: Serve) -> None:
    assert not serve(STORAGE_ACCOUNT, {"name": "st"}).shared_key_access.known
