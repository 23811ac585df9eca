"""Inside the cluster: namespaces and service accounts."""

from __future__ import annotations

import pytest

from verifier.words import (
    Fix,
    Namespace,
    ServiceAccount,
    Subject,
    World,
    annotating,
    concern,
    disagree,
    inert,
    intend,
    observe,
    training,
    where_said,
)

ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
ANNOTATIONS = "https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html"


@pytest.mark.check(
    id="K8S06",
    severity="critical",
    asks="invariant",
    of="any",
    link=9,
    after=["CMP01"],
    why="Attaching a compute neither creates nor checks its namespace; every job sent to it fails at once.",
    see=[ATTACH],
)
def test_the_computes_namespace_exists(namespace: Subject[Namespace]) -> None:
    """The namespace that a compute runs its jobs in exists in the cluster, and is not being deleted."""
    intend(f"a compute runs its jobs in namespace {namespace.name}")
    if not namespace.exists:
        observe(f"the cluster has no namespace {namespace.name}")
        disagree(
            f"the cluster has no namespace {namespace.name}, in which a compute runs its jobs",
            fix=Fix(
                action="create it in Terraform (kubernetes_namespace), or by hand",
                command=f"kubectl create namespace {namespace.name}",
                reverted_by_apply=False,
            ),
        )
    observe(namespace.live.name)
    if namespace.live.ending.value:
        observe(f"namespace {namespace.name} is Terminating")
        disagree(
            f"the namespace {namespace.name}, in which a compute runs its jobs, is being deleted, and takes no pod",
            fix=Fix(
                action="see what deletes it and what it waits for, let it end, and create it again; service accounts "
                "and quotas in it go with it",
                command=f"kubectl describe namespace {namespace.name}",
            ),
        )


@pytest.mark.check(
    id="K8S01",
    severity="medium",
    asks="invariant",
    of="any",
    link=26,
    after=["FIC01", "FIC03", "INT50", "INT51", "TWS01"],
    why="The webhook gives a pod the client id that its service account is annotated with, right or wrong.",
    see=[ANNOTATIONS, ATTACH],
)
def test_the_annotation_is_the_identitys_client(service_account: Subject[ServiceAccount], world: World) -> None:
    """The service account's client-id annotation is the client id of the identity that its credential belongs to."""
    namespace, _, name = service_account.name.partition("/")
    if world.is_azuremls(namespace, name) and not training(world).federated:
        if not service_account.exists or not service_account.live.client_id.value:
            pytest.skip("Azure ML's own service account, without an annotation")
        annotation = service_account.live.client_id
        observe(annotation)
        intend("nothing: training jobs take the compute's identity")
        inert(f"{namespace}/{name} is annotated with client {annotation.value}, and no training job uses it")
    if not service_account.exists:
        disagree(
            f"no service account {namespace}/{name} exists to be annotated",
            fix=Fix(action="create the service account with its annotation, where the application is declared"),
        )
    found = service_account.live
    observe(found.client_id)
    identities = world.identities_trusting(namespace, name)
    if not identities:
        world.refuse_unread_credentials()
        pytest.skip("no federated credential of this cluster names this service account")
    clients = [identity.live.client_id for identity in identities]
    for identity in identities:
        concern(*identity.concerns)
    intend(clients[0])
    if found.client_id.value.casefold() not in {client.value.casefold() for client in clients}:
        world.refuse_unread_credentials()
        what = (
            f"{namespace}/{name} is annotated with {found.client_id.value or 'no client id'}, "
            f"its identity's is {clients[0].value}"
        )
        if (meant := annotating(world, namespace, name)) is not None:
            by, client = meant
            concern(*by.concerns)
            action = f"correct it in {by.address}, or apply, where that is right already"
            disagree(what, fix=Fix(action=action, place=where_said(client, by)))
        disagree(
            what,
            fix=Fix(
                action="correct the annotation where the service account is declared",
                command=f"kubectl annotate serviceaccount {name} -n {namespace} --overwrite "
                f"azure.workload.identity/client-id={clients[0].value}",
                reverted_by_apply=False,
            ),
        )
