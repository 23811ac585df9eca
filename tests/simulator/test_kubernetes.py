from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator.conftest import fetch, kubernetes_object, world
from verifier.simulator import Simulator

ACCOUNTS = "/api/v1/namespaces/azureml/serviceaccounts"
AKS_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"


def body(simulator: Simulator, path: str) -> Any:
    return fetch(simulator.kubernetes_endpoint + path).json()


def names(listed: Any) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/namespaces", ["azureml", "default", "robots"]),
        (ACCOUNTS, ["default", "training"]),
        ("/api/v1/serviceaccounts", ["default", "training", "default"]),
        ("/api/v1/namespaces/nowhere/serviceaccounts", []),
        ("/api/v1/nodes", []),
    ],
)
def test_objects_are_listed_by_namespace_or_in_all(
    simulate: Callable[..., Simulator], path: str, expected: list[str]
) -> None:
    assert names(body(simulate(), path)) == expected


def test_a_list_says_its_kind_and_its_items_do_not(simulate: Callable[..., Simulator]) -> None:
    listed = body(simulate(), ACCOUNTS)
    assert (listed["kind"], listed["apiVersion"]) == ("ServiceAccountList", "v1")
    assert [sorted(item) for item in listed["items"]] == [["metadata"], ["metadata"]]


def test_an_object_got_by_name_is_whole_and_has_a_resource_version(simulate: Callable[..., Simulator]) -> None:
    got = body(simulate(), f"{ACCOUNTS}/training")
    assert (got["kind"], got["apiVersion"], got["metadata"]["namespace"]) == ("ServiceAccount", "v1", "azureml")
    assert got["metadata"]["resourceVersion"]


def test_a_namespace_is_got_by_name(simulate: Callable[..., Simulator]) -> None:
    assert body(simulate(), "/api/v1/namespaces/azureml")["kind"] == "Namespace"


def test_an_object_of_another_group_is_served_there(simulate: Callable[..., Simulator]) -> None:
    given = world()
    given["objects"].append(
        {"apiVersion": "amlarc.azureml.com/v1alpha1", "kind": "InstanceType", "metadata": {"name": "gpu"}}
    )
    assert names(body(simulate(given), "/apis/amlarc.azureml.com/v1alpha1/instancetypes")) == ["gpu"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"{ACCOUNTS}/gone", 'serviceaccounts "gone" not found'),
        ("/api/v1/namespaces/gone", 'namespaces "gone" not found'),
        ("/api/v1/secrets", "the server could not find the requested resource"),
        ("/api/v1/serviceaccounts/default", "the server could not find the requested resource"),
        (f"{ACCOUNTS}/default/token", "the server could not find the requested resource"),
        ("/api/v2/namespaces", "the server could not find the requested resource"),
    ],
)
def test_what_is_missing_is_a_status_object(simulate: Callable[..., Simulator], path: str, message: str) -> None:
    status = body(simulate(), path)
    assert (status["kind"], status["status"], status["reason"], status["code"]) == (
        "Status",
        "Failure",
        "NotFound",
        404,
    )
    assert status["message"] == message


