"""`pytest checks --infra-terraform DIR` judges as `verify-infra run DIR` does."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from verifier.simulator import Simulator

if TYPE_CHECKING:
    from conftest import Bench

CHECKS = Path(__file__).parents[2] / "checks"


def pytest_run(bench: Bench, *arguments: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run pytest as a person would; what it printed, and the paths that were read."""
    with Simulator(copy.deepcopy(bench.world)) as simulator:
        endpoints = (
            f"--infra-arm-endpoint={simulator.arm_endpoint}",
            f"--infra-kubernetes-endpoint={simulator.kubernetes_endpoint}",
        )
        command = [
            sys.executable,
            "-m",
            "pytest",
            str(CHECKS),
            f"--infra-terraform={bench.root}",
            *endpoints,
            *arguments,
        ]
        ended = subprocess.run(
            command,
            env={**os.environ, **simulator.identity_environment(), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=bench.root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return ended, [seen.path for seen in simulator.requests if not seen.path.startswith("/msi")]


def nothing(_: Bench) -> None:
    """Leave the world healthy."""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (nothing, 0),
        (
            lambda bench: bench.resource("Microsoft.Storage/storageAccounts")["properties"].pop("allowSharedKeyAccess"),
            1,
        ),
        (lambda bench: bench.deny("/datastores$"), 10),
        (lambda bench: bench.add("broken.tf", "variable {\n"), 11),
    ],
    ids=["healthy", "one thing disagrees", "one read is denied", "one file is broken"],
)
def test_the_exit_code_is_the_verifiers(bench: Bench, change: Callable[[Bench], object], code: int) -> None:
    change(bench)

    ended, _ = pytest_run(bench)

    assert ended.returncode == code, ended.stdout


def test_a_denied_read_is_told_with_the_permission_that_is_missing(bench: Bench) -> None:
    bench.deny("/datastores$")

    ended, _ = pytest_run(bench)

    assert "missing:  Microsoft.MachineLearningServices/workspaces/datastores/read" in ended.stdout
    assert re.search(r"\d+ passed,.* \d+ unverified", ended.stdout)


def test_what_is_waived_is_counted_apart_and_does_not_fail(bench: Bench) -> None:
    bench.resource("Microsoft.Storage/storageAccounts")["properties"].pop("allowSharedKeyAccess")
    bench.add(
        "verifier.toml",
        "".join(
            f'[[waivers]]\ncheck = "{check}"\nsubject = "storage account *"\nuntil = 2999-12-31\nreason = "old"\n'
            for check in ("STO01", "TWS01")
        ),
    )

    ended, _ = pytest_run(bench)

    assert ended.returncode == 0, ended.stdout
    assert "2 waived" in ended.stdout


def test_a_disagreement_is_shown_as_a_finding_and_not_as_a_traceback(bench: Bench) -> None:
    bench.resource("Microsoft.Storage/storageAccounts")["properties"].pop("allowSharedKeyAccess")

    ended, _ = pytest_run(bench)

    assert "STO01[storage account starmpilotdev001] disagrees: allowSharedKeyAccess is true" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_workers_judge_what_the_controller_read_once(bench: Bench) -> None:
    alone, read_alone = pytest_run(bench)
    spread, read_spread = pytest_run(bench, "-n", "2")

    assert (alone.returncode, spread.returncode) == (0, 0)
    assert sorted(read_spread) == sorted(read_alone)
    counts = [ended.stdout.strip().splitlines()[-1].split(" in ")[0].strip("= ") for ended in (alone, spread)]
    assert counts[0] == counts[1]


def test_without_a_root_module_the_checks_refuse_to_run() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", str(CHECKS)], cwd=CHECKS.parent, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 4
    assert "say what to judge with --infra-terraform DIR" in ended.stderr


def test_a_root_module_that_is_not_there_ends_with_its_reason(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", str(CHECKS), f"--infra-terraform={tmp_path / 'nowhere'}"],
        cwd=CHECKS.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 11
    assert "there is no such directory" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_workers_fold_symptoms_under_the_same_causes(incident: Bench) -> None:
    alone, _ = pytest_run(incident)
    spread, _ = pytest_run(incident, "-n", "2")

    starts = [re.split("=+ where to start =+", run.stdout)[1].partition("\n=")[0] for run in (alone, spread)]
    assert starts[0].count("explains ") > 3
    assert starts[1] == starts[0]
