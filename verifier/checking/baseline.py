"""A baseline: the findings of one day, so that from then on only new ones fail.

A finding is known by its id, check and subject, which stay the same when lines move, and by what it says: something
else that is wrong with the same thing is new. What could not be verified is never in a baseline: it is not known what
it hides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from verifier import ordinary
from verifier.checking.finding import Finding, Verdict
from verifier.checking.result import RunResult
from verifier.errors import ConfigurationError

SCHEMA = "verify-infra/baseline/1"


def baseline_text(result: RunResult) -> str:
    """The baseline of a run: what disagrees, and what an earlier baseline knew and still does, as JSON text."""
    kept = sorted((f for f in result.findings if _belongs(f)), key=lambda f: f.id)
    findings = [{"id": f.id, "severity": f.severity.value, "what": f.what} for f in kept]
    document = {"schema": SCHEMA, "root": result.root, "findings": findings}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_baseline(file: Path) -> Mapping[str, str]:
    """By the ids of the findings that a baseline knows, what they said. Raises ConfigurationError."""
    where = file.as_posix()
    try:
        document = json.loads(ordinary.given(file).decode("utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"cannot be read: {error.strerror or error}",
            where=where,
            next_step=ordinary.advice(error) or f"--write-baseline {where}",
        ) from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"not JSON: {error}", where=where, expected=f"a baseline, {SCHEMA}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ConfigurationError("not a baseline of verify-infra", where=where, expected=f'"schema": "{SCHEMA}"')
    return dict(_known(document.get("findings"), where))


def _known(findings: object, where: str) -> Iterator[tuple[str, str]]:
    for each in findings if isinstance(findings, list) else [None]:
        id_, what = (each.get("id"), each.get("what")) if isinstance(each, dict) else (None, None)
        if not isinstance(id_, str) or not isinstance(what, str):
            raise ConfigurationError(
                "a finding has no id, or does not say what",
                where=where,
                expected='"findings": [{"id": "…", "what": "…"}]',
                next_step=f"--write-baseline {where}",
            )
        yield id_, what


def _belongs(finding: Finding) -> bool:
    if finding.verdict is Verdict.WAIVED:
        # What a waiver accepts has an end, and is not to be remembered beyond it.
        return finding.waiver is not None and not finding.waiver.until
    return finding.verdict is Verdict.DISAGREES
