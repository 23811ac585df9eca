"""Federated credentials: which service account may become which identity."""

from __future__ import annotations

import pytest

from verifier.words import (
    Existence,
    FederatedCredential,
    Fix,
    Identity,
    NotKnown,
    Subject,
    World,
    agree,
    concern,
    disagree,
    federation,
    group_of,
    inert,
    intend,
    live_credentials,
    name_of,
    note,
    observe,
    planned_credentials,
    same_arm_id,
    same_set,
    service_account_of,
    training,
    where_said,
)

FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations"
ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
IMPORT = "https://developer.hashicorp.com/terraform/language/import"
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
    after=["FIC01", "INT25"],
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
            fix=Fix(
                action="set oidc_issuer_enabled = true on the cluster and apply",
                place=cluster.place,
                decide="whether the cluster is to issue tokens",
            ),
        )
    if found.value == issuer.value:
        return
    if found.value.rstrip("/") == issuer.value.rstrip("/"):
        note("only the slash at the end differs; Entra compares it too")
    said = federated_credential.intent.issuer
    here = said.known and said.value != issuer.value
    disagree(
        f"the credential trusts {found.value}, the cluster's issuer is {issuer.value}",
        fix=Fix(
            action="set issuer to the cluster's oidc_issuer_url and apply; the credential is made again"
            if here
            else "apply the configuration: `terraform apply`; the credential is made again",
            place=where_said(said, federated_credential),
            decide="where the issuer is said, of which INT25 speaks" if here else "",
        ),
    )


@pytest.mark.check(
    id="FIC03",
    severity="medium",
    asks="invariant",
    of="any",
    link=24,
    after=["FIC01", "INT23", "INT24"],
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
    how = training(world)
    if world.is_azuremls(namespace, name) and not how.federated:
        if federated_credential.planned:
            pytest.skip("it is for training jobs, of which INT28 speaks")
        inert(f"it lets {namespace}/{name} become the identity, and {how.evidence}")
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
        fix=Fix(
            action="create the service account, or correct the subject",
            place=federated_credential.place,
            decide="which of the two is right",
        ),
    )


@pytest.mark.check(
    id="FIC04",
    severity="low",
    asks="agreement",
    of="any",
    link=23,
    after=["INT01", "INT05", "TWS01"],
    why="What is trusted and stands in no source is seen in no review, and is in the way of a plan for the same.",
    see=[FEDERATION, IMPORT],
)
def test_every_credential_is_somebodys(foreign_credential: Subject[FederatedCredential], world: World) -> None:
    """What a planned identity trusts is planned, in the state, or said to be made elsewhere."""
    found = foreign_credential.live
    observe(found.subject)
    intend("nothing: Terraform does not plan this credential")
    identity = world.identity(found.identity_id.value)
    if identity is None or not identity.planned:
        pytest.skip("its identity is not this configuration's")
    cluster = world.cluster_meant(foreign_credential)
    if cluster is None or not cluster.planned:
        pytest.skip("it lets in nobody of this configuration's cluster")
    existence = existence_of(foreign_credential, world)
    concern(*existence.concerns)
    if existence.planned or existence.recorded is not None:
        return
    if "federated_credential" in world.owned_elsewhere:
        note("verifier.toml says that federated credentials are made elsewhere")
        return
    disagree(
        f"{identity.label} trusts {found.subject.value}, and nothing here plans {foreign_credential.label}",
        fix=Fix(
            action="plan it and import it, delete it, or name federated_credential in owned_elsewhere of verifier.toml",
            place=identity.place,
            decide="whose it is to be",
        ),
    )


@pytest.mark.check(
    id="FIC05",
    severity="high",
    asks="invariant",
    of="any",
    link=23,
    why="A script that leaves alone what has the right name keeps trusting the cluster that was there before.",
    see=[FEDERATION, WEBHOOK],
)
def test_a_credential_made_elsewhere_is_up_to_date(
    foreign_credential: Subject[FederatedCredential], world: World
) -> None:
    """A credential that Terraform does not plan trusts the cluster as it is now."""
    found = foreign_credential.live.issuer
    observe(found)
    cluster = world.cluster_meant(foreign_credential)
    if cluster is None or existence_of(foreign_credential, world).planned:
        pytest.skip("the credential is not for a service account of a cluster of this configuration")
    concern(*cluster.concerns)
    issuer = cluster.live.issuer
    intend(issuer)
    if found.value == issuer.value:
        return
    identity = foreign_credential.live.identity_id.value
    disagree(
        f"{foreign_credential.label} trusts {found.value}, and {cluster.label} has another issuer, {issuer.value}",
        fix=Fix(
            action="make it again where it is made, with the cluster's issuer",
            command=f"az identity federated-credential update --name {foreign_credential.name} "
            f"--identity-name {name_of(identity)} --resource-group {group_of(identity)} "
            f"--issuer {issuer.value} --subject {foreign_credential.live.subject.value}",
            reverted_by_apply=False,
        ),
    )


@pytest.mark.check(
    id="FIC06",
    severity="low",
    asks="agreement",
    of="any",
    link=27,
    after=["INT27"],
    why="An identity takes a fixed number of credentials; the apply that makes one more fails half-way.",
    see=[FEDERATION],
)
def test_the_identity_has_room(identity: Subject[Identity], world: World) -> None:
    """The identity has room for the federated credentials that Terraform plans beside those that it has."""
    most = federation().most_credentials
    found = live_credentials(world, identity)
    observe(f"{len(found)} federated credentials, of at most {most}")
    to_come = [c for c in planned_credentials(world, identity) if c.served is None]
    intend(f"{len(to_come)} more")
    if len(found) + len(to_come) > most:
        disagree(
            f"{identity.label} has {len(found)} federated credentials, and Terraform plans {len(to_come)} more: "
            f"an identity takes {most}",
            fix=Fix(action="delete those that nothing uses (FIC04), or give some accounts another identity"),
        )
    if len(found) == most:
        note("it is full: no credential can be added")


def existence_of(credential: Subject[FederatedCredential], world: World) -> Existence:
    """What source and state have of a live credential. Raises NotKnown where that is not settled."""
    found = next((e for e in world.existences if same_arm_id(e.subject.arm_id, credential.arm_id)), None)
    if found is None:
        raise NotKnown(f"whether Terraform plans {credential.label} is not known")
    return found
