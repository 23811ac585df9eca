"""The command from outside: exit codes, what stands on which stream, and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

import verifier.cli.verify
from verifier import __version__
from verifier.checking.exit_code import ExitCode
from verifier.cli import main
from verifier.cli.command import command


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize("verb", sorted(command.commands))
def test_every_verb_and_each_of_its_options_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: verify-infra")
    options = [p for p in command.commands[verb].params if isinstance(p, click.Option)]
    assert all(option.help for option in options)


def test_the_help_lists_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    out = capsys.readouterr().out
    assert all(f"{code.value:>2}  {code.meaning}" in out for code in ExitCode)


@pytest.mark.parametrize(
    "arguments", [["run", "--nonsense"], ["nonsense"], ["run", "a", "b"], ["run", "--deadline", "x"]]
)
def test_a_wrong_command_line_ends_as_pytest_s_does(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == ExitCode.USAGE_ERROR
    assert "Error" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["run", "gate", "drift", "plan", "console", "snapshot"])
def test_a_root_that_is_not_there_ends_with_11_and_no_traceback(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, str(tmp_path / "none")]) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("verify-infra: ")
    assert "there is no such directory" in captured.err
    assert "next: " in captured.err
    assert "Traceback" not in captured.err


def test_a_run_that_cannot_begin_replaces_the_json_report_of_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text('{"exit": {"code": 0}}', encoding="utf-8")
    main(["run", str(tmp_path / "none"), "--json", str(file)])
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["exit"]["code"] == 11
    assert written["error"]["what"] == "there is no such directory"


def test_a_drift_run_that_cannot_begin_leaves_the_kept_report(tmp_path: Path) -> None:
    kept = tmp_path / "history" / "latest.json"
    kept.parent.mkdir()
    kept.write_text("{}", encoding="utf-8")
    main(["drift", str(tmp_path / "none"), "--history", str(kept.parent)])
    assert kept.read_text(encoding="utf-8") == "{}"


def test_a_report_that_cannot_be_compared_with_ends_the_run_before_it_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "earlier.json").write_text("{}", encoding="utf-8")
    assert main(["run", str(tmp_path), "--compare", str(tmp_path / "earlier.json")]) == ExitCode.UNREADABLE
    assert "not a report of verify-infra" in capsys.readouterr().err


def test_the_report_of_another_root_is_not_compared_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = {"schema": "verify-infra/report/1", "error": None, "root": "elsewhere", "findings": []}
    (tmp_path / "latest.json").write_text(json.dumps(report), encoding="utf-8")
    assert main(["drift", str(tmp_path), "--history", str(tmp_path)]) == ExitCode.UNREADABLE
    assert "another root module, elsewhere" in capsys.readouterr().err


def test_a_defect_asks_for_a_report_instead_of_showing_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verifier.cli.verify, "verify", _break)
    assert main(["run", "terraform"]) == ExitCode.INTERNAL_ERROR
    err = capsys.readouterr().err
    assert "ZeroDivisionError: it broke" in err
    assert "verify-infra --debug run terraform" in err
    assert "Traceback" not in err


def test_debug_shows_the_traceback_of_a_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verifier.cli.verify, "verify", _break)
    assert main(["--debug", "run"]) == ExitCode.INTERNAL_ERROR
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupted_run_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(verifier.cli.verify, "verify", _interrupt)
    assert main(["run"]) == ExitCode.INTERRUPTED
    assert capsys.readouterr().err.strip() == "verify-infra: interrupted"


def test_help_is_called_the_same_however_a_verb_is_asked_first(capsys: pytest.CaptureFixture[str]) -> None:
    verb = command.commands["simulate"]
    verb.get_params(click.Context(verb, info_name="simulate"))

    assert main(["simulate", "-h"]) == 0
    assert "-h, --help" in capsys.readouterr().out


def test_a_reader_that_goes_away_is_no_defect() -> None:
    code = "import sys; from verifier.cli import main; sys.exit(main(['--help']))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert err == b""


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-"])
def test_whoever_listens_to_nothing_gets_the_exit_code_all_the_same(closed: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "azurerm_resource_group" "rg" {\n  name = "rg"\n}\n', "utf-8")
    code = "import sys; from verifier.cli import main; sys.exit(main(['gate', sys.argv[1]]))"
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stderr) == (ExitCode.AGREES, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_no_defect() -> None:
    code = "import sys; from verifier.cli import main; sys.exit(main(['checks']))"
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, check=False)

    assert done.stderr.startswith(b"verify-infra: its output cannot be written: ")
    assert b"defect" not in done.stderr


def _break(*_: object) -> None:
    raise ZeroDivisionError("it broke")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
