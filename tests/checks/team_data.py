"""Data of a team: a second account, and a datastore without a credential that stands for a container of it."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from tests.checks.proofs.access import principal_of_ml
from tests.checks.proofs.breaking import ACCOUNT, ASSIGNMENT, CONTAINER, DATASTORE

if TYPE_CHECKING:
    from conftest import Bench

TEAM, OWN = "stteamdata", "starmpilotdev001"
READER, CONTRIBUTOR = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
ON_THE_TEAMS = f"compute k8s-dev-001 on storage account {TEAM}"
GRANT = """
resource "azurerm_role_assignment" "team" {
  scope                = azurerm_storage_account.team.id
  role_definition_name = "Storage Blob Data Reader"
  principal_id         = azurerm_user_assigned_identity.ml.principal_id
}
"""


def live_team_data(bench: Bench) -> dict[str, Any]:
    """The account, its container and the datastore are live; the answer is the datastore."""
    account = _like(bench, ACCOUNT, "", OWN, TEAM)
    raw = _like(bench, CONTAINER, "azureml", OWN, TEAM)
    raw["id"], raw["name"] = f"{account['id']}/blobServices/default/containers/raw", "raw"
    store = _like(bench, DATASTORE, "workspaceblobstore", "workspaceblobstore", "teamdata")
    store["properties"] |= {"accountName": TEAM, "containerName": "raw", "isDefault": False}
    return store


def planned_team_data(bench: Bench, grant: str = GRANT) -> None:
    """The source makes them."""
    bench.add(
        "modules/platform/main.tf",
        f"""
resource "azurerm_storage_account" "team" {{
  name                      = "{TEAM}"
  resource_group_name       = azurerm_resource_group.main.name
  location                  = azurerm_resource_group.main.location
  account_tier              = "Standard"
  account_replication_type  = "LRS"
  shared_access_key_enabled = false
}}

resource "azurerm_storage_container" "team" {{
  name               = "raw"
  storage_account_id = azurerm_storage_account.team.id
}}

resource "azurerm_machine_learning_datastore_blobstorage" "team" {{
  name                 = "teamdata"
  workspace_id         = azapi_resource.workspace.id
  storage_container_id = azurerm_storage_container.team.resource_manager_id
}}
{grant}""",
    )


def granted(bench: Bench, role: str = READER, since: str = "2026-11-03T09:00:00Z") -> None:
    """The jobs' identity holds a role on the account."""
    account = bench.resource(ACCOUNT, TEAM)["id"]
    name = "7a9c1e52-0f0b-4b1c-9a5e-3c0f9d7e2b46"
    bench.world["resources"].append(
        {
            "id": f"{account}/providers/{ASSIGNMENT}/{name}",
            "name": name,
            "type": ASSIGNMENT,
            "properties": {
                "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{role}",
                "principalId": principal_of_ml(bench),
                "principalType": "ServicePrincipal",
                "scope": account,
                "createdOn": since,
                "updatedOn": since,
            },
        }
    )


def _like(bench: Bench, arm_type: str, name: str, old: str, new: str) -> dict[str, Any]:
    text = json.dumps(copy.deepcopy(bench.resource(arm_type, name)))
    made: dict[str, Any] = json.loads(text.replace(old, new))
    bench.world["resources"].append(made)
    return made
