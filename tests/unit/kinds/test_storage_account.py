from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
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


@pytest.mark.parametrize(
    ("account", "services", "service", "keys"),
    [
        (True, None, "blob", True),
        (False, None, "file", False),
        (True, {"blob": {"enabled": False}}, "blob", False),
        (True, {"blob": {"enabled": False}}, "file", True),
        (None, {"blob": {"enabled": False}}, "blob", False),
        (True, {"blob": {"enabled": None}, "file": None}, "blob", True),
        (False, {"blob": {"enabled": False}}, "blob", False),
    ],
)
def test_a_service_can_be_closed_to_keys_by_itself(
    serve: Serve, account: bool | None, services: object, service: str, keys: bool
) -> None:
    properties = {"allowSharedKeyAccess": account, "allowSharedKeyAccessForServices": services}

    assert serve(STORAGE_ACCOUNT, {"name": "st", "properties": properties}).keys_for(service).value is keys


def test_whether_a_service_opens_what_its_account_closes_is_not_known(serve: Serve) -> None:
    properties = {"allowSharedKeyAccess": False, "allowSharedKeyAccessForServices": {"blob": {"enabled": True}}}
    account = serve(STORAGE_ACCOUNT, {"name": "st", "properties": properties})

    with pytest.raises(NotKnown, match="says true for blob"):
        account.keys_for("blob")


@pytest.mark.parametrize(
    ("source", "hierarchical"),
    [
        (AZURERM % "", False),
        (AZURERM % "is_hns_enabled = true", True),
        (AZAPI % "isHnsEnabled = true", True),
        (AZAPI % "isHnsEnabled = null", False),
    ],
)
def test_a_namespace_is_hierarchical_only_where_terraform_says_so(
    state: State, source: str, hierarchical: bool
) -> None:
    assert state(STORAGE_ACCOUNT, source).hierarchical.value is hierarchical


def test_azapi_can_say_the_keys_of_single_services(state: State) -> None:
    account = state(STORAGE_ACCOUNT, AZAPI % "allowSharedKeyAccessForServices = { file = { enabled = true } }")

    assert account.service_keys.value == {"file": True}
