from __future__ import annotations

import pytest

from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.role_definition import ROLE_DEFINITION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = """
    resource "azurerm_role_definition" "r" {
      name  = "blobs"
      scope = "/subscriptions/s"
      permissions {
        actions          = ["a/read"]
        data_actions     = ["b/*"]
        not_data_actions = ["b/c"]
      }
    }
"""
AZAPI = """
    resource "azapi_resource" "r" {
      type      = "Microsoft.Authorization/roleDefinitions@2022-04-01"
      name      = "11111111-2222-4333-8444-555555555555"
      parent_id = "/subscriptions/s"
      body = { properties = {
        roleName    = "blobs"
        permissions = [{ actions = ["a/read"], dataActions = ["b/*"], notDataActions = ["b/c"] }]
      } }
    }
"""
ELEMENT = {"actions": ("a/read",), "notActions": (), "dataActions": ("b/*",), "notDataActions": ("b/c",)}


@pytest.mark.parametrize("source", [AZURERM, AZAPI])
def test_azurerm_and_azapi_say_the_same_role(state: State, source: str) -> None:
    said = state(ROLE_DEFINITION, source)

    assert said.name.value == "blobs"
    assert said.permissions.value == (ELEMENT,)


def test_what_is_served_is_what_is_said(serve: Serve) -> None:
    properties = {"roleName": "blobs", "permissions": [{"actions": ["a/read"], "dataActions": ["b/*"]}]}
    found = serve(ROLE_DEFINITION, {"properties": properties})

    assert found.name.value == "blobs"
    assert found.permissions.value == ({**ELEMENT, "notDataActions": ()},)


def test_permissions_that_wait_for_something_are_not_known(state: State) -> None:
    said = state(ROLE_DEFINITION, AZURERM.replace('["b/*"]', "[x_y.later.action]"))

    assert not said.permissions.known


@pytest.mark.parametrize(
    ("source", "admin", "by_repository"),
    [
        ('resource "azurerm_container_registry" "r" {\n  name = "acr"\n}', False, False),
        ('resource "azurerm_container_registry" "r" {\n  name = "acr"\n  admin_enabled = true\n}', True, False),
        (
            (
                'resource "azurerm_container_registry" "r" {\n  name = "acr"\n'
                '  role_assignment_mode = "AbacRepositoryPermissions"\n}'
            ),
            False,
            True,
        ),
        (
            (
                'resource "azapi_resource" "r" {\n  type = "Microsoft.ContainerRegistry/registries@2025-11-01"\n'
                '  name = "acr"\n  body = { properties = { adminUserEnabled = true, '
                'roleAssignmentMode = "abacRepositoryPermissions" } }\n}'
            ),
            True,
            True,
        ),
    ],
)
def test_a_registry_says_whether_it_has_a_password_and_by_which_roles_it_is_pulled_from(
    state: State, source: str, *, admin: bool, by_repository: bool
) -> None:
    said = state(CONTAINER_REGISTRY, source)

    assert (said.admin_enabled.value, said.pulls_by_repository) == (admin, by_repository)
