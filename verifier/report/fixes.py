"""What to change, for a person: the causes in order, what the diff does of each, and what is left to do by hand."""

from __future__ import annotations

import shlex

from verifier import __version__
from verifier.checking.fixing import Change, Fixing, FixStep, Mending, Tried
from verifier.checking.result import RunResult
from verifier.report.block import print_fix
from verifier.report.chain import print_ways_out
from verifier.report.page import Page
from verifier.report.paper import Paper
from verifier.report.text import Text
from verifier.report.unread import print_unsettled
from verifier.report.words import name, plural, short


def report_fixes(mended: Mending, paper: Paper, *, written: bool, with_inputs: bool) -> None:
    """Print the steps. `written` says that the files have been changed, rather than that they would be.

    `with_inputs`: var files or variables were given on the command line, without which the next plan is another one.
    """
    result, fixing = mended.result, mended.fixing
    page = Page(paper)
    page.line(Text.assemble(("verify-infra", "bold"), f" {__version__}"))
    page.row("intent", result.root, indent=2)
    page.row("live", result.live, indent=2)
    page.blank()
    if not fixing.steps:
        page.line("Nothing disagrees: there is nothing to change", indent=2)
    else:
        page.line("What to change, causes first", style="bold underline")
    for number, step in enumerate(fixing.steps, start=1):
        _print_step(page, number, step, written=written)
    _print_files(page, fixing, written=written)
    if mended.tried is not None:
        _print_tried(page, mended.tried)
    _print_apply(page, fixing, result, with_inputs=with_inputs)
    page.blank()
    for chain in result.chains:
        if chain.ways_out:
            print_ways_out(page, chain)
    print_unsettled(page, result)
    style = "bold green" if not result.exit_code else "bold red"
    page.line(f"exit {result.exit_code.value}: {result.meaning}", style=style)


def _print_step(page: Page, number: int, step: FixStep, *, written: bool) -> None:
    finding = step.change.finding
    page.blank()
    page.line(f"{number}. {short(finding.what or finding.sentence)}", style="bold", indent=2, hang=4)
    page.row("found by", f"{name(finding)} · {finding.severity.value}", style="dim", indent=6)
    _print_change(page, step.change, written=written)
    for change in step.along:
        page.row("along", short(change.finding.what), indent=6)
        _print_change(page, change, written=written)
    for note in finding.notes:
        page.row("note", short(note), indent=6)
    if step.explains:
        page.row("settles", ", ".join(short(explained) for explained in step.explains), indent=6)


def _print_change(page: Page, change: Change, *, written: bool) -> None:
    fix = change.finding.fix
    if fix is None:
        page.row("do", "no one change is known to mend this: a person decides", style="bold", indent=6)
        return
    if change.files:
        where = fix.place if (fix.place.rpartition(":")[0],) == change.files else ", ".join(change.files)
        page.row("edited" if written else "edit", f"{where}: {short(fix.action)}", indent=6)
        if fix.weakens_security:
            page.row("", "this weakens security", style="bold red", indent=6)
        return
    print_fix(page, fix, label="do", indent=6)
    if change.not_made:
        page.row("", f"no edit is made: {change.not_made}", style="yellow", indent=6)


def _print_files(page: Page, fixing: Fixing, *, written: bool) -> None:
    if not fixing.files:
        return
    page.blank()
    page.line("Files " + ("changed" if written else "that `--write` changes"), style="bold underline")
    for file in fixing.files:
        shared = "; it lies beside this root module: whatever else calls it changes, too" if file.shared else ""
        page.line(f"{file.path}{' (new)' if file.new else ''}{shared}", indent=2)


def _print_tried(page: Page, tried: Tried) -> None:
    page.blank()
    page.line("Tried in memory", style="bold underline")
    for error in tried.errors:
        page.row("error", error, style="bold red", indent=2)
    if tried.errors:
        page.line("Terraform would refuse this: no file is changed; make these changes by hand", indent=2)
    for finding in tried.left:
        page.row("left", f"{name(finding)}: {short(finding.what)}", style="bold red", indent=2)
    for finding in tried.new:
        page.row("new", f"{name(finding)}: {short(finding.what)}", style="bold red", indent=2)
    if tried.settled:
        page.row("settled", ", ".join(short(settled) for settled in tried.settled), indent=2)
    if not tried.errors:
        page.line("what is live is judged again by the next run, once this is applied", style="dim", indent=2)


def _print_apply(page: Page, fixing: Fixing, result: RunResult, *, with_inputs: bool) -> None:
    if not fixing.steps:
        return
    page.blank()
    page.line("Then", style="bold underline")
    where = "" if result.root == "." else f" in {result.root}"
    for beforehand in fixing.beforehand:
        page.line(f"first{where}, {beforehand}", style="bold", indent=2)
    page.line(f"read what `terraform plan` says{where}, and apply it", indent=2)
    if with_inputs:
        page.line("each time with the -var-file and -var of this run", indent=2)
    if fixing.replaces:
        things = plural(len(fixing.replaces), "thing")
        page.line(f"{things} cannot be updated in place: have this apply make it again", indent=2)
        addresses = " ".join(f"-replace={shlex.quote(address)}" for address in fixing.replaces)
        page.exact("command", f"terraform apply {addresses}", indent=2)
    if any(file.path == "imports.tf" for file in fixing.files):
        page.line("once that is applied, what is in imports.tf can go", indent=2)
