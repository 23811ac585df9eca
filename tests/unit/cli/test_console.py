from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main

SOURCE = """\
variable "name" {
  default = "x"
}

variable "secret" {
  sensitive = true
  default   = "hunter2"
}

locals {
  tags = { name = var.name }
}

resource "azurerm_x" "y" {
  name = var.name
}
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all: the grammar is made once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text(SOURCE, encoding="utf-8")
    return root


@dataclass(frozen=True)
class Ended:
    """How a session ended, and what it said."""

    code: int
    out: str
    err: str


Console = Callable[..., Ended]


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    """A console in a directory whose input is a pipe."""

    def run(directory: Path, given: bytes, *arguments: str) -> Ended:
        monkeypatch.chdir(directory)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        code = main(["console", *arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


Answers = Callable[..., list[dict[str, object]]]


@pytest.fixture
def answers(console: Console) -> Answers:
    """What a program gets for its requests."""

    def ask(directory: Path, *requests: str | bytes) -> list[dict[str, object]]:
        given = b"".join(r if isinstance(r, bytes) else json.dumps({"expr": r}).encode() + b"\n" for r in requests)
        ended = console(directory, given, "--json")
        assert (ended.code, ended.err) == (ExitCode.AGREES, "")
        return [json.loads(line) for line in ended.out.splitlines()]

    return ask


def test_on_a_pipe_every_line_is_answered(root: Path, console: Console) -> None:
    ended = console(root, b'1 + 1\n\n# nothing\nlocal.tags\nazurerm_x.y.id\nvar.secret\nupper("\xc3\xbc")\n')
    assert ended.out == '2\n{\n  "name" = "x"\n}\n(known after apply)\n(sensitive value)\n"Ü"\n'
    assert (ended.code, ended.err) == (ExitCode.AGREES, "")


def test_a_line_without_a_value_is_told_and_the_next_one_is_answered(root: Path, console: Console) -> None:
    ended = console(root, b"var.nope\n1 +\n2\n")
    assert ended.out == "2\n"
    assert "error: line 1: var.nope is not declared in this module" in ended.err
    assert "error: line 2: expected an expression after +" in ended.err
    assert ended.code == ExitCode.USAGE_ERROR


def test_exit_ends(root: Path, console: Console) -> None:
    assert console(root, b"1\nexit\n2\n").out == "1\n"


def test_bytes_that_are_no_text_are_an_error(root: Path, console: Console) -> None:
    ended = console(root, b"\xff\xfe\n1\n")
    assert ended.out == "1\n"
    assert "Traceback" not in ended.err


def test_without_terraform_files_there_are_functions_and_literals(tmp_path: Path, console: Console) -> None:
    ended = console(tmp_path, b'upper("a")\nvar.x\n')
    assert ended.out == '"A"\n'
    assert "var.x is not declared" in ended.err


def test_a_root_that_is_not_there_ends_with_11(root: Path, console: Console) -> None:
    ended = console(root, b"1\n", "none")
    assert ended.code == ExitCode.UNREADABLE
    assert "there is no such directory" in ended.err


def test_variables_of_the_run_hold(root: Path, console: Console) -> None:
    assert console(root, b"local.tags.name\n", "--var", "name=z").out == '"z"\n'


def test_a_broken_file_is_told_and_ends_with_11(root: Path, console: Console) -> None:
    (root / "broken.tf").write_text("locals {\n  a = = 1\n}\n", encoding="utf-8")
    ended = console(root, b"1 + 1\nlocal.a\n")
    assert ended.out == "2\n(known after apply)\n"
    assert "broken.tf:2:7" in ended.err
    assert ended.code == ExitCode.UNREADABLE


def test_programs_get_one_answer_a_line(root: Path, answers: Answers) -> None:
    assert answers(root, "1 + 1", "[1,\n2]", "var.name") == [
        {"value": 2, "type": "number", "known": True},
        {"value": [1, 2], "type": ["tuple", ["number", "number"]], "known": True},
        {"value": "x", "type": "string", "known": True},
    ]


def test_what_is_unknown_says_why_and_what_is_sensitive_is_hidden(root: Path, answers: Answers) -> None:
    unknown, secret = answers(root, "azurerm_x.y.id", "var.secret")
    assert unknown == {
        "type": "dynamic",
        "known": False,
        "because": "known after apply",
        "references": ["azurerm_x.y.id"],
    }
    assert secret == {"type": "string", "known": True, "sensitive": True}


def test_a_malformed_request_gets_an_error_and_the_session_goes_on(root: Path, answers: Answers) -> None:
    malformed = (
        b"\n",
        b"nonsense\n",
        b"{}\n",
        b"[]\n",
        b'{"expr": 1}\n',
        b"\xff\n",
        b'{"expr": "1"\n',
        b"[" * 99999 + b"\n",
    )
    *errors, fine = answers(root, *malformed, "1")
    assert [set(error) for error in errors] == [{"error"}] * len(malformed)
    assert fine["value"] == 1


def test_an_error_names_its_line(root: Path, answers: Answers) -> None:
    (found,) = answers(root, "{\n  a = = 1\n}")
    error = found["error"]
    assert isinstance(error, dict)
    assert (error["line"], error["column"]) == (2, 7)
    assert error["summary"]


def test_answers_come_while_the_input_is_still_open(root: Path) -> None:
    command = [sys.executable, "-m", "verifier.cli", "console", "--json"]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in (1, 2):
            process.stdin.write(json.dumps({"expr": f"{number}"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["value"] == number
        process.stdin.close()
        assert process.wait(timeout=60) == ExitCode.AGREES


def test_a_person_at_a_terminal_has_a_prompt_continued_lines_and_a_history(root: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "TERM": "dumb", "NO_COLOR": "1"}
    terminal, inside = pty.openpty()
    command = [sys.executable, "-m", "verifier.cli", "console"]
    with subprocess.Popen(
        command, cwd=root, env=environment, stdin=inside, stdout=inside, stderr=inside, close_fds=True
    ) as process:
        os.close(inside)
        seen = _until(terminal, "> ")
        for line, wanted in (
            ("[1,", "| "),
            ("2]", "> "),
            ("azurerm_x.y.id", "> "),
            ("var.nope", "> "),
            ("help", "> "),
        ):
            os.write(terminal, f"{line}\n".encode())
            seen += _until(terminal, wanted)
        os.write(terminal, b"exit\n")
        assert process.wait(timeout=60) == ExitCode.AGREES
        os.close(terminal)
    said = seen.replace("\r", "")
    assert "[\n  1,\n  2,\n]\n" in said
    assert "(known after apply)\n  waits for azurerm_x.y.id\n" in said
    assert "error: line 1, column 1: var.nope is not declared" in said
    assert "To end: exit, or Ctrl-D." in said
    history = (tmp_path / "state" / "verify-infra" / "console_history").read_text(encoding="utf-8")
    assert history.splitlines() == ["[1,", "2]", "azurerm_x.y.id", "var.nope", "help", "exit"]


def _until(terminal: int, prompt: str) -> str:
    """What the terminal shows up to a prompt at the beginning of a line."""
    seen = ""
    while not (seen == prompt or seen.endswith((f"\n{prompt}", f"\r{prompt}"))):
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, f"no prompt after {seen!r}"
        seen += os.read(terminal, 65536).decode("utf-8", "replace")
    return seen


@pytest.mark.parametrize(
    ("expression", "summary"),
    [
        ("try(var.nope, 5)", "var.nope is not declared in this module"),
        ("can(local.nope)", "local.nope is not declared in this module"),
        ("try(azurerm_x.nope.id, 5)", "azurerm_x.nope is not declared in this module"),
        ("try(azurerm_x.y[0], 5)", "azurerm_x.y has neither count nor for_each, and may not be indexed"),
        ("try(each.key, 5)", "each can be used only where for_each is set"),
        ("try(terraform.nope, 5)", "terraform has workspace, and nothing else"),
    ],
)
def test_no_try_stands_in_for_a_name_that_nothing_declares(
    root: Path, answers: Answers, expression: str, summary: str
) -> None:
    assert answers(root, expression) == [
        {"error": {"summary": summary, "line": 1, "column": expression.index("(") + 2}}
    ]


def test_where_a_file_is_broken_a_name_may_be_declared_in_it(root: Path, console: Console) -> None:
    (root / "broken.tf").write_text("variable {", encoding="utf-8")
    ended = console(root, b"try(var.nope, 5)\n")

    assert ended.out == "(known after apply)\n"
