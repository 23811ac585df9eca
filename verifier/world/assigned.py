"""Assigned: the role assignments that Terraform plans, each with the live one that gives its role to its principal.

An assignment is what it gives to whom and where, not its name: that is a GUID which apply makes up. A scope's whole
list shows all that are assigned there, and so proves that one is not; without the list, nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from verifier.kinds.compare import arm_key, name_of, same_arm_id, same_word
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.recorded_id import service_id
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT, RoleAssignment
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated
from verifier.live.documents import Absent, Found, Outcome
from verifier.live.documents import Document as Body
from verifier.world.assignments import gives_the_role, live_assignment
from verifier.world.joined import World
from verifier.world.pairing import Intended, live_subject
from verifier.world.sighted import Sighted, among, not_known, recorded_at
from verifier.world.subject import NotThere, Subject
from verifier.world.threeway import Maker

ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"
BY_THE_SERVICE = (
    "Azure ML grants a workspace's own identity roles by itself: where it granted this one, nobody is to grant it again"
)


ACROSS_TENANTS = "its identity is of another tenant: the id to import it by goes on with a bar and the tenant's id"
"""As azurerm reads it (services/authorization/parse, RoleAssignmentID)."""


def assigned(world: World) -> Iterator[Sighted]:
    """What is live of each role assignment that Terraform plans, or might; nothing of one for nobody or nowhere."""
    for planned in world.role_assignments:
        found = _found(world, planned)
        if found is None:
            continue
        subject = _with(planned, found)
        yield Sighted(
            subject=subject,
            planned_id=planned.arm_id,
            import_as=_spelt(planned, subject),
            differences=tuple(_differences(world, subject)),
            beside=_beside(world, subject),
        )


def kept_out_assignments(
    world: World, intended: Intended, planned: Iterable[Sighted]
) -> Iterator[tuple[Maker, Subject[RoleAssignment]]]:
    """What is not planned by now, each with the live assignment of nobody's that it would make if it were.

    As far as its scope was listed, which is done where something else is planned to be assigned. `planned` is what is
    live of those that are planned: it is somebody's.
    """
    taken = {arm_key(s.subject.arm_id) for s in planned}
    for resource in intended.absent(ROLE_ASSIGNMENT):
        for address, values in (resource.would_be or {resource.address: resource.values}).items():
            instance = replace(resource, address=address, values=values)
            would = ROLE_ASSIGNMENT.from_terraform(Stated(instance, world.plan.bound))
            for document in _listed(world, would.scope):
                found = live_subject(ROLE_ASSIGNMENT, document)
                if arm_key(found.arm_id) not in taken and found.served and _is_it(world, would, found.served):
                    yield Maker(address=address, resource=resource.address, place=str(resource.place)), found


def _is_it(world: World, would: RoleAssignment, served: RoleAssignment) -> bool:
    """Whether a live assignment is certainly the one that would be made."""
    try:
        here = same_arm_id(would.scope.value, served.scope.value)
        theirs = same_word(would.principal_id.value, served.principal_id.value)
        return here and theirs and gives_the_role(world, would, served) is True
    except NotKnown:
        return False


def _found(world: World, planned: Subject[RoleAssignment]) -> Outcome | None:
    if planned.stated is None:
        return planned.outcome
    try:
        live = live_assignment(world, planned)
    except NotThere as absent:
        return Absent(code=absent.code)
    except NotKnown as error:
        if _is_for_nobody_yet(world, planned.stated.principal_id):
            return Absent(code="whom it is for does not exist")
        return not_known(error)
    if live is None:
        return None
    if live.served is None:
        return _by_recorded_id(world, planned, planned.stated.scope) or Absent(code="not in the list")
    return among(_listed(world, planned.stated.scope), live.source) or not_known(NotKnown(f"{live.source} has no id"))


def _by_recorded_id(world: World, planned: Subject[RoleAssignment], scope: Fact[str]) -> Found | None:
    """The assignment that Terraform made, whoever holds it by now."""
    recorded = recorded_at(world.state, planned.address)
    return among(_listed(world, scope), service_id(recorded.type, recorded.attributes)) if recorded else None


def _listed(world: World, scope: Fact[str]) -> tuple[Body, ...]:
    outcome = world.documents.list(f"{scope.value.rstrip('/')}/{ASSIGNMENTS}") if scope.known else None
    return outcome.documents if isinstance(outcome, Found) else ()


def _with(planned: Subject[RoleAssignment], outcome: Outcome) -> Subject[RoleAssignment]:
    if not isinstance(outcome, Found):
        return replace(planned, outcome=outcome)
    document = outcome.documents[0]
    source = str(document.get("id", ""))
    served = ROLE_ASSIGNMENT.from_document(Document(document, source))
    return replace(planned, outcome=outcome, arm_id=source, served=served)


def _spelt(planned: Subject[RoleAssignment], found: Subject[RoleAssignment]) -> str:
    """The live one's id in the source's letters."""
    scope = planned.stated.scope if planned.stated is not None else None
    if scope is None or not scope.known or not isinstance(found.outcome, Found):
        return ""
    return f"{scope.value.rstrip('/')}/{ASSIGNMENTS}/{found.arm_id.rpartition('/')[2]}"


def _differences(world: World, subject: Subject[RoleAssignment]) -> Iterator[str]:
    """What one that was found by its id alone gives otherwise; any other was found by just that."""
    stated, served = subject.stated, subject.served
    if stated is None or served is None:
        return
    if not same_arm_id(stated.scope.content, served.scope.content):
        yield f"it is assigned at {name_of(served.scope.value)}, and the source says {name_of(stated.scope.value)}"
        return
    if gives_the_role(world, stated, served) is False:
        yield "it gives another role than the source says"


def _is_for_nobody_yet(world: World, principal: Fact[str]) -> bool:
    """Whether a principal is that of something which Terraform makes, and which does not exist."""
    makers = (*world.identities, *world.computes, *world.workspaces, *world.clusters)
    absent = {s.address for s in makers if s.address and isinstance(s.outcome, Absent)}
    return not principal.derived and any(r.startswith(f"{a}.") for r in principal.references for a in absent)


def _beside(world: World, subject: Subject[RoleAssignment]) -> str:
    if subject.served is not None and subject.served.delegated.content != "":
        return ACROSS_TENANTS
    return BY_THE_SERVICE if _is_a_workspaces(world, subject) else ""


def _is_a_workspaces(world: World, subject: Subject[RoleAssignment]) -> bool:
    """Whether a live assignment is held by a workspace's own identity."""
    if subject.served is None or not subject.served.principal_id.known:
        return False
    own = {w.served.principal_id.content for w in world.workspaces if w.served is not None}
    return subject.served.principal_id.value in own - {""}
