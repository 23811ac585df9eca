"""Answers in another shape than the service has: what hangs on them is not known, and everything else is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench


def a_namespace_in_no_phase(bench: Bench) -> None:
    bench.kubernetes_object("Namespace", "azureml")["status"] = {"phase": ["Active"]}


def a_grant_through_something_odd(bench: Bench) -> None:
    for grant in bench.world["resources"]:
        if grant["type"] == "Microsoft.Authorization/roleAssignments":
            grant["properties"]["delegatedManagedIdentityResourceId"] = {"id": "x"}


def a_grant_under_an_odd_condition(bench: Bench) -> None:
    for grant in bench.world["resources"]:
        if grant["type"] == "Microsoft.Authorization/roleAssignments":
            grant["properties"]["condition"] = {"text": "x"}


def annotations_in_a_list(bench: Bench) -> None:
    bench.kubernetes_object("ServiceAccount", "pilot-runner", "robotics")["metadata"]["annotations"] = ["x"]


def an_odd_error(bench: Bench) -> None:
    bench.resource("Microsoft.KubernetesConfiguration/extensions")["properties"]["errorInfo"] = "helm: timed out"


def an_odd_part_of_a_size(part: str) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        compute = bench.resource("Microsoft.MachineLearningServices/workspaces/computes")
        size = compute["properties"]["properties"]["instanceTypes"]["cpu"]
        size.update({part: ["x"]})

    return change


@pytest.mark.parametrize(
    ("change", "check", "verdict"),
    [
        (a_namespace_in_no_phase, "K8S06", Verdict.UNVERIFIED),
        (annotations_in_a_list, "K8S01", Verdict.UNVERIFIED),
        (an_odd_error, "EXT03", Verdict.UNVERIFIED),
        (an_odd_part_of_a_size("nodeSelector"), "K8S07", Verdict.UNVERIFIED),
        (an_odd_part_of_a_size("resources"), "K8S07", Verdict.UNVERIFIED),
        (a_grant_through_something_odd, "RBA01", Verdict.AGREES),
        (a_grant_under_an_odd_condition, "RBA01", Verdict.UNVERIFIED),
    ],
)
def test_what_is_sent_in_another_shape_is_not_known_and_stops_nothing(
    bench: Bench, change: Callable[[Bench], None], check: str, verdict: Verdict
) -> None:
    change(bench)

    result = bench.run()

    assert {f.verdict for f in result.findings if f.check == check} == {verdict}
    assert result.broken == ()
