"""Proofs for checks/test_trusted_access.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import CLUSTER, WORKSPACE, Proof, deny

if TYPE_CHECKING:
    from conftest import Bench

BINDING = f"{CLUSTER}/trustedAccessRoleBindings"
PLANNED = """
resource "azurerm_kubernetes_cluster_trusted_access_role_binding" "workspace" {
  kubernetes_cluster_id = azurerm_kubernetes_cluster.main.id
  name                  = "mlw"
  roles                 = ["Microsoft.MachineLearningServices/workspaces/mlworkload"]
  source_resource_id    = var.ml_workspace.id
}
"""
RANGES = """
  api_server_access_profile {
    authorized_ip_ranges = %s
  }

  identity {
    type = "SystemAssigned"
  }
"""


def without_local_accounts(bench: Bench) -> None:
    """The cluster has no local accounts; a binding, made before the compute was attached, lets the workspace in."""
    bench.edit("modules/sil/main.tf", "  local_account_disabled = false\n", "  local_account_disabled = true\n")
    cluster = bench.resource(CLUSTER)
    cluster["properties"]["disableLocalAccounts"] = True
    bench.add("modules/sil/main.tf", PLANNED)
    a_live_binding(bench, bench.resource(WORKSPACE)["id"])


def a_live_binding(bench: Bench, workspace: str) -> None:
    identifier = f"{bench.resource(CLUSTER)['id']}/trustedAccessRoleBindings/mlw"
    bench.world["resources"].append(
        {
            "id": identifier,
            "name": "mlw",
            "type": BINDING,
            "systemData": {"createdAt": "2026-11-03T09:20:00.0000000+00:00"},
            "properties": {
                "provisioningState": "Succeeded",
                "sourceResourceId": workspace,
                "roles": ["Microsoft.MachineLearningServices/workspaces/mlworkload"],
            },
        }
    )


def with_ranges(bench: Bench, ranges: str) -> None:
    bench.edit("modules/sil/main.tf", '\n  identity {\n    type = "SystemAssigned"\n  }\n', RANGES % ranges)
    bench.resource(CLUSTER)["properties"]["apiServerAccessProfile"] = {"authorizedIPRanges": ["10.1.0.0/16"]}


def behind_ranges(bench: Bench) -> None:
    without_local_accounts(bench)
    with_ranges(bench, '["10.1.0.0/16"]')


def without_binding(bench: Bench) -> None:
    bench.edit("modules/sil/main.tf", PLANNED, "")
    bench.remove(BINDING)


def hidden_binding(bench: Bench) -> None:
    bench.edit(
        "modules/sil/main.tf",
        "  source_resource_id    = var.ml_workspace.id\n",
        "  source_resource_id    = terraform_data.whose.id\n",
    )
    bench.add("modules/sil/main.tf", 'resource "terraform_data" "whose" {}\n')


def bound_after_attaching(bench: Bench) -> None:
    bench.resource(BINDING)["systemData"]["createdAt"] = "2026-11-03T09:40:00.0000000+00:00"


PROOFS = {
    "INT33": Proof(without_binding, hidden_binding, without_local_accounts),
    "INT34": Proof(without_binding, hidden_binding, behind_ranges),
    "CMP07": Proof(without_binding, deny("/trustedAccessRoleBindings$"), behind_ranges),
    "CMP06": Proof(bound_after_attaching, deny("/trustedAccessRoleBindings$"), without_local_accounts),
}
