"""Datastores without a credential on an account that is not the workspace's: what jobs may do there is judged, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.chains import unfounded
from tests.checks.proofs.access import without_live_blob_grant
from tests.checks.proofs.breaking import ACCOUNT, COMPUTE, CONTAINER, DATASTORE
from tests.checks.team_data import (
    CONTRIBUTOR,
    GRANT,
    ON_THE_TEAMS,
    READER,
    TEAM,
    granted,
    live_team_data,
    planned_team_data,
)
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict
from verifier.checking.links import State

if TYPE_CHECKING:
    from conftest import Bench


def judged(bench: Bench, check: str = "RBA01", **options: Any) -> list[Finding]:
    return [f for f in bench.run(**options).findings if f.check == check]


def on_the_teams(bench: Bench, check: str = "RBA01") -> Finding:
    [found] = [f for f in judged(bench, check) if f.subject == ON_THE_TEAMS]
    return found


def test_a_missing_role_on_a_datastores_account_disagrees_and_is_where_the_chain_breaks(bench: Bench) -> None:
    live_team_data(bench)

    result = bench.run()

    [found] = result.with_verdict(Verdict.DISAGREES)
    assert found.id == f"RBA01[{ON_THE_TEAMS}]"
    assert found.what.endswith(f"may not read blobs of storage account {TEAM} (datastore teamdata)")
    assert found.fix is not None
    assert found.fix.command.endswith(f"--scope {bench.resource(ACCOUNT, TEAM)['id']}")
    assert result.exit_code is ExitCode.DISAGREES
    [chain] = result.chains
    assert chain.broken is not None
    assert (chain.broken.about, chain.broken.findings) == (f"storage account {TEAM}", (found.id,))
    assert [link.about for link in chain.links if link.state is State.BROKEN] == [f"storage account {TEAM}"]
    assert list(unfounded(result)) == []


def test_a_grant_that_is_gone_elsewhere_does_not_explain_it(bench: Bench) -> None:
    live_team_data(bench)
    without_live_blob_grant(bench)

    causes = {c.finding.id: [f.id for f in c.explains] for c in bench.run().causes}

    assert causes.pop(f"RBA01[{ON_THE_TEAMS}]") == []
    [(cause, explained)] = causes.items()
    assert cause.startswith("RBA02[")
    assert [explains.partition("[")[0] for explains in explained] == ["RBA01", "TWS01"]
    assert explained[0] == "RBA01[compute k8s-dev-001]"


@pytest.mark.parametrize("role", [READER, CONTRIBUTOR])
def test_reading_is_enough_there(bench: Bench, role: str) -> None:
    live_team_data(bench)
    granted(bench, role)

    result = bench.run()

    assert result.exit_code is ExitCode.AGREES
    [chain] = result.chains
    assert chain.states("data roles") == {State.HOLDS}


def test_a_young_grant_there_is_pending(bench: Bench) -> None:
    live_team_data(bench)
    granted(bench, since="2026-11-21T19:56:00.1234567Z")

    assert on_the_teams(bench, "RBA04").verdict is Verdict.PENDING


def test_role_assignments_that_could_not_be_read_there_are_unverified(bench: Bench) -> None:
    live_team_data(bench)
    granted(bench)
    bench.deny(f"/{TEAM}/providers/Microsoft.Authorization/roleAssignments$")

    result = bench.run()

    assert {f.verdict for f in result.findings if f.subject == ON_THE_TEAMS} == {Verdict.UNVERIFIED}
    assert result.exit_code is ExitCode.UNVERIFIED


def test_an_account_that_nobody_can_tell_is_unverified(bench: Bench) -> None:
    properties = live_team_data(bench)["properties"]
    bench.remove(ACCOUNT, TEAM)
    del properties["subscriptionId"], properties["resourceGroup"]

    [found] = [f for f in judged(bench) if f.subject.endswith("on the account behind datastore teamdata")]

    assert found.verdict is Verdict.UNVERIFIED


def test_an_account_that_is_gone_is_said_by_its_datastore_alone(bench: Bench) -> None:
    live_team_data(bench)
    bench.remove(ACCOUNT, TEAM)
    bench.remove(CONTAINER, "raw")

    assert on_the_teams(bench).verdict is Verdict.NOT_APPLICABLE
    assert Verdict.DISAGREES in {f.verdict for f in judged(bench, "DST02")}


@pytest.mark.parametrize(
    "properties",
    [
        {"credentials": {"credentialsType": "ServicePrincipal"}},
        {"credentials": {"credentialsType": "AccountKey"}},
        {"datastoreType": "AzureFile", "fileShareName": "raw"},
        {"accountName": "starmpilotdev001", "containerName": "azureml"},
    ],
)
def test_an_account_that_jobs_do_not_reach_as_their_identity_is_not_asked_for_roles(
    bench: Bench, properties: dict[str, Any]
) -> None:
    live_team_data(bench)["properties"].update(properties)

    assert [f.subject for f in judged(bench)] == ["compute k8s-dev-001"]


def test_what_a_datastore_authenticates_with_is_not_taken_for_granted(bench: Bench) -> None:
    live_team_data(bench)["properties"].pop("credentials")

    assert on_the_teams(bench).verdict is Verdict.DISAGREES


def test_a_compute_without_an_identity_is_told_of_it_once(bench: Bench) -> None:
    live_team_data(bench)
    bench.resource(COMPUTE)["identity"] = None

    result = bench.run()

    by_subject = {f.subject: f.verdict for f in result.findings if f.check == "RBA01"}
    assert by_subject == {"compute k8s-dev-001": Verdict.DISAGREES, ON_THE_TEAMS: Verdict.NOT_APPLICABLE}
    assert list(unfounded(result)) == []


@pytest.mark.parametrize("offline", [True, False])
def test_the_source_is_to_grant_it_where_it_makes_both(bench: Bench, offline: bool) -> None:
    planned_team_data(bench, grant="")
    live_team_data(bench)

    [found] = judged(bench, "INT18", offline=offline)

    assert found.verdict is Verdict.DISAGREES
    assert found.what.endswith(f"is granted no blob data role on storage account {TEAM} (datastore teamdata)")


def test_in_the_source_reading_is_enough_and_its_chain_holds_there(bench: Bench) -> None:
    planned_team_data(bench)

    result = bench.run(offline=True)

    assert result.exit_code is ExitCode.AGREES
    [chain] = result.chains
    assert chain.states("data roles") == {State.HOLDS}


def test_where_the_source_grants_nothing_there_its_chain_breaks_there_alone(bench: Bench) -> None:
    planned_team_data(bench, grant="")

    [chain] = bench.run(offline=True).chains

    assert [link.about for link in chain.links if link.state is State.BROKEN] == [f"storage account {TEAM}"]


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ('"Storage Blob Data Reader"', '"A Role Of Our Own"', Verdict.UNVERIFIED),
        ('"Storage Blob Data Reader"', '"Contributor"', Verdict.DISAGREES),
    ],
)
def test_a_grant_in_the_source_is_taken_for_what_it_is(bench: Bench, old: str, new: str, verdict: Verdict) -> None:
    planned_team_data(bench, grant=GRANT.replace(old, new))

    assert [f.verdict for f in judged(bench, "INT18", offline=True)] == [verdict]


def test_an_account_of_another_configuration_may_be_granted_there(bench: Bench) -> None:
    bench.add(
        "modules/platform/main.tf",
        """
data "azurerm_storage_container" "team" {
  name               = "raw"
  storage_account_id = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stteamdata"
}

resource "azurerm_machine_learning_datastore_blobstorage" "team" {
  name                 = "teamdata"
  workspace_id         = azapi_resource.workspace.id
  storage_container_id = data.azurerm_storage_container.team.resource_manager_id
}
""",
    )

    assert [f.verdict for f in judged(bench, "INT18", offline=True)] == [Verdict.AGREES]


def test_a_datastore_that_is_gone_asks_for_nothing(bench: Bench) -> None:
    live_team_data(bench)
    bench.remove(DATASTORE, "teamdata")

    assert [f.verdict for f in judged(bench)] == [Verdict.AGREES]
