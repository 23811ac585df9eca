"""Proofs for checks/test_workspace.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import DATASTORE, WORKSPACE, Proof, deny, edit, live

if TYPE_CHECKING:
    from conftest import Bench


def azurerm_workspace(bench: Bench) -> None:
    path = bench.root / "modules/platform/main.tf"
    text = path.read_text(encoding="utf-8")
    start = text.index('resource "azapi_resource" "workspace"')
    path.write_text(
        text[:start]
        + """resource "azurerm_machine_learning_workspace" "workspace" {
  name                    = "mlw-${local.suffix}"
  resource_group_name     = azurerm_resource_group.main.name
  location                = azurerm_resource_group.main.location
  application_insights_id = azurerm_application_insights.main.id
  key_vault_id            = azurerm_key_vault.main.id
  storage_account_id      = azurerm_storage_account.main.id
  identity {
    type = "SystemAssigned"
  }
}
""",
        encoding="utf-8",
    )
    outputs = bench.root / "modules/platform/outputs.tf"
    outputs.write_text(
        outputs.read_text(encoding="utf-8").replace(
            "azapi_resource.workspace", "azurerm_machine_learning_workspace.workspace"
        ),
        encoding="utf-8",
    )


def azurerm_workspace_elsewhere(bench: Bench) -> None:
    azurerm_workspace(bench)
    bench.add("variables.tf", 'variable "account_id" {\n  type = string\n}\n')
    bench.edit(
        "main.tf",
        '  source = "./modules/platform"\n',
        '  source = "./modules/platform"\n\n  account_id = var.account_id\n',
    )
    bench.add("modules/platform/variables.tf", 'variable "account_id" {\n  type = string\n}\n')
    bench.edit(
        "modules/platform/main.tf",
        "  storage_account_id      = azurerm_storage_account.main.id\n",
        "  storage_account_id      = var.account_id\n",
    )


def hidden_keys(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "keys" {\n  type = bool\n}\n')
    bench.edit(
        "main.tf",
        "  should_enable_storage_shared_access_key = var.should_enable_storage_shared_access_key\n",
        "  should_enable_storage_shared_access_key = var.keys\n",
    )


WORKSPACE_NAME = '"Microsoft.MachineLearningServices/workspaces@2025-12-01"\n  name      = "mlw-${local.suffix}"'


def a_name_that_is_not_known(bench: Bench) -> None:
    bench.add("modules/platform/main.tf", 'resource "random_id" "later" {\n  byte_length = 2\n}\n')
    bench.edit(
        "modules/platform/main.tf", WORKSPACE_NAME, WORKSPACE_NAME.replace("local.suffix", "random_id.later.hex")
    )
    bench.deny("/providers/Microsoft.MachineLearningServices/workspaces$")


PROOFS = {
    "INT12": Proof(edit("main.tf", '  system_datastores_auth_mode             = "identity"\n', ""), hidden_keys),
    "INT13": Proof(azurerm_workspace, azurerm_workspace_elsewhere),
    "WKS01": Proof(
        live(WORKSPACE, lambda p: p.update(systemDatastoresAuthMode="AccessKey")), deny("/workspaces/mlw-[^/]+$")
    ),
    "WKS02": Proof(
        live(WORKSPACE, lambda p: p.update(storageAccount=p["storageAccount"] + "old")), deny("/workspaces/mlw-[^/]+$")
    ),
    "WKS03": Proof(
        lambda b: b.resource(WORKSPACE)["identity"].update(type="UserAssigned"), deny("/workspaces/mlw-[^/]+$")
    ),
    "WKS04": Proof(live(WORKSPACE, lambda p: p.update(v1LegacyMode=True)), deny("/workspaces/mlw-[^/]+$")),
    "WKS05": Proof(
        edit("modules/platform/main.tf", WORKSPACE_NAME, WORKSPACE_NAME.replace('suffix}"', 'suffix}-"')),
        a_name_that_is_not_known,
    ),
    "DST01": Proof(
        live(DATASTORE, lambda p: p.update(credentials={"credentialsType": "AccountKey"}), "workspaceblobstore"),
        deny("/datastores$"),
    ),
}
