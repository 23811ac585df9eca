"""Causes: which findings explain which, so that a report can say where to start.

A finding explains another when the other's check names its check in `after` and both concern the same thing (a
flag, an address, an id). Two independent findings share nothing, and are never run together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from verifier.checking.finding import Finding, Verdict
from verifier.checking.result import Cause


def causes_of(findings: Iterable[Finding]) -> tuple[Cause, ...]:
    """The disagreements that nothing else explains, the most important first, each with all that follows from it.

    Most important: the worst severity that it stands for (its own or what it explains), then the earliest link of
    the chain, then the number of findings it explains. A finding that several causes explain is listed under the first.
    What is waived is nobody's to mend, but still the cause of what is not waived and follows from it.
    """
    broken = [f for f in findings if f.verdict in (Verdict.DISAGREES, Verdict.WAIVED)]
    explainers = {f.id: _explainers(f, broken) for f in broken}
    roots = [f for f in broken if not explainers[f.id]] or broken[:1]
    causes = (_cause(root, broken, explainers) for root in roots)
    return _each_once(sorted((c for c in causes if _to_mend(c)), key=_importance))


def _to_mend(cause: Cause) -> bool:
    return any(f.verdict is Verdict.DISAGREES for f in (cause.finding, *cause.explains))


def _explainers(symptom: Finding, broken: Sequence[Finding]) -> frozenset[str]:
    return frozenset(
        f.id for f in broken if f.check in symptom.after and f.id != symptom.id and f.concerns & symptom.concerns
    )


def _cause(root: Finding, broken: Sequence[Finding], explainers: Mapping[str, frozenset[str]]) -> Cause:
    explained: set[str] = {root.id}
    growing = True
    while growing:
        found = {f.id for f in broken if f.id not in explained and explainers[f.id] & explained}
        explained |= found
        growing = bool(found)
    symptoms = [f for f in broken if f.id in explained and f.id != root.id and f.verdict is Verdict.DISAGREES]
    return Cause(finding=root, explains=tuple(sorted(symptoms, key=lambda f: (f.link, f.id))))


def _importance(cause: Cause) -> tuple[int, int, int, str]:
    together = (cause.finding, *cause.explains)
    return (
        min(f.severity.rank for f in together),
        min(f.link for f in together),
        -len(cause.explains),
        cause.finding.id,
    )


def _each_once(ordered: Sequence[Cause]) -> tuple[Cause, ...]:
    told: set[str] = set()
    causes = []
    for cause in ordered:
        causes.append(Cause(finding=cause.finding, explains=tuple(f for f in cause.explains if f.id not in told)))
        told |= {f.id for f in cause.explains}
    return tuple(causes)
