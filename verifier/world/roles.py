"""Roles of a world: built in, made here, or read; by name or by the id of their definition."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.access.roles import Role, guid_of, permissions_from, role_from_document, roles_like
from verifier.hcl.values import JSON, Unknown
from verifier.kinds.compare import name_of
from verifier.kinds.fact import NotKnown
from verifier.kinds.role_assignment import RoleAssignment
from verifier.kinds.role_definition import RoleDefinition
from verifier.live.documents import Denied, Failed, Found, Request
from verifier.world.joined import World
from verifier.world.subject import Subject

DEFINITIONS = "providers/Microsoft.Authorization/roleDefinitions"


def definitions_of(subscription: str) -> str:
    """The collection of all roles that can be assigned in a subscription."""
    return f"/subscriptions/{subscription}/{DEFINITIONS}"


def role_by_id(world: World, role_definition_id: str) -> Role | None:
    """A role by its definition's id: built in, or a custom one that was read."""
    builtin = world.roles.get(guid_of(role_definition_id))
    if builtin is not None:
        return builtin
    outcome = world.documents.get(role_definition_id)
    return role_from_document(outcome.documents[0]) if isinstance(outcome, Found) else None


def role_named(world: World, name: str) -> Role | None:
    """A role by its display name, without regard to case: built in, made here, or listed; None for any other."""
    wanted = name.casefold()
    return next((role for role in _known(world) if role.name.casefold() == wanted), None)


def roles_meant(world: World, name: str) -> tuple[str, ...]:
    """The names of the known roles that a misspelt one may mean, the most likely first."""
    return roles_like(_known(world), name)


def stated_role(world: World, stated: RoleAssignment) -> Role | None:
    """The role that an assignment says, by name or by id; None where it is not known."""
    if stated.role_name.stated:
        return role_named(world, stated.role_name.value) if stated.role_name.known else None
    by_id = stated.role_definition_id
    return role_by_id(world, by_id.value) if by_id.known else _referenced(world, by_id.references)


def is_made_here(world: World, name: str) -> bool:
    """Whether a role of that name is planned, or might be."""
    return any(
        s.stated is None or not s.stated.name.known or s.stated.name.value.casefold() == name.casefold()
        for s in world.role_definitions
    )


def is_listed(world: World, name: str) -> bool | None:
    """Whether the subscription has a role of that name. Raises NotKnown when that could not be read.

    None where nobody asked, and where the answer has none of the built-in roles: then it is not the whole list.
    """
    asked = Request(plane="azure", operation="list", path=definitions_of(world.subscription))
    if asked.key not in world.documents.outcomes:
        return None
    match world.documents.outcome(asked):
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"which roles there are could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"which roles there are could not be read: {because}")
    listed = list(_listed(world))
    whole = any(role.guid in world.roles for role in listed)
    return any(role.name.casefold() == name.casefold() for role in listed) or (False if whole else None)


def _known(world: World) -> tuple[Role, ...]:
    return (*world.roles.values(), *_made_here(world), *_listed(world))


def _listed(world: World) -> Iterator[Role]:
    outcome = world.documents.list(definitions_of(world.subscription))
    for document in outcome.documents if isinstance(outcome, Found) else ():
        if (role := role_from_document(document)) is not None:
            yield role


def _made_here(world: World) -> Iterator[Role]:
    for subject in world.role_definitions:
        if (role := _planned_role(subject)) is not None:
            yield role


def _referenced(world: World, references: tuple[str, ...]) -> Role | None:
    """The planned role that an id which is not known before apply stands for."""
    if len(references) != 1:
        return None
    owner = references[0].rpartition(".")[0]
    return next((_planned_role(s) for s in world.role_definitions if s.address == owner), None)


def _planned_role(subject: Subject[RoleDefinition]) -> Role | None:
    stated = subject.stated
    if stated is None or not stated.name.known or isinstance(stated.permissions.content, Unknown):
        return None
    elements: list[JSON] = [{key: [*texts] for key, texts in e.items()} for e in stated.permissions.content]
    return Role(name=stated.name.value, guid=name_of(subject.arm_id), permissions=permissions_from(elements))
