"""Grants beside the blobs: images, file shares, and what a workspace needs on its cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import pytest

from verifier.words import (
    ATTACHING,
    PULL,
    Compute,
    Fix,
    NotKnown,
    RoleAssignment,
    StorageAccount,
    Subject,
    Workspace,
    World,
    concern,
    disagree,
    edits_for_attaching,
    edits_for_images,
    granted_to,
    grantee_of,
    identity_grantee,
    intend,
    may_be_the_same_principal,
    note,
    observe,
    stated_role,
    within,
)

ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
LOCAL_AUTH = "https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage"
SERVICES = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
REGISTRY_ROLES = "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview"
Told: TypeAlias = tuple[str, Literal["control", "data"]]
"""An action, and the plane on which it is granted."""
SHARE = "Microsoft.Storage/storageAccounts/fileServices/fileshares/files/read"
OVER_REST = "Microsoft.Storage/storageAccounts/fileServices/readFileBackupSemantics/action"
ON_THE_CLUSTER: Mapping[str, Told] = {role: (action, "control") for role, action in ATTACHING.items()}
ON_THE_VAULT: Mapping[str, Told] = {"Contributor": ("Microsoft.KeyVault/vaults/write", "control")}
IN_THE_VAULT: Mapping[str, Told] = {
    "Key Vault Administrator": ("Microsoft.KeyVault/vaults/secrets/setSecret/action", "data")
}
"""What a workspace takes on its key vault, and in it where roles and not access policies grant that."""


@pytest.mark.check(
    id="INT43",
    severity="high",
    asks="coherence",
    link=15,
    after=["INT16"],
    why="On an attached cluster nobody else grants it: without AcrPull the job's image is never pulled.",
    see=[ATTACH, "https://github.com/Azure/AML-Kubernetes/issues/273"],
)
def test_the_jobs_identity_may_pull_images(compute: Subject[Compute], world: World) -> None:
    """The identity that the compute declares may pull images, where the workspace's registry has no password."""
    workspace = world.workspace(compute.intent.workspace_id.value)
    if workspace is None or not workspace.planned:
        pytest.skip("the compute's workspace is made elsewhere, and so is its registry")
    registry = world.container_registry(workspace.intent.container_registry_id.value)
    if registry is None or not registry.planned:
        pytest.skip("the workspace's registry is not made here, and so may be its grants")
    for open_to_jobs in (registry.intent.admin_enabled, registry.intent.anonymous_pull):
        if open_to_jobs.value:
            observe(open_to_jobs, source=registry.address)
            return
    if registry.intent.pulls_by_repository:
        pytest.skip("the registry grants by repository, by conditions that are not judged")
    if not compute.intent.identity_type.value:
        pytest.skip("the compute declares no identity to grant it to")
    intend(f"pull images from {registry.label}")
    grants = granted_to(world, grantee_of(world, compute), registry.arm_id, PULL, "control")
    if grants is None:
        pytest.skip("the identity is made elsewhere, and so may be its grants")
    if grants.granting is not None:
        observe(grants.granting.intent.role_name, source=grants.granting.address)
        return
    if grants.undecided:
        raise NotKnown(f"whether {grants.undecided[0]} grants it is not known before apply")
    observe(f"no role assignment of {grants.principal} on {registry.label} grants it")
    disagree(
        f"{grants.principal}, which {compute.label} runs as, may not pull images from {registry.label}",
        fix=Fix(
            action=f'add azurerm_role_assignment "AcrPull" on {registry.label} for it',
            place=registry.place,
            edits=edits_for_images(world, compute, registry),
            decide="where to add it: no module can name both, or several would be changed",
        ),
    )


@pytest.mark.check(
    id="INT44",
    severity="medium",
    asks="coherence",
    link=14,
    why="Azure ML reaches file shares over REST, where the SMB roles count for nothing once the keys are off.",
    see=[LOCAL_AUTH],
)
def test_who_uses_shares_may_use_them_over_rest(storage_account: Subject[StorageAccount], world: World) -> None:
    """Where shared keys are off, whoever is given the account's shares over SMB is given them over REST."""
    if storage_account.intent.shared_key_access.value or not world.workspaces_on(storage_account):
        observe(storage_account.intent.shared_key_access)
        return
    given = list(_on_shares(world, storage_account))
    for assignment, over_rest in given:
        if over_rest:
            continue
        whom = assignment.intent.principal_id
        others = [other for other, rest in given if rest]
        same = [may_be_the_same_principal(whom, other.intent.principal_id) for other in others]
        if True in same:
            continue
        if None in same:
            raise NotKnown(f"whether {assignment.address} and {others[same.index(None)].address} are for the same one")
        concern(assignment.address)
        intend(whom)
        observe(assignment.intent.role_name, source=assignment.address)
        disagree(
            f"{assignment.address} gives the shares of {storage_account.label} over SMB alone, and its keys are off",
            fix=Fix(
                action='grant "Storage File Data Privileged Contributor" to the same principal',
                place=assignment.place,
                decide="whether the principal may have the shares over REST, where that role overrides their ACLs",
            ),
        )


