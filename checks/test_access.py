"""Roles: may the identity that a job runs as read and write the data?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import pytest

from verifier.words import (
    BLOB_DATA,
    BLOB_READ,
    Barred,
    Compute,
    Conditional,
    DataAccount,
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
    keyless_shares,
    lacks_shares,
    live_right,
    may_take_keys,
    name_of,
    names_of,
    note,
    observe,
    refuse_doubtful,
    refuse_young,
    stated_accounts_behind,
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
    """The compute's identity is granted a data role on the workspace's account, and on those of keyless datastores."""
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
    if grants.granting is None:
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
            ),
        )
    intend(grants.granting.intent.role_name)
    observe(grants.granting.intent.scope, source=grants.granting.address)
    others = stated_accounts_behind(world, compute, account)
    for other, datastores in others:
        _refuse_ungranted(world, compute, other, datastores)
    concern(*(key for a in (account, *(other for other, _ in others)) for key in a.concerns if others))


def _refuse_ungranted(
    world: World, compute: Subject[Compute], account: Subject[StorageAccount], datastores: Sequence[str]
) -> None:
    """Disagree where the source lets a compute's identity read nothing in an account that datastores stand for."""
    grants = stated_grants(world, compute, account, (BLOB_READ,))
    if grants is None or grants.granting is not None:
        return
    concern(*account.concerns)
    if grants.undecided:
        raise NotKnown(f"whether {grants.undecided[0]} grants reading {account.label} is not known before apply")
    behind = f"{account.label} (datastore {', '.join(datastores)})"
    intend(f"read blobs of {behind}")
    observe(f"no role assignment of {grants.principal} on {account.label} grants reading blobs")
    disagree(
        f"{grants.principal}, which {compute.label} runs as, is granted no blob data role on {behind}",
        fix=Fix(
            action=f'add azurerm_role_assignment "Storage Blob Data Reader" on {account.label} for it, or '
            '"Storage Blob Data Contributor" if jobs write there',
            place=account.place,
            decide="which of the two, and where to add it",
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
def test_the_jobs_identity_holds_a_data_role(data_account: DataAccount, world: World) -> None:
    """The compute's identity may read and write the workspace's blobs, and read those of keyless datastores."""
    compute = data_account.compute
    found = compute.live
    account = data_account.account
    actions = _needed(data_account)
    may = " and ".join(map(name_of, actions))
    behind = _behind(data_account)
    intend(f"{may} blobs of {account.label}{behind}")
    if not found.identity_type.value:
        _refuse_nobody(data_account, world)
    principal = world.principal_of(compute)
    concern(grant_key(principal.object_id, account.arm_id))
    name = principal.name
    if principal.outdated:
        if not data_account.own:
            pytest.skip("it runs as a principal that is gone, which CMP03 says")
        observe(f"{name} is now principal {principal.object_id}; the compute was given another one of that name")
        disagree(
            f"{name} was made again since {compute.label} was attached: its jobs run as a principal that is gone",
            fix=Fix(action=f"attach the compute again{by_replacing(compute)}", place=compute.place),
        )
    try:
        right = live_right(world, principal.object_id, account, actions)
    except NotThere as missing:
        if not data_account.own:
            pytest.skip("there is no account to have a role on, which DST02 says")
        workspace = name_of(found.workspace_id.value)
        disagree(f"{missing}, and workspace {workspace} stores its data there", fix=Fix(action="restore the account"))
    match right:
        case Granted(how=how, through=through):
            observe(f"{how}: {names_of(through)}", source=through[0].id)
            _note_shares(world, principal.object_id, account)
        case Conditional() | Barred() | Undecided():
            refuse_doubtful(right, name, account)
        case Missing(actions=lacking, held=held):
            observe(f"{names_of(held)} at or above {account.label}")
            if may_take_keys(world, principal.object_id, account):
                note(
                    f"it may list the account's keys, which {account.label} accepts: that is no data role, but a way in"
                )
            on = "" if data_account.own else f" of {account.label}{behind}"
            disagree(
                f"{name}, which {compute.label} runs as, may not {' or '.join(map(name_of, lacking))} blobs{on}",
                fix=_grant(data_account, principal.object_id),
            )


def _refuse_nobody(data_account: DataAccount, world: World) -> NoReturn:
    compute, account = data_account.compute, data_account.account
    if not data_account.own:
        pytest.skip("it runs as nobody")
    observe("the compute has no identity")
    for holder in data_right_holders(world, account):
        note(f"{holder} holds a blob data role on {account.label}, and no compute runs as it")
    disagree(
        f"no role helps a job of {compute.label}: it runs as no identity",
        fix=Fix(action="give the compute an identity first", place=compute.place),
    )


def _note_shares(world: World, object_id: str, account: Subject[StorageAccount]) -> None:
    """Learn asks for a file role for whoever is at a notebook or compute instance, and of no job's identity."""
    shares = keyless_shares(world, account)
    if shares and lacks_shares(world, object_id, account):
        note(f"it holds no file data role, which whatever goes through {' or '.join(shares)} would need")


def _needed(data_account: DataAccount) -> tuple[str, ...]:
    """Jobs write into the workspace's own account, whatever they do; of another it is known only that they read it."""
    return BLOB_DATA if data_account.own else (BLOB_READ,)


def _behind(data_account: DataAccount) -> str:
    names = ", ".join(d.name for d in data_account.datastores)
    return f" (datastore {names})" if names else ""


def _grant(data_account: DataAccount, object_id: str) -> Fix:
    account = data_account.account
    role = "Storage Blob Data Contributor" if data_account.own else "Storage Blob Data Reader"
    whom = "the account" if data_account.own else account.label
    writing = "" if data_account.own else ', or "Storage Blob Data Contributor" if jobs write there'
    return Fix(
        action=f'add azurerm_role_assignment "{role}" on {whom} for this identity{writing}',
        place=account.place,
        command=f'az role assignment create --role "{role}" '
        f"--assignee-object-id {object_id} "
        f"--assignee-principal-type ServicePrincipal --scope {account.arm_id}",
        reverted_by_apply=False,
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
    intend(f"run as {principal.name}, principal {principal.object_id}")
    principal.refuse_unnoted()
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
def test_the_jobs_data_role_has_spread(data_account: DataAccount, world: World) -> None:
    """The data role of the compute's jobs was granted long enough ago to have spread."""
    compute = data_account.compute
    if not compute.live.identity_type.value:
        pytest.skip("it runs as nobody")
    account = data_account.account
    principal = world.principal_of(compute)
    try:
        right = assigned_right(world, principal.object_id, account, _needed(data_account))
    except NotThere:
        pytest.skip("there is no account to have a role on")
    match right:
        case Missing():
            pytest.skip("nothing is granted that would have to spread")
        case Conditional() | Barred() | Undecided():
            refuse_doubtful(right, principal.name, account)
    if world.now is None:
        raise NotKnown("when this was read is not known, and so not how long ago anything was granted")
    refuse_young(right, principal.name, account)
    observe(right.how, source=right.through[0].id)


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
                refuse_doubtful(doubtful, submitter.label, account)
            case Missing(held=held):
                observe(names_of(held))
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
