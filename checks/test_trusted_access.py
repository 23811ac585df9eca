"""Trusted Access: whether the workspace is let in by a cluster without local accounts, or with a closed API server."""

from __future__ import annotations

import pytest

from verifier.words import (
    WORKLOAD_ROLE,
    Cluster,
    Compute,
    Fact,
    Fix,
    NotKnown,
    Subject,
    World,
    by_replacing,
    concern,
    disagree,
    edits_for_login,
    how_to_change,
    intend,
    is_public,
    live_binding,
    name_of,
    note,
    observe,
    planned_cluster_of,
    stated_binding,
    text_of,
)

TRUSTED_ACCESS = "https://learn.microsoft.com/azure/aks/trusted-access-feature"
AZURE_ML = "https://github.com/Azure/AML-Kubernetes/blob/master/docs/azureml-aks-ta-support.md"
DEPLOY = "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension"
UNSUPPORTED = "Azure ML's documentation of the extension calls this unsupported; Trusted Access is its way around it"
ALREADY_ATTACHED = "computes attached before the binding was made do not use it: detach them and attach them again"


@pytest.mark.check(
    id="INT33",
    severity="high",
    asks="coherence",
    link=8,
    why="Azure ML logs in with the cluster's local account; without one, attaching ends with an internal server error.",
    see=[AZURE_ML, TRUSTED_ACCESS, DEPLOY],
)
def test_the_workspace_can_log_in_to_the_cluster(compute: Subject[Compute], world: World) -> None:
    """The cluster has local accounts for the workspace to log in with, or a Trusted Access binding for it."""
    cluster = planned_cluster_of(world, compute)
    if cluster is None:
        pytest.skip("the cluster is made elsewhere, and who may log in is said there")
    concern(*cluster.concerns)
    off = cluster.intent.local_accounts_disabled
    intend(off)
    if not off.value or _is_let_in(compute, world):
        return
    note(UNSUPPORTED)
    note(ALREADY_ATTACHED)
    workspace = name_of(compute.intent.workspace_id.value)
    _, place = how_to_change(world.plan, off, cluster, "false")
    disagree(
        f"{cluster.label} has no local accounts, and no Trusted Access binding lets workspace {workspace} in",
        fix=Fix(
            action="add azurerm_kubernetes_cluster_trusted_access_role_binding for the workspace, "
            f'roles = ["{WORKLOAD_ROLE}"], before the compute is attached',
            place=place,
            edits=edits_for_login(world, compute, cluster),
            decide="where to add it: no module can name both, or several would be changed",
        ),
    )


@pytest.mark.check(
    id="INT34",
    severity="high",
    asks="coherence",
    link=8,
    why="Azure ML's control plane calls the cluster's API server; kept out, every job ends with ClusterNotReachable.",
    see=[DEPLOY, AZURE_ML, "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges"],
)
def test_the_api_server_lets_azure_ml_in(compute: Subject[Compute], world: World) -> None:
    """The cluster's API server takes calls from every address, or the workspace has a Trusted Access binding."""
    cluster = planned_cluster_of(world, compute)
    if cluster is None:
        pytest.skip("the cluster is made elsewhere, and whom its API server lets in is said there")
    concern(*cluster.concerns)
    ranges = cluster.intent.authorized_ranges
    intend(ranges)
    if not ranges.value or _is_let_in(compute, world):
        return
    _refuse_public(ranges)
    _, place = how_to_change(world.plan, ranges, cluster, "[]")
    disagree(
        f"the API server of {cluster.label} takes calls from {text_of(ranges)} alone, none of them a public address",
        fix=Fix(
            action="add azurerm_kubernetes_cluster_trusted_access_role_binding for the workspace, "
            f'roles = ["{WORKLOAD_ROLE}"]; or the ranges of the service tag AzureMachineLearning',
            place=place,
            decide="which of the two: the binding lets the workspace in, the ranges whoever calls from them",
        ),
    )


def _attached(compute: Subject[Compute], world: World) -> Subject[Cluster]:
    """The live cluster that a live compute is attached to, which the finding concerns from here on."""
    found = compute.live
    if not world.there.meant(found.cluster_id):
        pytest.skip("the compute is on a cluster that Terraform does not use")
    cluster = world.cluster(found.cluster_id.value)
    if cluster is None:
        raise NotKnown(f"the cluster of {compute.label} was not read")
    concern(*cluster.concerns)
    if not cluster.exists:
        pytest.skip("the compute's cluster does not exist")
    return cluster


