"""Federated credentials: which service account may become which identity."""

from __future__ import annotations

import pytest

from verifier.words import (
    FederatedCredential,
    Fix,
    NotKnown,
    Subject,
    World,
    agree,
    concern,
    disagree,
    inert,
    intend,
    note,
    observe,
    same_set,
    service_account_of,
)

FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations"
ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
WEBHOOK = "https://azure.github.io/azure-workload-identity/docs/troubleshooting.html"


@pytest.mark.check(
    id="FIC01",
    severity="high",
    asks="agreement",
    link=23,
    after=["INT05"],
    why="Entra exchanges a pod's token only for a credential with that very subject and audience.",
    see=[FEDERATION],
)
def test_the_intended_credential_exists(federated_credential: Subject[FederatedCredential]) -> None:
    """The federated credential that Terraform plans exists, with its subject and audience."""
    meant, found = federated_credential.intent, federated_credential.live
    fix = Fix(action="apply the configuration: `terraform apply`", place=federated_credential.place)
    agree(meant.audiences, found.audiences, same=same_set, fix=fix)
    agree(meant.subject, found.subject, fix=fix)
    if meant.name.known and meant.name.value != found.name.value:
        note(f"it exists as {found.name.value}, not {meant.name.value}: until that is imported, the next apply fails")


@pytest.mark.check(
    id="FIC02",
    severity="high",
    asks="invariant",
    link=23,
    after=["FIC01"],
    why="Entra compares issuers byte for byte, and a cluster that was made again has another one.",
    see=[FEDERATION, WEBHOOK],
)
def test_the_issuer_is_the_clusters(federated_credential: Subject[FederatedCredential], world: World) -> None:
    """The credential's issuer is the cluster's own, byte for byte."""
    found = federated_credential.live.issuer
    observe(found)
    intend(federated_credential.intent.issuer)
    cluster = world.cluster_meant(federated_credential)
    if cluster is None:
        pytest.skip("the credential is not for a service account of a cluster of this configuration")
    concern(*cluster.concerns)
    issuer = cluster.live.issuer
    intend(issuer)
    if not issuer.value:
        disagree(
            f"{cluster.label} has no issuer, and the credential trusts {found.value}",
            fix=Fix(action="set oidc_issuer_enabled = true on the cluster and apply", place=cluster.place),
        )
    if found.value == issuer.value:
        return
    if found.value.rstrip("/") == issuer.value.rstrip("/"):
        note("only the slash at the end differs; Entra compares it too")
    disagree(
        f"the credential trusts {found.value}, the cluster's issuer is {issuer.value}",
        fix=Fix(
            action="set issuer to the cluster's oidc_issuer_url and apply; the credential is made again",
            place=federated_credential.place,
        ),
    )


@pytest.mark.check(
    id="FIC03",
    severity="medium",
    asks="invariant",
    of="any",
    link=24,
    after=["FIC01"],
    why="A subject that no service account has lets nobody in, and says so only as AADSTS700213.",
    see=[FEDERATION, ATTACH],
)
def test_the_subject_is_a_service_account(federated_credential: Subject[FederatedCredential], world: World) -> None:
    """The credential's subject is a service account that exists, letter for letter."""
    subject = federated_credential.live.subject
    observe(subject)
    account = service_account_of(subject.value)
    if account is None:
        if not world.is_for_the_read_cluster(federated_credential):
            pytest.skip("the credential is not for a service account")
        disagree(
            "the credential trusts a cluster, and its subject is not of the form system:serviceaccount:NAMESPACE:NAME",
            fix=Fix(action="correct the subject", place=federated_credential.place),
        )
    namespace, name = account
    if federated_credential.planned:
        intend(federated_credential.intent.subject)
    else:
        intend("nothing: Terraform does not plan this credential")
        note("made outside Terraform: if Terraform later plans one of this name, apply fails until it is imported")
    if world.is_azuremls(namespace, name):
        inert(f"it lets {namespace}/{name} become the identity, and training jobs use the compute's identity instead")
    if not world.is_for_the_read_cluster(federated_credential):
        pytest.skip("the credential trusts no cluster of this configuration")
    found = world.service_account(namespace, name)
    if found is None:
        raise NotKnown(f"the service accounts of namespace {namespace} were not read")
    concern(*found.concerns)
    if found.exists:
        return
    near = world.service_account_but_for_case(namespace, name)
    disagree(
        f"no service account {namespace}/{name} exists" + (f"; {near} differs only by case" if near else ""),
        fix=Fix(action="create the service account, or correct the subject", place=federated_credential.place),
    )
