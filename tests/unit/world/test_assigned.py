"""A role assignment's three-way word: by role, scope and principal, and not by a name that apply makes up."""

from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Denied
from verifier.world import World
from verifier.world.threeway import Existence, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
ANOTHER = "69566ab7-960f-475b-8e7c-b3118f30c6bd"
SOURCE = """
resource "azurerm_user_assigned_identity" "ml" {
  name                = "ml"
  resource_group_name = "rg"
}
resource "azurerm_storage_account" "st" {
  name                = "st"
  resource_group_name = "rg"
}
resource "azurerm_role_assignment" "data" {
  scope                = azurerm_storage_account.st.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = %s
  %s
}
"""
ML = "azurerm_user_assigned_identity.ml.principal_id"
STATED = SOURCE % (ML, "")
STATE = """
{"format_version": "1.0", "values": {"root_module": {"resources": [
  {"address": "azurerm_role_assignment.data", "mode": "managed", "type": "azurerm_role_assignment",
   "values": {"id": "%s"}}
]}}}
"""


def told(world: World) -> Existence:
    [found] = [e for e in world.existences if e.subject.kind.noun == "role assignment"]
    return found


def with_state(source: str, identifier: str) -> dict[str, str]:
    # what `terraform show -json` writes is taken as a local backend's file, too
    return {"main.tf": source, "terraform.tfstate": STATE % identifier}


def assigned(make: Make, **properties: Any) -> tuple[dict[str, Any], ...]:
    return (make.identity(), make.account(), make.assignment("principal-of-ml", CONTRIBUTOR, **properties))


def own_id(make: Make) -> str:
    return str(make.assignment("principal-of-ml", CONTRIBUTOR)["id"])


def test_one_that_gives_the_role_to_the_principal_is_the_one_that_is_meant(observed: Observe, make: Make) -> None:
    assert told(observed(STATED, *assigned(make))).word is Word.IN_SYNC


def test_what_the_state_has_under_its_id_is_in_sync(observed: Observe, make: Make) -> None:
    assert told(observed(with_state(STATED, own_id(make)), *assigned(make))).word is Word.IN_SYNC


def test_a_tenant_behind_the_recorded_id_is_no_part_of_it(observed: Observe, make: Make) -> None:
    found = told(observed(with_state(STATED, f"{own_id(make)}|a-tenant"), *assigned(make)))
    assert found.word is Word.IN_SYNC


def test_one_that_the_state_does_not_have_is_imported_by_its_whole_id(observed: Observe, make: Make) -> None:
    files = with_state(STATED, own_id(make))
    files["terraform.tfstate"] = files["terraform.tfstate"].replace("role_assignment.data", "role_assignment.other")
    live = make.assignment("principal-of-ml", CONTRIBUTOR)
    live["id"] = live["id"].replace("/resourceGroups/", "/resourcegroups/")
    world = observed(files, make.identity(), make.account(), live)
    [found] = [e for e in world.existences if e.subject.address == "azurerm_role_assignment.data"]
    assert (found.recorded is not None, found.import_id) == (True, own_id(make))
    assert found.word is Word.NOT_APPLIED  # the state has it under another address


@pytest.mark.parametrize(
    "other",
    [
        {"principal": "somebody-else", "role": CONTRIBUTOR},
        {"principal": "principal-of-ml", "role": ANOTHER},
        {"principal": "principal-of-ml", "role": CONTRIBUTOR, "scope": "/subscriptions/s/resourceGroups/rg"},
    ],
    ids=["another principal", "another role", "another scope"],
)
def test_one_that_gives_something_else_is_not_it_and_is_nobodys_here(
    observed: Observe, make: Make, other: dict[str, str]
) -> None:
    world = observed(STATED, make.identity(), make.account(), make.assignment(**other))
    assert told(world).word is Word.NOT_APPLIED


def test_one_that_the_state_has_for_another_principal_has_drifted(observed: Observe, make: Make) -> None:
    old = make.assignment("somebody-else", CONTRIBUTOR)
    found = told(observed(with_state(STATED, old["id"]), make.identity(), make.account(), old))
    assert found.word is Word.DRIFTED
    assert found.differences == ("principalId is somebody-else, and the source says principal-of-ml",)


def test_one_that_the_state_has_and_that_gives_another_role_has_drifted(observed: Observe, make: Make) -> None:
    old = make.assignment("principal-of-ml", ANOTHER)
    found = told(observed(with_state(STATED, old["id"]), make.identity(), make.account(), old))
    assert found.differences == ("it gives another role than the source says",)


