"""How long the reference stack takes to be read and evaluated, within one process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from verifier.hcl.cache import Cache
from verifier.terraform import evaluate_root, load

STACK = Path(__file__).resolve().parents[2] / "terraform"


def test_evaluation_alone(benchmark: BenchmarkFixture) -> None:
    plan = benchmark(load(STACK).plan)
    assert plan.complete
    if benchmark.enabled:
        assert benchmark.stats.stats.median < 0.010


def test_reading_and_evaluating_without_a_cache(benchmark: BenchmarkFixture) -> None:
    plan = benchmark(lambda: evaluate_root(STACK))
    assert plan.complete


def test_reading_and_evaluating_with_a_warm_cache(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    evaluate_root(STACK, cache=cache)
    plan = benchmark(lambda: evaluate_root(STACK, cache=cache))
    assert plan.complete


@pytest.mark.parametrize("copies", [1, 10, 50])
def test_evaluation_of_many_copies_of_the_stack(benchmark: BenchmarkFixture, tmp_path: Path, copies: int) -> None:
    shutil.copytree(STACK, tmp_path / "stack", ignore=shutil.ignore_patterns("providers.tf", "examples", ".terraform"))
    values = (tmp_path / "stack" / "terraform.tfvars").read_text("utf-8")
    needed = [line for line in values.splitlines() if line.startswith(("resource_prefix", "environment", "location"))]
    arguments = "\n".join(f"  {line}" for line in needed)
    calls = (f'module "copy{i}" {{\n  source = "./stack"\n{arguments}\n}}\n' for i in range(copies))
    (tmp_path / "main.tf").write_text("".join(calls), "utf-8")
    plan = benchmark(load(tmp_path).plan)
    assert plan.complete
    assert len(plan.modules) == 3 * copies
