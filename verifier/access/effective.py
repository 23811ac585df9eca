"""What a principal may do to the data of a scope, from the assignments that reach it.

Azure adds assignments up; a deny assignment or a condition takes away (Microsoft Learn, "Understand Azure deny
assignments"). Only assignments that the service returned for the principal count,
groups and inherited scopes included (`assignedTo`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from verifier.access.roles import Permission, Role

BLOB_READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
BLOB_WRITE = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"
BLOB_DATA = (BLOB_READ, BLOB_WRITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One role assignment that reaches the scope. `role` is None when its definition could not be read."""

    id: str
    principal_id: str
    scope: str
    role_id: str
    role: Role | None
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Every action is granted. `through` are the assignments that decide."""

    how: Literal["granted", "granted via group", "granted inherited"]
    through: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """Granted only under conditions, which are not evaluated."""

    through: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """No assignment grants these actions. `held` are the assignments that there are."""

    actions: tuple[str, ...]
    held: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """The actions are not granted by what is known, but roles that could not be read might grant them."""

    unread: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """Granted, and taken away by a deny assignment; not `certain` where that depends on a group's members."""

    by: str
    certain: bool


Right: TypeAlias = Granted | Conditional | Missing | Undecided | Barred


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One deny assignment. Principals are (object id, type); the type SystemDefined stands for everybody."""

    name: str
    scope: str
    for_children: bool
    principals: tuple[tuple[str, str], ...]
    excluded: tuple[tuple[str, str], ...]
    permissions: tuple[Permission, ...]


def barred(
    denials: Iterable[Denial],
    *,
    principal_id: str,
    scope: str,
    actions: Sequence[str],
    reaches: Callable[[str, str], bool],
) -> Barred | None:
    """The deny assignment that takes one of these actions away, a certain one first; None when none does."""
    found = [
        Barred(by=d.name, certain=certain)
        for d in denials
        if _bears_on(d, scope, actions, reaches)
        if (certain := _hits(d, principal_id)) is not None
    ]
    return next((b for b in found if b.certain), found[0] if found else None)


def _bears_on(denial: Denial, scope: str, actions: Sequence[str], reaches: Callable[[str, str], bool]) -> bool:
    here = reaches(scope, denial.scope)
    above = denial.for_children and (reaches(denial.scope, scope) or _above_subscriptions(denial.scope))
    return (here or above) and any(p.grants_data(a) for p in denial.permissions for a in actions)


def _hits(denial: Denial, principal_id: str) -> bool | None:
    """True for this principal, False where only a group's members would tell, None when it is not meant."""
    me = principal_id.casefold()
    if any(i.casefold() == me for i, _ in denial.excluded):
        return None
    named = any(i.casefold() == me or kind.casefold() in _EVERYBODY for i, kind in denial.principals)
    if not named and not any(kind.casefold() == "group" for _, kind in denial.principals):
        return None
    return named and not any(kind.casefold() == "group" for _, kind in denial.excluded)


_EVERYBODY = frozenset({"systemdefined", "everyone"})


def data_right(
    assignments: Iterable[Assignment],
    *,
    principal_id: str,
    scope: str,
    actions: Sequence[str],
    reaches: Callable[[str, str], bool],
) -> Right:
    """Whether these assignments grant all data actions on a scope. `reaches(outer, inner)` compares scopes."""
    reaching = tuple(a for a in assignments if reaches(a.scope, scope) or _above_subscriptions(a.scope))
    certain = _covering([a for a in reaching if not a.condition], actions)
    if certain is not None:
        return Granted(how=_how(certain, principal_id, scope, reaches), through=certain)
    conditional = _covering(reaching, actions)
    if conditional is not None:
        return Conditional(through=tuple(a for a in conditional if a.condition))
    unread = tuple(a for a in reaching if a.role is None)
    if unread:
        return Undecided(unread=unread)
    lacking = tuple(x for x in actions if not any(a.role and a.role.grants_data(x) for a in reaching))
    return Missing(actions=lacking, held=reaching)


def _covering(assignments: Sequence[Assignment], actions: Sequence[str]) -> tuple[Assignment, ...] | None:
    through: list[Assignment] = []
    for action in actions:
        granting = next((a for a in assignments if a.role is not None and a.role.grants_data(action)), None)
        if granting is None:
            return None
        if granting not in through:
            through.append(granting)
    return tuple(through)


def _how(
    through: Sequence[Assignment], principal_id: str, scope: str, reaches: Callable[[str, str], bool]
) -> Literal["granted", "granted via group", "granted inherited"]:
    if any(a.principal_id.casefold() != principal_id.casefold() for a in through):
        return "granted via group"
    inherited = any(not reaches(scope, a.scope) for a in through)
    return "granted inherited" if inherited else "granted"


def _above_subscriptions(scope: str) -> bool:
    """Root and management groups: the service returns them for a scope only where they are its ancestors."""
    return scope in ("", "/") or scope.casefold().startswith("/providers/microsoft.management/managementgroups/")
