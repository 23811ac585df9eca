"""One finding as a block, its five answers always in the same order: intended, real, why, fix, where to read more."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.checking.finding import Finding, Fix, Hop, Intent, Verdict
from verifier.report.page import Page
from verifier.report.text import Text
from verifier.report.words import name, printable, short

STYLES = {
    Verdict.AGREES: "green",
    Verdict.DISAGREES: "bold red",
    Verdict.UNVERIFIED: "bold yellow",
    Verdict.PENDING: "yellow",
    Verdict.WAIVED: "cyan",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.INERT: "cyan",
}


def print_brief(page: Page, finding: Finding, *, explained_by: Sequence[Finding] = ()) -> None:
    """Print what there is to see of a finding that nobody has to act on: a symptom of others, or without effect."""
    page.line(heading(finding), indent=2)
    page.line(short(finding.what or finding.sentence), style="bold", indent=4)
    for cause in explained_by:
        page.row("explained", f"by {name(cause)}: change that first", style="bold")
    if finding.reality is not None:
        page.row("real", short(finding.reality.text))
    for note in finding.notes:
        page.row("note", short(note))
    _print_waiver(page, finding)


def print_block(page: Page, finding: Finding, *, explained_by: Sequence[Finding] = ()) -> None:
    """Print everything a person needs to act on a finding. `explained_by` are the causes to look at first."""
    page.line(heading(finding), indent=2)
    page.line(short(finding.what or finding.sentence), style="bold", indent=4)
    for cause in explained_by:
        page.row("explained", f"by {name(cause)}: change that first", style="bold")
    if finding.intent is not None:
        _print_intent(page, finding.intent)
    if finding.reality is not None:
        page.row("real", short(finding.reality.text))
        if finding.reality.source:
            page.row("", f"read from {short(finding.reality.source)}", style="dim")
    if finding.missing:
        page.row("missing", "\n".join(short(wanted) for wanted in finding.missing), style="yellow")
    if finding.why:
        page.row("why", short(finding.why))
    if finding.fix is not None:
        print_fix(page, finding.fix)
    for note in finding.notes:
        page.row("note", short(note))
    _print_waiver(page, finding)
    for number, address in enumerate(finding.see):
        page.exact("" if number else "read more", address, style="blue")


def heading(finding: Finding) -> Text:
    """`INT16 compute armpilot-k8s · disagrees · critical`; how bad is said only of what is wrong."""
    text = Text.assemble(
        (finding.check, "bold"),
        f" {printable(short(finding.subject))} · ",
        (finding.verdict.value, STYLES[finding.verdict]),
    )
    if finding.verdict in (Verdict.DISAGREES, Verdict.UNVERIFIED, Verdict.PENDING):
        text.append(f" · {finding.severity.value}")
    return text


def print_fix(page: Page, fix: Fix, *, label: str = "fix", indent: int = 4) -> None:
    """Print an action, its place, and of a command whether it lasts."""
    action = f"{fix.place}: {short(fix.action)}" if fix.place else short(fix.action)
    page.row(label, action, style="bold", indent=indent)
    for number, line in enumerate(fix.hcl.splitlines()):
        page.exact("" if number else "write", line, indent=indent)
    if fix.weakens_security:
        page.row("", "this weakens security", style="bold red", indent=indent)
    if fix.command:
        page.exact("command", fix.command, indent=indent)
        page.row("", _lasting(fix), style="dim", indent=indent)


def _print_waiver(page: Page, finding: Finding) -> None:
    accepted = finding.waiver
    if accepted is None:
        return
    who = f" by {accepted.who}" if accepted.who else ""
    until = f" {'until' if accepted.ended else 'through'} {accepted.until}" if accepted.until else ""
    said = f"was waived{until}{who}, and that has ended" if accepted.ended else f"accepted{until}{who}"
    page.row("waiver", f"{said}: {accepted.reason}", style="bold" if accepted.ended else "")
    page.row("", accepted.place, style="dim")


def _lasting(fix: Fix) -> str:
    if fix.reverted_by_apply is None:
        return "whether the next terraform apply undoes this command is not known"
    if fix.reverted_by_apply:
        return "the next terraform apply undoes this command; change Terraform as well"
    return "the next terraform apply leaves what this command did"


def _print_intent(page: Page, intent: Intent) -> None:
    decided = {True: "", False: ", which nobody chose", None: ""}[intent.chosen]
    page.row("intended", f"{short(intent.text)}{decided}")
    for hop in intent.origin:
        page.row("", hop_text(hop), style="dim")


def hop_text(hop: Hop) -> str:
    """A hop of an origin in a line, its file:line first."""
    return f"{hop.place}  {short(hop.text)}" if hop.place else short(hop.text)
