"""Assignments: the live role assignment that a planned one stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from verifier.access.roles import guid_of
from verifier.kinds.compare import name_of, same_arm_id
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT, RoleAssignment
from verifier.kinds.served import Document
from verifier.live.documents import Absent, Denied, Failed, Found
from verifier.world.joined import World
from verifier.world.rights import ASSIGNMENTS
from verifier.world.roles import role_by_id, stated_role
from verifier.world.subject import NotThere, Subject

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAssignment:
    """What is live of a planned assignment: itself, None where it is not there, and the id that it was read from.

    `strangers` are principals that hold the same role at the same scope and are nobody whom this configuration knows:
    an identity that was made again leaves such a one behind.
    """

    served: RoleAssignment | None
    source: str = ""
    strangers: tuple[str, ...] = ()


def live_assignment(world: World, planned: Subject[RoleAssignment]) -> LiveAssignment | None:
    """The live assignment of the planned role, to the planned principal, at the planned scope.

    None where it is planned for nobody, or nowhere. Raises NotKnown where it could not be read, or where scope or
    principal is of something that is not read at all.
    """
    stated = planned.intent
    if _is_out_of_sight(world, stated.scope) or _is_out_of_sight(world, stated.principal_id):
        raise NotKnown(f"whose {planned.label} is, or where, is looked up or made by something that is not read")
    scope, whom = stated.scope.value, stated.principal_id.value
    if not scope or not whom:
        return None
    here = [(s, d) for s, d in _at(world, scope, planned) if same_arm_id(s.scope.value, scope)]
    theirs = [(s, d) for s, d in here if s.principal_id.value.casefold() == whom.casefold()]
    for served, source in theirs:
        if gives_the_role(world, stated, served) is True:
            return LiveAssignment(served=served, source=source)
    unread = [served for served, _ in theirs if gives_the_role(world, stated, served) is None]
    if unread:
        role = name_of(unread[0].role_definition_id.value)
        raise NotKnown(
            f"what the role {role} is called could not be read",
            missing=("Microsoft.Authorization/roleDefinitions/read",),
        )
    known = frozenset(_known_principals(world))
    strangers = (
        s.principal_id.value
        for s, _ in here
        if gives_the_role(world, stated, s) is True
        and s.principal_type.value.casefold() not in ("user", "group")
        and s.principal_id.value.casefold() not in known
    )
    return LiveAssignment(served=None, strangers=tuple(sorted(strangers)))


def _is_out_of_sight(world: World, fact: Fact[T]) -> bool:
    """Whether a fact waits for something that is never read, such as a data source or another sort of resource."""
    if fact.known:
        return False
    seen = (*world.identities, *world.computes, *world.workspaces, *world.clusters, *world.storage_accounts)
    addresses = {s.address for s in seen if s.address}
    return not any(reference.startswith(f"{address}.") for reference in fact.references for address in addresses)


def _at(world: World, scope: str, planned: Subject[RoleAssignment]) -> Iterator[tuple[RoleAssignment, str]]:
    place = world.documents.get(scope)
    if isinstance(place, Absent):
        raise NotThere(planned.label, place.code)
    asked = f"the role assignments at {name_of(scope) or 'the root'}"
    match world.documents.list(f"{scope.rstrip('/')}/{ASSIGNMENTS}"):
        case Found(documents=documents):
            for document in documents:
                source = str(document.get("id", ""))
                yield ROLE_ASSIGNMENT.from_document(Document(document, source)), source
            return
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{asked} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{asked} could not be read: {because}")
    raise NotThere(planned.label, "the service knows no such scope")


def gives_the_role(world: World, stated: RoleAssignment, served: RoleAssignment) -> bool | None:
    """Whether a live assignment gives the role that is stated; None where what it gives could not be read.

    Raises NotKnown where the stated role is not known before apply.
    """
    live_id = served.role_definition_id.value
    if not stated.role_name.stated and stated.role_definition_id.known:
        return guid_of(stated.role_definition_id.value) == guid_of(live_id)
    role = stated_role(world, stated)
    if role is None and not stated.role_name.value:
        raise NotKnown("which role is meant is not known before apply")
    wanted = role.name if role is not None else stated.role_name.value
    live_role = role_by_id(world, live_id)
    return None if live_role is None else live_role.name.casefold() == wanted.casefold()


def _known_principals(world: World) -> Iterator[str]:
    for identity in world.identities:
        if identity.served is not None and identity.served.principal_id.known:
            yield identity.served.principal_id.value.casefold()
    for facts in (
        (c.served.principal_id for c in world.computes if c.served is not None),
        (w.served.principal_id for w in world.workspaces if w.served is not None),
        (a.stated.principal_id for a in world.role_assignments if a.stated is not None),
    ):
        yield from (fact.value.casefold() for fact in facts if fact.known)
