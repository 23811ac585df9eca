"""What a run could not take in, for a person: a source that could not be read, and checks that broke."""

from __future__ import annotations

from verifier.checking.finding import Verdict
from verifier.checking.result import RunResult
from verifier.report.page import Page
from verifier.report.text import Text
from verifier.report.words import plural


def print_source(page: Page, result: RunResult) -> None:
    """Print what there is to say of the Terraform source itself, errors first."""
    if not result.diagnostics:
        return
    page.line("About the Terraform source", style="bold underline")
    for diagnostic in sorted(result.diagnostics, key=lambda d: d.severity):
        style = "bold red" if diagnostic.severity == "error" else "yellow"
        page.line(Text.assemble((diagnostic.severity, style), f" {diagnostic}"), indent=2, hang=2)
        if diagnostic.next_step:
            page.line(f"next: {diagnostic.next_step}", indent=4)
    page.blank()


def print_broken(page: Page, result: RunResult) -> None:
    """Print the checks that broke."""
    if not result.broken:
        return
    page.line("Checks that broke: they say nothing of the infrastructure", style="bold underline")
    for broken in result.broken:
        page.line(f"{broken.check} at {broken.place}: {broken.message}", indent=2, hang=2)
    page.blank()


def print_unsettled(page: Page, result: RunResult) -> None:
    """Print why a run that shows no findings of its own need not have found everything."""
    print_source(page, result)
    print_broken(page, result)
    if unverified := result.with_verdict(Verdict.UNVERIFIED):
        count = plural(len(unverified), "finding")
        page.line(
            f"{count} could not be verified: `verify-infra run` says what each of them lacks", style="bold yellow"
        )
        page.blank()


def is_whole(result: RunResult) -> bool:
    """Whether all of the source could be read, and every check said something."""
    return not result.broken and not any(d.severity == "error" for d in result.diagnostics)
