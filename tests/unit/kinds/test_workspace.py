from __future__ import annotations

import pytest

from verifier.kinds.workspace import WORKSPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZAPI = """
    resource "azapi_resource" "w" {
      type = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
      name = "w"
      identity {
        type = "SystemAssigned"
      }
      body = %s
    }
"""
AZURERM = """
    resource "azurerm_machine_learning_workspace" "w" {
      name               = "w"
      storage_account_id = "/st"
      identity {
        type = "UserAssigned"
      }
    }
"""
UPDATE = """
    resource "azapi_update_resource" "u" {
      type        = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
      resource_id = azurerm_machine_learning_workspace.w.id
      body        = { properties = { systemDatastoresAuthMode = "Identity" } }
    }
"""


@pytest.mark.parametrize(
    ("body", "mode", "keyless"),
    [
        ('{ properties = { systemDatastoresAuthMode = "identity" } }', "identity", True),
        ('jsonencode({ properties = { systemDatastoresAuthMode = "UserDelegationSAS" } })', "UserDelegationSAS", True),
        ('{ properties = { systemDatastoresAuthMode = "accesskey" } }', "accesskey", False),
        ("{ properties = { systemDatastoresAuthMode = null } }", "AccessKey", False),
        ("{ properties = {} }", "AccessKey", False),
    ],
)
def test_the_auth_mode_is_access_key_unless_the_body_says_otherwise(
    state: State, body: str, mode: str, keyless: bool
) -> None:
    workspace = state(WORKSPACE, AZAPI % body)

    assert (workspace.auth_mode.value, workspace.keyless) == (mode, keyless)
    assert workspace.says_auth_mode


@pytest.mark.parametrize(("word", "keyless"), [("Identity", True), ("AccessKey", False)])
def test_a_newer_azurerm_says_the_auth_mode_in_its_own_word(state: State, word: str, *, keyless: bool) -> None:
    said = AZURERM.replace('name               = "w"', f'name = "w"\n storage_account_access_type = "{word}"')
    workspace = state(WORKSPACE, said)

    assert workspace.says_auth_mode
    assert (workspace.auth_mode.value, workspace.auth_mode.stated, workspace.keyless) == (word, True, keyless)


def test_azurerm_that_says_no_auth_mode_leaves_it_at_keys(state: State) -> None:
    workspace = state(WORKSPACE, AZURERM)

    assert not workspace.says_auth_mode
    assert (workspace.auth_mode.value, workspace.auth_mode.stated) == ("AccessKey", False)
    assert (workspace.storage_account_id.value, workspace.identity_type.value) == ("/st", "UserAssigned")


def test_an_update_resource_can_say_the_auth_mode_for_azurerm(state: State) -> None:
    workspace = state(WORKSPACE, AZURERM + UPDATE)

    assert workspace.says_auth_mode
    assert workspace.keyless


ACTION = UPDATE.replace("azapi_update_resource", "azapi_resource_action")


@pytest.mark.parametrize(
    ("said", "keyless"),
    [
        ('method = "PATCH"', True),
        ('method = "put"', True),
        ('method = "POST"', False),
        ("", False),
        ('method = "PUT"\n action = "listKeys"', False),
    ],
)
def test_an_action_that_writes_the_workspace_says_more_of_it(state: State, said: str, *, keyless: bool) -> None:
    workspace = state(WORKSPACE, AZURERM + ACTION.replace("body ", f"{said}\n      body "))

    assert workspace.keyless is keyless


@pytest.mark.parametrize(
    ("properties", "keyless"),
    [
        ({}, False),
        ({"systemDatastoresAuthMode": None}, False),
        ({"systemDatastoresAuthMode": "AccessKey"}, False),
        ({"systemDatastoresAuthMode": "accessKey"}, False),
        ({"systemDatastoresAuthMode": "Identity"}, True),
        ({"systemDatastoresAuthMode": "identity"}, True),
        ({"systemDatastoresAuthMode": "userDelegationSAS"}, True),
        ({"systemDatastoresAuthMode": "somethingNew"}, False),
    ],
)
def test_live_is_keyless_only_where_the_service_says_so(
    serve: Serve, properties: dict[str, str | None], keyless: bool
) -> None:
    assert serve(WORKSPACE, {"name": "w", "properties": properties}).keyless is keyless


def test_the_principal_of_a_workspace_goes_by_both_of_azapis_names(state: State) -> None:
    references = state(WORKSPACE, AZAPI % "{}").principal_id.references

    assert references == ("azapi_resource.w.identity[0].principal_id", "azapi_resource.w.output.identity.principalId")


def test_the_primary_identity_goes_by_the_names_of_both_providers(state: State, serve: Serve) -> None:
    azapi = AZAPI % '{ properties = { primaryUserAssignedIdentity = "/id" } }'
    azurerm = AZURERM.replace('"/st"', '"/st"\n primary_user_assigned_identity = "/id"')

    assert state(WORKSPACE, azapi).primary_identity_id.value == "/id"
    assert state(WORKSPACE, azurerm).primary_identity_id.value == "/id"
    assert serve(WORKSPACE, {"properties": {"primaryUserAssignedIdentity": "/id"}}).primary_identity_id.value == "/id"


def test_the_service_notes_the_principal_of_each_identity(serve: Serve) -> None:
    assigned = {"/A/b": {"principalId": "p"}, "/A/c": {}, "/A/d": None}
    workspace = serve(WORKSPACE, {"identity": {"type": "UserAssigned", "userAssignedIdentities": assigned}})

    assert workspace.principals.value == {"/a/b": "p"}
