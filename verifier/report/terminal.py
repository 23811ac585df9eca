"""The report for a person at a terminal: the details first, where to start last, where the eye is when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from verifier import __version__
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict
from verifier.checking.result import RunResult
from verifier.history.comparison import Change, Comparison
from verifier.report.block import STYLES, print_block, print_brief
from verifier.report.chain import print_broken_chains
from verifier.report.page import Page
from verifier.report.paper import Paper
from verifier.report.start import has_start, print_start
from verifier.report.text import Text
from verifier.report.unread import print_broken, print_source
from verifier.report.words import plural, printable, short

_SECTIONS = (
    (Verdict.DISAGREES, "What disagrees"),
    (Verdict.PENDING, "Granted so recently that it may not have spread yet"),
    (Verdict.INERT, "Present, but without effect"),
    (Verdict.UNVERIFIED, "What could not be verified"),
    (Verdict.WAIVED, "Disagrees, and is accepted"),
)
_COUNTED = {
    Verdict.AGREES: ("agrees", "agree"),
    Verdict.DISAGREES: ("disagrees", "disagree"),
    Verdict.UNVERIFIED: ("is unverified", "are unverified"),
    Verdict.PENDING: ("is pending", "are pending"),
    Verdict.WAIVED: ("is waived", "are waived"),
    Verdict.INERT: ("is without effect", "are without effect"),
    Verdict.NOT_APPLICABLE: ("does not apply", "do not apply"),
}


def report(result: RunResult, paper: Paper, *, verbose: bool = False, since: Comparison | None = None) -> None:
    """Print a run. `verbose` names what agrees and what was read, too; `since` is what changed since an earlier run."""
    page = Page(paper)
    page.line(Text.assemble(("verify-infra", "bold"), f" {__version__}"))
    page.row("intent", result.root, indent=2)
    if result.state:
        page.row("state", result.state, indent=2)
    page.row("live", result.live, indent=2)
    if has_start(result):
        # Whoever reads from the top, in a pager or a CI log, is told where the bottom line is.
        page.row("found", Text.assemble(_counts(result), "; where to start: at the end"), indent=2)
    page.blank()
    for verdict, title in _SECTIONS:
        _print_section(page, title, _in_order(result, verdict), result, verbose=verbose)
    if verbose:
        _print_agreeing(page, result)
        _print_reads(page, result)
    print_source(page, result)
    print_broken(page, result)
    _print_waivers(page, result)
    if since is not None:
        _print_since(page, since)
    print_broken_chains(page, result.chains)
    print_start(page, result)
    _print_end(page, result)


def _in_order(result: RunResult, verdict: Verdict) -> list[Finding]:
    """The findings with a verdict: each cause, then what it explains, then the rest in the run's order."""
    chained = [finding for cause in result.causes for finding in (cause.finding, *cause.explains)]
    return [f for f in dict.fromkeys([*chained, *result.findings]) if f.verdict is verdict]


def _print_section(page: Page, title: str, findings: Sequence[Finding], result: RunResult, *, verbose: bool) -> None:
    if not findings:
        return
    page.line(title, style="bold underline")
    shortened = 0
    for finding in findings:
        page.blank()
        explained_by = [cause.finding for cause in result.causes if finding in cause.explains]
        if not verbose and (explained_by or finding.verdict in (Verdict.INERT, Verdict.WAIVED)):
            print_brief(page, finding, explained_by=explained_by)
            shortened += 1
        else:
            print_block(page, finding, explained_by=explained_by)
    page.blank()
    if shortened:
        whose = "it" if shortened == 1 else f"these {shortened}"
        page.line(f"-v says of {whose} what was intended, why it matters, how to fix it, where to read more", indent=2)
        page.blank()


def _print_agreeing(page: Page, result: RunResult) -> None:
    agreeing = result.with_verdict(Verdict.AGREES)
    if agreeing:
        page.line("What agrees", style="bold underline")
        for finding in agreeing:
            page.entry(_said(finding.check, finding.subject, finding.sentence))
        page.blank()
    idle = result.with_verdict(Verdict.NOT_APPLICABLE)
    if idle or result.not_applicable:
        page.line("What does not apply", style="bold underline")
        for finding in idle:
            page.entry(_said(finding.check, finding.subject, finding.what or finding.sentence))
        for check, sentence in result.not_applicable:
            page.entry(_said(check, "nothing to judge", sentence))
        page.blank()


def _said(check: str, subject: str, text: str) -> Text:
    return Text.assemble((check, "bold"), printable(f" {short(subject)} · {short(text)}".replace("\n", " ")))


def _print_reads(page: Page, result: RunResult) -> None:
    if result.reads:
        page.line("What was read", style="bold underline")
        for read in result.reads:
            detail = f" · {short(read.detail)}" if read.detail else ""
            page.line(f"{read.outcome:<7} {short(read.request)}{detail}", indent=2, hang=2)
        page.blank()
    if result.bound:
        page.line("What the source leaves open, filled in", style="bold underline")
        for binding in result.bound:
            page.line(f"{binding.address} = {short(binding.value)} · {short(binding.source)}", indent=2, hang=2)
        page.blank()


def _print_waivers(page: Page, result: RunResult) -> None:
    if not result.waiver_notes:
        return
    page.line("Waivers to look at", style="bold underline")
    for noted in result.waiver_notes:
        check = f"{noted.check}: " if noted.check else ""
        page.line(f"{noted.place}: {check}{short(noted.said)}", indent=2, hang=2)
    page.blank()


def _print_since(page: Page, since: Comparison) -> None:
    sorts = (
        ("new", since.new, "bold red"),
        ("changed", since.changed, "yellow"),
        ("not asked", since.no_longer_checked, "yellow"),
        ("resolved", since.resolved, "green"),
        ("unchanged", since.unchanged, "dim"),
    )
    page.line("Since the previous run", style="bold underline")
    if not any(changes for _, changes, _ in sorts):
        page.line("nothing changed: everything agreed, and agrees", indent=2, hang=2)
    for name, changes, style in sorts:
        for number, change in enumerate(changes):
            page.row("" if number else name, _described(change), style=style, indent=2)
    page.blank()


def _described(change: Change) -> str:
    before = change.before.value if change.before else "not there"
    now = change.now.value if change.now else "not checked by this run"
    return f"{short(change.id)}: {now}" if before == now else f"{short(change.id)}: {before} → {now}"


def _print_end(page: Page, result: RunResult) -> None:
    page.line(_counts(result))
    if result.reads:
        outcomes = Counter(read.outcome for read in result.reads)
        read = ", ".join(f"{outcomes[o]} {o}" for o in ("found", "absent", "denied", "failed") if outcomes[o])
        page.line(f"{plural(len(result.reads), 'read')}: {read}", style="dim")
    style = "bold green" if result.exit_code is ExitCode.AGREES else "bold red"
    page.line(f"exit {result.exit_code.value}: {result.meaning}", style=style)


def _counts(result: RunResult) -> Text:
    parts = [
        (f"{count} {_COUNTED[verdict][0 if count == 1 else 1]}", STYLES[verdict])
        for verdict, count in result.counts.items()
    ]
    if result.broken:
        parts.append((f"{plural(len(result.broken), 'check')} broke", "bold red"))
    return Text(", ").join(Text(text, style=style) for text, style in parts or [("no findings", "bold red")])
