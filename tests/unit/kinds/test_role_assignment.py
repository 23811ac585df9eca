from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.role_assignment import ROLE_ASSIGNMENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = """
    resource "azurerm_role_assignment" "r" {
      principal_id       = "p"
      principal_type     = "ServicePrincipal"
      role_definition_id = "/roles/x"
      scope              = "/st"
      condition          = "c"
    }
"""
AZAPI = """
    resource "azapi_resource" "r" {
      type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
      name      = "11111111-2222-4333-8444-555555555555"
      parent_id = "/st"
      body = { properties = {
        principalId = "p", principalType = "ServicePrincipal", roleDefinitionId = "/roles/x", condition = "c"
      } }
    }
"""
ID = "/providers/Microsoft.Authorization/roleAssignments/1"


@pytest.mark.parametrize("source", [AZURERM, AZAPI])
def test_azurerm_and_azapi_say_the_same_assignment(state: State, source: str) -> None:
    said = state(ROLE_ASSIGNMENT, source)

    assert (said.principal_id.value, said.principal_type.value) == ("p", "ServicePrincipal")
    assert (said.role_definition_id.value, said.scope.value, said.condition.value) == ("/roles/x", "/st", "c")
    assert not said.role_name.stated


@pytest.mark.parametrize(
    ("source", "properties", "scope"),
    [
        (f"/subscriptions/s{ID}", {"scope": "/subscriptions/s"}, "/subscriptions/s"),
        (f"/subscriptions/s{ID}", {}, "/subscriptions/s"),
        (f"/subscriptions/s{ID.lower()}", {"scope": None}, "/subscriptions/s"),
        (ID, {}, "/"),
    ],
)
def test_the_scope_is_where_the_assignment_stands(
    serve: Serve, source: str, properties: dict[str, Any], scope: str
) -> None:
    assert serve(ROLE_ASSIGNMENT, {"properties": properties}, source).scope.value == scope


def test_an_assignment_of_nothing_to_nobody_is_not_known(serve: Serve) -> None:
    found = serve(ROLE_ASSIGNMENT, {"properties": {}}, "odd")

    assert not any(f.known for f in (found.principal_id, found.role_definition_id, found.scope))


@pytest.mark.parametrize(("condition", "text"), [(None, ""), ("", ""), ("@Resource[x]", "@Resource[x]")])
def test_no_condition_is_an_empty_one(serve: Serve, condition: str | None, text: str) -> None:
    assert serve(ROLE_ASSIGNMENT, {"properties": {"condition": condition}}, ID).condition.value == text


@pytest.mark.parametrize(
    ("properties", "changed"),
    [
        ({"createdOn": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00Z"),
        ({"createdOn": "2026-01-01T00:00:00Z", "updatedOn": "2026-02-01T00:00:00Z"}, "2026-02-01T00:00:00Z"),
        ({"createdOn": "2026-01-01T00:00:00Z", "updatedOn": None}, "2026-01-01T00:00:00Z"),
        ({}, ""),
    ],
)
def test_an_assignment_is_as_old_as_its_last_change(serve: Serve, properties: dict[str, Any], changed: str) -> None:
    assert serve(ROLE_ASSIGNMENT, {"properties": properties}, ID).changed_on.value == changed
