"""ARM's refusals: the right one of several, in the right order and shape."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulator.conftest import (
    CLUSTER,
    EXTENSION,
    GROUP,
    IDENTITY,
    STORAGE,
    SUBSCRIPTION,
    WORKSPACE,
    arm_fetch,
    code_of,
    resource,
    world,
)
from verifier.simulator import Simulator

ELSEWHERE = "/subscriptions/00000000-0000-0000-0000-00000000dead"
GONE_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-gone"
GONE_CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/gone"
NO_GUID = "00000000-0000-0000-0000-00000000dead"

MISSING = [
    (
        "the resource",
        f"{GROUP}/providers/Microsoft.Storage/storageAccounts/gone?api-version=2026-09-01",
        "ResourceNotFound",
    ),
    ("a nested resource", f"{WORKSPACE}/computes/gone?api-version=2025-12-01", "ResourceNotFound"),
    ("an extension", f"{EXTENSION}-gone?api-version=2023-05-01", "ResourceNotFound"),
    (
        "the resource group",
        f"{GONE_GROUP}/providers/Microsoft.Storage/storageAccounts/a?api-version=2026-09-01",
        "ResourceGroupNotFound",
    ),
    ("the resource group itself", f"{GONE_GROUP}?api-version=2021-04-01", "ResourceGroupNotFound"),
    (
        "the resource group of a list",
        f"{GONE_GROUP}/providers/Microsoft.Storage/storageAccounts?api-version=2026-09-01",
        "ResourceGroupNotFound",
    ),
    (
        "the parent of a list",
        f"{IDENTITY}-gone/federatedIdentityCredentials?api-version=2024-11-30",
        "ParentResourceNotFound",
    ),
    ("the parent of a child", f"{WORKSPACE}-gone/computes/k8s?api-version=2025-12-01", "ParentResourceNotFound"),
    (
        "what an extension extends",
        f"{GONE_CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions?api-version=2023-05-01",
        "ParentResourceNotFound",
    ),
    (
        "the subscription",
        f"{ELSEWHERE}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/a?api-version=2026-09-01",
        "SubscriptionNotFound",
    ),
    (
        "a role definition",
        f"/providers/Microsoft.Authorization/roleDefinitions/{NO_GUID}?api-version=2022-04-01",
        "RoleDefinitionDoesNotExist",
    ),
    (
        "a role assignment",
        f"{STORAGE}/providers/Microsoft.Authorization/roleAssignments/{NO_GUID}?api-version=2022-04-01",
        "RoleAssignmentNotFound",
    ),
]


@pytest.mark.parametrize(("path", "code"), [row[1:] for row in MISSING], ids=[row[0] for row in MISSING])
def test_what_is_missing_decides_the_code_of_a_404(simulate: Callable[..., Simulator], path: str, code: str) -> None:
    assert code_of(arm_fetch(simulate(), path)) == (404, code)


UNVERSIONED = [
    ("no api-version", CLUSTER, 400, "MissingApiVersionParameter"),
    ("one that is none", f"{CLUSTER}?api-version=latest", 400, "InvalidApiVersionParameter"),
    ("one of another type", f"{CLUSTER}?api-version=2022-04-01", 400, "NoRegisteredProviderFound"),
    (
        "one of another type, for a list",
        f"{IDENTITY}/federatedIdentityCredentials?api-version=2018-11-30",
        400,
        "NoRegisteredProviderFound",
    ),
    ("one that resource groups lack", f"{GROUP}?api-version=1999-01-01", 400, "InvalidApiVersionParameter"),
    (
        "a type that nobody has",
        f"{GROUP}/providers/Microsoft.Nobody/things/x?api-version=2024-01-01",
        404,
        "InvalidResourceType",
    ),
]


@pytest.mark.parametrize(
    ("path", "status", "code"), [row[1:] for row in UNVERSIONED], ids=[row[0] for row in UNVERSIONED]
)
def test_a_wrong_api_version_is_refused(simulate: Callable[..., Simulator], path: str, status: int, code: str) -> None:
    assert code_of(arm_fetch(simulate(), path)) == (status, code)


def test_a_refused_api_version_names_those_there_are(simulate: Callable[..., Simulator]) -> None:
    message = arm_fetch(simulate(), f"{CLUSTER}?api-version=2022-04-01").json()["error"]["message"]
    assert "location 'westus3'" in message
    assert "2026-08-01" in message


def test_a_type_outside_the_table_is_served_when_the_world_holds_one(simulate: Callable[..., Simulator]) -> None:
    given = world()
    identifier = f"{GROUP}/providers/Microsoft.Nobody/things/x"
    given["resources"].append(resource(identifier))
    assert arm_fetch(simulate(given), f"{identifier}?api-version=2024-01-01").json()["id"] == identifier


def test_a_path_that_names_no_resource_is_404(simulate: Callable[..., Simulator]) -> None:
    assert (
        arm_fetch(simulate(), "/subscriptions/x/providers/Microsoft.Storage?api-version=2024-01-01").status_code == 404
    )


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_every_writing_method_is_refused(simulate: Callable[..., Simulator], method: str) -> None:
    simulator = simulate()
    assert code_of(arm_fetch(simulator, f"{CLUSTER}?api-version=2026-08-01", method=method)) == (
        405,
        "MethodNotAllowed",
    )
    assert [(seen.method, seen.status, seen.is_read) for seen in simulator.requests] == [(method, 405, False)]


def test_a_head_request_has_the_headers_and_no_body(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(simulate(), f"{CLUSTER}?api-version=2026-08-01", method="HEAD")
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["Content-Length"]) > 100


def test_ids_are_found_without_regard_to_case_and_doubled_slashes(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(simulate(), f"/{CLUSTER.upper()}/?API-Version=2026-08-01")
    assert response.json()["id"] == CLUSTER


def test_a_resource_group_exists_by_what_is_in_it(simulate: Callable[..., Simulator]) -> None:
    body = arm_fetch(simulate(), f"{GROUP.lower()}?api-version=2021-04-01").json()
    assert (body["id"], body["location"]) == (GROUP, "westus3")


def test_a_subscription_exists_by_what_is_in_it(simulate: Callable[..., Simulator]) -> None:
    body = arm_fetch(simulate(), f"/subscriptions/{SUBSCRIPTION}?api-version=2022-12-01").json()
    assert (body["subscriptionId"], body["state"]) == (SUBSCRIPTION, "Enabled")


def test_a_child_of_a_singleton_is_listed_though_the_world_writes_no_singleton(
    simulate: Callable[..., Simulator],
) -> None:
    given = world()
    containers = f"{STORAGE}/blobServices/default/containers"
    given["resources"].append(resource(f"{containers}/models"))
    body = arm_fetch(simulate(given), f"{containers}?api-version=2026-09-01").json()
    assert [entry["name"] for entry in body["value"]] == ["models"]


def test_an_answer_carries_request_ids_and_the_reads_left(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate()
    one, other = (arm_fetch(simulator, f"{CLUSTER}?api-version=2026-08-01").headers for _ in range(2))
    assert one["x-ms-request-id"] != other["x-ms-request-id"]
    assert one["x-ms-correlation-request-id"] != other["x-ms-correlation-request-id"]
    assert 0 < int(other["x-ms-ratelimit-remaining-subscription-reads"]) < 250
