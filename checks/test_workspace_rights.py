"""Rights of the workspace itself: may its own identity reach the clusters attached to it, and its storage?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import pytest

from verifier.words import (
    ATTACHING,
    BLOB_DATA,
    Barred,
    Cluster,
    Conditional,
    Fix,
    Granted,
    Missing,
    NotKnown,
    Principal,
    Right,
    StorageAccount,
    Subject,
    Undecided,
    Workspace,
    World,
    acts_as_itself,
    concern,
    disagree,
    edits_for_attaching,
    grant_key,
    granted_to,
    identities_acting,
    identity_grantee,
    intend,
    live_right,
    name_of,
    names_of,
    note,
    observe,
    refuse_doubtful,
    refuse_unlisted_computes,
    refuse_young,
    same_arm_id,
    stated_identity,
)

ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
LOCAL_AUTH = "https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage"
SERVICES = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
TROUBLESHOOT = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute"
BLOB_ROLE = "Storage Blob Data Contributor"
NOT_THERE = "the workspace does not exist, which WKS01 says"
UNORDINARY = "a hub, a project or a feature store has grants of its own"


@pytest.mark.check(
    id="RBA08",
    severity="high",
    asks="invariant",
    of="any",
    link=7,
    after=["INT45", "WKS03", "RBA02"],
    why="A system-assigned identity is granted these by the service, a user-assigned one by nobody: without them "
    "attaching fails, and what is attached already is not accessible.",
    see=[ATTACH, TROUBLESHOOT],
)
def test_a_user_assigned_workspace_identity_may_reach_its_clusters(workspace: Subject[Workspace], world: World) -> None:
    """A workspace that acts as a user-assigned identity may do with it what its attached clusters take."""
    if not workspace.exists:
        pytest.skip(NOT_THERE)
    if not workspace.live.ordinary:
        pytest.skip(UNORDINARY)
    if acts_as_itself(workspace):
        observe(workspace.live.identity_type)
        return
    attached = dict(_attached(world, workspace))
    for cluster in attached.values():
        [principal] = identities_acting(world, workspace)
        concern(*cluster.concerns, grant_key(principal.object_id, cluster.arm_id))
        _refuse_ungranted_cluster(world, workspace, cluster, principal)
    refuse_unlisted_computes(world)
    if not attached:
        pytest.skip("no AKS cluster is attached to it")


def _attached(world: World, workspace: Subject[Workspace]) -> Iterator[tuple[str, Subject[Cluster]]]:
    """The AKS clusters that live computes of a workspace are attached to, but for those that are gone."""
    for compute in world.computes:
        found = compute.served
        if found is None or not same_arm_id(found.workspace_id.value, workspace.arm_id):
            continue
        arm_id = found.cluster_id.value
        if "/managedclusters/" not in arm_id.casefold():
            continue
        cluster = world.cluster(arm_id)
        if cluster is None:
            raise NotKnown(f"cluster {name_of(arm_id)}, which {compute.label} is attached to, was not read")
        if cluster.exists:
            yield cluster.arm_id.casefold(), cluster


def _refuse_ungranted_cluster(
    world: World, workspace: Subject[Workspace], cluster: Subject[Cluster], principal: Principal
) -> None:
    """End a check where a principal may not do for certain all that a cluster takes."""
    intend(f"{', '.join(ATTACHING)} on {cluster.label} for {principal.name}")
    rights = {
        role: live_right(world, principal.object_id, cluster, (action,), "control")
        for role, action in ATTACHING.items()
    }
    lacking = {role: right for role, right in rights.items() if isinstance(right, Missing)}
    if lacking:
        held = next(iter(lacking.values())).held
        observe(f"{names_of(held)} at or above {cluster.label}")
        disagree(
            f"{workspace.label} acts as {principal.name}, which lacks {', '.join(lacking)} on {cluster.label}",
            fix=_grant(world, workspace, cluster, principal, {role: (ATTACHING[role],) for role in lacking}, "control"),
        )
    for right in rights.values():
        if isinstance(right, Conditional | Barred | Undecided):
            refuse_doubtful(right, principal.name, cluster)
    granted = [right for right in rights.values() if isinstance(right, Granted)]
    for right in granted:
        refuse_young(right, principal.name, cluster)
    through = {a.id: a for right in granted for a in right.through}
    observe(f"granted: {names_of(through.values())}", source=next(iter(through)))


@pytest.mark.check(
    id="RBA09",
    severity="high",
    asks="invariant",
    of="any",
    link=14,
    after=["WKS01", "WKS03", "RBA02"],
    why="The service puts a job's code into the workspace's account as the workspace's identity. A system-assigned one "
    "is granted that by the service when the workspace is made, a user-assigned one by nobody.",
    see=[LOCAL_AUTH, SERVICES, TROUBLESHOOT],
)
def test_the_workspaces_identity_holds_a_data_role(workspace: Subject[Workspace], world: World) -> None:
    """Where its datastores work without keys, the workspace's own identity may read and write its account's blobs."""
    if not workspace.exists:
        pytest.skip(NOT_THERE)
    found = workspace.live
    if not found.ordinary:
        pytest.skip(UNORDINARY)
    if found.uses_keys:
        pytest.skip("its datastores work with the account's keys")
    if not found.keyless:
        raise NotKnown(f"{workspace.label} has {found.auth_mode.name} {found.auth_mode.value}, which nobody here knows")
    account = world.live_account_of(workspace)
    intend(f"read and write blobs of {account.label}")
    if not account.exists:
        pytest.skip("there is no account to have a role on")
    acting = identities_acting(world, workspace)
    rights = [(principal, live_right(world, principal.object_id, account, BLOB_DATA)) for principal in acting]
    concern(*(grant_key(principal.object_id, account.arm_id) for principal, _ in rights))
    if len({type(right) for _, right in rights}) > 1:
        raise NotKnown(f"not all identities of {workspace.label} may do so, and which of them it acts as is not known")
    for principal, right in rights:
        _refuse_without_data(world, workspace, account, principal, right)


def _refuse_without_data(
    world: World, workspace: Subject[Workspace], account: Subject[StorageAccount], principal: Principal, right: Right
) -> None:
    """End a check where a principal may not read and write an account's blobs for certain."""
    match right:
        case Granted(how=how, through=through):
            refuse_young(right, principal.name, account)
            observe(f"{how}: {names_of(through)}", source=through[0].id)
        case Conditional(through=through) if workspace.live.isolated.value:
            observe(f"granted under a condition: {names_of(through)}", source=through[0].id)
            pytest.skip("with data isolation the service itself grants it under a condition, which is not judged")
        case Conditional() | Barred() | Undecided():
            refuse_doubtful(right, principal.name, account)
        case Missing(actions=lacking, held=held):
            observe(f"{names_of(held)} at or above {account.label}")
            if not acts_as_itself(workspace):
                note("Microsoft Learn calls this role optional, where it speaks of workspaces that may take keys")
            disagree(
                f"{principal.name}, which {workspace.label} acts as, may not "
                f"{' or '.join(map(name_of, lacking))} blobs of {account.label}",
                fix=_grant(world, workspace, account, principal, {BLOB_ROLE: BLOB_DATA}, "data"),
            )


