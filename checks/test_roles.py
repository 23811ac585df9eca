"""Role assignments as the source says them: of a role that exists, to a principal that is one, and of use."""

from __future__ import annotations

import pytest

from verifier.words import (
    BLOB_DATA,
    Compute,
    Edit,
    Fix,
    Identity,
    NotKnown,
    RoleAssignment,
    Subject,
    World,
    concern,
    disagree,
    edits_for_grant,
    edits_for_principal,
    edits_for_principal_of,
    granted_to,
    grantee_of,
    held_by,
    identity_grantee,
    instead_of,
    intend,
    is_listed,
    is_made_here,
    is_one_reference,
    is_run_as,
    lacks_grants,
    observe,
    roles_meant,
    stands_for,
    where_said,
)

ASSIGN = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/role_assignment"
BUILT_IN = "https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"
PLANES = "https://learn.microsoft.com/azure/role-based-access-control/role-definitions#control-and-data-actions"
IDENTITY = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
CLIENT_IDS = frozenset({"client_id", "application_id"})
DATA_ROLE = "Storage Blob Data Contributor"


@pytest.mark.check(
    id="INT11",
    severity="medium",
    asks="coherence",
    link=14,
    why="An assignment without a principal is refused when it is applied, after much else was made.",
    see=[ASSIGN],
)
def test_the_role_is_assigned_to_somebody(role_assignment: Subject[RoleAssignment], world: World) -> None:
    """The role assignment has a principal."""
    whom = role_assignment.intent.principal_id
    intend(whom)
    fix = Fix(
        action="name a principal, or keep the assignment out of the plan where there is none",
        place=where_said(whom, role_assignment),
        decide="who is to hold the role",
    )
    for label, address, declared in world.identity_blocks:
        if f"{address}.identity[0].principal_id" in whom.references:
            observe(declared, source=address)
            if "systemassigned" not in declared.value.casefold():
                disagree(f"{label} has no system-assigned identity, so its principal_id is null", fix=fix)
    if is_one_reference(whom):
        return
    if not whom.value:
        observe("principal_id is null or empty")
        disagree("the role is assigned to nobody: principal_id is null or empty", fix=fix)


@pytest.mark.check(
    id="INT20",
    severity="high",
    asks="coherence",
    link=14,
    why="A client id names an application, not a principal: nobody holds what is granted to it.",
    see=[ASSIGN, "https://github.com/hashicorp/terraform-provider-azurerm/issues/6673"],
)
def test_the_role_is_assigned_to_a_principal_id(role_assignment: Subject[RoleAssignment], world: World) -> None:
    """The role is assigned to a principal id, and not to a client id."""
    whom = role_assignment.intent.principal_id
    intend(whom)
    attributes = stands_for(whom)
    wrong = [r for r in attributes if r.rpartition(".")[2] in CLIENT_IDS]
    if wrong and len(wrong) == len(attributes):
        observe(f"it stands for {wrong[0]}")
        fix = _principal_instead(role_assignment, edits_for_principal(world.plan, role_assignment, wrong[0]))
        disagree(f"principal_id is {wrong[0]}, which is no principal's id", fix=fix)
    if wrong:
        raise NotKnown(f"whether {wrong[0]} ends up as the principal is not known before apply")
    if is_one_reference(whom):
        return
    given = whom.value.casefold()
    for identity in world.identities:
        sides = [side for side in (identity.stated, identity.served) if side is not None]
        if any(s.client_id.known and s.client_id.value.casefold() == given != "" for s in sides):
            observe(f"it is the client id of {identity.label}", source=identity.arm_id)
            fix = _principal_instead(role_assignment, edits_for_principal_of(world, role_assignment, identity))
            disagree(f"principal_id is the client id of {identity.label}, and not its principal id", fix=fix)


def _principal_instead(assignment: Subject[RoleAssignment], edits: tuple[Edit, ...]) -> Fix:
    return Fix(
        action="say the identity's principal_id here",
        place=where_said(assignment.intent.principal_id, assignment),
        edits=edits,
        decide="whose principal_id it is: what the client id is of has none that is known there",
    )


