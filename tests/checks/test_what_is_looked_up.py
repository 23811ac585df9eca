"""A compute on a cluster, in a workspace and with an extension that others make: what it needs is asked of live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.breaking import COMPUTE, EXTENSION, live
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict

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


@pytest.fixture
def others(bench: Bench) -> Bench:
    """The healthy world, of which the source plans the compute alone."""
    for file in [*bench.root.glob("*.tf"), *bench.root.glob("*.tfvars")]:
        file.unlink()
    bench.add("main.tf", LOOKED_UP)
    return bench


def disagreeing(bench: Bench) -> list[Finding]:
    return [f for f in bench.run().findings if f.verdict is Verdict.DISAGREES]


def test_what_others_make_well_is_nothing_to_complain_of(others: Bench) -> None:
    assert others.run().exit_code is ExitCode.AGREES


def test_an_extension_that_nobody_installed_is_missed(others: Bench) -> None:
    others.remove(EXTENSION)

    [finding] = disagreeing(others)

    assert finding.check == "EXT08"
    assert "has no Azure ML extension" in finding.what
    assert finding.fix is not None
    assert finding.fix.command.startswith("az k8s-extension create ")


@pytest.mark.parametrize(
    "settings",
    [{"enableTraining": "False"}, {"enableTraining": "1"}, {"enabletraining": "True"}, {}],
    ids=["off", "no word for on", "in other letters", "left out"],
)
def test_an_extension_that_takes_no_training_jobs_is_of_no_use(others: Bench, settings: dict[str, str]) -> None:
    live(EXTENSION, lambda p: p.update(configurationSettings=settings))(others)

    [finding] = disagreeing(others)

    assert finding.check == "EXT09"
    assert any("exact letters" in n for n in finding.notes) is ("enabletraining" in settings)


def test_an_extension_that_serves_inference_alone_need_not_train(others: Bench) -> None:
    live(EXTENSION, lambda p: p.update(configurationSettings={"enableInference": "True"}))(others)

    assert disagreeing(others) == []


def test_what_the_extensions_agent_met_is_told(others: Bench) -> None:
    live(EXTENSION, lambda p: p.update(errorInfo={"code": "ExtensionOperationFailed", "message": "helm: timed out"}))(
        others
    )

    [finding] = disagreeing(others)

    assert (finding.check, finding.what) == ("EXT03", "the extension azureml reports: helm: timed out")


@pytest.mark.parametrize("error", [{"code": "ClusterUnauthorized"}, {"error": {"code": "ClusterUnauthorized"}}])
def test_what_a_compute_reports_is_told_though_it_was_attached(others: Bench, error: dict[str, object]) -> None:
    live(COMPUTE, lambda p: p.update(provisioningErrors=[error]))(others)

    [finding] = disagreeing(others)

    assert (finding.check, finding.what) == ("CMP04", "compute k8s-dev-001 reports: ClusterUnauthorized")
