from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Denied
from verifier.world.training import job_pods, training
from verifier.world.within_cluster import events_in, installed_types, nodes, pods_in, webhooks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

STACK = """
    resource "azurerm_kubernetes_cluster" "aks" {
      name                = "aks"
      resource_group_name = "rg"
    }
    resource "azapi_resource" "k8s" {
      type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
      name      = "k8s"
      parent_id = "%s"
      body = { properties = {
        computeType = "Kubernetes"
        resourceId  = azurerm_kubernetes_cluster.aks.id
        properties  = { namespace = "azureml" }
      } }
    }
"""


def job(name: str, *variables: str, account: str = "", **labels: str) -> dict[str, Any]:
    env = [{"name": variable} for variable in ("AZUREML_RUN_ID", *variables)]
    spec: dict[str, Any] = {"containers": [{"name": "job", "env": env}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "azureml", "labels": labels},
        "spec": spec | ({"serviceAccountName": account} if account else {}),
    }


LABEL = {"azure.workload.identity/use": "true"}


@pytest.mark.parametrize(
    ("pods", "federated", "shown"),
    [
        ([], False, "training jobs use the compute's identity"),
        ([job("plum")], False, "job pod plum runs as default"),
        ([job("plum", **LABEL)], False, "was given no identity"),
        ([job("plum", "AZURE_CLIENT_ID")], False, "was given no identity"),
        ([job("plum", "AZURE_CLIENT_ID", **LABEL)], True, "job pod plum is labelled"),
        ([job("fig"), job("plum", "AZURE_CLIENT_ID", **LABEL)], True, "job pod plum is labelled"),
    ],
)
def test_a_live_job_proves_or_refutes_what_is_documented(
    observed: Observe, make: Make, pods: list[dict[str, Any]], federated: bool, shown: str
) -> None:
    how = training(observed(STACK % make.mlw, make.cluster(), make.workspace(), *pods))

    assert how.federated is federated
    assert shown in how.evidence


def test_job_pods_are_told_apart_by_whom_they_run_as(observed: Observe, make: Make) -> None:
    pods = [job("b", account="training"), job("a"), job("c", account="training")]
    world = observed(STACK % make.mlw, make.cluster(), make.workspace(), *pods)

    assert [(j.account, len(j.pods)) for j in job_pods(world)] == [("default", 1), ("training", 2)]


def test_pods_that_may_not_be_listed_are_not_none(observed: Observe, make: Make) -> None:
    ends = {"list /api/v1/namespaces/azureml/pods": Denied(permission="list pods in namespace azureml")}
    world = observed(STACK % make.mlw, make.cluster(), make.workspace(), ends=ends)

    [unread] = job_pods(world)
    with pytest.raises(NotKnown) as caught:
        _ = unread.pods
    assert caught.value.missing == ("list pods in namespace azureml",)
    assert not training(world).federated


@pytest.mark.parametrize("look", [nodes, installed_types, webhooks], ids=lambda look: look.__name__)
def test_what_was_refused_is_not_known(observed: Observe, make: Make, look: Any) -> None:
    paths = ("v1/nodes", "v1alpha1/instancetypes", "v1/mutatingwebhookconfigurations")
    groups = ("/api", "/apis/amlarc.azureml.com", "/apis/admissionregistration.k8s.io")
    ends = {f"list {group}/{path}": Denied(permission="list") for group, path in zip(groups, paths, strict=True)}
    world = observed(STACK % make.mlw, make.cluster(), make.workspace(), ends=ends)

    with pytest.raises(NotKnown, match="could not be read"):
        look(world)


def test_what_is_there_is_told_by_its_kind(observed: Observe, make: Make) -> None:
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "e", "namespace": "azureml"},
        "type": "Warning",
        "reason": "FailedMount",
        "involvedObject": {"kind": "Pod", "name": "plum"},
    }
    world = observed(STACK % make.mlw, make.cluster(), make.workspace(), job("plum"), event)

    assert [pod.name.value for pod in pods_in(world, "azureml")] == ["plum"]
    assert [(e.about_name, e.reason, e.warning) for e in events_in(world, "azureml")] == [("plum", "FailedMount", True)]
    assert nodes(world) == ()
