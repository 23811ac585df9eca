"""Comparing two runs: nothing is called resolved that was merely not seen."""

from __future__ import annotations

import pytest

from verifier.checking.finding import Finding, Severity, Verdict
from verifier.history.comparison import Comparison, compare


@pytest.mark.parametrize(
    ("before", "now", "sort"),
    [
        (None, Verdict.DISAGREES, "new"),
        (Verdict.AGREES, Verdict.DISAGREES, "new"),
        (Verdict.AGREES, Verdict.UNVERIFIED, "new"),
        (Verdict.NOT_APPLICABLE, Verdict.DISAGREES, "new"),
        (Verdict.DISAGREES, Verdict.AGREES, "resolved"),
        (Verdict.UNVERIFIED, Verdict.AGREES, "resolved"),
        (Verdict.DISAGREES, Verdict.UNVERIFIED, "changed"),
        (Verdict.UNVERIFIED, Verdict.DISAGREES, "changed"),
        (Verdict.DISAGREES, Verdict.WAIVED, "changed"),
        (Verdict.DISAGREES, Verdict.NOT_APPLICABLE, "changed"),
        (Verdict.DISAGREES, Verdict.DISAGREES, "unchanged"),
        (Verdict.UNVERIFIED, Verdict.UNVERIFIED, "unchanged"),
        (Verdict.DISAGREES, None, "no_longer_checked"),
        (Verdict.UNVERIFIED, None, "no_longer_checked"),
        (Verdict.AGREES, Verdict.AGREES, None),
        (Verdict.AGREES, None, None),
        (None, Verdict.AGREES, None),
        (Verdict.AGREES, Verdict.NOT_APPLICABLE, None),
    ],
)
def test_a_finding_is_sorted_by_what_it_was_and_is(
    before: Verdict | None, now: Verdict | None, sort: str | None
) -> None:
    earlier = {} if before is None else {"CMP01[x]": before}
    comparison = compare(earlier, [] if now is None else [_finding("CMP01", now)])
    assert [name for name in Comparison.__dataclass_fields__ if getattr(comparison, name)] == ([sort] if sort else [])


def test_changes_are_sorted_by_id() -> None:
    comparison = compare({}, [_finding("STO01", Verdict.DISAGREES), _finding("CMP01", Verdict.DISAGREES)])
    assert [change.id for change in comparison.new] == ["CMP01[x]", "STO01[x]"]


def test_a_run_compared_with_itself_has_nothing_new() -> None:
    findings = [_finding("STO01", Verdict.DISAGREES), _finding("CMP01", Verdict.AGREES)]
    comparison = compare({f.id: f.verdict for f in findings}, findings)
    assert comparison == Comparison(unchanged=comparison.unchanged)


def _finding(check: str, verdict: Verdict) -> Finding:
    return Finding(check=check, subject="x", verdict=verdict, severity=Severity.HIGH, sentence="It is so")
