"""The cluster: OIDC issuer, workload identity, local accounts, whether it runs and is one that Azure ML takes."""

from __future__ import annotations

import pytest

from verifier.words import (
    Cluster,
    Compute,
    FederatedCredential,
    Fix,
    NotKnown,
    Subject,
    World,
    agree,
    concern,
    disagree,
    edits_to_say,
    how_to_change,
    intend,
    is_looked_up,
    name_of,
    note,
    observe,
    planned_cluster_of,
    same_word,
    subscription_in,
    text_of,
)

DEPLOY = "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension"
WORKLOAD = "https://learn.microsoft.com/azure/aks/workload-identity-deploy-cluster"
LOCAL_ACCOUNTS = "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad"
OIDC = ("properties", "oidcIssuerProfile", "enabled")
WORKLOAD_IDENTITY = ("properties", "securityProfile", "workloadIdentity", "enabled")
AKS = "Microsoft.ContainerService/managedClusters"


@pytest.mark.check(
    id="INT04",
    severity="high",
    asks="coherence",
    link=22,
    why="A credential trusts the issuer's tokens: without an issuer there are none, without the webhook no pod asks.",
    see=[WORKLOAD],
)
def test_the_cluster_that_a_credential_trusts_issues_tokens(
    federated_credential: Subject[FederatedCredential], world: World
) -> None:
    """The cluster that a federated credential trusts has its OIDC issuer and workload identity on."""
    issuer = federated_credential.intent.issuer
    if world.offline and (issuer.known or is_looked_up(issuer)):
        pytest.skip("the credential's issuer is no cluster of this configuration, as far as the source alone says")
    cluster = world.cluster_meant(federated_credential)
    if cluster is None or not cluster.planned:
        pytest.skip("the credential trusts no cluster of this configuration")
    concern(*cluster.concerns)
    meant = cluster.intent
    if not meant.oidc_issuer_enabled.stated:
        # left out, it is the service's to decide: on for clusters made with Kubernetes 1.34 or newer
        note("Terraform leaves the OIDC issuer to the service")
    for fact in (meant.oidc_issuer_enabled, meant.workload_identity_enabled):
        if fact is meant.oidc_issuer_enabled and not fact.stated:
            continue
        intend(fact)
        if not fact.value:
            action, place = how_to_change(world.plan, fact, cluster, "true")
            arm = OIDC if fact is meant.oidc_issuer_enabled else WORKLOAD_IDENTITY
            edits = edits_to_say(world.plan, fact, cluster, "true", arm=arm)
            disagree(
                f"{federated_credential.label} trusts {cluster.label}, which has {fact.name} = false",
                fix=Fix(
                    action=action,
                    place=place,
                    edits=edits,
                    decide="where it is to be said: no one place is known to decide it",
                ),
            )


@pytest.mark.check(
    id="INT35",
    severity="critical",
    asks="coherence",
    link=8,
    why="Azure ML takes no cluster with a service principal, and none of another subscription: it cannot be attached.",
    see=[DEPLOY],
)
def test_the_cluster_is_one_that_azure_ml_takes(compute: Subject[Compute], world: World) -> None:
    """The cluster that a compute attaches has a managed identity, and is of the workspace's own subscription."""
    cluster_id, workspace_id = compute.intent.cluster_id, compute.intent.workspace_id
    if is_looked_up(cluster_id):
        pytest.skip("the cluster is looked up, and what it is is known only live")
    if f"/{AKS}/".casefold() not in cluster_id.value.casefold():
        pytest.skip("the compute attaches no AKS cluster")
    cluster = planned_cluster_of(world, compute)
    if cluster is not None and (identity := cluster.intent.service_principal).value:
        intend(identity)
        disagree(
            f"{cluster.label} runs as the service principal {text_of(identity)}, which Azure ML does not support",
            fix=Fix(
                action='say identity { type = "SystemAssigned" } instead of service_principal; '
                "the node pools have to be made again before the extension is installed",
                place=cluster.place,
                decide="when the node pools can be made again",
            ),
        )
    intend(cluster_id)
    if subscription_in(cluster_id.value) != subscription_in(workspace_id.value):
        disagree(
            f"{compute.label} attaches a cluster of the subscription {subscription_in(cluster_id.value)} "
            f"to a workspace of {subscription_in(workspace_id.value)}",
            fix=Fix(
                action="attach a cluster of the workspace's subscription, or connect this one through Azure Arc there",
                place=compute.place,
                decide="which cluster",
            ),
        )


