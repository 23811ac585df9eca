from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.event import event, stuck_pods
from verifier.kinds.node import node
from verifier.kinds.pod import POD
from verifier.kinds.served import Document
from verifier.kinds.webhook import webhooks_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State


def pod(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "ns", "labels": changes.get("labels", {})},
        "spec": {"containers": [{"name": "c", "env": [{"name": name} for name in changes.get("env", ())]}]},
        "status": {"phase": changes.get("phase", "Running"), "containerStatuses": changes.get("statuses", [])},
    }


@pytest.mark.parametrize(
    ("labels", "asks"),
    [
        ({"azure.workload.identity/use": "true"}, True),
        ({"azure.workload.identity/use": "True"}, False),
        ({"azure.workload.identity/use": "false"}, False),
        ({}, False),
    ],
)
def test_only_the_label_that_says_true_asks_for_an_identity(serve: Serve, labels: dict[str, str], asks: bool) -> None:
    assert serve(POD, pod(labels=labels)).asks_for_identity is asks


def test_a_job_is_told_by_the_name_of_a_variable(serve: Serve) -> None:
    assert serve(POD, pod(env=["AZUREML_RUN_ID", "PATH"])).is_job
    assert not serve(POD, pod(env=["PATH"])).is_job


def test_who_names_no_service_account_runs_as_default(serve: Serve) -> None:
    assert serve(POD, pod()).service_account.value == "default"


@pytest.mark.parametrize(
    "source",
    [
        """
        resource "kubernetes_pod_v1" "p" {
          metadata {
            name      = "p"
            namespace = "ns"
          }
          spec {
            service_account_name = "sa"
          }
        }
        """,
        """
        resource "kubernetes_manifest" "p" {
          manifest = {
            apiVersion = "v1"
            kind       = "Pod"
            metadata   = { name = "p", namespace = "ns" }
            spec       = { serviceAccountName = "sa" }
          }
        }
        """,
    ],
    ids=["own", "manifest"],
)
def test_terraform_says_as_whom_a_pod_runs(state: State, source: str) -> None:
    said = state(POD, source)

    assert (said.namespace.value, said.name.value, said.service_account.value) == ("ns", "p", "sa")


def told(reason: str, *, kind: str = "Warning", about: str = "p", last: str = "2026-11-03T10:00:00Z") -> dict[str, Any]:
    return {
        "type": kind,
        "reason": reason,
        "message": f"{reason} it was",
        "involvedObject": {"kind": "Pod", "name": about},
        "lastTimestamp": last,
    }


@pytest.mark.parametrize(
    ("changes", "events", "reason"),
    [
        ({"phase": "Pending"}, [told("FailedScheduling")], "FailedScheduling"),
        ({"phase": "Pending"}, [told("FailedMount")], "FailedMount"),
        ({"phase": "Pending"}, [told("FailedScheduling"), told("TriggeredScaleUp", kind="Normal")], ""),
        ({"phase": "Pending"}, [told("FailedMount"), told("TriggeredScaleUp", kind="Normal")], "FailedMount"),
        ({"phase": "Pending"}, [told("FailedScheduling", about="another")], ""),
        ({"phase": "Pending"}, [told("Unhealthy")], ""),
        ({"phase": "Pending"}, [], ""),
        ({"phase": "Running"}, [told("FailedScheduling")], ""),
        ({"phase": "Succeeded"}, [told("FailedMount")], ""),
        (
            {"phase": "Pending", "statuses": [{"state": {"waiting": {"reason": "ImagePullBackOff"}}}]},
            [],
            "ImagePullBackOff",
        ),
        ({"phase": "Pending", "statuses": [{"state": {"waiting": {"reason": "ContainerCreating"}}}]}, [], ""),
    ],
)
def test_a_pod_is_stuck_that_was_refused_something_and_waits_still(
    serve: Serve, changes: dict[str, Any], events: list[dict[str, Any]], reason: str
) -> None:
    stuck = stuck_pods([serve(POD, pod(**changes))], [event(Document(e, "/e")) for e in events])

    assert [s.reason for s in stuck] == ([reason] if reason else [])
    assert all(s.remedy for s in stuck)


def test_a_node_says_what_it_can_hold_and_whom_it_keeps_away() -> None:
    found = node(
        Document(
            {
                "metadata": {"name": "n", "labels": {"accelerator": "nvidia"}},
                "spec": {
                    "taints": [{"key": "sku", "value": "gpu", "effect": "NoSchedule"}, {"key": "x", "effect": "y"}]
                },
                "status": {
                    "allocatable": {"nvidia.com/gpu": "1"},
                    "conditions": [{"type": "Ready", "status": "True"}],
                },
            },
            "/n",
        )
    )

    assert (found.ready, found.schedulable, found.offers("nvidia.com/gpu")) == (True, True, 1)
    assert found.taints == ("sku=gpu:NoSchedule", "x:y")
    assert found.lacks({"accelerator": "nvidia", "pool": "big"}) == ("pool=big",)


@pytest.mark.parametrize("body", [{}, {"spec": {"unschedulable": True}, "status": {"conditions": [{"type": "Ready"}]}}])
def test_a_node_that_does_not_say_that_it_is_ready_is_not(body: dict[str, Any]) -> None:
    assert not node(Document(body, "/n")).ready


@pytest.mark.parametrize(
    ("webhook", "gives"),
    [
        ({"name": "mutation.azure-workload-identity.io"}, True),
        ({"name": "w", "objectSelector": {"matchLabels": {"azure.workload.identity/use": "true"}}}, True),
        ({"name": "aks-node-mutating-webhook.azmk8s.io"}, False),
        ({"name": "w", "objectSelector": {"matchLabels": {}}}, False),
    ],
)
def test_a_webhook_gives_identities_by_its_name_or_by_whom_it_selects(webhook: dict[str, Any], gives: bool) -> None:
    [found] = webhooks_of(Document({"metadata": {"name": "c"}, "webhooks": [webhook]}, "/c"))

    assert found.gives_identity is gives