@pytest.mark.check(
    id="INT21",
    severity="medium",
    asks="coherence",
    link=14,
    why="A role of a name that does not exist fails the apply, after much else was made.",
    see=[BUILT_IN],
)
def test_the_assigned_role_exists(role_assignment: Subject[RoleAssignment], world: World) -> None:
    """A role that is assigned by name is one that exists."""
    name = role_assignment.intent.role_name
    intend(name)
    if not name.stated:
        return
    wanted = name.value
    if wanted.casefold() in {role.name.casefold() for role in world.roles.values()} or is_made_here(world, wanted):
        return
    candidates = roles_meant(world, wanted)
    near = " or ".join(f'"{role}"' for role in candidates)
    meant = f"; {near} is one" if near else ""
    fix = Fix(
        action=f"say {near}" if near else "say the name of a built-in role, or of a custom one that exists",
        place=where_said(name, role_assignment),
        edits=instead_of(name.origin, near) if len(candidates) == 1 else (),
        decide=f"which role is meant{f': {near}' if near else ', as none is called nearly so'}",
    )
    listed = is_listed(world, wanted)
    if listed:
        observe("the subscription has a role of that name")
        return
    if listed is False:
        observe("the subscription has no role of that name")
        disagree(f'there is no role "{wanted}"{meant}', fix=fix)
    if near:
        observe(f"what is called nearly so: {near}")
        disagree(f'there is no built-in role "{wanted}"{meant}', fix=fix)
    if not world.offline:
        raise NotKnown(f'whether the subscription has a role "{wanted}" could not be seen')
    pytest.skip(f'"{wanted}" is no built-in role that is known here: it may be one that was made elsewhere')


@pytest.mark.check(
    id="INT22",
    severity="high",
    asks="coherence",
    link=14,
    after=["INT16"],
    why="Owner and Contributor manage an account and read none of its blobs: roles have actions and data actions.",
    see=[PLANES, IDENTITY],
)
def test_the_jobs_identity_is_given_more_than_control(compute: Subject[Compute], world: World) -> None:
    """The jobs' identity is not granted control-plane roles alone on the workspace's account."""
    account = world.intended_account_of(compute)
    if account is None:
        pytest.skip("the compute's workspace or its account is made elsewhere, and so are its grants")
    if not compute.intent.identity_type.value:
        pytest.skip("the compute declares no identity to grant anything to")
    grantee = grantee_of(world, compute)
    intend(f"a data role on {account.label} for {grantee.label}")
    given = list(held_by(world, grantee, account.arm_id))
    names = ", ".join(dict.fromkeys(role.name for _, role in given))
    observe(names or "no role")
    if any(permission.data_actions for _, role in given for permission in role.permissions):
        return
    grants = granted_to(world, grantee, account.arm_id, BLOB_DATA, "data")
    if grants is not None and grants.undecided:
        raise NotKnown(f"what {grants.undecided[0]} grants is not known before apply")
    if grants is None or not given:
        pytest.skip("no role at all is granted to it here")
    assignment, role = given[0]
    concern(assignment.address)
    disagree(
        f"{grantee.label} is granted {names} on {account.label}: not one of these reads or writes a blob",
        fix=Fix(
            action=f'grant "{DATA_ROLE}" as well; "{role.name}" can go where nothing else needs it',
            place=where_said(assignment.intent.role_name, assignment),
            edits=edits_for_grant(world, compute, account),
            decide="where to grant it: no module can name both, or several would be changed",
        ),
    )


@pytest.mark.check(
    id="INT19",
    severity="high",
    asks="coherence",
    link=14,
    after=["INT16", "INT18"],
    why="A data role helps whoever runs as its holder; a job that runs as somebody else is still refused.",
    see=[IDENTITY],
)
def test_data_roles_go_to_an_identity_that_jobs_run_as(identity: Subject[Identity], world: World) -> None:
    """No identity that nothing runs as is given the data role that the jobs' own identity lacks."""
    identity.intent  # noqa: B018 - it raises
    grantee = identity_grantee(world, identity.arm_id)
    run_as = is_run_as(world, identity)
    if run_as:
        observe(f"something runs as {identity.label}")
        return
    for compute in world.computes:
        account = world.intended_account_of(compute) if compute.planned else None
        if account is None or not lacks_grants(world, compute, account):
            continue
        grants = granted_to(world, grantee, account.arm_id, BLOB_DATA, "data")
        if grants is None or (grants.granting is None and not grants.undecided):
            continue
        if grants.granting is None:
            raise NotKnown(f"whether {grants.undecided[0]} grants it is not known before apply")
        if run_as is None:
            raise NotKnown(f"whether something runs as {identity.label} is not known before apply")
        concern(*compute.concerns, grants.granting.address)
        intend(grants.granting.intent.role_name)
        observe(f"nothing here runs as {identity.label}, {compute.label} least of all", source=compute.address)
        disagree(
            f"the data role on {account.label} is given to {identity.label}, as which no job of {compute.label} runs",
            fix=Fix(
                action=f"let {compute.label} run as {identity.label}, or give the role to whom it runs as",
                place=compute.place,
                decide=f"which of the two: whether jobs are to run as {identity.label}",
            ),
        )
