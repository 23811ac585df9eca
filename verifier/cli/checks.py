"""`verify-infra checks`: every check there is."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import argument, flag, option
from verifier.cli.options import small_verb
from verifier.cli.speaking import say
from verifier.config import Options, settings

if TYPE_CHECKING:
    from verifier.checking.described import Described


@small_verb(
    "checks",
    "List the checks, each with its severity and page.",
    argument("root", kind=Path, default=Path()),
    option("--checks", kind=Path, many=True, metavar="DIR", help="A folder of your own checks. May be given again."),
    flag("--json", "as_json", help="Write the same as JSON on standard output."),
)
def checks(*, root: Path, checks: tuple[Path, ...], as_json: bool) -> ExitCode:
    """List the bundled checks and those that verifier.toml beside ROOT names, by id. None is run."""
    from verifier.checking.bundled import checks_directory
    from verifier.checking.described import described

    own = settings(Options(root=root, checks=checks), os.environ).checks
    found = described([checks_directory(), *own])
    bundled = {check.id for check in described([checks_directory()])} if own else {check.id for check in found}
    if as_json:
        say(json.dumps([_plain(check, bundled=check.id in bundled) for check in found], indent=2))
        return ExitCode.AGREES
    _print(found, bundled)
    return ExitCode.AGREES


def _plain(check: Described, *, bundled: bool) -> dict[str, object]:
    said = check.check
    return {
        "id": check.id,
        "sentence": said.sentence,
        "severity": said.severity.value,
        "asks": said.asks.value,
        "judges": check.subject,
        "link": said.link,
        "after": list(said.after),
        "verbs": list(check.verbs),
        "page": _page(check, bundled=bundled),
        "place": check.place,
    }


def _page(check: Described, *, bundled: bool) -> str:
    return f"docs/checks/{check.id}.md" if bundled else check.place


def _print(found: tuple[Described, ...], bundled: set[str]) -> None:
    from verifier.report.page import Page
    from verifier.report.paper import paper_for
    from verifier.report.text import Text

    page = Page(paper_for(sys.stdout))
    for check in found:
        told = f" {check.check.severity.value} · {check.check.asks.value} · {_page(check, bundled=check.id in bundled)}"
        page.line(Text.assemble((f"{check.id:<6}", "bold"), (told, "dim")))
        page.line(check.check.sentence, indent=7)
    page.blank()
    page.line(f"{len(found)} checks; verify-infra explain ID prints the page of one")
