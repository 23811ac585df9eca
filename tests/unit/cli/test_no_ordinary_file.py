"""Pipes, devices and folders in place of a file: refused at once, but for a pipe that a person gives and writes to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from verifier import ordinary
from verifier.checking.exit_code import ExitCode
from verifier.cli import main

REPOSITORY = Path(__file__).resolve().parents[3]
STACK = REPOSITORY / "terraform"
HEALTHY = str(STACK / "examples" / "healthy.world.json")
SIMULATED = ["terraform", "--simulate", HEALTHY]


@pytest.fixture(autouse=True)
def _stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference stack in the working directory, to be broken, and a pipe beside it that nobody writes to."""
    shutil.copytree(STACK, tmp_path / "terraform")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(ordinary, "LONGEST_WITHOUT_WRITER_SECONDS", 0.2)
    monkeypatch.chdir(tmp_path)


@contextmanager
def written_to(pipe: str, text: str) -> Iterator[None]:
    """Somebody who opens a pipe, thinks for a while, and writes."""
    writing = subprocess.Popen(["sh", "-c", 'exec > "$0"; sleep 0.5; printf %s "$1"', pipe, text])
    try:
        yield
    finally:
        writing.wait(timeout=10)


GIVEN = {
    "a snapshot": ["run", "terraform", "--snapshot"],
    "a world": ["run", "terraform", "--simulate"],
    "a world to serve": ["simulate"],
    "an earlier snapshot": ["snapshot", "diff", HEALTHY],
    "a state": ["run", *SIMULATED, "--state"],
    "a var file": ["gate", "terraform", "--var-file"],
    "a baseline": ["run", *SIMULATED, "--baseline"],
    "an earlier report": ["run", *SIMULATED, "--compare"],
    "a log": ["explain", "--log"],
}


@pytest.mark.parametrize("command", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize(
    ("given", "says"), [("pipe", "a pipe"), ("folder", "Is a directory"), ("/dev/zero", "a device")]
)
def test_what_is_given_and_is_no_file_is_refused(
    command: list[str], given: str, says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordinary, "LARGEST", 1024)
    assert main([*command, given]) == ExitCode.UNREADABLE
    err = capsys.readouterr().err
    assert f"{given}: " in err
    assert f"cannot be read: {says}" in err
    assert given == "folder" or "  next: write what it is to give into a file, and name that" in err


@pytest.mark.parametrize("verb", [["gate", "terraform"], ["plan", "terraform"], ["run", *SIMULATED]])
@pytest.mark.parametrize("name", ["pipe.tf", "modules/sil/pipe.tf"])
def test_source_that_is_a_pipe_is_told_like_source_that_cannot_be_read(
    name: str, verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(Path("terraform") / name)
    assert main(verb) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    assert f"{name} cannot be read: a pipe, and no ordinary file" in captured.out + captured.err
    assert "put an ordinary file there" in captured.out + captured.err


FOUND = ("x.auto.tfvars", "terraform.tfvars.json", "verifier.toml", "terraform.tfstate")


@pytest.mark.parametrize("name", FOUND)
def test_a_pipe_that_is_found_is_refused_whoever_may_write_to_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(Path("terraform") / name)
    assert main(["run", *SIMULATED]) == ExitCode.UNREADABLE
    err = capsys.readouterr().err
    assert f"terraform/{name}: " in err
    assert "cannot be read: a pipe, and no ordinary file" in err


def test_a_folder_of_a_var_files_name_is_refused_as_terraform_does(capsys: pytest.CaptureFixture[str]) -> None:
    Path("terraform/x.auto.tfvars").mkdir()
    assert main(["gate", "terraform"]) == ExitCode.UNREADABLE
    assert "the var file cannot be read: Is a directory" in capsys.readouterr().err


def test_a_script_that_is_a_pipe_is_not_looked_into() -> None:
    os.mkfifo("terraform/attach.sh")
    assert main(["run", *SIMULATED]) == ExitCode.AGREES


def test_links_to_files_are_files() -> None:
    Path("elsewhere").mkdir()
    for name in ("main.tf", "terraform.tfvars"):
        Path("terraform", name).rename(Path("elsewhere", name))
        Path("terraform", name).symlink_to(Path("../elsewhere", name))
    assert main(["gate", "terraform"]) == ExitCode.AGREES


def test_nothing_is_read_of_the_empty_device() -> None:
    assert main(["gate", "terraform", "--var-file", "/dev/null"]) == ExitCode.AGREES


VALUES = 'location = "somewhere-piped"\n'


def test_a_var_file_may_be_a_pipe_with_a_writer(capsys: pytest.CaptureFixture[str]) -> None:
    with written_to("pipe", VALUES):
        assert main(["plan", "terraform", "--json", "--var-file", "pipe"]) == ExitCode.AGREES
    assert "somewhere-piped" in capsys.readouterr().out


def test_a_var_file_may_be_what_a_shell_puts_in_place_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, VALUES.encode())
    os.close(writing)
    try:
        assert main(["plan", "terraform", "--json", "--var-file", f"/dev/fd/{reading}"]) == ExitCode.AGREES
    finally:
        os.close(reading)
    assert "somewhere-piped" in capsys.readouterr().out


def test_what_comes_through_a_pipe_is_kept_in_no_cache(tmp_path: Path) -> None:
    with written_to("pipe", VALUES):
        main(["plan", "terraform", "--var-file", "pipe"])
    kept = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert kept
    assert not [file for file in kept if b"somewhere-piped" in file.read_bytes()]


def test_a_state_may_come_through_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with written_to("pipe", '{"version": 4, "lineage": "x", "serial": 1, "resources": []}'):
        code = main(["run", *SIMULATED, "--state", "pipe"])
    assert code in {ExitCode.AGREES, ExitCode.DISAGREES}
    assert "state      pipe" in capsys.readouterr().out
