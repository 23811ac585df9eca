"""Deny assignments: what they take away, from whom, and whether that is certain."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from verifier.access.effective import Asked, Barred
from verifier.access.roles import Permission

EVERYBODY = "00000000-0000-0000-0000-000000000000"
"""The object id that a deny assignment names for all principals (Microsoft Learn, "List Azure deny assignments")."""
_EVERYBODY_TYPES = frozenset({"systemdefined", "everyone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One deny assignment. Principals are (object id, type); the type SystemDefined stands for everybody."""

    name: str
    scope: str
    for_children: bool
    principals: tuple[tuple[str, str], ...]
    excluded: tuple[tuple[str, str], ...]
    permissions: tuple[Permission, ...]
    condition: str = ""


def barred(denials: Iterable[Denial], asked: Asked, *, groups: Collection[str] = ()) -> Barred | None:
    """The deny assignment that takes something of what is asked away, a certain one first; None when none does.

    `groups` are those that the principal is known to be in; of others nobody knows.
    """
    known = frozenset(group.casefold() for group in groups)
    found = [
        Barred(by=d.name, certain=certain and not d.condition and not all(p.condition for p in bearing))
        for d in denials
        if (bearing := _bearing_on(d, asked))
        if (certain := _hits(d, asked.principal_id.casefold(), known)) is not None
    ]
    return next((b for b in found if b.certain), found[0] if found else None)


def _bearing_on(denial: Denial, asked: Asked) -> list[Permission]:
    """What of a deny assignment takes something of what is asked away."""
    here = asked.reaches(asked.scope, denial.scope)
    above = denial.for_children and asked.is_reached_by(denial.scope)
    if not (here or above):
        return []
    return [p for p in denial.permissions if any(p.grants(a, asked.plane) for a in asked.actions)]


def _hits(denial: Denial, me: str, groups: frozenset[str]) -> bool | None:
    """True for this principal, False where only a group's members would tell, None when it is not meant."""
    mine = groups | {me}
    if any(i.casefold() in mine for i, _ in denial.excluded):
        return None
    named = any(
        i.casefold() in mine or i == EVERYBODY or kind.casefold() in _EVERYBODY_TYPES for i, kind in denial.principals
    )
    if not named and not any(_is_group(kind) for _, kind in denial.principals):
        return None
    return named and not any(_is_group(kind) for _, kind in denial.excluded)


def _is_group(kind: str) -> bool:
    return kind.casefold() == "group"
