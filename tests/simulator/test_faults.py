"""What goes wrong on the way, as clients see it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.simulator.conftest import CLUSTER, IDENTITY, STORAGE, WORKSPACE, arm_fetch, code_of, fetch, world
from tests.wire_audit import BY_HAND
from verifier.errors import SnapshotError
from verifier.simulator import Fault, Simulator

CLUSTER_READ = f"{CLUSTER}?api-version=2026-08-01"
STORAGE_READ = f"{STORAGE}?api-version=2026-09-01"
CREDENTIALS = f"{IDENTITY}/federatedIdentityCredentials?api-version=2024-11-30"
ACCOUNTS = "/api/v1/namespaces/azureml/serviceaccounts"


def faulty(simulate: Callable[..., Simulator], **fault: Any) -> Simulator:
    """The small world with one fault, from the file's side."""
    simulator: Simulator = simulate({**world(), "faults": [{"match": "managedClusters", **fault}]})
    return simulator


def test_a_fault_strikes_what_its_pattern_matches_and_nothing_else(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="status", status=503)
    assert [arm_fetch(simulator, path).status_code for path in (CLUSTER_READ, STORAGE_READ)] == [503, 200]


def test_a_pattern_reaches_into_the_query(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, match="skiptoken", kind="status", status=500)
    first = arm_fetch(simulator, CREDENTIALS)
    assert first.status_code == 200
    assert arm_fetch(simulator, first.json()["nextLink"].removeprefix(simulator.arm_endpoint)).status_code == 500


def test_a_fault_ends_after_its_times(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="status", times=2)
    assert [arm_fetch(simulator, CLUSTER_READ).status_code for _ in range(3)] == [503, 503, 200]


