"""How long it takes until anything happens: importing the package, and asking for help."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

Run = Callable[[Sequence[str]], None]

LONGEST_SECONDS = 0.15


@pytest.mark.benchmark(group="starting")
@pytest.mark.parametrize(
    "arguments", [("-c", "import verifier"), ("-m", "verifier.cli", "--help")], ids=["import", "help"]
)
def test_starting(benchmark: BenchmarkFixture, run: Run, arguments: tuple[str, ...]) -> None:
    benchmark.pedantic(run, args=((sys.executable, *arguments),), rounds=11, warmup_rounds=2)
    if benchmark.enabled:
        assert benchmark.stats.stats.min < LONGEST_SECONDS
