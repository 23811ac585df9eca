"""Turning what a check said, or raised, into a finding."""

from __future__ import annotations

import pytest

from verifier.checking.asserted import asserted
from verifier.checking.finding import Finding, Fix, Verdict
from verifier.checking.marker import Metadata
from verifier.checking.selection import Judged
from verifier.checking.verdicts import Disagreement, Inertness, Pendency, Told
from verifier.hcl.frozen import frozen
from verifier.kinds.fact import NotKnown
from verifier.world import NotThere, Subject
from verifier.world.data_accounts import DataAccount
from verifier.world.surfaces import Resource


@frozen(kw_only=True)
class _Ending:
    verdict: Verdict
    what: str = ""
    fix: Fix | None = None
    missing: tuple[str, ...] = ()


def judge(check: Metadata, subject: Judged, told: Told, raised: BaseException | None) -> Finding:
    """The finding of one check on one subject, by how the check ended."""
    ending = _ending(subject, raised)
    return Finding(
        check=check.id,
        subject=subject.label,
        verdict=ending.verdict,
        severity=check.severity,
        sentence=check.sentence,
        what=ending.what,
        intent=told.intent,
        reality=told.reality,
        why=check.why,
        fix=ending.fix,
        see=check.see,
        notes=tuple(told.notes),
        missing=ending.missing,
        after=check.after,
        concerns=subject.concerns | told.concerns,
        link=check.link,
        asks=check.asks.value,
    )


def is_verdict(raised: BaseException) -> bool:
    """Whether an exception is a check's way of speaking, and not a defect of the check."""
    return isinstance(raised, Disagreement | Inertness | Pendency | NotKnown | NotThere | AssertionError)


def _ending(subject: Judged, raised: BaseException | None) -> _Ending:
    match raised:
        case None:
            return _Ending(verdict=Verdict.AGREES)
        case Disagreement(what=what, fix=fix):
            return _Ending(verdict=Verdict.DISAGREES, what=what, fix=fix)
        case Inertness(what=what, fix=fix):
            return _Ending(verdict=Verdict.INERT, what=what, fix=fix)
        case Pendency(what=what, fix=fix):
            return _Ending(verdict=Verdict.PENDING, what=what, fix=fix)
        case NotKnown(because=because, missing=missing):
            return _Ending(verdict=Verdict.UNVERIFIED, what=because, missing=missing)
        case NotThere():
            return _not_there(subject, raised)
        case AssertionError():
            return _Ending(verdict=Verdict.DISAGREES, what=asserted(raised))
        case pytest.skip.Exception():
            return _Ending(verdict=Verdict.NOT_APPLICABLE, what=_first_line(raised))
    return _Ending(verdict=Verdict.UNVERIFIED, what=f"the check broke: {type(raised).__name__}: {_first_line(raised)}")


def _not_there(subject: Judged, raised: NotThere) -> _Ending:
    planned = isinstance(subject, Subject | Resource | DataAccount) and subject.planned
    if not planned:
        return _Ending(verdict=Verdict.UNVERIFIED, what=f"{raised.label} does not exist ({raised.code})")
    return _Ending(
        verdict=Verdict.DISAGREES,
        what=f"{raised.label} does not exist ({raised.code})",
        fix=Fix(action="apply the configuration: `terraform apply`", place=getattr(subject, "place", "")),
    )


def _first_line(raised: BaseException) -> str:
    return (str(raised).strip().splitlines() or [""])[0]
