"""Federated credentials, judged by the source alone: can what they say ever let anybody in?"""

from __future__ import annotations

import pytest

from verifier.words import (
    FederatedCredential,
    Fix,
    Identity,
    NotKnown,
    Subject,
    World,
    accounts_annotated_for,
    accounts_stated,
    audience_meant,
    can_name_a_namespace,
    can_name_an_account,
    concern,
    disagree,
    edits_for_issuer,
    edits_to_say,
    federation,
    inert,
    intend,
    is_aks_issuer,
    namespaces_known,
    note,
    planned_credentials,
    service_account_of,
    training,
    where_said,
)

FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations"
TRUST = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity"
WEBHOOK = "https://azure.github.io/azure-workload-identity/docs/troubleshooting.html"
NAMES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"
AUDIENCES = ("properties", "audiences")
IDENTITY = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"


@pytest.mark.check(
    id="INT23",
    severity="medium",
    asks="coherence",
    link=24,
    after=["INT24"],
    why="Entra compares the subject letter by letter: a namespace spelt otherwise lets nobody in (AADSTS700213).",
    see=[FEDERATION, NAMES],
)
def test_the_namespace_is_spelt_right(federated_credential: Subject[FederatedCredential], world: World) -> None:
    """The namespace in the credential's subject can exist, and is spelt as the configuration spells it elsewhere."""
    subject = federated_credential.intent.subject
    intend(subject)
    namespace, _ = service_account_of(subject.value) or ("", "")
    if not namespace:
        pytest.skip("the credential is for no service account")
    if not can_name_a_namespace(namespace):
        disagree(
            f"no namespace can be called {namespace}: Kubernetes takes lower-case letters, digits and hyphens",
            fix=Fix(
                action="correct the namespace in subject",
                place=federated_credential.place,
                decide="which namespace is meant",
            ),
        )
    known = namespaces_known(world)
    if namespace in known:
        return
    near = next((n for n in sorted(known) if n.replace("-", "") == namespace.replace("-", "")), "")
    if near:
        disagree(
            f"the subject says namespace {namespace}, and the configuration calls it {near}",
            fix=Fix(
                action=f"say {near} in subject, if that is the namespace meant",
                place=federated_credential.place,
                decide=f"whether {near} is meant",
            ),
        )


@pytest.mark.check(
    id="INT24",
    severity="medium",
    asks="coherence",
    link=24,
    why="A subject that is no service account's, or another's, lets nobody in, and says so only as AADSTS700213.",
    see=[FEDERATION, NAMES],
)
def test_the_subject_is_the_annotated_account(federated_credential: Subject[FederatedCredential], world: World) -> None:
    """The credential's subject is a service account, the one that the configuration annotates for that identity."""
    meant = federated_credential.intent
    intend(meant.subject)
    account = service_account_of(meant.subject.value)
    if account is None:
        if not is_for_kubernetes(federated_credential):
            pytest.skip("the credential is for no service account")
        disagree(
            f"{meant.subject.value} is not of the form system:serviceaccount:NAMESPACE:NAME",
            fix=Fix(
                action="correct subject", place=federated_credential.place, decide="which service account is meant"
            ),
        )
    namespace, name = account
    if not can_name_an_account(name):
        disagree(
            f"no service account can be called {name}: Kubernetes takes lower-case letters, digits, hyphens and dots",
            fix=Fix(
                action="correct the service account in subject",
                place=federated_credential.place,
                decide="which service account is meant",
            ),
        )
    declared = {(said.namespace.value or "default", said.name.value) for said in accounts_stated(world)}
    if account in declared or not meant.identity_id.known:
        return
    identity = world.identity(meant.identity_id.value)
    if identity is None:
        return
    trusted = {service_account_of(c.intent.subject.value) for c in planned_credentials(world, identity)}
    for other in sorted(accounts_annotated_for(world, identity)):
        if other not in trusted and (other[0] == namespace or other[1] == name):
            disagree(
                f"the subject says {namespace}/{name}, and what is annotated for {identity.label} is "
                f"{other[0]}/{other[1]}, which no credential lets in",
                fix=Fix(
                    action=f"say {other[0]}:{other[1]} in subject",
                    place=federated_credential.place,
                    decide="whether the subject or the annotation is right",
                ),
            )


