"""Proofs for checks/test_federation_intent.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof, edit

if TYPE_CHECKING:
    from conftest import Bench

SIL = "modules/sil/azureml.tf"
SUBJECT = '"system:serviceaccount:${each.value.namespace}:${each.value.service_account}"'
ISSUER = "= azurerm_kubernetes_cluster.main.oidc_issuer_url"
AUDIENCE = '["api://AzureADTokenExchange"]'


def unset(old: str, kind: str = "string") -> Callable[[Bench], None]:
    """A value that nobody gave in place of a text of the module."""

    def hide(bench: Bench) -> None:
        bench.add("modules/sil/variables.tf", f'\nvariable "later" {{\n  type = {kind}\n}}\n')
        bench.edit("main.tf", '  source = "./modules/sil"\n', '  source = "./modules/sil"\n\n  later = var.later\n')
        bench.add("variables.tf", f'\nvariable "later" {{\n  type = {kind}\n}}\n')
        bench.edit(SIL, old, "= var.later" if old.startswith("=") else "var.later")

    return hide


def annotated_otherwise(bench: Bench) -> None:
    bench.add(
        SIL,
        """
resource "kubernetes_service_account_v1" "runner" {
  metadata {
    name        = "runner"
    namespace   = "robotics"
    annotations = { "azure.workload.identity/client-id" = var.ml_identity.client_id }
  }
}
""",
    )


def many(bench: Bench) -> None:
    more = "\n".join(f'  more-{n} = {{ namespace = "robotics" }}' for n in range(20))
    bench.edit("terraform.tfvars", "workloads = {\n", f"workloads = {{\n{more}\n")


def uncounted(bench: Bench) -> None:
    bench.add("main.tf", 'resource "terraform_data" "later" {}\n')
    bench.edit(
        "main.tf",
        "for name, workload in var.workloads :",
        'for name, workload in (terraform_data.later.id == "x" ? var.workloads : {}) :',
    )


def for_jobs(bench: Bench) -> None:
    bench.edit("terraform.tfvars", 'pilot-runner = { namespace = "robotics" }', 'default = { namespace = "azureml" }')
    bench.edit("main.tf", "      identity              = { id = module.platform.ml_identity.id }\n", "")


PROOFS = {
    "INT23": Proof(edit("terraform.tfvars", 'namespace = "robotics"', 'namespace = "Robotics"'), unset(SUBJECT)),
    "INT24": Proof(annotated_otherwise, unset(SUBJECT)),
    "INT25": Proof(edit(SIL, ISSUER, '= "https://westus3.oic.prod-aks.azure.com/t/c"'), unset(ISSUER)),
    "INT26": Proof(edit(SIL, AUDIENCE, '["api://pilots"]'), unset(AUDIENCE, "list(string)")),
    "INT27": Proof(many, uncounted),
    "INT28": Proof(for_jobs, unset(SUBJECT)),
}
