"""`verify-infra explain`: a check's page, or what an error text means."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verifier import ordinary
from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import argument, flag, option
from verifier.cli.options import small_verb
from verifier.cli.speaking import say
from verifier.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.checking.catalogue import Catalogue
    from verifier.checking.described import Described
    from verifier.checking.signatures import Recognised
    from verifier.report.explain import CheckPage


@small_verb(
    "explain",
    "Print a check's page, or say what an error text means.",
    argument("what", metavar="ID|TEXT", default=""),
    option("--log", kind=Path, metavar="FILE", help="Explain what a log says; - is standard input."),
    option("--checks", kind=Path, many=True, metavar="DIR", help="A folder of your own checks. May be given again."),
    flag("--json", "as_json", help="Write the same as JSON on standard output."),
)
def explain(*, what: str, log: Path | None, checks: tuple[Path, ...], as_json: bool) -> ExitCode:
    """Say what a check asks, or what an error means: ID is a check's (STO01), TEXT what a job or Terraform said.

    Of an error: what it means, its likely causes in order, and the checks that confirm each. Exit code 1 says that
    nothing in the text is known.
    """
    from verifier.checking.bundled import checks_directory
    from verifier.checking.catalogue import read_catalogue
    from verifier.checking.described import described
    from verifier.config import Options, settings

    if bool(what.strip()) == (log is not None):
        raise UsageError("say what to explain: a check's id, an error text, or --log FILE")
    own = settings(Options(root=Path(), checks=checks), os.environ).checks
    known = described([checks_directory(), *own])
    catalogue = read_catalogue()
    id_ = what.strip().upper()
    if id_ in {check.id for check in known} or _ID.fullmatch(id_):
        return _explain_check(id_, known, catalogue, as_json=as_json)
    return _explain_text(_text(log) if log is not None else what, known, catalogue, as_json=as_json)


_ID = re.compile(r"(?!E4\d{4})[A-Z][A-Z0-9]{0,3}[0-9]{2}")
"""What looks like a check's id, and not like a code of the extension's health check."""


def _explain_check(id_: str, known: Sequence[Described], catalogue: Catalogue, *, as_json: bool) -> ExitCode:
    check = next((c for c in known if c.id == id_), None)
    if check is None:
        missing = catalogue.not_built.get(id_)
        if missing is None:
            raise UsageError(f"there is no check {id_}. `verify-infra checks` lists them, your own with --checks DIR")
        raise UsageError(f"{id_} is not built: {missing.reason}. It would say: {missing.asserts}")
    page = _page(check, known, catalogue)
    if as_json:
        rows = {label.replace(" ", "_"): text for label, text in page.rows}
        more = {"details": page.details, "why": page.why, "after": list(check.check.after), "see": list(page.see)}
        say(json.dumps({"id": page.id, "sentence": page.sentence, **rows, **more}, indent=2, ensure_ascii=False))
    else:
        from verifier.report.explain import print_check
        from verifier.report.paper import paper_for

        print_check(page, paper_for(sys.stdout))
    return ExitCode.AGREES


def _explain_text(text: str, known: Sequence[Described], catalogue: Catalogue, *, as_json: bool) -> ExitCode:
    from verifier.checking.signatures import read_signatures, recognise

    signatures = read_signatures()
    found = recognise(text, signatures)
    if as_json:
        there = {c.id for c in known}
        say(
            json.dumps({"recognised": [_plain(each, there) for each in found], "look": dict(signatures.look)}, indent=2)
        )
    else:
        from verifier.report.explain import print_recognised, print_unrecognised
        from verifier.report.paper import paper_for

        paper = paper_for(sys.stdout)
        if found:
            sentences = {c.id: c.check.sentence for c in known}
            reasons = {id_: missing.reason for id_, missing in catalogue.not_built.items()}
            print_recognised(found, sentences, reasons, paper)
        else:
            print_unrecognised(signatures, paper)
    return ExitCode.AGREES if found else ExitCode.DISAGREES


def _page(check: Described, known: Sequence[Described], catalogue: Catalogue) -> CheckPage:
    from verifier.checking.bundled import example_of
    from verifier.report.explain import CheckPage

    said = check.check
    family = next((f for f in catalogue.families if f.prefix == check.family), None)
    sentences = {c.id: c.check.sentence for c in known}
    rows = [
        ("family", f"{family.title}: {family.about}" if family else "your own"),
        ("severity", said.severity.value),
        ("asks", said.asks.value),
        ("judges", check.subject.replace("_", " ")),
        *([("link", f"{said.link}: {catalogue.chain[said.link]}")] if said.link in catalogue.chain else []),
        ("run by", ", ".join(f"verify-infra {verb}" for verb in check.verbs)),
        ("written in", check.place),
    ]
    return CheckPage(
        id=check.id,
        sentence=said.sentence,
        rows=tuple(rows),
        details=check.details,
        why=said.why,
        explained_by=tuple(f"by {id_} {sentences.get(id_, '')}".strip() for id_ in said.after),
        explains=tuple(f"{c.id} {c.check.sentence}" for c in known if check.id in c.check.after),
        example=example_of(check.id),
        see=said.see,
    )


def _plain(found: Recognised, there: set[str]) -> dict[str, object]:
    signature = found.signature
    return {
        "error": signature.id,
        "title": signature.title,
        "said": found.words,
        "within": [outer.id for outer in found.within],
        "means": signature.means,
        "causes": [
            {
                "says": cause.says,
                "checks": [check for check in cause.checks if check in there],
                "not_built": [check for check in cause.checks if check not in there],
                "otherwise": cause.otherwise,
            }
            for cause in signature.causes
        ],
        "note": signature.note,
        "see": list(signature.see),
    }


def _text(log: Path) -> str:
    try:
        if log == Path("-"):
            return sys.stdin.read()
        return ordinary.given(log).decode("utf-8", errors="replace").replace("\r\n", "\n")
    except OSError as error:
        raise ConfigurationError(
            f"cannot be read: {error.strerror or error}", where=log.as_posix(), next_step=ordinary.advice(error)
        ) from None
