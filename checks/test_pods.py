"""Pods: whether workload identity reaches those that ask for it, and what keeps those of jobs from starting."""

from __future__ import annotations

import pytest

from verifier.words import (
    USE_LABEL,
    Cluster,
    Fix,
    JobPods,
    Namespace,
    ServiceAccount,
    Subject,
    World,
    disagree,
    events_in,
    inert,
    intend,
    note,
    observe,
    pods_in,
    service_account_of,
    stuck_pods,
    training,
    webhooks,
)

ANNOTATIONS = "https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html"
WEBHOOK = "https://azure.github.io/azure-workload-identity/docs/troubleshooting.html"
IDENTITY = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
DEPLOY = "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension"
EXTENSION = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-extension"
PENDING = "https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/"


@pytest.mark.check(
    id="K8S02",
    severity="medium",
    asks="invariant",
    of="any",
    link=26,
    after=["FIC01"],
    why="The webhook knows its annotations by their exact keys, and overlooks any other without a word.",
    see=[ANNOTATIONS],
)
def test_no_annotation_is_misspelt(service_account: Subject[ServiceAccount]) -> None:
    """No annotation of the service account is a workload identity annotation under a misspelt key."""
    if not service_account.exists:
        pytest.skip("it does not exist, of which K8S01 speaks")
    misspelt = service_account.live.misspelt
    observe(misspelt)
    if not misspelt.value and not service_account.live.client_id.value:
        pytest.skip("it is not annotated for workload identity")
    if not misspelt.value:
        return
    wrong, right = misspelt.value[0]
    disagree(
        f"{service_account.name} is annotated {wrong}, which the webhook does not know: it is {right}",
        fix=Fix(action=f"rename {wrong} to {right} where the service account is declared"),
    )


@pytest.mark.check(
    id="K8S03",
    severity="high",
    asks="invariant",
    of="any",
    link=26,
    after=["FIC03", "K8S01"],
    why="The webhook serves pods that are labelled for it; the same label on their service account does nothing.",
    see=[ANNOTATIONS, WEBHOOK],
)
def test_the_pods_ask_for_their_identity(service_account: Subject[ServiceAccount], world: World) -> None:
    """The pods of a federated service account are labelled to be given its identity."""
    namespace, _, name = service_account.name.partition("/")
    if world.is_azuremls(namespace, name) and not training(world).federated:
        pytest.skip("Azure ML's own service account; of its pods K8S05 speaks")
    if not service_account.exists:
        pytest.skip("it does not exist, of which K8S01 speaks")
    pods = [pod for pod in pods_in(world, namespace) if pod.service_account.value == name]
    if not pods:
        pytest.skip("no pod runs as it by now")
    without = [pod.name.value for pod in pods if not pod.asks_for_identity]
    intend(f"{USE_LABEL} = true on what is to become the identity")
    observe(f"{len(pods) - len(without)} of {len(pods)} pods are labelled")
    if not without:
        return
    if len(without) < len(pods):
        note(f"without the label, and so without the identity: {', '.join(sorted(without)[:3])}")
        return
    if USE_LABEL in service_account.live.labels.value:
        note("the service account has the label, which does nothing there")
    disagree(
        f"no pod of {namespace}/{name} is labelled {USE_LABEL}: none of them gets its identity",
        fix=Fix(action=f'label the pods, in the template that makes them: {USE_LABEL} = "true" (a text)'),
    )


@pytest.mark.check(
    id="K8S04",
    severity="medium",
    asks="invariant",
    of="any",
    link=26,
    after=["AKS01"],
    why="A pod is given its identity as it is made; while nobody does that, pods start without one.",
    see=[WEBHOOK],
)
def test_the_webhook_gives_pods_their_identity(cluster: Subject[Cluster], world: World) -> None:
    """Where service accounts are federated, the cluster's webhook gives their pods what it takes to become one."""
    if not world.there.holds(cluster):
        pytest.skip("Terraform uses another cluster")
    accounts = [a for a in world.service_accounts if a.exists]
    federated = [a.name for a in accounts if not world.is_azuremls(*a.name.split("/"))]
    if not federated:
        world.refuse_unread_credentials()
        pytest.skip("no service account that is there is federated")
    intend(f"workload identity for {', '.join(federated[:3])}")
    giving = [hook for hook in webhooks(world) if hook.gives_identity]
    observe(giving[0].configuration if giving else "no webhook that gives pods an identity")
    if not giving:
        disagree(
            f"{cluster.label} has no webhook that gives pods their identity",
            fix=Fix(
                action="set workload_identity_enabled = true on the cluster and apply; if it is on, let AKS mend it",
                place=cluster.place,
                command=f"az aks update --ids {cluster.arm_id} --enable-workload-identity",
                reverted_by_apply=False,
            ),
        )
    passed_by = [
        pod.name.value
        for namespace in sorted({name.partition("/")[0] for name in federated})
        for pod in pods_in(world, namespace)
        if pod.asks_for_identity and not pod.has_identity and f"{namespace}/{pod.service_account.value}" in federated
    ]
    if passed_by:
        disagree(
            f"pod {passed_by[0]} asks for its identity and was given none: the webhook was away when it was made",
            fix=Fix(action="make the pod again: restart what owns it"),
        )


