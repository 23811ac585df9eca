"""The report for programs: JSON, its shape published as docs/report.schema.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from verifier import __version__, ordinary
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Acceptance, Finding, Fix, Intent, Reality, Verdict
from verifier.checking.links import Chain
from verifier.checking.result import Cause, RunResult
from verifier.edits.edit import Add, Edit
from verifier.errors import ConfigurationError, VerifyInfraError
from verifier.hcl.frozen import frozen
from verifier.hcl.source import Diagnostic
from verifier.history.comparison import Change, Comparison

SCHEMA = "verify-infra/report/1"

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


def render(result: RunResult, *, since: Comparison | None = None) -> str:
    """A run as JSON text. Findings are sorted by id, causes are in order of importance, ids are whole."""
    return _text(
        {
            **_head(root=result.root, live=result.live, exit_code=result.exit_code, meaning=result.meaning),
            "state": result.state,
            "error": None,
            "counts": {verdict.value: result.counts.get(verdict, 0) for verdict in Verdict},
            "findings": [_finding(f) for f in sorted(result.findings, key=lambda f: f.id)],
            "causes": [_cause(cause) for cause in result.causes],
            "chains": [_chain(chain) for chain in result.chains],
            "since": None if since is None else _since(since),
            "not_applicable": [{"check": check, "sentence": said} for check, said in sorted(result.not_applicable)],
            "broken": [{"check": b.check, "place": b.place, "message": b.message} for b in result.broken],
            "waivers": [{"place": n.place, "check": n.check, "said": n.said} for n in result.waiver_notes],
            "diagnostics": [_diagnostic(d) for d in result.diagnostics],
            "reads": [{"request": r.request, "outcome": r.outcome, "detail": r.detail} for r in result.reads],
            "bound": [{"address": b.address, "value": b.value, "source": b.source} for b in result.bound],
        }
    )


def render_failure(error: VerifyInfraError, *, root: str) -> str:
    """A run that could not begin, as JSON text: no findings, and why."""
    return _text(
        {
            **_head(root=root, live="nothing", exit_code=ExitCode(error.exit_code), meaning=""),
            "state": "",
            "error": {
                "kind": type(error).__name__,
                "what": error.what,
                "where": error.where,
                "expected": error.expected,
                "next_step": error.next_step,
            },
            "counts": {verdict.value: 0 for verdict in Verdict},
            "since": None,
            **{name: [] for name in _LISTS},
        }
    )


_LISTS = ("findings", "causes", "chains", "not_applicable", "broken", "waivers", "diagnostics", "reads", "bound")


@frozen(kw_only=True)
class Earlier:
    """What an earlier run's report is compared by: its root module, and its verdicts by finding id."""

    root: str
    verdicts: Mapping[str, Verdict]