def _grant(
    world: World,
    workspace: Subject[Workspace],
    thing: Subject[object],
    principal: Principal,
    lacking: Mapping[str, Sequence[str]],
    plane: Literal["control", "data"],
) -> Fix:
    """Grant a workspace's identity roles on something: in the source where that has the identity, and does not yet."""
    identity_id = stated_identity(world, workspace, principal)
    grantee = identity_grantee(world, identity_id) if identity_id else None
    unsaid, doubtful = [*lacking], False
    if grantee is not None:
        said = {role: granted_to(world, grantee, thing.arm_id, actions, plane) for role, actions in lacking.items()}
        unsaid = [role for role, grants in said.items() if grants is None or grants.granting is None]
        doubtful = any(grants is not None and grants.undecided for grants in said.values())
    if not unsaid:
        return Fix(action="apply the configuration: `terraform apply`", place=thing.place)
    edits = edits_for_attaching(world, workspace, thing, unsaid) if grantee is not None and not doubtful else ()
    own = grantee is None and acts_as_itself(workspace)
    return Fix(
        action=f"grant it {', '.join(unsaid)} on {thing.label} again, as the service did when it made the workspace"
        if own
        else f"add azurerm_role_assignment {', '.join(unsaid)} on {thing.label} for it",
        place="" if own else thing.place,
        edits=edits,
        command="" if edits else " && ".join(_command(role, principal, thing) for role in unsaid),
        reverted_by_apply=None if edits else False,
    )


def _command(role: str, principal: Principal, thing: Subject[object]) -> str:
    return (
        f'az role assignment create --role "{role}" --assignee-object-id {principal.object_id} '
        f"--assignee-principal-type ServicePrincipal --scope {thing.arm_id}"
    )
