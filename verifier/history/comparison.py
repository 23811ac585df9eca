"""Two runs, finding by finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verifier.checking.finding import Finding, Verdict

_FINE = frozenset({None, Verdict.AGREES, Verdict.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A finding whose verdict is not what it was. `before` is None for one that was not there, `now` likewise."""

    id: str
    before: Verdict | None
    now: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed since an earlier run; each sorted by id.

    `new`: agreed or was not there, and no longer agrees. `resolved`: did not agree, and does. `changed`: does not
    agree, in another way than before (disagreed, now unverified: not resolved). `unchanged`: does not agree, as
    before. `no_longer_checked`: did not agree, and this run did not ask; nothing is known of it.
    """

    new: tuple[Change, ...] = ()
    resolved: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    unchanged: tuple[Change, ...] = ()
    no_longer_checked: tuple[Change, ...] = ()


def compare(before: Mapping[str, Verdict], now: Iterable[Finding]) -> Comparison:
    """Compare an earlier run's verdicts by finding id with a run's findings."""
    verdicts = {finding.id: finding.verdict for finding in now}
    sorts: dict[str, list[Change]] = {}
    for id_ in sorted(before.keys() | verdicts.keys()):
        change = Change(id=id_, before=before.get(id_), now=verdicts.get(id_))
        sorts.setdefault(_sort(change), []).append(change)
    return Comparison(
        new=tuple(sorts.get("new", ())),
        resolved=tuple(sorts.get("resolved", ())),
        changed=tuple(sorts.get("changed", ())),
        unchanged=tuple(sorts.get("unchanged", ())),
        no_longer_checked=tuple(sorts.get("no longer checked", ())),
    )


def _sort(change: Change) -> str:
    if change.now is None:
        return "fine" if change.before in _FINE else "no longer checked"
    if change.before in _FINE:
        return "fine" if change.now in _FINE else "new"
    if change.now is Verdict.AGREES:
        return "resolved"
    return "unchanged" if change.now is change.before else "changed"