def test_a_limit_makes_pages_that_continue_leads_through(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate()
    first = body(simulator, "/api/v1/namespaces?limit=2")
    assert (names(first), first["metadata"]["remainingItemCount"]) == (["azureml", "default"], 1)
    second = body(simulator, f"/api/v1/namespaces?limit=2&continue={first['metadata']['continue']}")
    assert (names(second), "continue" in second["metadata"]) == (["robots"], False)


def test_without_a_limit_a_list_is_whole(simulate: Callable[..., Simulator]) -> None:
    given = world()
    given["objects"] += [kubernetes_object("Namespace", f"team-{number}") for number in range(600)]
    assert len(body(simulate(given), "/api/v1/namespaces")["items"]) == 603


@pytest.mark.parametrize(
    ("query", "code", "reason"),
    [
        ("continue=nonsense", 410, "Expired"),
        ("limit=many", 400, "BadRequest"),
        ("labelSelector=a%3Db", 400, "BadRequest"),
        ("fieldSelector=metadata.name%3Da", 400, "BadRequest"),
    ],
)
def test_a_parameter_that_cannot_be_honoured_is_refused_and_not_ignored(
    simulate: Callable[..., Simulator], query: str, code: int, reason: str
) -> None:
    status = body(simulate(), f"/api/v1/namespaces?{query}")
    assert (status["code"], status["reason"]) == (code, reason)


def test_the_version_is_the_clusters(simulate: Callable[..., Simulator]) -> None:
    version = body(simulate(), "/version")
    assert (version["major"], version["minor"], version["gitVersion"]) == ("1", "33", "v1.33.2")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_writing_method_is_refused(simulate: Callable[..., Simulator], method: str) -> None:
    response = fetch(f"{simulate().kubernetes_endpoint}{ACCOUNTS}/default", method=method)
    assert (response.status_code, response.json()["reason"]) == (405, "MethodNotAllowed")


def test_a_call_without_a_token_is_answered_as_behind_a_proxy(simulate: Callable[..., Simulator]) -> None:
    assert fetch(simulate().kubernetes_endpoint + ACCOUNTS).status_code == 200


def test_a_server_that_wants_a_token_refuses_a_call_without_one(simulate: Callable[..., Simulator]) -> None:
    response = fetch(simulate(kubernetes_requires_token=True).kubernetes_endpoint + ACCOUNTS)
    assert (response.status_code, response.json()["reason"], response.json()["kind"]) == (401, "Unauthorized", "Status")


@pytest.mark.parametrize(("audience", "status"), [(AKS_SERVER, 200), ("https://management.azure.com", 401)])
def test_a_token_counts_when_it_is_for_the_aks_server(
    simulate: Callable[..., Simulator], audience: str, status: int
) -> None:
    simulator = simulate(kubernetes_requires_token=True)
    token = simulator.token(audience=audience)
    url = simulator.kubernetes_endpoint + ACCOUNTS
    assert fetch(url, Authorization=f"Bearer {token}").status_code == status


def test_a_wrong_token_is_401_even_where_none_is_wanted(simulate: Callable[..., Simulator]) -> None:
    assert fetch(simulate().kubernetes_endpoint + ACCOUNTS, Authorization="Bearer a.b.c").status_code == 401


@pytest.mark.parametrize(
    ("entry", "path", "refused"),
    [
        ({"path": ACCOUNTS}, ACCOUNTS, True),
        ({"path": ACCOUNTS}, f"{ACCOUNTS}/default", True),
        ({"path": ACCOUNTS}, "/api/v1/namespaces", False),
        ({"path": "/api/v1", "permission": "list serviceaccounts in namespace azureml"}, ACCOUNTS, True),
        ({"path": "/api/v1", "permission": "list serviceaccounts in namespace azureml"}, f"{ACCOUNTS}/default", False),
        ({"path": "/api/v1", "permission": "list serviceaccounts*"}, "/api/v1/serviceaccounts", True),
        ({"path": "/api/v1", "permission": "list namespaces"}, "/api/v1/namespaces", True),
        ({"path": "/subscriptions"}, ACCOUNTS, False),
    ],
)
def test_what_is_denied_is_refused_and_nothing_else_is(
    simulate: Callable[..., Simulator], entry: dict[str, str], path: str, *, refused: bool
) -> None:
    simulator = simulate({**world(), "denied": [entry]})
    assert fetch(simulator.kubernetes_endpoint + path).status_code == (403 if refused else 200)


@pytest.mark.parametrize(
    ("path", "what", "verb", "where"),
    [
        (ACCOUNTS, "serviceaccounts", "list", 'in the namespace "azureml"'),
        (f"{ACCOUNTS}/default", 'serviceaccounts "default"', "get", 'in the namespace "azureml"'),
        ("/api/v1/namespaces", "namespaces", "list", "at the cluster scope"),
    ],
)
def test_a_refusal_says_who_may_not_do_what_and_where(
    simulate: Callable[..., Simulator], path: str, what: str, verb: str, where: str
) -> None:
    status = body(simulate({**world(), "denied": [{"path": "/api"}]}), path)
    plural = what.split(maxsplit=1)[0]
    message = f'{what} is forbidden: User "system:anonymous" cannot {verb} resource "{plural}" in API group "" {where}'
    assert (status["reason"], status["code"], status["message"]) == ("Forbidden", 403, message)


@pytest.mark.parametrize(("outcome", "code"), [("denied", 403), ("failed", 500), ("absent", 404)])
def test_a_read_that_ended_badly_ends_so_again(simulate: Callable[..., Simulator], outcome: str, code: int) -> None:
    path = f"{ACCOUNTS}/default"
    read = {"plane": "kubernetes", "operation": "get", "path": path, "outcome": outcome}
    assert body(simulate({**world(), "reads": [read]}), path)["code"] == code
