"""Defined: the roles of their own that Terraform plans, each with the live one of its name.

A tenant has a role's name once. A scope's list shows all roles that can be assigned there, the built-in ones among
them: an answer without any of those is not the whole list, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from verifier.access.roles import Role, guid_of
from verifier.kinds.compare import name_of
from verifier.kinds.recorded_id import service_id
from verifier.kinds.role_definition import ROLE_DEFINITION, RoleDefinition
from verifier.kinds.served import Document, at
from verifier.live.documents import Absent, Documents, Failed, Found, Outcome
from verifier.live.documents import Document as Body
from verifier.world.joined import World
from verifier.world.roles import DEFINITIONS
from verifier.world.sighted import Sighted, recorded_at
from verifier.world.subject import Subject


def defined(world: World) -> Iterator[Sighted]:
    """What is live of each role that Terraform plans, or might."""
    for planned in world.role_definitions:
        outcome = planned.outcome if planned.stated is None else _found(world, planned.stated)
        recorded = recorded_at(world.state, planned.address)
        if isinstance(outcome, Absent) and recorded is not None and recorded.id:
            # what Terraform made may be called otherwise by now
            identifier = service_id(recorded.type, recorded.attributes)
            outcome = definition_outcome(identifier, world.documents, world.roles)
        document = outcome.documents[0] if isinstance(outcome, Found) else None
        identifier = str(document.get("id", "")) if document is not None else ""
        served = ROLE_DEFINITION.from_document(Document(document, identifier)) if document is not None else None
        found = replace(planned, outcome=outcome, arm_id=identifier, served=served)
        yield Sighted(subject=found, import_as=_import_id(planned, identifier))


def definition_outcome(identifier: str, documents: Documents, builtin: Mapping[str, Role]) -> Outcome:
    """How looking for a role by its id ended: by its own read, or in the list that it would be in."""
    own = documents.get(identifier)
    if isinstance(own, Found | Absent):
        return own
    wanted = guid_of(identifier)
    return _among(
        documents.list(identifier.rpartition("/")[0]), builtin, lambda d: guid_of(str(d.get("id", ""))) == wanted
    )


def _among(listed: Outcome, builtin: Mapping[str, Role], is_it: Callable[[Body], bool]) -> Outcome:
    """The role of a list that is meant; where none is, absent if the list is whole."""
    if not isinstance(listed, Found):
        return listed
    found = next((d for d in listed.documents if is_it(d)), None)
    if found is not None:
        return Found(documents=(found,))
    if not any(guid_of(str(d.get("id", ""))) in builtin for d in listed.documents):
        return Failed(because="the answer has none of the built-in roles, and so is not the whole list")
    return Absent(code="not in the list")


def definitions_at(scope: str) -> str:
    """The collection of all roles that can be assigned at a scope."""
    return f"{scope.rstrip('/')}/{DEFINITIONS}"


def _found(world: World, stated: RoleDefinition) -> Outcome:
    if not (stated.scope.known and stated.name.known):
        return Failed(because="its scope or its name is not known before apply")
    wanted = stated.name.value.casefold()
    return _among(
        world.documents.list(definitions_at(stated.scope.value)),
        world.roles,
        lambda d: str(at(d, ("properties", "roleName"))).casefold() == wanted,
    )


def _import_id(planned: Subject[RoleDefinition], identifier: str) -> str:
    """The definition's id and, behind a bar, the scope that the source says; azapi takes the id alone."""
    stated = planned.stated
    if not identifier or stated is None or not stated.scope.known or stated.by_azapi:
        return identifier
    return f"/{identifier.lstrip('/').rpartition('/')[0]}/{name_of(identifier)}|{stated.scope.value}"
