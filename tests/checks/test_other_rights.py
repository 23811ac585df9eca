"""What jobs may do beside reading data: pull their image, and take keys where the workspace makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.breaking import ACCOUNT, COMPUTE, WORKSPACE
from tests.checks.proofs.rights import ACR_PULL, KEYS, REGISTRY, assigned, of_high_impact, without
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
FILE_CONTRIBUTOR = "69566ab7-960f-475b-8e7c-b3118f30c6bd"
READER, CONTRIBUTOR = "acdd72a7-3385-48ef-bd42-f606fba81ae7", "b24988ac-6180-42a0-ab88-20f7382dd24c"
OWNERS_OF_KEYS = "81a9662b-bebf-436f-a333-f67b29880f12"
"""Storage Account Key Operator Service Role."""


def judged(bench: Bench, check: str = "RBA06") -> Finding:
    [found] = [f for f in bench.run().findings if f.check == check]
    return found


def by_repository(bench: Bench) -> None:
    bench.resource(REGISTRY)["properties"]["roleAssignmentMode"] = "AbacRepositoryPermissions"


def test_a_missing_pull_role_disagrees_and_says_what_to_grant(bench: Bench) -> None:
    without(bench, ACR_PULL)

    found = judged(bench)

    assert found.verdict is Verdict.DISAGREES
    assert found.fix is not None
    assert 'add azurerm_role_assignment "AcrPull"' in found.fix.action
    assert found.fix.command.endswith(f"--scope {bench.resource(REGISTRY)['id']}")


def test_a_grant_of_the_source_that_is_not_live_explains_it(bench: Bench) -> None:
    without(bench, ACR_PULL)

    [cause] = bench.run().causes

    assert (cause.finding.check, [f.check for f in cause.explains]) == ("RBA02", ["RBA06", "TWS01"])


@pytest.mark.parametrize("role", [READER, CONTRIBUTOR])
def test_whatever_grants_pulling_will_do(bench: Bench, role: str) -> None:
    without(bench, ACR_PULL)
    assigned(bench, bench.resource(REGISTRY)["id"], role)

    assert judged(bench).verdict is Verdict.AGREES


@pytest.mark.parametrize("way", ["adminUserEnabled", "anonymousPullEnabled"])
def test_a_registry_that_asks_for_no_role_is_asked_for_none(bench: Bench, way: str) -> None:
    without(bench, ACR_PULL)
    bench.resource(REGISTRY)["properties"][way] = True
    bench.deny("/registries/[^/]+/providers/Microsoft.Authorization/roleAssignments$")

    assert judged(bench).verdict is Verdict.AGREES


def test_a_registry_that_grants_by_repository_makes_nothing_of_acr_pull(bench: Bench) -> None:
    by_repository(bench)

    found = judged(bench)

    assert found.verdict is Verdict.DISAGREES
    assert found.fix is not None
    assert "Container Registry Repository Reader" in found.fix.action


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("", Verdict.AGREES),
        (
            "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWith 'a/'",
            Verdict.UNVERIFIED,
        ),
    ],
)
def test_a_role_for_its_repositories_counts_there(bench: Bench, condition: str, verdict: Verdict) -> None:
    by_repository(bench)
    assigned(bench, bench.resource(REGISTRY)["id"], REPOSITORY_READER, condition)

    assert judged(bench).verdict is verdict


def test_a_workspace_without_a_registry_asks_for_no_role(bench: Bench) -> None:
    without(bench, ACR_PULL)
    bench.resource(WORKSPACE)["properties"]["containerRegistry"] = None

    assert judged(bench).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("denied", ["/registries/[^/]+$", "/registries/.*/roleAssignments$", "/registries/.*/deny"])
def test_what_could_not_be_read_of_a_registry_is_unverified(bench: Bench, denied: str) -> None:
    bench.deny(denied)

    assert judged(bench).verdict is Verdict.UNVERIFIED


def test_a_young_pull_role_is_pending(bench: Bench) -> None:
    without(bench, ACR_PULL)
    assigned(bench, bench.resource(REGISTRY)["id"], ACR_PULL)
    bench.world["resources"][-1]["properties"]["createdOn"] = "2026-11-21T19:56:00.1234567Z"

    assert judged(bench).verdict is Verdict.PENDING


@pytest.mark.parametrize("check", ["RBA06", "RBA07"])
def test_a_compute_without_an_identity_is_not_told_of_its_rights(bench: Bench, check: str) -> None:
    of_high_impact(bench)
    bench.resource(COMPUTE)["identity"] = None

    assert judged(bench, check).verdict is Verdict.NOT_APPLICABLE


def test_the_source_is_where_to_start_where_it_grants_no_pulling(bench: Bench) -> None:
    text = (bench.root / "modules/platform/roles.tf").read_text("utf-8")
    (bench.root / "modules/platform/roles.tf").write_text(text.replace(', "image-pull"]', "]"), "utf-8")
    without(bench, ACR_PULL)

    [cause] = [c for c in bench.run().causes if c.finding.link == 15]

    assert (cause.finding.check, [f.check for f in cause.explains]) == ("INT43", ["RBA06"])


@pytest.mark.parametrize("role", [KEYS, OWNERS_OF_KEYS, CONTRIBUTOR])
def test_in_a_workspace_of_high_impact_jobs_take_the_accounts_key(bench: Bench, role: str) -> None:
    bench.resource(WORKSPACE)["properties"]["hbiWorkspace"] = True
    assigned(bench, bench.resource(ACCOUNT)["id"], role)

    assert judged(bench, "RBA07").verdict is Verdict.AGREES


def test_in_a_workspace_of_high_impact_a_data_role_is_not_enough(bench: Bench) -> None:
    bench.resource(WORKSPACE)["properties"]["hbiWorkspace"] = True

    result = bench.run()

    assert "RBA07" in {f.check for f in result.with_verdict(Verdict.DISAGREES)}
    assert result.exit_code is ExitCode.DISAGREES


def without_a_file_role(bench: Bench) -> None:
    without(bench, FILE_CONTRIBUTOR)


def test_jobs_need_no_file_role_and_are_told_that_shares_would(bench: Bench) -> None:
    without_a_file_role(bench)

    found = judged(bench, "RBA01")

    assert found.verdict is Verdict.AGREES
    [said] = found.notes
    assert said.startswith("it holds no file data role")
    assert "workspacefilestore or workspaceworkingdirectory" in said


def test_with_a_file_role_or_without_keyless_shares_nothing_is_said_of_shares(bench: Bench) -> None:
    assert judged(bench, "RBA01").notes == ()

    without_a_file_role(bench)
    for resource in bench.world["resources"]:
        if resource["properties"].get("datastoreType") == "AzureFile":
            resource["properties"]["credentials"] = {"credentialsType": "AccountKey"}

    assert judged(bench, "RBA01").notes == ()
