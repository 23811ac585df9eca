"""Asking Azure where the cluster's API server is, a POST: the same troubles, and no check agrees about its inside."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.faults.bench import HEALTHY, Bench, word
from tests.faults.test_matrix import SLACK_SECONDS
from tests.faults.trouble import TROUBLES, Trouble
from verifier.checking.finding import Verdict
from verifier.live import wire
from verifier.live.connect import connect
from verifier.live.deadline import until
from verifier.live.documents import Outcome, Request
from verifier.live.endpoints import Endpoints
from verifier.live.reader import Reader
from verifier.simulator import Simulator

CLUSTER = (
    "/subscriptions/3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10/resourceGroups/rg-armpilot-dev-001"
    "/providers/Microsoft.ContainerService/managedClusters/aks-armpilot-dev-001"
)
ASKED = Request(plane="azure", operation="list", path=f"{CLUSTER}/listClusterUserCredential")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The healthy world over TLS, its cluster's own server here."""
    world = json.loads(HEALTHY.read_text(encoding="utf-8"))
    [cluster] = [r for r in world["resources"] if r["type"].endswith("/ManagedClusters")]
    del cluster["properties"]["fqdn"]
    with Simulator(world, tls=True, kubernetes_requires_token=True) as started:
        yield started


@pytest.fixture
def reader(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A reader that has asked nothing yet but for its token."""
    monkeypatch.setattr(wire, "PAUSES_SECONDS", (0.01, 0.01))
    for name, value in simulator.identity_environment().items():
        monkeypatch.setenv(name, value)
    simulator.faults.clear()
    reader = connect(Endpoints(arm=simulator.arm_endpoint))
    reader.read(Request(plane="azure", operation="list", path=f"{CLUSTER}/trustedAccessRoleBindings"))
    return reader


def inside(bench: Bench) -> list[Request]:
    """Every read of Kubernetes of a healthy run, and which cluster it is of."""
    reads = [request for request, _ in bench.documents if request.plane == "kubernetes"]
    assert {cluster.casefold() for read in reads for cluster in read.clusters} == {CLUSTER.casefold()}
    return reads


@pytest.mark.parametrize("trouble", [t for t in TROUBLES if t.inside], ids=lambda trouble: trouble.name)
def test_no_check_agrees_about_a_cluster_whose_server_was_not_learned(
    bench: Bench, simulator: Simulator, reader: Reader, trouble: Trouble
) -> None:
    simulator.add_fault(trouble.striking(ASKED))
    reads, began = inside(bench), time.monotonic()
    with until(began + trouble.deadline_seconds):
        outcome = reader.read(reads[1])
    assert time.monotonic() - began < trouble.deadline_seconds + SLACK_SECONDS
    assert word(outcome) == trouble.inside, outcome
    if trouble.inside != "found":
        assert agreeing(bench, outcome) == []


def agreeing(bench: Bench, outcome: Outcome) -> list[str]:
    """The findings of the checks of what is inside the cluster that agree, where all its reads end so."""
    documents = bench.documents.with_more(dict.fromkeys(inside(bench), outcome))
    verdicts = bench.judge(documents).verdicts
    about = {finding: verdict for finding, verdict in verdicts.items() if finding.startswith("K8S")}
    assert len(about) > 5
    return sorted(finding for finding, verdict in about.items() if verdict is Verdict.AGREES)
