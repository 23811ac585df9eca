"""Roles: may the identity that a job runs as read and write the data?"""

from __future__ import annotations

from typing import NoReturn

import pytest

from verifier.words import (
    BLOB_DATA,
    Barred,
    Compute,
    Conditional,
    Fix,
    Granted,
    Missing,
    NotKnown,
    NotThere,
    StorageAccount,
    Subject,
    Submitter,
    Undecided,
    World,
    assigned_right,
    by_replacing,
    concern,
    data_right_holders,
    disagree,
    edits_for_grant,
    grant_key,
    intend,
    live_right,
    may_take_keys,
    name_of,
    note,
    observe,
    pending,
    stated_grants,
)

IDENTITY = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
DATA_ROLES = "https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage"
WHY = "Reading and writing blobs needs a data role; Owner and Contributor on the account grant neither."


@pytest.mark.check(
    id="INT18",
    severity="critical",
    asks="coherence",
    link=14,
    after=["INT16", "INT20", "INT21", "INT22"],
    why=WHY,
    see=[IDENTITY, DATA_ROLES],
)
def test_the_jobs_identity_is_given_a_data_role(compute: Subject[Compute], world: World) -> None:
    """The identity that the compute declares is granted a blob data role on the workspace's account."""
    account = world.intended_account_of(compute)
    if account is None:
        pytest.skip("the compute's workspace or its account is made elsewhere, and so are its grants")
    meant = compute.intent
    if not meant.identity_type.value:
        intend("a blob data role for the identity that jobs run as")
        observe("the compute declares no identity")
        disagree(
            f"no role can help: {compute.label} declares no identity to grant it to",
            fix=Fix(action="give the compute an identity first", place=compute.place),
        )
    grants = stated_grants(world, compute, account)
    if grants is None:
        pytest.skip("the identity is made elsewhere, and so may be its grants")
    if grants.granting is not None:
        intend(grants.granting.intent.role_name)
        observe(grants.granting.intent.scope, source=grants.granting.address)
        return
    if grants.undecided:
        raise NotKnown(f"whether {grants.undecided[0]} grants it is not known before apply")
    intend("a blob data role for the identity that jobs run as")
    observe(f"no role assignment of {grants.principal} on {account.label} grants reading and writing blobs")
    disagree(
        f"{grants.principal}, which {compute.label} runs as, is granted no blob data role on {account.label}",
        fix=Fix(
            action=f'add azurerm_role_assignment "Storage Blob Data Contributor" on {account.label} for it',
            place=account.place,
            edits=edits_for_grant(world, compute, account),
            decide="where to add it: no module can name both, or several would be changed",
        ),
    )


@pytest.mark.check(
    id="RBA01",
    severity="critical",
    asks="invariant",
    of="any",
    link=14,
    after=["INT16", "INT18", "CMP02", "CMP03", "RBA02"],
    why=WHY,
    see=[IDENTITY, DATA_ROLES],
)
def test_the_jobs_identity_holds_a_data_role(compute: Subject[Compute], world: World) -> None:
    """The identity that the compute's jobs run as may read and write blobs of the workspace's account."""
    found = compute.live
    workspace = world.workspace(found.workspace_id.value)
    if workspace is None:
        raise NotKnown(f"the workspace of {compute.label} was not read")
    account = world.live_account_of(workspace)
    intend(f"read and write blobs of {account.label}")
    if not found.identity_type.value:
        observe("the compute has no identity")
        for holder in data_right_holders(world, account):
            note(f"{holder} holds a blob data role on {account.label}, and no compute runs as it")
        disagree(
            f"no role helps a job of {compute.label}: it runs as no identity",
            fix=Fix(action="give the compute an identity first", place=compute.place),
        )
    principal = world.principal_of(compute)
    concern(grant_key(principal.object_id))
    name = principal.name
    if principal.outdated:
        observe(f"{name} is now principal {principal.object_id}; the compute was given another one of that name")
        disagree(
            f"{name} was made again since {compute.label} was attached: its jobs run as a principal that is gone",
            fix=Fix(action=f"attach the compute again{by_replacing(compute)}", place=compute.place),
        )
    try:
        right = live_right(world, principal.object_id, account, BLOB_DATA)
    except NotThere as missing:
        disagree(f"{missing}, and {workspace.label} stores its data there", fix=Fix(action="restore the account"))
    fix = Fix(
        action='add azurerm_role_assignment "Storage Blob Data Contributor" on the account for this identity',
        place=account.place,
        command='az role assignment create --role "Storage Blob Data Contributor" '
        f"--assignee-object-id {principal.object_id} "
        f"--assignee-principal-type ServicePrincipal --scope {account.arm_id}",
        reverted_by_apply=False,
    )
    match right:
        case Granted(how=how, through=through):
            roles = ", ".join(a.role.name for a in through if a.role is not None)
            observe(f"{how}: {roles}", source=through[0].id)
        case Conditional() | Barred() | Undecided():
            _refuse_doubtful(right, name, account)
        case Missing(actions=actions, held=held):
            roles = ", ".join(a.role.name for a in held if a.role is not None) or "no role"
            observe(f"{roles} at or above {account.label}")
            if may_take_keys(world, principal.object_id, account):
                note(
                    f"it may list the account's keys, which {account.label} accepts: that is no data role, but a way in"
                )
            disagree(
                f"{name}, which {compute.label} runs as, may not {' or '.join(map(name_of, actions))} blobs", fix=fix
            )


