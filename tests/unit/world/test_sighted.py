"""The three-way words of roles of one's own, of containers and of private endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.fact import NotKnown
from verifier.world import World
from verifier.world.threeway import Existence, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

SUBSCRIPTION = "/subscriptions/5e0c9d1f-0000-4000-8000-000000000001"
ROLE = """
resource "azurerm_role_definition" "own" {
  name  = "Our Reader"
  scope = "%s"
  permissions {
    actions = ["Microsoft.Storage/*/read", "Microsoft.KeyVault/vaults/read"]
  }
}
"""
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
STATE = '{"format_version": "1.0", "values": {"root_module": {"resources": [%s]}}}'
RECORDED = '{"address": "%s", "mode": "managed", "type": "%s", "values": {%s}}'


def of(world: World, noun: str) -> Existence:
    [found] = [e for e in world.existences if e.subject.kind.noun == noun]
    return found


def role(name: str, guid: str, *actions: str) -> dict[str, Any]:
    return {
        "id": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{guid}",
        "name": guid,
        "properties": {"roleName": name, "permissions": [{"actions": list(actions)}]},
    }


BUILTIN = role("Reader", READER, "*/read")
OURS = role("our reader", "0a0b", "microsoft.keyvault/vaults/read", "Microsoft.Storage/*/read")


def test_a_role_is_found_by_its_name_and_imported_with_its_scope(observed: Observe) -> None:
    found = of(observed(ROLE % SUBSCRIPTION, BUILTIN, OURS), "role definition")
    assert found.word is Word.IN_SYNC
    assert found.import_id == f"{OURS['id']}|{SUBSCRIPTION}"


def test_a_role_that_a_whole_list_lacks_is_not_applied(observed: Observe) -> None:
    assert of(observed(ROLE % SUBSCRIPTION, BUILTIN), "role definition").word is Word.NOT_APPLIED


def test_an_answer_without_built_in_roles_proves_nothing(observed: Observe) -> None:
    with pytest.raises(NotKnown, match="not the whole list"):
        _ = of(observed(ROLE % SUBSCRIPTION, role("Another", "1")), "role definition").word


def test_a_role_that_was_given_more_by_hand_has_drifted(observed: Observe) -> None:
    more = role("Our Reader", "0a0b", "Microsoft.Storage/*", "Microsoft.KeyVault/vaults/read")
    recorded = RECORDED % ("azurerm_role_definition.own", "azurerm_role_definition", f'"id": "{more["id"]}|/x"')
    files = {"main.tf": ROLE % SUBSCRIPTION, "terraform.tfstate": STATE % recorded}
    assert of(observed(files, BUILTIN, more), "role definition").word is Word.DRIFTED


def test_a_role_that_was_renamed_by_hand_has_drifted_and_is_not_gone(observed: Observe) -> None:
    renamed = role("Theirs", "0a0b", "Microsoft.Storage/*/read", "Microsoft.KeyVault/vaults/read")
    recorded = RECORDED % ("azurerm_role_definition.own", "azurerm_role_definition", f'"id": "{renamed["id"]}|/x"')
    files = {"main.tf": ROLE % SUBSCRIPTION, "terraform.tfstate": STATE % recorded}
    found = of(observed(files, BUILTIN, renamed), "role definition")
    assert found.differences == ("roleName is Theirs, and the source says Our Reader",)


@pytest.mark.parametrize(("live", "word"), [([BUILTIN, OURS], Word.NOT_APPLIED), ([BUILTIN], Word.GONE)])
def test_a_role_that_only_the_state_has_is_looked_for_in_the_list(
    observed: Observe, live: list[dict[str, Any]], word: Word
) -> None:
    recorded = RECORDED % ("azurerm_role_definition.old", "azurerm_role_definition", f'"id": "{OURS["id"]}|/x"')
    files = {"main.tf": "locals {}\n", "terraform.tfstate": STATE % recorded}
    assert of(observed(files, *live), "role definition").word is word


ACCOUNT = """
resource "azurerm_storage_account" "st" {
  name                = "st"
  resource_group_name = "rg"
}
resource "azurerm_storage_container" "demos" {
  name = "demos"
  %s
}
"""


@pytest.mark.parametrize(
    ("says", "recorded"),
    [
        ("storage_account_id = azurerm_storage_account.st.id", '"id": "%(place)s"'),
        (
            "storage_account_name = azurerm_storage_account.st.name",
            '"id": "https://st.blob.core.windows.net/demos", "resource_manager_id": "%(place)s"',
        ),
    ],
    ids=["by id", "by name"],
)
def test_a_container_is_found_in_the_account_that_is_said(
    observed: Observe, make: Make, says: str, recorded: str
) -> None:
    place = f"{make.st}/blobServices/default/containers/demos"
    values = recorded % {"place": place}
    state = STATE % (RECORDED % ("azurerm_storage_container.demos", "azurerm_storage_container", values))
    files = {"main.tf": ACCOUNT % says, "terraform.tfstate": state}
    assert of(observed(files, make.account(), make.resource(place)), "container").word is Word.IN_SYNC
    assert of(observed(files, make.account()), "container").word is Word.GONE


def test_a_container_whose_account_is_said_by_name_is_imported_by_its_address(observed: Observe, make: Make) -> None:
    account = make.account(primaryEndpoints={"blob": "https://st.blob.core.chinacloudapi.cn/"})
    place = make.resource(f"{make.st}/blobServices/default/containers/demos")
    files = {
        "main.tf": ACCOUNT % 'storage_account_name = "st"',
        "terraform.tfstate": STATE % "",
    }
    found = of(observed(files, account, place), "container")
    assert (found.word, found.import_id) == (Word.UNMANAGED, "https://st.blob.core.chinacloudapi.cn/demos")


ENDPOINT = """
resource "azurerm_private_endpoint" "blob" {
  name                = "pe"
  resource_group_name = "rg"
  private_service_connection {
    private_connection_resource_id = "/subscriptions/s/account"
    subresource_names              = ["blob"]
  }
}
"""


@pytest.mark.parametrize(
    ("group", "word"), [("blob", Word.IN_SYNC), ("file", Word.NOT_APPLIED), ("", Word.NOT_APPLIED)]
)
def test_a_planned_endpoint_is_looked_for_though_nothing_is_closed(
    observed: Observe, make: Make, group: str, word: Word
) -> None:
    link = {"properties": {"privateLinkServiceId": "/Subscriptions/S/account", "groupIds": [group]}}
    live = make.resource("Microsoft.Network/privateEndpoints/pe", {"privateLinkServiceConnections": [link]})
    world = observed(ENDPOINT, *([live] if group else []), make.resource(f"{make.group}"))
    assert of(world, "private endpoint").word is word
