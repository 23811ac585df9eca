"""How much memory a large repository takes: the peak of the whole process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

FILES = 1_000
MODULES = 100
PER_MODULE = FILES // MODULES - 1
MOST_MEGABYTES = 120

PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand files in a hundred modules, about fifty thousand lines."""
    root = tmp_path_factory.mktemp("repository")
    calls = []
    for m in range(MODULES):
        module = root / f"m{m}"
        module.mkdir()
        (module / "variables.tf").write_text('variable "prefix" {}\n', "utf-8")
        for f in range(PER_MODULE):
            lines = [f'resource "azurerm_storage_account" "a{f}_{i}" {{\n{ARGUMENTS}}}\n' for i in range(5)]
            (module / f"f{f}.tf").write_text("".join(lines), "utf-8")
        calls.append(f'module "m{m}" {{\n  source = "./m{m}"\n  prefix = "p{m}"\n}}\n')
    (root / "main.tf").write_text("".join(calls), "utf-8")
    return root


ARGUMENTS = """\
  name                     = lower(replace("st${var.prefix}", "-", ""))
  location                 = "westus3"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  tags                     = { made = "here", prefix = var.prefix }
  network_rules {
    default_action = "Deny"
    bypass         = ["AzureServices"]
  }
"""


@pytest.mark.parametrize("arguments", [(), ("--no-cache",)], ids=["cached", "cold"])
def test_a_thousand_files(
    benchmark: BenchmarkFixture,
    verifier: tuple[str, ...],
    environment: Mapping[str, str],
    repository: Path,
    arguments: tuple[str, ...],
) -> None:
    command = [sys.executable, "-c", PEAK, *verifier, "plan", str(repository), *arguments]

    def peak() -> float:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)

    megabytes = benchmark.pedantic(peak, rounds=1, warmup_rounds=1 if not arguments else 0)
    benchmark.extra_info["peak megabytes"] = round(megabytes)
    print(f"peak memory on {FILES} files: {megabytes:.0f} MB")
    assert megabytes < MOST_MEGABYTES
