"""A check's page at a terminal, and what an error text means."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main

S1 = "ScriptExecution.StreamAccess.Authentication: permission denied when access stream. Reason: None"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("id_", ["INT12", "int12", " INT12 "])
def test_a_check_s_page_says_what_it_is_why_it_matters_and_what_it_printed(
    id_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", id_]) == ExitCode.AGREES

    printed = capsys.readouterr().out
    assert printed.startswith("INT12 Where shared keys are off, the workspace's datastores authenticate")
    assert "severity   critical" in printed
    assert "link       13: the datastore asks for an identity, and not for a key" in printed
    assert "INT12 storage account stosmorobotst001 · disagrees · critical" in printed
    assert "explains   DST01" in printed


def test_an_own_check_has_a_page_too(capsys: pytest.CaptureFixture[str]) -> None:
    main(["checks", "new", "min-tls"])
    capsys.readouterr()

    assert main(["explain", "OWN01", "--checks", "infra_checks"]) == ExitCode.AGREES

    printed = capsys.readouterr().out
    assert "family     your own" in printed
    assert "written in infra_checks/test_min_tls.py:10" in printed


def test_a_page_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "CMP02", "--json"]) == ExitCode.AGREES

    page = json.loads(capsys.readouterr().out)
    assert (page["id"], page["severity"], page["asks"]) == ("CMP02", "critical", "agreement")
    assert "INT16" in page["after"]


def test_an_id_that_nobody_has_is_a_mistake_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "ZZZ99"]) == ExitCode.USAGE_ERROR
    assert "there is no check ZZZ99" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["explain"], ["explain", "x", "--log", "x.log"], ["explain", "  "]])
def test_there_has_to_be_one_thing_to_explain(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == ExitCode.USAGE_ERROR
    assert "say what to explain" in capsys.readouterr().err


def test_an_error_is_told_with_its_causes_in_order_and_the_checks_that_confirm_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", S1]) == ExitCode.AGREES

    printed = capsys.readouterr().out
    assert printed.startswith("Access was denied, and no server said why\n")
    assert printed.index("1. the attached compute has no identity") < printed.index("3. the datastores keep keys")
    assert "CMP02 The live compute has an identity" in printed
    assert 'verify-infra run ROOT -k "CMP02 or INT16' in printed


@pytest.mark.parametrize("from_stdin", [True, False])
def test_a_log_is_read_for_what_it_says(
    from_stdin: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = f"2025-12-01 INFO starting\n2025-12-01 ERROR {S1}\n2025-12-01 ERROR AADSTS700016: no such\n"
    Path("job.log").write_text(log, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(log))

    assert main(["explain", "--json", "--log=-" if from_stdin else "--log=job.log"]) == ExitCode.AGREES

    said = json.loads(capsys.readouterr().out)["recognised"]
    assert [each["error"] for each in said] == ["permission-denied-none", "client-not-in-tenant"]
    assert said[0]["within"] == ["stream-access-authentication"]
    assert said[0]["causes"][0]["checks"] == ["CMP02", "INT16"]


def test_what_is_not_known_is_said_so_with_what_to_look_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "it does not work"]) == ExitCode.DISAGREES

    printed = capsys.readouterr().out
    assert "nothing in this text is known" in printed
    assert "data-capability.log" in printed


def test_a_log_that_cannot_be_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--log", "none.log"]) == ExitCode.UNREADABLE
    assert "none.log: cannot be read" in capsys.readouterr().err


def test_a_health_check_s_code_is_an_error_and_no_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "E45004"]) == ExitCode.AGREES
    assert "The extension takes no training jobs" in capsys.readouterr().out
