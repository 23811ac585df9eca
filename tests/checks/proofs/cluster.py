"""Proofs for checks/test_cluster.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import CLUSTER, Proof, deny, edit, live

if TYPE_CHECKING:
    from conftest import Bench

READ = "managedClusters/aks-[^/]+$"
WORKLOAD_IDENTITY = ("modules/sil/main.tf", "  workload_identity_enabled = true\n")


def hidden_workload_identity(bench: Bench) -> None:
    bench.add("modules/sil/main.tf", 'resource "terraform_data" "later" {}\n')
    bench.edit(*WORKLOAD_IDENTITY, '  workload_identity_enabled = terraform_data.later.id == "x"\n')


def a_service_principal(bench: Bench) -> None:
    bench.edit(
        "modules/sil/main.tf",
        '  identity {\n    type = "SystemAssigned"\n  }\n',
        '  service_principal {\n    client_id     = "8a1f"\n    client_secret = "of-no-use"\n  }\n',
    )


def hidden_cluster(bench: Bench) -> None:
    bench.add("modules/sil/main.tf", 'resource "terraform_data" "which" {}\n')
    bench.edit(
        "modules/sil/azureml.tf",
        "      resourceId  = azurerm_kubernetes_cluster.main.id\n",
        "      resourceId  = terraform_data.which.id\n",
    )


PROOFS = {
    "INT04": Proof(edit(*WORKLOAD_IDENTITY, ""), hidden_workload_identity),
    "INT35": Proof(a_service_principal, hidden_cluster),
    "AKS01": Proof(live(CLUSTER, lambda p: p["oidcIssuerProfile"].update(enabled=False)), deny(READ)),
    "AKS02": Proof(live(CLUSTER, lambda p: p.update(disableLocalAccounts=True)), deny(READ)),
    "AKS03": Proof(live(CLUSTER, lambda p: p.update(powerState={"code": "Stopped"})), deny(READ)),
}
