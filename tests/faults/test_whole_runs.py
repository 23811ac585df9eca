"""Whole runs from the command line in which everything goes wrong at once: they end in time, and never with 0."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bench import HEALTHY, STACK
from tests.faults.trouble import TROUBLES, Trouble
from verifier.checking.exit_code import ExitCode
from verifier.cli import main
from verifier.live import wire
from verifier.simulator import Fault, Simulator

DEADLINE_SECONDS = 1.0
SLACK_SECONDS = 15.0
"""For a busy machine: reading the source and judging are in it, too."""

LASTING = [trouble for trouble in TROUBLES if "found" not in {trouble.get, trouble.list}]
READS = "^/(subscriptions|providers|api)"
TOKENS = "^/msi/token"


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(wire, "PAUSES_SECONDS", (0.01, 0.01))
    with Simulator(HEALTHY) as started:
        for name, value in started.identity_environment().items():
            monkeypatch.setenv(name, value)
        yield started


def run(simulator: Simulator, *options: str) -> int:
    began = time.monotonic()
    endpoints = ("--arm-endpoint", simulator.arm_endpoint, "--kubernetes-endpoint", simulator.kubernetes_endpoint)
    code = main(["run", str(STACK), *endpoints, "--deadline", str(DEADLINE_SECONDS), *options])
    assert time.monotonic() - began < DEADLINE_SECONDS + SLACK_SECONDS
    return code


@pytest.mark.parametrize("trouble", LASTING, ids=lambda trouble: trouble.name)
def test_when_every_read_is_struck_the_run_is_not_green(
    simulator: Simulator, trouble: Trouble, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.add_fault(Fault(match=READS, **trouble.fault))
    code = run(simulator)
    printed = "".join(capsys.readouterr())
    assert code in {ExitCode.DISAGREES, ExitCode.UNVERIFIED, ExitCode.UNREADABLE}, printed
    assert "Traceback" not in printed
    assert "defect" not in printed


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 400, "code": "invalid_request"},
        {"kind": "html"},
        {"kind": "empty-body"},
        {"kind": "reset"},
        {"kind": "truncated"},
        {"kind": "latency", "seconds": 5.0},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}".strip(),
)
def test_when_no_token_is_to_be_had_the_run_is_not_green(
    simulator: Simulator, fault: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.add_fault(Fault(match=TOKENS, **fault))
    code = run(simulator)
    printed = "".join(capsys.readouterr())
    assert code in {ExitCode.UNVERIFIED, ExitCode.UNREADABLE}, printed
    assert "Traceback" not in printed
    assert "defect" not in printed


def test_when_nobody_listens_the_run_cannot_begin(
    simulator: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(HEALTHY) as gone:
        endpoint = gone.arm_endpoint
    code = main(["run", str(STACK), "--arm-endpoint", endpoint, "--deadline", str(DEADLINE_SECONDS)])
    assert code == ExitCode.UNREADABLE
    assert "no connection to http://127.0.0.1" in capsys.readouterr().err
