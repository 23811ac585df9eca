"""--trace, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verifier.cli import main

STACK = Path(__file__).resolve().parents[3] / "terraform"
HEALTHY = STACK / "examples" / "healthy.world.json"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("verb", ["run", "drift", "snapshot"])
def test_a_verb_that_reads_can_be_traced(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, str(STACK), "--simulate", str(HEALTHY), "--trace", "trace.jsonl"]) == 0
    lines = [json.loads(line) for line in Path("trace.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 10
    assert {line["status"] for line in lines} == {200}


def test_a_snapshot_sends_nothing_to_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(STACK), "--snapshot", "x.json", "--trace", "trace.jsonl"]) == 4
    assert "--snapshot and --trace" in capsys.readouterr().err
    assert not Path("trace.jsonl").exists()


def test_a_trace_that_cannot_be_written_ends_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(STACK), "--simulate", str(HEALTHY), "--trace", str(tmp_path)]) == 11
    assert "cannot be written" in capsys.readouterr().err
