"""The Kubernetes that is read may be another cluster's: nothing may then be judged by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench

OURS = (
    "https://westus3.oic.prod-aks.azure.com/9b1f7c1e-2d54-4f0b-8a3c-4e6d5b7f2a18/db0bee30-2552-56b1-8449-7041b8ae56f8/"
)
INSIDE = {"FIC03", "K8S01", "K8S02", "K8S03", "K8S04", "K8S06", "K8S07", "K8S08", "K8S09", "K8S10"}


def reads_of(bench: Bench, issuer: str) -> None:
    """The API server that is read has this issuer."""
    bench.world["objects"].append(
        {
            "apiVersion": "v1",
            "kind": "OpenIDConfiguration",
            "metadata": {"name": "openid-configuration"},
            "issuer": issuer,
        }
    )


def test_of_another_cluster_nothing_is_judged_and_it_is_said(bench: Bench) -> None:
    reads_of(bench, "https://westus3.oic.prod-aks.azure.com/t/of-somebody-else/")

    findings = [f for f in bench.run().findings if f.check in INSIDE]

    assert {f.check for f in findings if f.verdict is Verdict.UNVERIFIED} == INSIDE
    assert {f.verdict for f in findings} <= {Verdict.UNVERIFIED, Verdict.NOT_APPLICABLE}
    assert all("another cluster's" in f.what for f in findings if f.verdict is Verdict.UNVERIFIED)


def test_a_broken_world_of_somebody_else_is_no_finding_here(bench: Bench) -> None:
    reads_of(bench, "https://westus3.oic.prod-aks.azure.com/t/of-somebody-else/")
    bench.world["objects"] = [o for o in bench.world["objects"] if o["kind"] == "OpenIDConfiguration"]

    assert [f.id for f in bench.run().findings if f.verdict is Verdict.DISAGREES] == []


@pytest.mark.parametrize("issuer", [OURS, OURS.rstrip("/")])
def test_the_cluster_that_is_meant_is_judged(bench: Bench, issuer: str) -> None:
    reads_of(bench, issuer)

    assert {f.verdict for f in bench.run().findings} == {Verdict.AGREES}


@pytest.mark.parametrize("kind", [{"kind": "status", "status": 500}, {"kind": "html"}], ids=["500", "a page"])
def test_where_the_issuer_could_not_be_read_whose_answers_they_are_is_open(bench: Bench, kind: dict[str, Any]) -> None:
    bench.world["faults"] = [{"match": "openid-configuration", **kind}]
    result = bench.run()

    unverified = {f.check for f in result.findings if f.verdict is Verdict.UNVERIFIED}
    assert unverified >= INSIDE - {"K8S04"}
    assert result.exit_code is ExitCode.UNVERIFIED


def test_where_the_issuer_may_not_be_read_the_one_asked_for_is_believed(bench: Bench) -> None:
    bench.deny("/openid-configuration$")

    assert {f.verdict for f in bench.run().findings} == {Verdict.AGREES}
