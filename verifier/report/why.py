"""An explanation for a person at a terminal: what is the case, and the way back to who decided it, as a tree."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.hcl.origin import Step
from verifier.hcl.printing import in_line
from verifier.hcl.values import Unknown
from verifier.report.page import Page
from verifier.report.paper import Paper
from verifier.report.text import Text, cells
from verifier.report.words import plural, printable
from verifier.terraform.ends import LEAVES_IT_OUT
from verifier.terraform.explaining import Decision, Explanation
from verifier.terraform.hops import Hop

NOBODY = "which nobody chose"

_PRESENCE = {"planned": "green", "absent": "bold red", "undetermined": "bold yellow"}
_SET = {
    Step.VAR_FILE: "set in a var file",
    Step.ENVIRONMENT: "set by the environment",
    Step.COMMAND_LINE: "set on the command line",
}
_MOST_DECISIONS = 6


def print_explanations(explanations: Sequence[Explanation], paper: Paper) -> None:
    """Print them one after another."""
    page = Page(paper)
    for number, explanation in enumerate(explanations):
        if number:
            page.blank()
        _print(page, explanation, paper.width)


def decided(decision: Decision) -> str:
    """A decision in words: `nobody chose var.x: default = false at variables.tf:37`."""
    at = f" at {decision.place}" if decision.place is not None else ""
    if decision.chosen is None:
        return f"not decided before apply: {decision.of}{at}"
    if not decision.chosen:
        return f"nobody chose {decision.of}: {decision.text}{at}"
    by = _SET.get(decision.step, "written")
    return f"somebody chose {decision.of}: {by}{at or f' ({decision.text})'}"


def _print(page: Page, explanation: Explanation, width: int) -> None:
    if explanation.value is None:
        page.line(_heading(explanation))
        if explanation.because:
            page.line(explanation.because, indent=2)
    if explanation.place is not None and not explanation.hops:
        page.line(str(explanation.place), indent=2, style="dim")
    if explanation.presence and not explanation.hops:
        page.line("no count and no for_each decides whether it exists, here or in the modules above", indent=2)
    for hop in explanation.hops:
        if explanation.value is None:
            page.blank()
        _print_hop(page, hop, width, (), last=True)
    if explanation.value is not None and explanation.because:
        page.blank()
        page.line(explanation.because, hang=2)
    _print_decisions(page, explanation)


def _heading(explanation: Explanation) -> Text:
    address = (printable(explanation.address), "bold")
    if explanation.presence:
        return Text.assemble(address, " is ", (explanation.presence, _PRESENCE[explanation.presence]))
    return Text.assemble(address, " does not exist")


def _print_decisions(page: Page, explanation: Explanation) -> None:
    """Who decided. Where somebody did, the end of a value's tree says so already."""
    decisions = explanation.decisions
    if not decisions or (explanation.value is not None and all(d.chosen for d in decisions)):
        return
    page.blank()
    for decision in decisions[:_MOST_DECISIONS]:
        page.line(decided(decision), style="" if decision.chosen else "bold", hang=2)
    if len(decisions) > _MOST_DECISIONS:
        page.line(f"and {plural(len(decisions) - _MOST_DECISIONS, 'more decision')}, above", style="dim")


def _print_hop(page: Page, hop: Hop, width: int, guides: tuple[bool, ...], *, last: bool) -> None:
    """The hop, over further lines where it is too long, and what is behind it.

    `guides` say, for each hop above, whether its line goes on to the left.
    """
    trunk = "".join("│  " if goes_on else "   " for goes_on in guides[1:])
    branch, under = (("└─ ", "   ") if last else ("├─ ", "│  ")) if guides else ("", "")
    goes_on = "│  " if hop.behind else "   "
    for number, line in enumerate(_lines(hop, width - len(trunk + branch))):
        page.whole(Text.assemble((trunk + (under + goes_on if number else branch), "dim"), line))
    for number, inner in enumerate(hop.behind):
        at_end = number == len(hop.behind) - 1
        _print_hop(page, inner, width, (*guides, not last) if guides else (False,), last=at_end)


def _lines(hop: Hop, room: int) -> list[Text]:
    """What the hop says, its source and its place, on as few lines as there is room for."""
    said, source = _said(hop)
    lines = [Text(printable(said))]
    if source:
        _append(lines, Text(f"from {printable(source)}"), ", ", room)
    if hop.again:
        lines[-1].append(" (see above)")
    elif note := _note(hop):
        _append(lines, Text(f"({printable(note)})"), " ", room)
    if hop.place is not None:
        _append(lines, Text(str(hop.place), style="dim"), "  ", room)
    return lines


def _note(hop: Hop) -> str:
    """What a reader would not guess: the hop's own note, or why its value cannot be known."""
    if hop.note:
        return "" if hop.note == LEAVES_IT_OUT else hop.note
    waits = hop.value.content if hop.value is not None and not hop.behind else None
    return waits.because if isinstance(waits, Unknown) and not waits.references else ""


def _append(lines: list[Text], more: Text, between: str, room: int) -> None:
    if cells(lines[-1].plain) + len(between) + cells(more.plain) <= room:
        lines[-1] = Text.assemble(lines[-1], between, more)
    else:
        lines.append(more)


def _said(hop: Hop) -> tuple[str, str]:
    """A hop in words, and what it comes from where that is told apart."""
    leaves_out = hop.note == LEAVES_IT_OUT
    if hop.step is Step.VAR_FILE:
        return f"the var file {LEAVES_IT_OUT}" if leaves_out else _SET[hop.step], ""
    if hop.step in _SET:
        return f"{_SET[hop.step]}: {hop.text}" + (f", which {LEAVES_IT_OUT}" if leaves_out else ""), ""
    if hop.step is Step.OPTIONAL_DEFAULT:
        return f"filled in by {hop.text}, {NOBODY}", ""
    if hop.step is Step.VARIABLE_DEFAULT:
        return f"{hop.text}, {NOBODY}", ""
    if leaves_out:
        return f"{hop.text} = {hop.source} {LEAVES_IT_OUT}", ""
    shown = "" if hop.value is None else in_line(hop.value)
    if hop.step is Step.MODULE_ARGUMENT:
        return f"passed as {hop.text} = {hop.source or shown}", ""
    source = "" if hop.source in ("{…}", "[…]", "{}", "[]") else hop.source
    return f"{hop.text} = {shown}" if shown else hop.text, source