def _refuse_doubtful(right: Conditional | Barred | Undecided, name: str, account: Subject[StorageAccount]) -> NoReturn:
    """End a check where a principal's right on an account is not simply granted and not simply missing."""
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
            observe(f"granted on {account.label}, and denied by {by}")
            disagree(
                f"{name} is granted it, and the deny assignment {by} takes it away",
                fix=Fix(action="ask whoever owns that deny assignment (a deployment stack, a managed application)"),
            )


@pytest.mark.check(
    id="CMP03",
    severity="critical",
    asks="invariant",
    of="any",
    link=11,
    after=["INT16", "CMP02"],
    why="Roles are held by principals: a compute that runs as another one than they were granted to is refused.",
    see=[IDENTITY],
)
def test_the_compute_runs_as_a_principal_that_is_there(compute: Subject[Compute], world: World) -> None:
    """The principal that the compute's jobs run as is the one that its identity is now."""
    if not compute.live.identity_type.value:
        pytest.skip("it runs as nobody")
    principal = world.principal_of(compute)
    concern(grant_key(principal.object_id))
    intend(f"run as {principal.name}, principal {principal.object_id}")
    if principal.outdated:
        observe(f"{compute.label} was given another principal of that name, and holds on to it")
        disagree(
            f"{principal.name} was made again since {compute.label} was attached",
            fix=Fix(action=f"attach the compute again{by_replacing(compute)}", place=compute.place),
        )
    observe(f"principal {principal.object_id}", source=compute.arm_id)


@pytest.mark.check(
    id="RBA04",
    severity="medium",
    asks="invariant",
    of="any",
    link=20,
    after=["RBA01"],
    why="A role assignment takes its time to have effect; a job that starts before is refused, and one after is not.",
    see=["https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"],
)
def test_the_jobs_data_role_has_spread(compute: Subject[Compute], world: World) -> None:
    """The data role of the compute's jobs was granted long enough ago to have spread."""
    if not compute.live.identity_type.value:
        pytest.skip("it runs as nobody")
    workspace = world.workspace(compute.live.workspace_id.value)
    if workspace is None:
        raise NotKnown(f"the workspace of {compute.label} was not read")
    account = world.live_account_of(workspace)
    principal = world.principal_of(compute)
    try:
        right = assigned_right(world, principal.object_id, account, BLOB_DATA)
    except NotThere:
        pytest.skip("there is no account to have a role on")
    match right:
        case Missing():
            pytest.skip("nothing is granted that would have to spread")
        case Conditional() | Barred() | Undecided():
            _refuse_doubtful(right, principal.name, account)
    if world.now is None:
        raise NotKnown("when this was read is not known, and so not how long ago anything was granted")
    if not right.young:
        observe(right.how, source=right.through[0].id)
        return
    youngest = right.young[0]
    if right.until is None:
        raise NotKnown(f"when the role assignment {name_of(youngest.id)} was made was not sent")
    role = youngest.role.name if youngest.role is not None else name_of(youngest.role_id)
    until = f"{right.until:%Y-%m-%d %H:%M} UTC"
    intend(f"{role} on {account.label} for {principal.name}")
    observe(f"granted at {youngest.since:%Y-%m-%d %H:%M} UTC, which may take until {until}", source=youngest.id)
    pending(
        f"{role} was granted to {principal.name} so recently that its jobs may still be refused",
        fix=Fix(action=f"verify again after {until}"),
    )


@pytest.mark.check(
    id="RBA05",
    severity="medium",
    asks="invariant",
    link=1,
    why="Whoever submits a job uploads its code to the workspace's account first, as himself where keys are off.",
    see=["https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage"],
)
def test_the_submitter_may_upload(submitter: Submitter, world: World) -> None:
    """Whoever submits jobs may read and write blobs of the workspaces' accounts."""
    workspaces = [w for w in world.workspaces if w.planned]
    for workspace in workspaces:
        account = world.live_account_of(workspace)
        intend(f"read and write blobs of {account.label}")
        match live_right(world, submitter.object_id, account, BLOB_DATA):
            case Granted(how=how, through=through):
                observe(how, source=through[0].id)
            case Conditional() | Barred() | Undecided() as doubtful:
                _refuse_doubtful(doubtful, submitter.label, account)
            case Missing(held=held):
                observe(", ".join(a.role.name for a in held if a.role is not None) or "no role")
                disagree(
                    f"{submitter.label} may not read and write blobs of {account.label}",
                    fix=Fix(
                        action=f'grant "Storage Blob Data Contributor" on {account.label} to it',
                        place=account.place,
                        decide="how those who submit are granted it: one by one, or as a group",
                    ),
                )
    if not workspaces:
        pytest.skip("no workspace is planned here")