def _on_shares(world: World, account: Subject[StorageAccount]) -> Iterator[tuple[Subject[RoleAssignment], bool]]:
    """The assignments that give an account's shares, and whether over REST, as far as role and scope are known."""
    for assignment in world.role_assignments:
        stated = assignment.stated
        role = stated_role(world, stated) if stated is not None else None
        if stated is None or role is None or not stated.scope.known or not within(stated.scope.value, account.arm_id):
            continue
        if role.grants(SHARE, "data"):
            yield assignment, role.grants(OVER_REST, "data")


@pytest.mark.check(
    id="INT45",
    severity="high",
    asks="coherence",
    link=7,
    why="A system-assigned workspace identity is granted these by the service; a user-assigned one by nobody.",
    see=[ATTACH, SERVICES],
)
def test_a_workspaces_own_identity_is_granted_what_it_works_with(workspace: Subject[Workspace], world: World) -> None:
    """A workspace that runs as a user-assigned identity grants it what its cluster and its key vault take."""
    declared = workspace.intent
    kind = declared.identity_type.value.casefold()
    observe(declared.identity_type)
    if "systemassigned" in kind or "userassigned" not in kind:
        return
    works_with = [*_clusters(world, workspace), *_vault(world, workspace)]
    if not works_with:
        return
    if len(declared.identity_ids.value) != 1:
        raise NotKnown(f"which of its identities {workspace.label} acts as is not known")
    grantee = identity_grantee(world, declared.identity_ids.value[0])
    for thing, roles in works_with:
        intend(f"{', '.join(roles)} on {thing.label} for {grantee.label}")
        lacking = []
        for role, (action, plane) in roles.items():
            grants = granted_to(world, grantee, thing.arm_id, (action,), plane)
            if grants is None:
                pytest.skip("the identity is made elsewhere, and so may be its grants")
            if grants.granting is None and grants.undecided:
                raise NotKnown(f"whether {grants.undecided[0]} grants what {role} does is not known before apply")
            if grants.granting is None:
                lacking.append(role)
        if lacking:
            if roles is ON_THE_CLUSTER:
                note('without these, attaching ends in "extension not installed" or "internal server error"')
            observe(f"{grantee.label} is granted nothing like {' or '.join(lacking)} on {thing.label}")
            disagree(
                f"{workspace.label} runs as {grantee.label}, which lacks {', '.join(lacking)} on {thing.label}",
                fix=Fix(
                    action=f"add azurerm_role_assignment {', '.join(lacking)} on {thing.label} for it",
                    place=workspace.place,
                    edits=edits_for_attaching(world, workspace, thing, lacking),
                    decide="where to add it: no module can name both, or several would be changed",
                ),
            )


def _vault(world: World, workspace: Subject[Workspace]) -> Iterator[tuple[Subject[object], Mapping[str, Told]]]:
    """The workspace's key vault, where Terraform makes it, with the roles that it takes. Raises NotKnown.

    What access policies grant is not judged.
    """
    vault = world.key_vault(workspace.intent.key_vault_id.value)
    if vault is not None and vault.planned:
        by_roles = vault.intent.rbac_authorization.value
        yield vault, {**ON_THE_VAULT, **IN_THE_VAULT} if by_roles else ON_THE_VAULT


def _clusters(world: World, workspace: Subject[Workspace]) -> Iterator[tuple[Subject[object], Mapping[str, Told]]]:
    """The clusters that Terraform attaches to a workspace, with the roles that they take. Raises NotKnown."""
    for compute in world.computes:
        if compute.planned and world.workspace(compute.intent.workspace_id.value) is workspace:
            cluster = world.cluster(compute.intent.cluster_id.value)
            if cluster is not None:
                yield cluster, ON_THE_CLUSTER
