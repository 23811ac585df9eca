"""A compute on a cluster, in a workspace and with an extension that others make: what it needs is asked of live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, COMPUTE, EXTENSION, WORKSPACE, live
from tests.checks.proofs.existence import others_make_the_rest
from tests.checks.proofs.pods import a_failing_pod
from tests.checks.proofs.trusted_access import a_live_binding
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench


@pytest.fixture
def others(bench: Bench) -> Bench:
    """The healthy world, of which the source plans the compute alone."""
    others_make_the_rest(bench)
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


def test_a_workspace_that_was_not_made_whole_is_told(others: Bench) -> None:
    live(WORKSPACE, lambda p: p.update(provisioningState="Failed"))(others)

    [finding] = disagreeing(others)

    assert finding.check == "WKS06"
    assert "is Failed, not Succeeded" in finding.what


def test_how_a_workspace_comes_out_of_what_is_being_done_to_it_is_not_known(others: Bench) -> None:
    live(WORKSPACE, lambda p: p.update(provisioningState="Updating"))(others)

    result = others.run()

    assert [f.check for f in result.findings if f.verdict is Verdict.UNVERIFIED] == ["WKS06"]
    assert result.exit_code is ExitCode.UNVERIFIED


@pytest.mark.parametrize("mode", [None, "AccessKey"])
def test_a_workspace_in_key_mode_on_an_account_without_keys_is_told(others: Bench, mode: str | None) -> None:
    live(WORKSPACE, lambda p: p.update(systemDatastoresAuthMode=mode))(others)

    [finding] = disagreeing(others)

    assert finding.check == "WKS07"
    assert finding.fix is not None
    assert "--system-datastores-auth-mode identity" in finding.fix.command


def test_a_workspace_in_key_mode_gets_on_with_an_account_that_has_keys(others: Bench) -> None:
    live(WORKSPACE, lambda p: p.update(systemDatastoresAuthMode=None))(others)
    live(ACCOUNT, lambda p: p.update(allowSharedKeyAccess=True))(others)

    assert [f.check for f in disagreeing(others) if f.check == "WKS07"] == []


def test_a_namespace_that_is_being_deleted_takes_no_jobs(others: Bench) -> None:
    others.kubernetes_object("Namespace", "azureml")["status"]["phase"] = "Terminating"

    [finding] = disagreeing(others)

    assert finding.check == "K8S06"
    assert "is being deleted" in finding.what


def test_an_api_server_that_takes_no_call_from_outside_is_told(others: Bench) -> None:
    live(CLUSTER, lambda p: p.update(apiServerAccessProfile={"authorizedIPRanges": ["10.1.0.0/16"]}))(others)

    [finding] = disagreeing(others)

    assert finding.check == "CMP07"


def test_whether_azure_ml_is_among_the_public_ranges_is_not_known(others: Bench) -> None:
    live(CLUSTER, lambda p: p.update(apiServerAccessProfile={"authorizedIPRanges": ["20.42.0.0/24"]}))(others)

    assert [f.check for f in others.run().findings if f.verdict is Verdict.UNVERIFIED] == ["CMP07"]


def test_the_workspace_may_call_an_api_server_that_trusts_it(others: Bench) -> None:
    live(CLUSTER, lambda p: p.update(apiServerAccessProfile={"authorizedIPRanges": ["20.42.0.0/24"]}))(others)
    a_live_binding(others, others.resource(WORKSPACE)["id"])

    assert others.run().exit_code is ExitCode.AGREES


def test_a_pod_of_the_extension_that_fails_over_and_over_is_told(others: Bench) -> None:
    others.world["objects"].append(a_failing_pod("aml-operator-7c9d8b6f5-x2x7q"))

    [finding] = disagreeing(others)

    assert (finding.check, finding.what) == (
        "K8S10",
        "pod aml-operator-7c9d8b6f5-x2x7q of the extension does not run: CrashLoopBackOff",
    )


def test_a_failing_pod_of_a_deployment_is_no_pod_of_the_extension(others: Bench) -> None:
    others.world["objects"].append(a_failing_pod("blue-grasping-5d8f7c6b9-k8s2p"))

    assert disagreeing(others) == []


def test_a_cluster_that_is_looked_up_and_gone_explains_the_missing_extension(others: Bench) -> None:
    others.remove(CLUSTER)
    others.remove(EXTENSION)

    result = others.run()

    [cause] = result.causes
    assert (cause.finding.check, cause.finding.subject) == ("TWS02", "data.azurerm_kubernetes_cluster.aks")
    assert [f.check for f in cause.explains] == ["EXT08"]
    assert result.exit_code is ExitCode.DISAGREES


def test_what_the_configuration_makes_itself_is_not_missed_before_its_apply(bench: Bench) -> None:
    bench.add(
        "modules/sil/main.tf",
        """
data "azurerm_kubernetes_cluster" "again" {
  name                = azurerm_kubernetes_cluster.main.name
  resource_group_name = azurerm_kubernetes_cluster.main.resource_group_name
}
""",
    )
    bench.remove(CLUSTER)

    assert [f for f in bench.run().findings if f.check == "TWS02"] == []
