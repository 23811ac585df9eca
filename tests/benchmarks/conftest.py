"""Whole processes, as a user's machine runs them: byte code kept, caches of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

Run = Callable[[Sequence[str]], None]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """This process's environment, with caches that nothing else has filled."""
    own = tmp_path_factory.mktemp("caches")
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE" and not k.startswith("TF_")}
    rc = own / "terraformrc"
    rc.touch()
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(own / "bytecode"),
        "XDG_CACHE_HOME": str(own / "cache"),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": str(rc),
    }


@pytest.fixture(scope="session")
def run(environment: Mapping[str, str]) -> Run:
    """Run a program to its end in the repository; it has to succeed."""

    def process(command: Sequence[str]) -> None:
        subprocess.run(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL, check=True)

    return process


@pytest.fixture(scope="session")
def verifier() -> tuple[str, ...]:
    """The beginning of a command line of verify-infra."""
    return (sys.executable, "-m", "verifier.cli")
