"""Doubt: rights that are not simply granted and not simply missing, and what a check says of them."""

from __future__ import annotations

from typing import NoReturn

from verifier.access.effective import Barred, Conditional, Granted, Undecided
from verifier.checking.finding import Fix
from verifier.checking.verdicts import disagree, intend, observe, pending
from verifier.kinds.compare import name_of
from verifier.kinds.fact import NotKnown
from verifier.world import Subject


def refuse_doubtful(right: Conditional | Barred | Undecided, name: str, resource: Subject[object]) -> NoReturn:
    """End a check where a principal's right is not simply granted and not simply missing."""
    match right:
        case Conditional(through=through):
            raise NotKnown(f"{name} is granted it only under a condition: {through[0].condition}")
        case Undecided(unread=unread):
            raise NotKnown(
                f"what the role {name_of(unread[0].role_id)} of {name} grants could not be read",
                missing=("Microsoft.Authorization/roleDefinitions/read",),
            )
        case Barred(by=by, certain=False):
            raise NotKnown(f"whether the deny assignment {by} means {name} depends on a group or a condition")
        case Barred(by=by):
            observe(f"granted on {resource.label}, and denied by {by}")
            disagree(
                f"{name} is granted it, and the deny assignment {by} takes it away",
                fix=Fix(action="ask whoever owns that deny assignment (a deployment stack, a managed application)"),
            )


def refuse_young(right: Granted, name: str, resource: Subject[object]) -> None:
    """End a check where what is granted was granted too recently to have spread, or nobody knows when."""
    if not right.young:
        return
    youngest = right.young[0]
    if right.until is None:
        raise NotKnown(f"when the role assignment {name_of(youngest.id)} was made was not sent")
    role = youngest.role.name if youngest.role is not None else name_of(youngest.role_id)
    until = f"{right.until:%Y-%m-%d %H:%M} UTC"
    intend(f"{role} on {resource.label} for {name}")
    observe(f"granted at {youngest.since:%Y-%m-%d %H:%M} UTC, which may take until {until}", source=youngest.id)
    pending(
        f"{role} was granted to {name} so recently that its jobs may still be refused",
        fix=Fix(action=f"verify again after {until}"),
    )
