"""Proofs for checks/test_existence.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import CLUSTER, EXTENSION, Proof, deny, gone

if TYPE_CHECKING:
    from conftest import Bench

LOOKED_UP = """
provider "azurerm" {
  subscription_id     = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
  storage_use_azuread = true
  features {}
}

data "azurerm_machine_learning_workspace" "ml" {
  name                = "mlw-armpilot-dev-001"
  resource_group_name = "rg-armpilot-dev-001"
}

data "azurerm_kubernetes_cluster" "aks" {
  name                = "aks-armpilot-dev-001"
  resource_group_name = "rg-armpilot-dev-001"
}

data "azurerm_user_assigned_identity" "ml" {
  name                = "id-ml-armpilot-dev-001"
  resource_group_name = "rg-armpilot-dev-001"
}

resource "azapi_resource" "compute" {
  type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
  name      = "k8s-dev-001"
  parent_id = data.azurerm_machine_learning_workspace.ml.id

  identity {
    type         = "UserAssigned"
    identity_ids = [data.azurerm_user_assigned_identity.ml.id]
  }

  body = {
    properties = {
      computeType = "Kubernetes"
      resourceId  = data.azurerm_kubernetes_cluster.aks.id
      properties  = { namespace = "azureml" }
    }
  }
}
"""


def under_another_name(bench: Bench) -> None:
    extension = bench.resource(EXTENSION)
    extension.update(id=extension["id"].replace("/extensions/azureml", "/extensions/by-hand"), name="by-hand")


def others_make_the_rest(bench: Bench) -> None:
    """The source plans the compute alone, and looks up what that hangs on."""
    for file in [*bench.root.glob("*.tf"), *bench.root.glob("*.tfvars")]:
        file.unlink()
    bench.add("main.tf", LOOKED_UP)


PROOFS = {
    "TWS01": Proof(under_another_name, deny("/providers/")),
    "TWS02": Proof(gone(CLUSTER), deny("/(aks|mlw|id-ml)-armpilot-dev-001$"), others_make_the_rest),
}
