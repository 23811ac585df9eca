"""A word that nobody here has heard of proves nothing: what hangs on it is unverified, and never right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.breaking import DATASTORE
from tests.checks.proofs.rights import REGISTRY
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench


def credentials(bench: Bench) -> None:
    properties(bench, DATASTORE, "workspaceblobstore")["credentials"] = {"credentialsType": "QuantumKey"}


def registry_mode(bench: Bench) -> None:
    properties(bench, REGISTRY)["roleAssignmentMode"] = "SomethingNew"


def properties(bench: Bench, arm_type: str, name: str = "") -> dict[str, Any]:
    found: dict[str, Any] = bench.resource(arm_type, name)["properties"]
    return found


@pytest.mark.parametrize(
    ("said", "checks"),
    [(credentials, {"DST01"}), (registry_mode, {"RBA06"})],
    ids=["a datastore's credentials", "a registry's mode"],
)
def test_a_new_word_of_the_service_is_no_agreement(
    bench: Bench, said: Callable[[Bench], None], checks: set[str]
) -> None:
    said(bench)
    result = bench.run()

    assert checks <= {f.check for f in result.findings if f.verdict is Verdict.UNVERIFIED}
    assert result.exit_code in {ExitCode.UNVERIFIED, ExitCode.DISAGREES}


def test_a_webhook_of_the_right_name_that_chooses_no_such_pods_gives_none_an_identity(bench: Bench) -> None:
    webhook = bench.kubernetes_object("MutatingWebhookConfiguration", "azure-wi-webhook-mutating-webhook-configuration")
    webhook["webhooks"][0]["objectSelector"] = {"matchLabels": {"azure.workload.identity/use": "never"}}
    result = bench.run()

    assert "K8S04" in {f.check for f in result.findings if f.verdict is Verdict.DISAGREES}
