"""Whole processes beside others: tfparse on the reference stack, and Terraform where it needs no provider.

What is compared runs in turn, so that a busy machine slows both. Nothing is held to a limit but what docs/benchmarks.md
says is reached; `make bench` prints the figures.
"""

from __future__ import annotations

import importlib.util
import itertools
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

Run = Callable[[Sequence[str]], None]

STACK = Path(__file__).resolve().parents[2] / "terraform"
TFPARSE = "import sys, tfparse; tfparse.load_from_path(sys.argv[1])"
RESOURCES = 300
MODULES = 12

needs_tfparse = pytest.mark.skipif(
    importlib.util.find_spec("tfparse") is None, reason="tfparse is not installed: pip install tfparse"
)
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on PATH")


def often(
    benchmark: BenchmarkFixture, run: Run, command: Sequence[str], *, beside: Sequence[str] = (), most: float = 0
) -> None:
    """Time a program; with another one `beside` it, which takes turns, it takes at `most` so many times as long."""
    others: list[float] = []

    def other() -> None:
        began = time.perf_counter()
        run(beside)
        others.append(time.perf_counter() - began)

    benchmark.pedantic(run, args=(command,), setup=other if beside else None, rounds=21, warmup_rounds=2)
    if beside and benchmark.enabled:
        times = benchmark.stats.stats.median / statistics.median(others)
        benchmark.extra_info["times the other"] = round(times, 2)
        print(f"{' '.join(command[2:])}: {times:.2f} times the other")
        assert not most or times < most


@pytest.mark.benchmark(group="the reference stack, whole process")
def test_python_alone(benchmark: BenchmarkFixture, run: Run) -> None:
    often(benchmark, run, (sys.executable, "-c", "pass"))


@pytest.mark.benchmark(group="the reference stack, whole process")
@needs_tfparse
def test_tfparse(benchmark: BenchmarkFixture, run: Run) -> None:
    often(benchmark, run, (sys.executable, "-c", TFPARSE, "terraform"))


@pytest.mark.benchmark(group="the reference stack, whole process")
@pytest.mark.parametrize(("arguments", "most"), [((), 0.5), (("--no-cache",), 1.5)], ids=["again", "without a cache"])
@needs_tfparse
def test_plan_beside_tfparse(
    benchmark: BenchmarkFixture, run: Run, verifier: tuple[str, ...], arguments: tuple[str, ...], most: float
) -> None:
    beside = (sys.executable, "-c", TFPARSE, "terraform")
    often(benchmark, run, (*verifier, "plan", "terraform", *arguments), beside=beside, most=most)


@pytest.mark.benchmark(group="the reference stack, whole process")
def test_plan_after_a_change(
    benchmark: BenchmarkFixture, run: Run, verifier: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every file but one is in the cache, and what was printed before is of no use."""
    stack = tmp_path_factory.mktemp("changed") / "terraform"
    shutil.copytree(STACK, stack, ignore=shutil.ignore_patterns("examples", ".terraform"))
    versions = itertools.count()

    def change() -> None:
        (stack / "more.tf").write_text(f"locals {{ version = {next(versions)} }}\n", "utf-8")

    benchmark.pedantic(run, args=((*verifier, "plan", str(stack)),), setup=change, rounds=11, warmup_rounds=2)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration that Terraform plans without any provider but its own."""
    root = tmp_path_factory.mktemp("large")
    block = (
        'resource "terraform_data" "r{i}" {{\n  count = var.on ? 2 : 0\n'
        '  input = {{ name = "${{var.prefix}}-${{count.index}}", tags = merge(local.tags, {{ n = "{i}" }}) }}\n}}\n'
    )
    module = root / "m"
    module.mkdir()
    head = 'variable "on" { default = true }\nvariable "prefix" {}\nlocals { tags = { made = "here" } }\n'
    (module / "main.tf").write_text(head + "".join(block.format(i=i) for i in range(RESOURCES // MODULES)), "utf-8")
    calls = (f'module "m{i}" {{\n  source = "./m"\n  prefix = "p{i}"\n}}\n' for i in range(MODULES))
    (root / "main.tf").write_text("".join(calls), "utf-8")
    return root


@pytest.mark.benchmark(group="600 instances in 12 modules, whole process")
@pytest.mark.parametrize("arguments", [(), ("--no-cache",)], ids=["cached", "cold"])
def test_plan_of_many_instances(
    benchmark: BenchmarkFixture, run: Run, verifier: tuple[str, ...], large: Path, arguments: tuple[str, ...]
) -> None:
    often(benchmark, run, (*verifier, "plan", str(large), *arguments))


@pytest.mark.benchmark(group="600 instances in 12 modules, whole process")
@needs_terraform
def test_terraform_plan_of_many_instances(
    benchmark: BenchmarkFixture, run: Run, environment: Mapping[str, str], large: Path
) -> None:
    chdir = f"-chdir={large}"
    subprocess.run(["terraform", chdir, "init"], env=environment, stdout=subprocess.DEVNULL, check=True)
    often(benchmark, run, ("terraform", chdir, "plan", "-refresh=false", "-lock=false", "-out=plan"))