@pytest.mark.check(
    id="INT25",
    severity="high",
    asks="coherence",
    link=23,
    why="Entra compares issuers byte for byte, and those of AKS end in a slash (AADSTS70021, AADSTS700211).",
    see=[FEDERATION, WEBHOOK],
)
def test_the_issuer_is_written_as_a_clusters(federated_credential: Subject[FederatedCredential], world: World) -> None:
    """The issuer of a service account's credential is taken from the cluster, or written as clusters have it."""
    meant = federated_credential.intent
    intend(meant.issuer)
    if service_account_of(meant.subject.value) is None and not is_for_kubernetes(federated_credential):
        pytest.skip("the credential is for no service account")
    if not meant.issuer.known and is_cluster_attribute(federated_credential):
        return
    issuer = meant.issuer.value
    own = [c for c in world.clusters if c.planned]
    named = " or ".join(f"{c.address}.oidc_issuer_url" for c in own)
    fix = Fix(
        action=f"take it from the cluster: {named}" if own else "write it as the cluster has it",
        place=where_said(meant.issuer, federated_credential),
        edits=edits_for_issuer(world.plan, federated_credential, own),
        decide="how the cluster's issuer gets there: it cannot be named where the issuer is said"
        if len(own) == 1
        else "which cluster is meant",
    )
    if not issuer.startswith("https://"):
        disagree(f"the issuer is {issuer or 'not set'}, and no cluster's: those begin with https://", fix=fix)
    if is_aks_issuer(issuer) and not issuer.endswith("/"):
        disagree(f"the issuer {issuer} lacks the slash at its end, which those of AKS have", fix=fix)


@pytest.mark.check(
    id="INT26",
    severity="high",
    asks="coherence",
    link=25,
    why="A service account's token is made for Entra's own audience; a credential for another one never matches it.",
    see=[TRUST, WEBHOOK],
)
def test_the_audience_is_entras(federated_credential: Subject[FederatedCredential], world: World) -> None:
    """The audience of a service account's credential is the one that Entra documents for token exchange."""
    meant = federated_credential.intent
    intend(meant.audiences)
    if service_account_of(meant.subject.value) is None:
        pytest.skip("the credential is for no service account")
    documented = federation().audiences
    if len(meant.audiences.value) == 1 and meant.audiences.value[0] in documented:
        return
    said = ", ".join(meant.audiences.value) or "not set"
    entras = audience_meant(world)
    value = f'["{entras or documented[0]}"]'
    disagree(
        f"the audience is {said}, and not {entras or documented[0]}",
        fix=Fix(
            action=f"say audience = {value}",
            place=where_said(meant.audiences, federated_credential),
            edits=edits_to_say(world.plan, meant.audiences, federated_credential, value, arm=AUDIENCES)
            if entras
            else (),
            decide="which cloud's audience it is, or where it is to be said",
        ),
    )


@pytest.mark.check(
    id="INT27",
    severity="medium",
    asks="coherence",
    of="any",
    link=27,
    why="An identity takes a fixed number of credentials; the apply that makes one more fails half-way.",
    see=[FEDERATION],
)
def test_the_identity_takes_its_planned_credentials(identity: Subject[Identity], world: World) -> None:
    """Terraform plans no more federated credentials for an identity than one takes."""
    most = federation().most_credentials
    planned = planned_credentials(world, identity)
    intend(f"{len(planned)} federated credentials")
    if not planned and not identity.planned:
        pytest.skip("the configuration plans no credential for it")
    if len(planned) > most:
        disagree(
            f"{len(planned)} federated credentials are planned for {identity.label}, and an identity takes {most}",
            fix=Fix(
                action="give some of the service accounts another identity",
                place=planned[-1].place,
                decide="which service accounts",
            ),
        )


@pytest.mark.check(
    id="INT28",
    severity="info",
    asks="coherence",
    link=26,
    after=["INT16"],
    why="Training jobs sign in as their compute's identity: a credential for their service account changes nothing.",
    see=[IDENTITY],
)
def test_the_credential_is_for_an_application(federated_credential: Subject[FederatedCredential], world: World) -> None:
    """The credential lets an application in, and is not meant to give training jobs an identity."""
    subject = federated_credential.intent.subject
    intend(subject)
    account = service_account_of(subject.value)
    if account is None:
        pytest.skip("the credential is for no service account")
    how = training(world)
    if not world.is_azuremls(*account):
        return
    if how.federated:
        note(how.evidence)
        return
    for compute in world.computes:
        said = compute.stated.identity_type if compute.stated is not None else None
        if said is not None and not said.value:
            concern(*compute.concerns)
            disagree(
                f"{account[0]}/{account[1]} is to become an identity, and {compute.label} declares none: "
                "a credential does not give jobs one",
                fix=Fix(
                    action="give the compute an identity; drop this credential",
                    place=compute.place,
                    decide="whether anything else uses the credential",
                ),
            )
    inert(f"it lets {account[0]}/{account[1]} become the identity, and {how.evidence}")


def is_for_kubernetes(credential: Subject[FederatedCredential]) -> bool:
    """Whether a credential's issuer or subject says that it is meant for a cluster's service account."""
    meant = credential.intent
    if meant.subject.known and "serviceaccount" in meant.subject.value:
        return True
    return is_aks_issuer(meant.issuer.value) if meant.issuer.known else is_cluster_attribute(credential)


def is_cluster_attribute(credential: Subject[FederatedCredential]) -> bool:
    """Whether the issuer is a cluster's own attribute, unchanged. Raises NotKnown where it was made out of one."""
    issuer = credential.intent.issuer
    ends = (".oidc_issuer_url", ".issuerURL")
    if not any(reference.endswith(ends) for reference in issuer.references):
        return False
    if issuer.derived:
        raise NotKnown("the issuer is made out of the cluster's, and what it will be is not known before apply")
    return True
