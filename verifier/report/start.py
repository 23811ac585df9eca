"""Where to start: what to do first, whatever the run ended with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict
from verifier.checking.result import Cause, RunResult
from verifier.hcl.source import Diagnostic
from verifier.report.block import hop_text, print_fix
from verifier.report.page import Page
from verifier.report.words import name, short


def has_start(result: RunResult) -> bool:
    """Whether there is anything to do."""
    return bool(
        result.causes
        or _errors(result)
        or missing(result.with_verdict(Verdict.UNVERIFIED))
        or result.with_verdict(Verdict.PENDING)
        or result.exit_code is ExitCode.NOTHING_CHECKED
    )


def print_start(page: Page, result: RunResult) -> None:
    """Print the steps, most important first: unreadable source, causes, what to grant, what to wait for."""
    if not has_start(result):
        return
    page.line("Where to start", style="bold underline")
    number = 0
    if errors := _errors(result):
        number += 1
        _print_errors(page, number, errors)
    for cause in result.causes:
        number += 1
        _print_cause(page, number, cause)
    if wanted := missing(result.with_verdict(Verdict.UNVERIFIED)):
        number += 1
        _print_wanted(page, number, wanted)
    if recent := result.with_verdict(Verdict.PENDING):
        number += 1
        _print_recent(page, number, recent)
    if result.exit_code is ExitCode.NOTHING_CHECKED:
        _print_nothing_checked(page, number + 1)
    page.blank()


def missing(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """What was wanted and could not be had (permissions, reads), sorted, each with the names of what needed it."""
    needed: dict[str, list[str]] = {}
    for finding in findings:
        for wanted in finding.missing:
            needed.setdefault(wanted, []).append(name(finding))
    return {wanted: sorted(needed[wanted]) for wanted in sorted(needed)}


def _errors(result: RunResult) -> list[Diagnostic]:
    return [d for d in result.diagnostics if d.severity == "error"]


def _print_cause(page: Page, number: int, cause: Cause) -> None:
    finding = cause.finding
    _print_step(page, number, finding.what or finding.sentence)
    page.row("found by", f"{name(finding)} · {finding.severity.value}", style="dim", indent=6)
    if finding.verdict is Verdict.WAIVED and finding.waiver is not None:
        page.row("waived", f"{finding.waiver.place}: {finding.waiver.reason}; what follows from it is not", indent=6)
    if finding.intent is not None and finding.intent.chosen is False:
        for number_of_hop, hop in enumerate(finding.intent.origin[-2:]):
            page.row("" if number_of_hop else "decided", hop_text(hop), indent=6)
    if finding.fix is not None:
        print_fix(page, finding.fix, label="do", indent=6)
    elif finding.why:
        page.row("why", short(finding.why), indent=6)
    for position, effect in enumerate(cause.explains):
        branch = "└ " if position == len(cause.explains) - 1 else "├ "
        page.brief("" if position else "explains", f"{branch}{_in_a_line(effect)}", indent=6)


def _print_errors(page: Page, number: int, errors: Sequence[Diagnostic]) -> None:
    first = errors[0]
    _print_step(page, number, "not all of the Terraform source could be read: what depends on the rest is unknown")
    page.row("error", str(first), indent=6)
    if len(errors) > 1:
        page.row("", f"and {len(errors) - 1} more, above", indent=6)
    if first.next_step:
        page.row("do", first.next_step, style="bold", indent=6)


def _print_wanted(page: Page, number: int, wanted: dict[str, list[str]]) -> None:
    _print_step(page, number, "let the verifier see what it could not")
    for what, needed_by in wanted.items():
        page.row("missing", short(what), style="bold", indent=6)
        page.row("", f"needed by {', '.join(needed_by)}", indent=6)


def _print_recent(page: Page, number: int, recent: Sequence[Finding]) -> None:
    _print_step(page, number, "wait for what was granted just now")
    for finding in recent:
        page.row("pending", f"{name(finding)}: {short(finding.what)}", indent=6)
        if finding.fix is not None:
            print_fix(page, finding.fix, label="do", indent=6)


def _print_nothing_checked(page: Page, number: int) -> None:
    _print_step(page, number, "no check found anything to judge")
    page.row("do", "name the root module that plans the workspace and the cluster, or widen -k", style="bold", indent=6)


def _print_step(page: Page, number: int, text: str) -> None:
    page.blank()
    page.line(f"{number}. {short(text)}", style="bold", indent=2, hang=4)


def _in_a_line(finding: Finding) -> str:
    """The check and what it found, with its subject said once."""
    what = (finding.what or finding.sentence).partition("\n")[0]
    return f"{finding.check} {short(what)}" if finding.subject in what else f"{name(finding)}: {short(what)}"
