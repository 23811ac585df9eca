"""What is said of a federated credential by its source alone, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench

SIL = "modules/sil/azureml.tf"
SUBJECT = '"system:serviceaccount:${each.value.namespace}:${each.value.service_account}"'
ISSUER = "azurerm_kubernetes_cluster.main.oidc_issuer_url"
AUDIENCE = '["api://AzureADTokenExchange"]'
AKS = "https://westus3.oic.prod-aks.azure.com/t/c"


def said(bench: Bench, check: str) -> Verdict:
    [finding] = [f for f in bench.run(offline=True).findings if f.check == check]
    return finding.verdict


@pytest.mark.parametrize(
    ("check", "old", "new", "verdict"),
    [
        ("INT23", SUBJECT, '"system:serviceaccount:robotics:pilot-runner"', Verdict.AGREES),
        ("INT23", SUBJECT, '"system:serviceaccount:Robotics:pilot-runner"', Verdict.DISAGREES),
        ("INT23", SUBJECT, '"system:serviceaccount:azure-ml:training"', Verdict.DISAGREES),
        ("INT23", SUBJECT, '"system:serviceaccount:-robotics:pilot-runner"', Verdict.DISAGREES),
        ("INT23", SUBJECT, '"repo:a/b:environment:dev"', Verdict.NOT_APPLICABLE),
        ("INT24", SUBJECT, '"system:serviceaccount:robotics:pilot.runner"', Verdict.AGREES),
        ("INT24", SUBJECT, '"system:serviceaccount:robotics:pilot_runner"', Verdict.DISAGREES),
        ("INT24", SUBJECT, '"system:serviceaccount:robotics"', Verdict.DISAGREES),
        ("INT24", SUBJECT, '"serviceaccount:robotics:pilot-runner"', Verdict.DISAGREES),
        ("INT24", SUBJECT, '"repo:a/b:environment:dev"', Verdict.DISAGREES),
        ("INT25", ISSUER, f'"{AKS}/"', Verdict.AGREES),
        ("INT25", ISSUER, f'"{AKS}"', Verdict.DISAGREES),
        ("INT25", ISSUER, '"http://issuer.example.com/"', Verdict.DISAGREES),
        ("INT25", ISSUER, '"https://issuer.example.com"', Verdict.AGREES),
        ("INT25", ISSUER, f'trimsuffix({ISSUER}, "/")', Verdict.UNVERIFIED),
        ("INT26", AUDIENCE, '["api://AzureADTokenExchangeUSGov"]', Verdict.AGREES),
        ("INT26", AUDIENCE, '["api://AzureADTokenExchange", "api://other"]', Verdict.DISAGREES),
        ("INT26", AUDIENCE, '["api://azureadtokenexchange"]', Verdict.DISAGREES),
        ("INT28", SUBJECT, '"system:serviceaccount:azureml:training"', Verdict.INERT),
        ("INT28", SUBJECT, '"repo:a/b:environment:dev"', Verdict.NOT_APPLICABLE),
    ],
)
def test_a_credential_is_judged_by_what_is_written(
    bench: Bench, check: str, old: str, new: str, verdict: Verdict
) -> None:
    bench.edit(SIL, old, new)

    assert said(bench, check) is verdict


def test_an_account_that_is_only_written_on_is_annotated_as_well(bench: Bench) -> None:
    bench.add(
        SIL,
        """
resource "kubernetes_annotations" "runner" {
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {
    name      = "runner"
    namespace = "robotics"
  }
  annotations = { "azure.workload.identity/client-id" = var.ml_identity.client_id }
}
""",
    )

    assert said(bench, "INT24") is Verdict.DISAGREES


def test_where_jobs_sign_in_by_federation_a_credential_for_them_is_not_inert(bench: Bench) -> None:
    bench.edit(SIL, SUBJECT, '"system:serviceaccount:azureml:default"')
    bench.add("verifier.toml", "jobs_use_workload_identity = true\n")

    assert said(bench, "INT28") is Verdict.AGREES


def test_a_credential_for_a_ci_system_has_the_audience_and_the_issuer_of_that_system(bench: Bench) -> None:
    bench.edit(SIL, SUBJECT, '"repo:a/b:environment:dev"')
    bench.edit(SIL, ISSUER, '"https://token.actions.githubusercontent.com"')
    bench.edit(SIL, AUDIENCE, '["api://ours"]')

    result = bench.run(offline=True)

    verdicts = {f.check: f.verdict for f in result.findings if f.check in {"INT23", "INT24", "INT25", "INT26", "INT28"}}
    assert set(verdicts.values()) == {Verdict.NOT_APPLICABLE}
