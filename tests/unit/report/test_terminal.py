"""The terminal report: whole outputs as golden files, and what a person must be able to rely on."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Fix, Reality, Verdict
from verifier.checking.result import Cause, RunResult
from verifier.history.comparison import compare
from verifier.report.paper import Plain, Terminal
from verifier.report.terminal import report


def test_the_incident_is_reported_as_the_golden_file_has_it(incident, printed, golden) -> None:
    now = printed(incident)
    assert now == golden("incident.txt", now)


def test_a_verbose_report_names_what_agrees_and_what_was_read(incident, printed, golden) -> None:
    now = printed(incident, verbose=True)
    assert now == golden("incident_verbose.txt", now)


def test_a_healthy_run_is_reported_as_the_golden_file_has_it(healthy, printed, golden) -> None:
    now = printed(healthy)
    assert now == golden("healthy.txt", now)


def test_an_unreadable_source_is_the_first_thing_to_start_with(unreadable, printed, golden) -> None:
    now = printed(unreadable)
    assert now == golden("unreadable.txt", now)


def test_what_changed_since_an_earlier_run_is_said(incident, printed, golden) -> None:
    before = {f.id: f.verdict for f in incident.findings if f.check not in ("INT16", "STO01")}
    before |= {"STO01[storage account stosmorobotst001]": Verdict.DISAGREES}
    before |= {
        "RBA01[identity id-ml-osmorobo-tst-001]": Verdict.DISAGREES,
        "K8S06[namespace azureml]": Verdict.DISAGREES,
    }
    now = printed(incident, since=compare(before, incident.findings))
    assert now == golden("incident_since.txt", now)


def test_a_run_that_changed_nothing_says_so(healthy, printed) -> None:
    now = printed(healthy, since=compare({f.id: f.verdict for f in healthy.findings}, healthy.findings))
    assert "nothing changed" in now


def test_the_details_come_in_the_order_of_the_causes(incident: RunResult, printed) -> None:
    last_first = replace(incident, findings=tuple(reversed(incident.findings)))
    details = printed(last_first).partition("Where to start")[0]
    places = [details.index(f"\n  {check} ") for check in ("INT02", "EXT01", "INT16", "DST01")]
    assert places == sorted(places)


def test_where_to_start_is_the_last_thing_before_the_counts(incident: RunResult, printed) -> None:
    titles = [line for line in printed(incident).splitlines() if line and not line.startswith(" ")]
    assert titles[-4:][0] == "Where to start"
    assert titles[-1] == "exit 1: something disagrees"


def test_an_effect_says_which_cause_to_change_first(incident: RunResult, printed) -> None:
    block = printed(incident).partition("\n  EXT01 ")[2].partition("\n\n")[0]
    assert "explained  by INT02 module.sil.azurerm_kubernetes_cluster_extension.azureml: change that first" in block


def test_a_missing_permission_is_something_to_start_with_when_nothing_disagrees(incident: RunResult, printed) -> None:
    role = incident.with_verdict(Verdict.UNVERIFIED)
    blind = replace(incident, findings=role, causes=(), exit_code=ExitCode.UNVERIFIED)
    start = printed(blind).partition("Where to start")[2]
    assert "Microsoft.Authorization/roleAssignments/read" in start
    assert "needed by RBA01 identity id-ml-osmorobo-tst-001" in start


def test_a_run_that_checked_nothing_says_what_to_do(healthy: RunResult, printed) -> None:
    empty = replace(healthy, findings=(), exit_code=ExitCode.NOTHING_CHECKED)
    assert "no check found anything to judge" in printed(empty)


def test_a_command_is_never_wrapped(incident: RunResult, printed) -> None:
    commands = [f.fix.command for f in incident.findings if f.fix and f.fix.command]
    now = printed(incident)
    assert commands
    assert all(any(command in line for line in now.splitlines()) for command in commands)


@pytest.mark.parametrize(
    ("reverted", "said"),
    [
        (True, "the next terraform apply undoes this command"),
        (False, "the next terraform apply leaves what this command did"),
        (None, "whether the next terraform apply undoes this command is not known"),
    ],
)
def test_a_command_says_whether_it_lasts(reverted: bool | None, said: str, incident: RunResult, printed) -> None:
    fix = Fix(action="switch it", command="az do it", reverted_by_apply=reverted)
    finding = replace(incident.causes[0].finding, fix=fix)
    assert said in printed(replace(incident, findings=(finding,), causes=(Cause(finding=finding),)))


def test_a_fix_that_weakens_security_says_so_where_to_start(incident: RunResult, printed) -> None:
    assert "this weakens security" in printed(incident).partition("Where to start")[2]


def test_a_value_that_was_read_cannot_steer_the_terminal(incident: RunResult, printed) -> None:
    hostile = "\x1b[2J\x1b]0;owned\x07\u202egnp.exe"
    finding = replace(incident.causes[0].finding, reality=Reality(text=hostile, source=hostile), what=hostile)
    now = printed(replace(incident, findings=(finding,), causes=(Cause(finding=finding),)))
    assert "\\x1b[2J" in now
    assert not set("\x1b\x07\u202e") & set(now)


def test_a_value_is_not_read_as_markup(incident: RunResult, printed) -> None:
    finding = replace(incident.causes[0].finding, what="subjects[red] [/bold] :smile:")
    now = printed(replace(incident, findings=(finding,), causes=(Cause(finding=finding),)))
    assert "subjects[red] [/bold] :smile:" in now


def test_nothing_is_coloured_where_nobody_watches(incident: RunResult, printed) -> None:
    assert "\x1b[" not in printed(incident)


def test_a_terminal_gets_colour(incident: RunResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in _on_a_terminal(incident)


def test_no_color_is_respected_on_a_terminal(incident: RunResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in _on_a_terminal(incident)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_text_keeps_within_the_width(width: int, incident: RunResult) -> None:
    stream = io.StringIO()
    report(incident, Plain(stream, width))
    wrapped = [line for line in stream.getvalue().splitlines() if " why  " in line or line.startswith(" " * 15)]
    assert wrapped
    assert all(len(line) <= width for line in wrapped)


def test_the_report_is_the_same_every_time(incident: RunResult, printed: Callable[..., str]) -> None:
    first = printed(incident)
    assert printed(incident) == first + first


def _on_a_terminal(result: RunResult) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=100)
    report(result, Terminal(console))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_grant_that_may_not_have_spread_is_waited_for(healthy: RunResult, printed) -> None:
    recent = replace(
        healthy.findings[0],
        check="RBA04",
        verdict=Verdict.PENDING,
        what="granted 4 minutes before",
        fix=Fix(action="verify again after 2026-11-21 20:26 UTC"),
    )
    now = printed(replace(healthy, findings=(recent,), exit_code=ExitCode.UNVERIFIED))

    details, _, start = now.partition("Where to start")
    assert "Granted so recently that it may not have spread yet" in details
    assert "1. wait for what was granted just now" in start
    assert "verify again after 2026-11-21 20:26 UTC" in start
    assert "1 is pending" in start
    assert "exit 10: nothing disagrees" in start