def read_earlier(file: Path) -> Earlier:
    """An earlier run's report.

    Raises ConfigurationError for a file that is not such a report, or is one of a run that could not begin.
    """
    where = file.as_posix()
    try:
        document: JSON = json.loads(ordinary.given(file).decode("utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"cannot be read: {error.strerror or error}", where=where, next_step=ordinary.advice(error)
        ) from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"not JSON: {error}", where=where, expected=f"a report, {SCHEMA}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ConfigurationError("not a report of verify-infra", where=where, expected=f'"schema": "{SCHEMA}"')
    if document.get("error") is not None:
        raise ConfigurationError(
            "the report of a run that could not begin: nothing to compare with",
            where=where,
            next_step="name the report of a run that ended with another exit code than 11",
        )
    root, findings = document.get("root"), document.get("findings")
    if not isinstance(root, str) or not isinstance(findings, list):
        raise ConfigurationError("the report has no root or no findings", where=where, expected='"findings": […]')
    return Earlier(root=root, verdicts=dict(_verdict(finding, where) for finding in findings))


def _verdict(finding: JSON, where: str) -> tuple[str, Verdict]:
    known = {verdict.value: verdict for verdict in Verdict}
    if isinstance(finding, dict):
        id_, verdict = finding.get("id"), finding.get("verdict")
        if isinstance(id_, str) and isinstance(verdict, str) and verdict in known:
            return id_, known[verdict]
    raise ConfigurationError("a finding has no id or no known verdict", where=where, expected=", ".join(known))


def _head(*, root: str, live: str, exit_code: ExitCode, meaning: str) -> dict[str, JSON]:
    return {
        "schema": SCHEMA,
        "tool": {"name": "verify-infra", "version": __version__},
        "root": root,
        "live": live,
        "exit": {"code": exit_code.value, "meaning": meaning or exit_code.meaning},
    }


def _finding(finding: Finding) -> JSON:
    return {
        "id": finding.id,
        "check": finding.check,
        "subject": finding.subject,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
        "link": finding.link,
        "asks": finding.asks,
        "sentence": finding.sentence,
        "what": finding.what,
        "intent": None if finding.intent is None else _intent(finding.intent),
        "reality": None if finding.reality is None else _reality(finding.reality),
        "why": finding.why,
        "fix": None if finding.fix is None else fix_of(finding.fix),
        "see": list(finding.see),
        "notes": list(finding.notes),
        "missing": list(finding.missing),
        "after": list(finding.after),
        "waiver": None if finding.waiver is None else _waiver(finding.waiver),
        "concerns": [*sorted(finding.concerns)],
    }


def _intent(intent: Intent) -> JSON:
    return {
        "text": intent.text,
        "chosen": intent.chosen,
        "origin": [{"text": hop.text, "place": hop.place} for hop in intent.origin],
    }


def _reality(reality: Reality) -> JSON:
    return {"text": reality.text, "source": reality.source}


def fix_of(fix: Fix) -> JSON:
    """A fix, as it stands in a report."""
    return {
        "action": fix.action,
        "place": fix.place,
        "command": fix.command,
        "reverted_by_apply": fix.reverted_by_apply,
        "weakens_security": fix.weakens_security,
        "hcl": fix.hcl,
        "edits": [_edit(edit) for edit in fix.edits],
        "decide": fix.decide,
        "beforehand": fix.beforehand,
        "replace": fix.replace,
    }


def _waiver(accepted: Acceptance) -> JSON:
    return {
        "reason": accepted.reason,
        "until": accepted.until,
        "who": accepted.who,
        "place": accepted.place,
        "ended": accepted.ended,
    }


def _edit(edit: Edit) -> JSON:
    where: dict[str, JSON] = {"file": edit.file, "line": edit.line, "column": edit.column}
    if isinstance(edit, Add):
        return {**where, "add": edit.block}
    return {**where, "say": [*edit.path], "value": edit.value, "like": edit.like, "instead": edit.instead}


def _cause(cause: Cause) -> JSON:
    return {"finding": cause.finding.id, "explains": [effect.id for effect in cause.explains]}


def _chain(chain: Chain) -> JSON:
    broken = chain.broken
    return {
        "compute": chain.compute,
        "address": chain.address,
        "first_broken": None if broken is None else chain.links.index(broken),
        "links": [
            {
                "name": link.name,
                "state": link.state.value,
                "about": link.about,
                "meant": link.meant,
                "real": link.real,
                "because": link.because,
                "findings": [*link.findings],
            }
            for link in chain.links
        ],
    }


def _diagnostic(diagnostic: Diagnostic) -> JSON:
    place = diagnostic.place
    return {
        "severity": diagnostic.severity,
        "summary": diagnostic.summary,
        "place": None if place is None else {"file": place.file, "line": place.line, "column": place.column},
        "detail": diagnostic.detail,
        "next_step": diagnostic.next_step,
    }


def _since(since: Comparison) -> JSON:
    return {
        "new": [_change(c) for c in since.new],
        "resolved": [_change(c) for c in since.resolved],
        "changed": [_change(c) for c in since.changed],
        "unchanged": [_change(c) for c in since.unchanged],
        "no_longer_checked": [_change(c) for c in since.no_longer_checked],
    }


def _change(change: Change) -> JSON:
    return {
        "id": change.id,
        "before": change.before.value if change.before else None,
        "now": change.now.value if change.now else None,
    }


def _text(document: Mapping[str, JSON]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