def test_a_throttled_read_says_when_to_come_back(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(faulty(simulate, kind="status", status=429, retry_after=7), CLUSTER_READ)
    assert (code_of(response), response.headers["Retry-After"]) == ((429, "SubscriptionRequestsThrottled"), "7")


def test_a_status_takes_its_own_code_and_message(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="status", status=409, code="Conflict", message="being updated")
    assert arm_fetch(simulator, CLUSTER_READ).json() == {"error": {"code": "Conflict", "message": "being updated"}}


def test_a_status_on_the_kubernetes_plane_has_its_shape(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, match="serviceaccounts", kind="status", status=503)
    status = fetch(simulator.kubernetes_endpoint + ACCOUNTS).json()
    assert (status["kind"], status["code"], status["reason"]) == ("Status", 503, "ServiceUnavailable")


def test_a_status_comes_before_any_token_is_asked_for(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="status", status=502)
    assert fetch(simulator.arm_endpoint + CLUSTER_READ).status_code == 502


def test_a_reset_connection_answers_nothing(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="reset")
    with pytest.raises(requests.ConnectionError):
        arm_fetch(simulator, CLUSTER_READ)
    assert [seen.status for seen in simulator.requests] == [0]


def test_a_server_survives_a_reset(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="reset", times=1)
    with pytest.raises(requests.ConnectionError):
        arm_fetch(simulator, CLUSTER_READ)
    assert arm_fetch(simulator, CLUSTER_READ).status_code == 200


def test_a_truncated_body_ends_before_its_length(simulate: Callable[..., Simulator]) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        arm_fetch(faulty(simulate, kind="truncated"), CLUSTER_READ)


def test_a_dripping_body_arrives_whole(simulate: Callable[..., Simulator]) -> None:
    assert arm_fetch(faulty(simulate, kind="drip", seconds=0.001), CLUSTER_READ).json()["id"] == CLUSTER


@pytest.mark.parametrize("status", [None, 403])
def test_a_proxys_page_is_html(simulate: Callable[..., Simulator], status: int | None) -> None:
    response = arm_fetch(faulty(simulate, kind="html", **({"status": status} if status else {})), CLUSTER_READ)
    assert (response.status_code, response.headers["Content-Type"]) == (status or 200, "text/html; charset=utf-8")


def test_a_wrong_resource_has_another_id(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(faulty(simulate, kind="wrong-resource"), CLUSTER_READ)
    assert response.status_code == 200
    assert response.json()["id"] != CLUSTER


def test_a_wrong_resource_in_a_list_has_another_type(simulate: Callable[..., Simulator]) -> None:
    listed = arm_fetch(faulty(simulate, match="federated", kind="wrong-resource"), CREDENTIALS).json()["value"]
    assert [entry["type"] for entry in listed] == ["Microsoft.Other/others"]


@pytest.mark.parametrize(("path", "kind"), [(ACCOUNTS, "OtherList"), (f"{ACCOUNTS}/default", "Other")])
def test_a_wrong_object_has_another_kind(simulate: Callable[..., Simulator], path: str, kind: str) -> None:
    simulator = faulty(simulate, match="serviceaccounts", kind="wrong-resource")
    assert fetch(simulator.kubernetes_endpoint + path).json()["kind"] == kind


def test_an_empty_body_is_a_200_that_says_nothing(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(faulty(simulate, kind="empty-body"), CLUSTER_READ)
    assert (response.status_code, response.json()) == (200, {})


def test_an_answer_that_is_no_object_is_a_200_all_the_same(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(faulty(simulate, kind="not-an-object"), CLUSTER_READ)
    assert (response.status_code, response.json()) == (200, [])


def test_a_bare_status_has_no_body(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(faulty(simulate, kind="bare"), CLUSTER_READ)
    assert (response.status_code, response.content) == (404, b"")


def test_an_unwrapped_refusal_says_its_code_at_the_top(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(faulty(simulate, kind="unwrapped", status=404, message="gone"), CLUSTER_READ)
    assert (response.status_code, response.json()) == (404, {"code": "ResourceNotFound", "message": "gone"})


def test_a_refusal_is_not_damaged_into_a_success(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="empty-body")
    assert arm_fetch(simulator, f"{CLUSTER}-gone?api-version=2026-08-01").status_code == 404


def test_a_next_link_loop_leads_to_the_same_page(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, match="federated", kind="next-link-loop")
    first = arm_fetch(simulator, CREDENTIALS).json()
    again = arm_fetch(simulator, first["nextLink"].removeprefix(simulator.arm_endpoint)).json()
    assert again == first


def test_a_continue_loop_leads_to_more_for_ever(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, match="serviceaccounts", kind="next-link-loop")
    path = f"{simulator.kubernetes_endpoint}{ACCOUNTS}?limit=1"
    tokens = []
    for _ in range(5):
        page = fetch(path + (f"&continue={tokens[-1]}" if tokens else "")).json()
        tokens.append(page["metadata"]["continue"])
    assert all(tokens)


def test_a_resource_may_appear_after_some_reads(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, match="workspaces", kind="not-found", times=2)
    path = f"{WORKSPACE}?api-version=2025-12-01"
    assert [arm_fetch(simulator, path).status_code for _ in range(3)] == [404, 404, 200]


def test_latency_and_another_fault_strike_together(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="latency", seconds=0.05)
    simulator.add_fault(Fault(match="managedClusters", kind="status", status=500))
    assert arm_fetch(simulator, CLUSTER_READ).status_code == 500
    assert simulator.requests[0].milliseconds >= 50


def test_a_fault_strikes_the_token_endpoint_too(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, match="/msi/token", kind="status", status=500)
    assert fetch(simulator.identity_environment()["IDENTITY_ENDPOINT"]).status_code == 500


def test_a_fault_never_hides_the_request_log(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, match=".", kind="status")
    assert fetch(f"{simulator.arm_endpoint}/_simulator/requests").json() == []


def test_faults_can_be_cleared(simulate: Callable[..., Simulator]) -> None:
    simulator = faulty(simulate, kind="status")
    simulator.faults.clear()
    assert arm_fetch(simulator, CLUSTER_READ).status_code == 200


def test_a_simulator_stops_though_an_answer_still_waits() -> None:
    before = threading.active_count()
    with Simulator(world()) as simulator:
        simulator.add_fault(Fault(match=".", kind="latency", seconds=3600))
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{simulator.arm_endpoint}/version", headers=BY_HAND, timeout=0.1)
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "status"},
        {"match": "x"},
        {"match": "(", "kind": "status"},
        {"match": "x", "kind": "explode"},
        {"match": "x", "kind": "status", "times": "two"},
        {"match": "x", "kind": "status", "times": True},
        {"match": "x", "kind": "status", "wait": 1},
        {"match": "x", "kind": "status", "times": -1},
        {"match": "x", "kind": "latency", "seconds": -1},
        {"match": "x", "kind": "status", "status": 99},
    ],
)
def test_a_fault_that_means_nothing_is_refused_where_it_stands(entry: dict[str, Any]) -> None:
    with pytest.raises(SnapshotError) as raised:
        Simulator({**world(), "faults": [{"match": "x", "kind": "reset"}, entry]})
    assert raised.value.where == "the given world: faults[1]"
