"""A check's page, and what an error text means, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verifier.checking.signatures import LikelyCause, Recognised, Signatures
from verifier.hcl.frozen import frozen
from verifier.report.page import LABEL, Page
from verifier.report.paper import Paper
from verifier.report.text import Text


@frozen(kw_only=True)
class CheckPage:
    """What there is to say of one check. `rows` are a label and a text each; `explained_by` and `explains` are lines.

    `example` is a finding of it as a report printed it, line by line.
    """

    id: str
    sentence: str
    rows: tuple[tuple[str, str], ...]
    details: str = ""
    why: str = ""
    explained_by: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
    example: str = ""
    see: tuple[str, ...] = ()


def print_check(check: CheckPage, paper: Paper) -> None:
    """Print a check's page."""
    page = Page(paper)
    page.line(Text.assemble((check.id, "bold"), f" {check.sentence}"), hang=6)
    page.blank()
    for label, text in check.rows:
        page.row(label, text, indent=2)
    if check.details:
        page.blank()
        page.line(" ".join(check.details.split()), indent=2)
    page.blank()
    page.row("why", check.why, indent=2)
    _print_list(page, "explained", check.explained_by)
    _print_list(page, "explains", check.explains)
    if check.example:
        page.blank()
        page.line("for example", style="dim", indent=2)
        for line in check.example.splitlines():
            page.exact_line(line, indent=4)
    if check.see:
        page.blank()
    for number, address in enumerate(check.see):
        page.exact("" if number else "read more", address, style="blue", indent=2)


def print_recognised(
    found: Sequence[Recognised], sentences: Mapping[str, str], not_built: Mapping[str, str], paper: Paper
) -> None:
    """Print what was recognised in a text, each with its likely causes in order and the checks that confirm them.

    `sentences` are those of the checks there are; `not_built` says of the others why they are not.
    """
    page = Page(paper)
    for number, each in enumerate(found):
        if number:
            page.blank()
        page.line(each.signature.title, style="bold")
        page.row("said", each.words, indent=2)
        for outer in each.within:
            page.row("within", outer.title, style="dim", indent=2)
        page.row("means", each.signature.means, indent=2)
        for position, cause in enumerate(each.signature.causes, start=1):
            _print_cause(page, position, cause, sentences, not_built)
        if each.signature.note:
            page.row("note", each.signature.note, indent=2)
        for position, address in enumerate(each.signature.see):
            page.exact("" if position else "read more", address, style="blue", indent=2)
    asked = [check for each in found for check in each.signature.checks if check in sentences]
    if asked:
        page.blank()
        page.exact("find out", f'verify-infra run ROOT -k "{" or ".join(dict.fromkeys(asked))}"', indent=0)
    if len(found) > 1:
        page.blank()
        page.line(f"{len(found)} different things are said here; none of them is taken for the cause of another")


def print_unrecognised(signatures: Signatures, paper: Paper) -> None:
    """Print what to look for where nothing was recognised."""
    page = Page(paper)
    page.line("nothing in this text is known", style="bold")
    page.line("Codes and inner reasons stand in the job's logs, in the job's Outputs + logs; give one of their lines:")
    for name, tells in signatures.look.items():
        page.line(Text.assemble((name, "bold"), f": {tells}"), indent=2, hang=4)


def _print_list(page: Page, label: str, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines):
        page.row("" if number else label, line, indent=2)


def _print_cause(
    page: Page, position: int, cause: LikelyCause, sentences: Mapping[str, str], not_built: Mapping[str, str]
) -> None:
    page.row("causes" if position == 1 else "", f"{position}. {cause.says}", style="bold", indent=2)
    for check in cause.checks:
        told = sentences.get(check) or f"({not_built.get(check, 'not built')})"
        page.line(Text.assemble((check, "bold"), f" {told}"), indent=LABEL + 5, hang=6)
    if cause.otherwise:
        page.line(f"no check: {cause.otherwise}", indent=LABEL + 5, hang=6)
