"""The blob of an azurerm backend, which is no read of the plan: the same troubles, and nothing agrees by the state."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.bench import Bench, Judgment, Replay
from tests.faults.test_matrix import SLACK_SECONDS, checks_in, speaks
from tests.faults.trouble import TROUBLES, Trouble, Word
from tests.remote_backend import BLOB
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict
from verifier.checking.session import judge
from verifier.live.deadline import until
from verifier.simulator import Fault
from verifier.terraform.configuration import load
from verifier.terraform.state import State
from verifier.world.observe import observe
from verifier.world.recording import Recording, recording_of


@pytest.fixture
def bench(bench_of: Callable[[str], Bench]) -> Bench:
    return bench_of("a state in a blob")


@pytest.fixture(scope="module")
def rests(bench_of: Callable[[str], Bench]) -> frozenset[str]:
    """The findings that agree because of what is recorded: with another id in the state, or nothing, they do not."""
    bench = bench_of("a state in a blob")
    state = read(bench).state
    assert state is not None
    moved = {each.address: replace(each, attributes={**each.attributes, "id": "/elsewhere"}) for each in state}
    others = (State(source=state.source), State(source=state.source, instances=moved))
    said = [judged(bench, Recording(state=other, said="")).verdicts for other in others]
    return frozenset(
        finding
        for finding, verdict in bench.healthy.verdicts.items()
        if verdict is Verdict.AGREES and any(v.get(finding) is not Verdict.AGREES for v in said)
    )


@pytest.mark.parametrize("trouble", [t for t in TROUBLES if t.blob], ids=lambda trouble: trouble.name)
def test_no_check_agrees_by_a_state_that_was_not_read(bench: Bench, rests: frozenset[str], trouble: Trouble) -> None:
    bench.simulator.faults.clear()
    bench.simulator.add_fault(Fault(match=rf"^/_blob/{re.escape(BLOB)}(\?|$)", **trouble.fault))
    began = time.monotonic()
    with until(began + trouble.deadline_seconds):
        recording = read(bench)
    assert time.monotonic() - began < trouble.deadline_seconds + SLACK_SECONDS
    assert ended(recording) == trouble.blob, recording.said
    judgment = judged(bench, recording)
    if trouble.blob == "found":
        assert judgment.verdicts == bench.healthy.verdicts
    elif trouble.blob != "absent":
        assert [f for f in sorted(rests) if judgment.verdicts.get(f) is Verdict.AGREES] == []
        assert [check for check in checks_in(rests) if not speaks(judgment, check)] == []
        assert judgment.result.exit_code is ExitCode.UNVERIFIED


def test_something_rests_on_the_state(rests: frozenset[str]) -> None:
    assert checks_in(rests) == ["INT41", "TWS01"]


def read(bench: Bench) -> Recording:
    return recording_of(bench.settings, load(bench.settings.root), bench.reader)


def judged(bench: Bench, recording: Recording) -> Judgment:
    world = observe(bench.settings, reader=Replay(bench.documents), recording=recording)
    return Judgment(judge(bench.settings, world))


def ended(recording: Recording) -> Word:
    if recording.state is not None:
        return "found"
    if not recording.failed:
        return "absent"
    return "denied" if "is needed, and account keys are never used" in recording.said else "failed"