@pytest.mark.check(
    id="K8S05",
    severity="info",
    asks="invariant",
    of="any",
    link=26,
    after=["FIC05"],
    why="As what job pods run shows whether a credential or an annotation for them has any effect.",
    see=[IDENTITY],
)
def test_job_pods_sign_in_as_the_compute(job_pods: JobPods, world: World) -> None:
    """Job pods take the compute's identity, and no other one by their service account."""
    pods = job_pods.pods
    namespace, account = job_pods.namespace, job_pods.account
    asking = [pod for pod in pods if pod.asks_for_identity and pod.has_identity]
    observe(f"{len(asking)} of {len(pods)} job pods of {namespace}/{account} have workload identity")
    intend("the compute's identity")
    if asking and not world.jobs_use_workload_identity:
        disagree(
            f"job pod {asking[0].name.value} was given the identity of {namespace}/{account}, beside the compute's",
            fix=Fix(
                action="take the label from the pods; if jobs are to sign in so, say jobs_use_workload_identity = true "
                "in verifier.toml",
            ),
        )
    trusted = [
        c.name
        for c in world.federated_credentials
        if c.served is not None and service_account_of(c.served.subject.value) == (namespace, account)
    ]
    if trusted and not asking:
        inert(f"{', '.join(sorted(trusted))} would let {namespace}/{account} in, and no job pod is labelled to use it")


@pytest.mark.check(
    id="K8S09",
    severity="info",
    asks="invariant",
    of="any",
    link=10,
    after=["K8S07", "K8S08"],
    why="What keeps the pods of jobs from starting is said there, and nowhere in the job's own log.",
    see=[PENDING],
)
def test_no_pod_waits_in_vain(namespace: Subject[Namespace], world: World) -> None:
    """No pod of the compute's namespace has been refused an image, a volume or a node, and waits still."""
    if not namespace.exists:
        pytest.skip("the namespace does not exist, of which K8S06 speaks")
    stuck = stuck_pods(pods_in(world, namespace.name), events_in(world, namespace.name))
    observe(f"{len(stuck)} pods of namespace {namespace.name} wait in vain")
    if not stuck:
        return
    first = stuck[0]
    for other in stuck[1:3]:
        note(f"pod {other.pod}: {other.reason}: {other.message}")
    disagree(
        f"pod {first.pod} does not start: {first.reason}: {first.message}",
        fix=Fix(action=first.remedy),
    )


@pytest.mark.check(
    id="K8S10",
    severity="high",
    asks="invariant",
    of="any",
    link=5,
    after=["EXT03", "K8S06"],
    why="By these pods the extension takes jobs and runs them: while one fails, jobs stay queued.",
    see=[DEPLOY, EXTENSION],
)
def test_the_extensions_pods_run(namespace: Subject[Namespace], world: World) -> None:
    """In a compute's namespace, no pod with which the extension takes and runs jobs fails over and over."""
    if not world.is_azuremls(namespace.name, ""):
        elsewhere = {e.live.release_namespace.value for e in world.extensions if e.exists} - {""}
        pytest.skip(f"the extension's own pods are in namespace {', '.join(sorted(elsewhere)) or 'azureml'}")
    if not namespace.exists:
        pytest.skip("the namespace does not exist, of which K8S06 speaks")
    own = [pod for pod in pods_in(world, namespace.name) if pod.is_extensions]
    failing = sorted((pod.name.value, pod.failing) for pod in own if pod.failing)
    observe(f"{len(failing)} of the {len(own)} pods of the extension in namespace {namespace.name} fail")
    if not failing:
        return
    name, reason = failing[0]
    for other, its in failing[1:3]:
        note(f"pod {other}: {its}")
    disagree(
        f"pod {name} of the extension does not run: {reason}",
        fix=Fix(
            action="read why in its log and its events, and mend that, or install the extension again",
            command=f"kubectl logs {name} -n {namespace.name} --previous --all-containers",
        ),
    )
