"""How long a pull request waits for the gate: the whole process, on the reference stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

Run = Callable[[Sequence[str]], None]


@pytest.mark.benchmark(group="the reference stack, whole process")
@pytest.mark.parametrize("arguments", [(), ("--no-cache",)], ids=["cached", "cold"])
def test_a_gate_takes_less_than_a_second(
    benchmark: BenchmarkFixture, run: Run, verifier: tuple[str, ...], arguments: tuple[str, ...]
) -> None:
    command = (*verifier, "gate", "terraform", *arguments)
    benchmark.pedantic(run, args=(command,), rounds=11, warmup_rounds=2)
    if benchmark.enabled:
        assert benchmark.stats.stats.min < 1
