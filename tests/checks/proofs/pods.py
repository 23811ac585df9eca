"""Proofs for checks/test_pods.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.checks.proofs.breaking import Proof, deny, without_object

if TYPE_CHECKING:
    from conftest import Bench

RUNNER = "pilot-runner-6d9f7c5b84-x2lqk"
WEBHOOK = "azure-wi-webhook-mutating-webhook-configuration"


def misspelt(bench: Bench) -> None:
    annotations = bench.kubernetes_object("ServiceAccount", "pilot-runner", "robotics")["metadata"]["annotations"]
    annotations["azure.workload.identity/tenant_id"] = "9b1f7c1e-2d54-4f0b-8a3c-4e6d5b7f2a18"


def unlabelled(bench: Bench) -> None:
    del bench.kubernetes_object("Pod", RUNNER, "robotics")["metadata"]["labels"]["azure.workload.identity/use"]


def job(bench: Bench) -> dict[str, Any]:
    """The pod of a job, as Azure ML starts it."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "plum-leaf-3f-worker-0", "namespace": "azureml", "labels": {}},
        "spec": {"containers": [{"name": "job", "env": [{"name": "AZUREML_RUN_ID", "value": "plum_leaf_3f"}]}]},
        "status": {"phase": "Running"},
    }
    bench.world["objects"].append(pod)
    return pod


def signed_in(bench: Bench) -> None:
    pod = bench.kubernetes_object("Pod", "plum-leaf-3f-worker-0", "azureml")
    pod["metadata"]["labels"]["azure.workload.identity/use"] = "true"
    pod["spec"]["containers"][0]["env"].append({"name": "AZURE_CLIENT_ID", "value": "c"})


def without_image(bench: Bench) -> None:
    pod = job(bench)
    pod["status"] = {
        "phase": "Pending",
        "containerStatuses": [{"name": "job", "state": {"waiting": {"reason": "ImagePullBackOff"}}}],
    }


def a_failing_pod(name: str) -> dict[str, Any]:
    """A pod beside a compute's jobs, that was started more than once and ended each time."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "azureml", "labels": {}},
        "spec": {"containers": [{"name": "manager"}]},
        "status": {
            "phase": "Running",
            "containerStatuses": [{"name": "manager", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
        },
    }


PROOFS = {
    "K8S02": Proof(misspelt, deny("/serviceaccounts$")),
    "K8S03": Proof(unlabelled, deny("/robotics/pods$")),
    "K8S04": Proof(without_object("MutatingWebhookConfiguration", WEBHOOK), deny("/mutatingwebhookconfigurations$")),
    "K8S05": Proof(signed_in, deny("/azureml/pods$"), job),
    "K8S09": Proof(without_image, deny("/azureml/events$")),
    "K8S10": Proof(
        lambda bench: bench.world["objects"].append(a_failing_pod("aml-operator-7c9d8b6f5-x2x7q")),
        deny("/azureml/pods$"),
    ),
}
