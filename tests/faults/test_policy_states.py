"""The one read that is a POST, and is only made where keys are not as meant: the same troubles, the same endings."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bench import HEALTHY, REPOSITORY
from tests.faults.trouble import TROUBLES, Trouble
from verifier.checking.finding import Verdict
from verifier.checking.session import run
from verifier.config import Options, settings
from verifier.live import wire
from verifier.live.documents import Request
from verifier.simulator import Simulator

ACCOUNT = (
    "/subscriptions/3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10/resourceGroups/rg-armpilot-dev-001"
    "/providers/Microsoft.Storage/storageAccounts/starmpilotdev001"
)
STATES = f"{ACCOUNT}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
ASKED = Request(plane="azure", operation="list", path=STATES)
ANSWERED_ALL_THE_SAME = "found"


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """The reference stack, which lets keys be used by now."""
    root = tmp_path / "terraform"
    shutil.copytree(REPOSITORY / "terraform", root, ignore=shutil.ignore_patterns("examples", ".terraform"))
    with (root / "terraform.tfvars").open("a", encoding="utf-8") as file:
        file.write("\nshould_enable_storage_shared_access_key = true\n")
    return root


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """The healthy world, in which keys are off, and a policy that only looks has seen that."""
    world = json.loads(HEALTHY.read_text(encoding="utf-8"))
    state = {"resourceId": ACCOUNT, "policyDefinitionAction": "audit", "complianceState": "Compliant"}
    world["resources"].append({"id": f"{STATES}/s", "name": "s", "type": "x", **state})
    monkeypatch.setattr(wire, "PAUSES_SECONDS", (0.01, 0.01))
    with Simulator(world) as started:
        for name, value in started.identity_environment().items():
            monkeypatch.setenv(name, value)
        yield started


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_no_policy_is_ruled_out_without_the_read(stack: Path, simulator: Simulator, trouble: Trouble) -> None:
    simulator.add_fault(trouble.striking(ASKED))
    options = Options(
        root=stack,
        arm_endpoint=simulator.arm_endpoint,
        kubernetes_endpoint=simulator.kubernetes_endpoint,
        deadline_seconds=trouble.deadline_seconds * 5,
    )

    [finding] = [f for f in run(settings(options, {})).findings if f.check == "STO04"]

    answered = trouble.list == ANSWERED_ALL_THE_SAME
    assert finding.verdict is (Verdict.AGREES if answered else Verdict.UNVERIFIED), finding.what
    asked = any(re.search(r"/queryResults$", seen.path) and seen.method == "POST" for seen in simulator.requests)
    assert asked or trouble.fault["kind"] == "latency", "what is still unanswered is not yet among the requests"
