"""What a principal may do at a scope, from the assignments that reach it.

Azure adds assignments up; a deny assignment or a condition takes away (Microsoft Learn, "Understand Azure deny
assignments"). Only assignments that the service returned for the principal count, groups and inherited scopes
included (`assignedTo`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal, TypeAlias

from verifier.access.propagation import spread_of
from verifier.access.roles import Plane, Role

BLOB_READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
BLOB_WRITE = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"
BLOB_DATA = (BLOB_READ, BLOB_WRITE)
SHARES_OVER_REST = (
    "Microsoft.Storage/storageAccounts/fileServices/fileshares/files/read",
    "Microsoft.Storage/storageAccounts/fileServices/readFileBackupSemantics/action",
)
PULL = ("Microsoft.ContainerRegistry/registries/pull/read",)
"""An action; of no account in a registry that grants by repository."""
PULL_FROM_REPOSITORIES = ("Microsoft.ContainerRegistry/registries/repositories/content/read",)
"""A data action: what a registry asks for that grants by repository."""
ATTACHING = {
    "Reader": "Microsoft.ContainerService/managedClusters/read",
    "Kubernetes Extension Contributor": "Microsoft.KubernetesConfiguration/extensions/write",
    "Azure Kubernetes Service Cluster Admin Role": (
        "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action"
    ),
}
"""The roles that a workspace's identity takes on an attached cluster, each told by the action that it is needed for."""
LIST_KEYS = ("Microsoft.Storage/storageAccounts/listKeys/action",)

Reaches: TypeAlias = Callable[[str, str], bool]
"""Whether the first scope holds the second, by whole segments."""
How: TypeAlias = Literal["granted", "granted inherited", "granted via group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question: may this principal (an object id) do all of these actions of one plane at this scope?"""

    principal_id: str
    scope: str
    actions: Sequence[str]
    reaches: Reaches
    plane: Plane = "data"

    def is_own(self, assignment: Assignment) -> bool:
        """Whether an assignment is the principal's own, and not a group's that it is in."""
        return assignment.principal_id.casefold() == self.principal_id.casefold()

    def is_reached_by(self, scope: str) -> bool:
        """Whether what is said at a scope, or above it, is said of the one asked about."""
        return self.reaches(scope, self.scope) or is_above_subscriptions(scope)

    def distance(self, assignment: Assignment) -> tuple[bool, bool, str]:
        """For sorting, the nearest first: its own before a group's, at the scope before above it."""
        return not self.is_own(assignment), not self.reaches(self.scope, assignment.scope), assignment.id.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One role assignment that reaches the scope. `role` is None when its definition could not be read.

    `since` is when it was made or last changed; None where the service did not say.
    """

    id: str
    principal_id: str
    scope: str
    role_id: str
    role: Role | None
    condition: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Every action is granted. `through` are the assignments that decide, the nearest there are.

    `young` are those of them without which it would not be granted yet, made so recently (or nobody knows when) that
    they may not have spread; `until` is when the last of them will have, None while one of them is of no known age.
    """

    how: How
    through: tuple[Assignment, ...]
    young: tuple[Assignment, ...] = ()
    until: datetime | None = None

    @property
    def word(self) -> str:
        """For people: how it is granted, or that it is pending."""
        return "pending" if self.young else self.how


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """Granted only under conditions, which are not evaluated."""

    through: tuple[Assignment, ...]
    word: ClassVar[str] = "conditional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """No assignment grants these actions. `held` are the assignments that there are."""

    actions: tuple[str, ...]
    held: tuple[Assignment, ...]
    word: ClassVar[str] = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """The actions are not granted by what is known, but roles that could not be read might grant them."""

    unread: tuple[Assignment, ...]
    word: ClassVar[str] = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """Granted, and taken away by a deny assignment; not `certain` where that depends on a group or a condition."""

    by: str
    certain: bool

    @property
    def word(self) -> str:
        """For people: denied, or not known."""
        return "denied" if self.certain else "unknown"


Right: TypeAlias = Granted | Conditional | Missing | Undecided | Barred


def right_of(assignments: Iterable[Assignment], asked: Asked, *, now: datetime | None = None) -> Right:
    """Whether these assignments grant what is asked, deny assignments left aside.

    With `now`, what was granted too recently to have spread is told apart from what already holds.
    """
    nearest = sorted((a for a in assignments if asked.is_reached_by(a.scope)), key=asked.distance)
    plain = [a for a in nearest if not a.condition]
    through = _covering(plain, asked)
    if through is not None:
        granted = Granted(how=_how(through, asked), through=through)
        return granted if now is None else _aged(granted, plain, asked, now)
    conditional = _covering(nearest, asked)
    if conditional is not None:
        return Conditional(through=tuple(a for a in conditional if a.condition))
    unread = tuple(a for a in nearest if a.role is None)
    if unread:
        return Undecided(unread=unread)
    lacking = tuple(x for x in asked.actions if not any(a.role and a.role.grants(x, asked.plane) for a in nearest))
    return Missing(actions=lacking, held=tuple(nearest))


def names_of(assignments: Iterable[Assignment]) -> str:
    """The names of the roles that are assigned, for people: `AcrPull, Reader`, or `no role`."""
    return ", ".join(a.role.name for a in assignments if a.role is not None) or "no role"


def is_above_subscriptions(scope: str) -> bool:
    """Root and management groups: the service returns them for a scope only where they are its ancestors."""
    return scope in ("", "/") or scope.casefold().startswith("/providers/microsoft.management/managementgroups/")


def groups_of(assignments: Iterable[Assignment], asked: Asked) -> frozenset[str]:
    """The groups that the principal is known to be in: whose assignments the service returned as its own."""
    return frozenset(a.principal_id for a in assignments if not asked.is_own(a))


def _covering(assignments: Sequence[Assignment], asked: Asked) -> tuple[Assignment, ...] | None:
    """The first assignment that grants each action; None when one is granted by none."""
    through: list[Assignment] = []
    for action in asked.actions:
        granting = next((a for a in assignments if a.role is not None and a.role.grants(action, asked.plane)), None)
        if granting is None:
            return None
        if granting not in through:
            through.append(granting)
    return tuple(through)


def _aged(granted: Granted, plain: Sequence[Assignment], asked: Asked, now: datetime) -> Granted:
    """The same grant by what has spread already, else with what is young of it and when that will have spread."""
    ends = {a: a.since + _spread(a, asked.plane) for a in plain if a.since is not None}
    for moment in (now, *sorted({end for end in ends.values() if end > now})):
        settled = _covering([a for a in plain if a in ends and ends[a] <= moment], asked)
        if settled is None:
            continue
        young = tuple(a for a in settled if ends[a] > now)
        return Granted(how=_how(settled, asked), through=settled, young=young, until=moment if young else None)
    return replace(granted, young=tuple(a for a in granted.through if a not in ends or ends[a] > now))


def _spread(assignment: Assignment, plane: Plane) -> timedelta:
    return spread_of(above_subscriptions=is_above_subscriptions(assignment.scope), plane=plane)


def _how(through: Sequence[Assignment], asked: Asked) -> How:
    if not all(asked.is_own(a) for a in through):
        return "granted via group"
    return "granted" if all(asked.reaches(asked.scope, a.scope) for a in through) else "granted inherited"