def test_one_that_was_deleted_is_gone(observed: Observe, make: Make) -> None:
    assert told(observed(with_state(STATED, own_id(make)), make.identity(), make.account())).word is Word.GONE


def test_one_under_another_name_than_the_source_states_is_not_terraforms_own(observed: Observe, make: Make) -> None:
    found = told(observed(SOURCE % (ML, 'name = "0b1f"'), *assigned(make)))
    assert found.other_name
    assert found.word is Word.UNMANAGED


def test_a_list_that_could_not_be_read_proves_nothing(observed: Observe, make: Make) -> None:
    permission = "Microsoft.Authorization/roleAssignments/read"
    world = observed(STATED, *assigned(make), ends={"list": Denied(permission=permission)})
    with pytest.raises(NotKnown) as raised:
        _ = told(world).word
    assert permission in raised.value.missing


def test_one_for_what_does_not_exist_yet_is_not_applied(observed: Observe, make: Make) -> None:
    assert told(observed(STATED, make.account())).word is Word.NOT_APPLIED


def test_at_a_scope_that_does_not_exist_nothing_is_assigned(observed: Observe, make: Make) -> None:
    assert told(observed(STATED, make.identity())).word is Word.NOT_APPLIED


def test_one_for_somebody_who_is_not_known_before_apply_has_no_word(observed: Observe, make: Make) -> None:
    source = SOURCE % ("azuread_service_principal.app.object_id", "")
    source += 'resource "azuread_service_principal" "app" {\n  client_id = "c"\n}\n'
    with pytest.raises(NotKnown):
        _ = told(observed(source, *assigned(make))).word


def test_one_for_nobody_is_none(observed: Observe, make: Make) -> None:
    world = observed(SOURCE % ('""', ""), *assigned(make))
    assert not [e for e in world.existences if e.subject.kind.noun == "role assignment"]


def test_what_a_workspaces_own_identity_holds_may_be_the_services_doing(observed: Observe, make: Make) -> None:
    source = SOURCE % ('"principal-of-mlw"', "") + (
        'resource "azapi_resource" "mlw" {\n  type = "Microsoft.MachineLearningServices/workspaces@2025-12-01"\n'
        '  name = "mlw"\n  parent_id = "' + make.group + '"\n}\n'
    )
    workspace = make.workspace() | {"identity": {"type": "SystemAssigned", "principalId": "principal-of-mlw"}}
    world = observed(source, make.account(), workspace, make.assignment("principal-of-mlw", CONTRIBUTOR))
    assert "Azure ML grants a workspace's own identity roles by itself" in told(world).beside


def test_one_that_is_live_and_would_be_made_once_a_flag_is_on_is_called_out(observed: Observe, make: Make) -> None:
    flag = 'variable "on" {\n  default = false\n}\n'
    off = flag + STATED.replace('" "data" {\n', '" "data" {\n  count = var.on ? 1 : 0\n')
    other = STATED[STATED.index('resource "azurerm_role_assignment"') :].replace('"data"', '"other"')
    other = other.replace("Storage Blob Data Contributor", "Storage Blob Data Reader")
    world = observed(off + other, *assigned(make))
    [found] = [e for e in world.existences if e.subject.kind.noun == "role assignment" and not e.subject.address]
    assert found.word is Word.UNMANAGED
    assert [maker.address for maker in found.kept_out] == ["azurerm_role_assignment.data[0]"]
    assert found.import_id == own_id(make)


def test_one_whose_role_could_not_be_read_is_not_taken_for_the_one_that_is_meant(observed: Observe, make: Make) -> None:
    own = make.assignment("principal-of-ml", "a-role-of-somebodys")
    denied = Denied(permission="Microsoft.Authorization/roleDefinitions/read")
    files = with_state(STATED, own["id"])
    world = observed(files, make.identity(), make.account(), own, ends={"roleDefinitions": denied})
    with pytest.raises(NotKnown):
        _ = told(world).word


def test_one_that_the_state_has_at_another_scope_has_drifted(observed: Observe, make: Make) -> None:
    above = make.assignment("principal-of-ml", CONTRIBUTOR, scope=make.group)
    found = told(observed(with_state(STATED, above["id"]), make.identity(), make.account(), above))
    assert found.differences == ("it is assigned at rg, and the source says st",)


def test_one_across_tenants_is_imported_with_the_tenant_behind_a_bar(observed: Observe, make: Make) -> None:
    across = {"delegatedManagedIdentityResourceId": "/subscriptions/theirs/identity"}
    assert "a bar and the tenant's id" in told(observed(STATED, *assigned(make, **across))).beside
    assert told(observed(STATED, *assigned(make))).beside == ""