@pytest.mark.check(
    id="CMP06",
    severity="high",
    asks="invariant",
    of="any",
    link=8,
    after=["INT33", "AKS02"],
    why="Azure ML logs in with the cluster's local account; without one, it reaches no compute that is attached to it.",
    see=[AZURE_ML, TRUSTED_ACCESS],
)
def test_the_attached_cluster_lets_the_workspace_in(compute: Subject[Compute], world: World) -> None:
    """The attached cluster has local accounts, or lets the compute's workspace in by Trusted Access."""
    found = compute.live
    cluster = _attached(compute, world)
    off = cluster.live.local_accounts_disabled
    observe(off)
    if not off.value:
        return
    binding = live_binding(world, found)
    if binding is None:
        note(ALREADY_ATTACHED)
        disagree(
            f"{cluster.label} has no local accounts, and lets in no Trusted Access of {compute.label}'s workspace",
            fix=Fix(
                action="add azurerm_kubernetes_cluster_trusted_access_role_binding for the workspace, "
                f'roles = ["{WORKLOAD_ROLE}"], apply, then attach the compute again',
                place=cluster.place,
                decide="whether the workspace is to be let in so",
            ),
        )
    made, attached = binding.live.created_at, found.created_on
    if not (made.value and attached.value):
        note(f"the service does not say since when {binding.label} is there; {ALREADY_ATTACHED}")
    elif made.value > attached.value:
        observe(made)
        disagree(
            f"{compute.label} was attached at {attached.value}, before {binding.label} was made at {made.value}",
            fix=Fix(
                action=f"detach the compute and attach it again{by_replacing(compute)}",
                place=compute.place,
            ),
        )


@pytest.mark.check(
    id="CMP07",
    severity="high",
    asks="invariant",
    of="any",
    link=8,
    after=["INT34", "CMP06"],
    why="Azure ML's control plane calls the cluster's API server; kept out, every job ends with ClusterNotReachable.",
    see=[DEPLOY, AZURE_ML, "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges"],
)
def test_the_attached_cluster_takes_the_calls(compute: Subject[Compute], world: World) -> None:
    """The attached cluster's API server takes calls from everywhere, or from the compute's workspace as trusted."""
    if not compute.exists:
        pytest.skip("the compute does not exist, which CMP01 says")
    found = compute.live
    cluster = _attached(compute, world)
    ranges = cluster.live.authorized_ranges
    observe(ranges)
    if not ranges.value or live_binding(world, found) is not None:
        return
    _refuse_public(ranges)
    disagree(
        f"the API server of {cluster.label} takes calls from {text_of(ranges)} alone, none of them a public address",
        fix=Fix(
            action="add azurerm_kubernetes_cluster_trusted_access_role_binding for the workspace, "
            f'roles = ["{WORKLOAD_ROLE}"], apply, then attach the compute again; or let in the ranges of the service '
            "tag AzureMachineLearning",
            place=cluster.place,
        ),
    )


def _refuse_public(ranges: Fact[tuple[str, ...]]) -> None:
    """Raise NotKnown where ranges may hold the addresses that Azure ML calls from."""
    public = [r for r in ranges.value if is_public(r)]
    if public:
        raise NotKnown(
            f"whether {', '.join(public)} holds the addresses of Azure ML's control plane: they change by the week "
            "(service tag AzureMachineLearning of the region and its pair), and are not read"
        )


def _is_let_in(compute: Subject[Compute], world: World) -> bool:
    """Whether the workspace has a binding that Terraform plans, that is made elsewhere, or that is live anyway."""
    if stated_binding(world, compute) is not None:
        return True
    if "trusted_access_binding" in world.owned_elsewhere:
        note("the Trusted Access binding is declared as owned elsewhere (verifier.toml, owned_elsewhere)")
        return True
    if world.offline:
        return False
    live = live_binding(world, compute.intent)
    if live is not None:
        note(f"{live.label} lets the workspace in, and was made outside Terraform")
    return live is not None
