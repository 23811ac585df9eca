"""Roles: may the identity that a job runs as read and write the data?"""

from __future__ import annotations

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
    Subject,
    Undecided,
    World,
    data_right_holders,
    disagree,
    edits_for_grant,
    intend,
    live_right,
    name_of,
    note,
    observe,
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
    after=["INT16"],
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
        ),
    )


@pytest.mark.check(
    id="RBA01",
    severity="critical",
    asks="invariant",
    of="any",
    link=14,
    after=["INT16", "INT18", "CMP02"],
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
    name = principal.name
    if principal.outdated:
        observe(f"{name} is now principal {principal.object_id}; the compute was given another one of that name")
        disagree(
            f"{name} was made again since {compute.label} was attached: its jobs run as a principal that is gone",
            fix=Fix(action=f"attach the compute again: apply with -replace={compute.address!r}", place=compute.place),
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
        case Conditional(through=through):
            raise NotKnown(f"{name} is granted it only under a condition: {through[0].condition}")
        case Barred(by=by, certain=True):
            observe(f"granted, and denied by {by}")
            disagree(
                f"{name}, which {compute.label} runs as, is granted it, and the deny assignment {by} takes it away",
                fix=Fix(action="ask whoever owns that deny assignment (a deployment stack, a managed application)"),
            )
        case Barred(by=by):
            raise NotKnown(f"whether the deny assignment {by} means {name} depends on a group's members")
        case Undecided(unread=unread):
            raise NotKnown(
                f"what the role {name_of(unread[0].role_id)} of {name} grants could not be read",
                missing=("Microsoft.Authorization/roleDefinitions/read",),
            )
        case Missing(actions=actions, held=held):
            roles = ", ".join(a.role.name for a in held if a.role is not None) or "no role"
            observe(f"{roles} at or above {account.label}")
            disagree(
                f"{name}, which {compute.label} runs as, may not {' or '.join(map(name_of, actions))} blobs", fix=fix
            )
