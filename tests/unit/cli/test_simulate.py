"""`verify-infra simulate`, from the command line: what it prints is all that a run against it needs."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from verifier.cli import main

REPOSITORY = Path(__file__).resolve().parents[3]
STACK = REPOSITORY / "terraform"
HEALTHY = STACK / "examples" / "healthy.world.json"


@contextmanager
def serving(*options: str) -> Iterator[list[str]]:
    """The command in a process of its own; what it prints before it waits."""
    # Shells have what runs behind them ignore an interrupt, and so would this.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from verifier.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code, "simulate", str(HEALTHY), *options],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        try:
            for line in process.stdout:
                lines.append(line.strip())
                if lines[-1].startswith("verify-infra run "):
                    break
            yield lines
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
    assert process.returncode == 0


def exported(lines: list[str]) -> dict[str, str]:
    pairs = (shlex.split(line)[1].split("=", 1) for line in lines if line.startswith("export "))
    return dict(pairs)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_serves_over_tls_and_writes_whom_to_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = tmp_path / "ca.pem"
    with serving("--write-ca", str(authority)) as lines:
        for name, value in exported(lines).items():
            monkeypatch.setenv(name, value)
        assert os.environ["REQUESTS_CA_BUNDLE"] == str(authority)
        [said] = [line for line in lines if line.startswith("authority")]
        assert said.split()[1] == str(authority)
        assert "PRIVATE" not in authority.read_text(encoding="ascii")
        [_, *command] = shlex.split(lines[-1])
        assert command[2].startswith("https://127.0.0.1:")
        assert main([command[0], str(STACK), *command[1:]]) == 0


def test_without_it_there_is_no_authority_to_trust() -> None:
    with serving() as lines:
        assert not [line for line in lines if line.startswith("authority")]
        assert "REQUESTS_CA_BUNDLE" not in exported(lines)


def test_an_authority_that_cannot_be_written_ends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(HEALTHY), "--write-ca", str(tmp_path)]) == 11
    assert f"--write-ca {tmp_path}: cannot be written: Is a directory" in capsys.readouterr().err
