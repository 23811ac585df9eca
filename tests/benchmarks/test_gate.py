"""How long a pull request waits for the gate: the whole process, on the reference stack."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

REPOSITORY = Path(__file__).resolve().parents[2]
GATE = [sys.executable, "-m", "verifier.cli", "gate", "terraform"]


@pytest.mark.parametrize("arguments", [[], ["--no-cache"]], ids=["cached", "cold"])
def test_a_gate_of_the_reference_stack_takes_less_than_a_second(
    arguments: list[str], benchmark: BenchmarkFixture
) -> None:
    def gate() -> int:
        return subprocess.run([*GATE, *arguments], cwd=REPOSITORY, capture_output=True, check=False).returncode

    assert benchmark.pedantic(gate, rounds=5, warmup_rounds=1) == 0
    if benchmark.enabled:
        assert benchmark.stats.stats.median < 1