@pytest.mark.check(
    id="AKS01",
    severity="medium",
    asks="agreement",
    link=22,
    why="Without issuer and webhook no pod gets a token to exchange, and AADSTS90061 or AADSTS70021 is all it says.",
    see=[WORKLOAD],
)
def test_oidc_and_workload_identity_are_as_intended(cluster: Subject[Cluster]) -> None:
    """The cluster's OIDC issuer and workload identity are on or off as Terraform says."""
    meant, found = cluster.intent, cluster.live
    fix = Fix(action="apply the configuration: `terraform apply`", place=cluster.place)
    if meant.oidc_issuer_enabled.stated:
        # left out, it is the service's to decide: on for clusters made with Kubernetes 1.34 or newer
        agree(meant.oidc_issuer_enabled, found.oidc_issuer_enabled, fix=fix)
    agree(meant.workload_identity_enabled, found.workload_identity_enabled, fix=fix)


@pytest.mark.check(
    id="AKS02",
    severity="high",
    asks="agreement",
    link=8,
    after=["POL01"],
    why="Azure ML attaches with the local account: off, it is locked out; on, so is nobody who holds its certificate.",
    see=[LOCAL_ACCOUNTS, DEPLOY],
)
def test_local_accounts_are_as_intended(cluster: Subject[Cluster]) -> None:
    """The cluster's local accounts are on or off as Terraform says; left out, they are on."""
    if not cluster.exists:
        pytest.skip("the cluster does not exist, which AKS01 says")
    meant, found = cluster.intent.local_accounts_disabled, cluster.live.local_accounts_disabled
    agree(
        meant,
        found,
        fix=Fix(
            action="apply the configuration: `terraform apply`; where it springs back, a policy sets it",
            place=cluster.place,
            weakens_security=meant.known and not meant.value,
        ),
    )


@pytest.mark.check(
    id="AKS03",
    severity="high",
    asks="invariant",
    of="any",
    link=8,
    why="The workspace cannot reach a cluster that is stopped: every job ends with ClusterNotReachable.",
    see=[
        "https://learn.microsoft.com/azure/aks/start-stop-cluster",
        "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute",
    ],
)
def test_the_cluster_runs(cluster: Subject[Cluster], world: World) -> None:
    """The cluster is running."""
    if not world.there.holds(cluster):
        pytest.skip("Terraform uses another cluster")
    if not cluster.exists:
        pytest.skip("the cluster does not exist, which AKS01 says")
    state = cluster.live.power_state
    observe(state)
    if not same_word(state.value, "Running"):
        disagree(
            f"{cluster.label} is {state.value or 'in no power state'}, not Running",
            fix=Fix(
                action="start it: Terraform cannot",
                command=f"az aks start --name {name_of(cluster.arm_id)} --resource-group …",
                reverted_by_apply=False,
            ),
        )
    last = cluster.live.provisioning_state
    if same_word(last.value, "Deleting"):
        observe(last)
        disagree(
            f"{cluster.label} is being deleted",
            fix=Fix(
                action="apply the configuration, `terraform apply`, once it is gone: it is made again",
                place=cluster.place,
            ),
        )
    if same_word(last.value, "Failed"):
        observe(last)
        raise NotKnown(f"the last thing that was done to {cluster.label} failed, and what it left is not known")
