"""Rights beside the data: may the identity that a job runs as pull its image, and take keys where it must?"""

from __future__ import annotations

import pytest

from verifier.words import (
    LIST_KEYS,
    PULL,
    PULL_FROM_REPOSITORIES,
    Barred,
    Compute,
    Conditional,
    Fix,
    Granted,
    Missing,
    NotKnown,
    NotThere,
    Principal,
    Right,
    Subject,
    Undecided,
    World,
    concern,
    disagree,
    grant_key,
    intend,
    live_right,
    names_of,
    observe,
    refuse_doubtful,
    refuse_young,
)

ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
BY_REPOSITORY = (
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions"
)
TROUBLE = "https://github.com/Azure/AML-Kubernetes/blob/master/docs/troubleshooting.md"
NOBODY = "it runs as nobody, which CMP02 says"
OUTDATED = "it runs as a principal that is gone, which CMP03 says"


@pytest.mark.check(
    id="RBA06",
    severity="high",
    asks="invariant",
    of="any",
    link=15,
    after=["INT16", "INT43", "CMP02", "CMP03", "RBA02"],
    why="On an attached cluster nobody else grants it: without it the job's image is never pulled.",
    see=[ATTACH, BY_REPOSITORY, "https://github.com/Azure/AML-Kubernetes/issues/273"],
)
def test_the_jobs_identity_may_pull_its_image(compute: Subject[Compute], world: World) -> None:
    """The identity that the compute's jobs run as may pull images from the workspace's registry."""
    found = compute.live
    workspace = world.workspace(found.workspace_id.value)
    if workspace is None:
        raise NotKnown(f"the workspace of {compute.label} was not read")
    arm_id = workspace.live.container_registry_id.value
    if not arm_id:
        pytest.skip(f"{workspace.label} has no registry")
    registry = world.container_registry(arm_id)
    if registry is None:
        raise NotKnown(f"the registry of {workspace.label} was not read")
    for without_role in (registry.live.admin_enabled, registry.live.anonymous_pull):
        if without_role.value:
            observe(without_role, source=registry.arm_id)
            return
    if not found.identity_type.value:
        pytest.skip(NOBODY)
    principal = world.principal_of(compute)
    concern(*registry.concerns, grant_key(principal.object_id, registry.arm_id))
    if principal.outdated:
        pytest.skip(OUTDATED)
    intend(f"pull images from {registry.label}")
    by_repository = registry.live.pulls_by_repository
    role = "Container Registry Repository Reader" if by_repository else "AcrPull"
    if by_repository:
        right = live_right(world, principal.object_id, registry, PULL_FROM_REPOSITORIES)
    else:
        right = live_right(world, principal.object_id, registry, PULL, "control")
    ignored = ", which grants by repository: AcrPull, Owner and Contributor count for nothing"
    _refuse_ungranted(
        right,
        principal,
        registry,
        held_where=f"{registry.label}{ignored if by_repository else ''}",
        what=f"{principal.name}, which {compute.label} runs as, may not pull images from {registry.label}",
        fix=_grant(role, registry, principal),
    )


@pytest.mark.check(
    id="RBA07",
    severity="high",
    asks="invariant",
    of="any",
    link=16,
    after=["INT16", "CMP02", "CMP03"],
    why="With high business impact a job's volumes are mounted with the account's key, which its own identity fetches: "
    "without that right the job ends in AuthorizationFailed.",
    see=[TROUBLE],
)
def test_the_jobs_identity_may_do_what_high_business_impact_asks_for(compute: Subject[Compute], world: World) -> None:
    """Where the workspace is of high business impact, the jobs' identity may list the keys of its account."""
    found = compute.live
    workspace = world.workspace(found.workspace_id.value)
    if workspace is None:
        raise NotKnown(f"the workspace of {compute.label} was not read")
    high_impact = workspace.live.high_impact
    if not high_impact.value:
        observe(high_impact, source=workspace.arm_id)
        return
    if not found.identity_type.value:
        pytest.skip(NOBODY)
    account = world.live_account_of(workspace)
    principal = world.principal_of(compute)
    concern(*workspace.concerns)
    if principal.outdated:
        pytest.skip(OUTDATED)
    intend(f"list the keys of {account.label}: {workspace.label} is of high business impact")
    try:
        right = live_right(world, principal.object_id, account, LIST_KEYS, "control")
    except NotThere:
        pytest.skip("there is no account to have a role on")
    _refuse_ungranted(
        right,
        principal,
        account,
        held_where=account.label,
        what=f"{workspace.label} is of high business impact, and {principal.name}, which {compute.label} runs as, may "
        f"not list the keys of {account.label}",
        fix=_grant("Storage Account Contributor", account, principal, weakens_security=True),
    )


def _refuse_ungranted(
    right: Right, principal: Principal, resource: Subject[object], *, held_where: str, what: str, fix: Fix
) -> None:
    """End a check where a right is not granted for certain, or is too young."""
    match right:
        case Granted(how=how, through=through):
            refuse_young(right, principal.name, resource)
            observe(f"{how}: {names_of(through)}", source=through[0].id)
        case Conditional() | Barred() | Undecided():
            refuse_doubtful(right, principal.name, resource)
        case Missing(held=held):
            observe(f"{names_of(held)} at or above {held_where}")
            disagree(what, fix=fix)


def _grant(role: str, resource: Subject[object], principal: Principal, *, weakens_security: bool = False) -> Fix:
    return Fix(
        action=f'add azurerm_role_assignment "{role}" on {resource.label} for it',
        place=resource.place,
        command=f'az role assignment create --role "{role}" --assignee-object-id {principal.object_id} '
        f"--assignee-principal-type ServicePrincipal --scope {resource.arm_id}",
        reverted_by_apply=False,
        weakens_security=weakens_security,
    )
