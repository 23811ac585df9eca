from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.conftest import CLUSTER, GROUP, IDENTITY, SUBSCRIPTION, WORKSPACE, arm_fetch, code_of, world
from verifier.simulator import Simulator

CREDENTIALS = f"{IDENTITY}/federatedIdentityCredentials?api-version=2024-11-30"
DATASTORES = f"{WORKSPACE}/datastores?api-version=2025-12-01"


def pages(simulator: Simulator, path_and_query: str) -> Iterator[dict[str, Any]]:
    """Every page of a list, by its absolute next links."""
    while path_and_query:
        page: dict[str, Any] = arm_fetch(simulator, path_and_query).json()
        yield page
        link = page.get("nextLink") or ""
        assert link == "" or link.startswith(simulator.arm_endpoint)
        path_and_query = link.removeprefix(simulator.arm_endpoint)


def names(simulator: Simulator, path_and_query: str) -> list[list[str]]:
    return [[entry["name"] for entry in page["value"]] for page in pages(simulator, path_and_query)]


def test_a_list_comes_in_pages_of_two(simulate: Callable[..., Simulator]) -> None:
    assert names(simulate(), CREDENTIALS) == [["default", "training"], ["inference", "batch"], ["spare"]]


def test_the_page_size_is_a_choice(simulate: Callable[..., Simulator]) -> None:
    assert [len(page) for page in names(simulate(page_size=4), CREDENTIALS)] == [4, 1]


@pytest.mark.parametrize("asked", ["$top=1", "%24top=1"])
def test_a_client_may_ask_for_smaller_pages(simulate: Callable[..., Simulator], asked: str) -> None:
    assert [len(page) for page in names(simulate(), f"{CREDENTIALS}&{asked}")] == [1] * 5


def test_a_client_cannot_ask_for_larger_pages(simulate: Callable[..., Simulator]) -> None:
    assert [len(page) for page in names(simulate(), f"{DATASTORES}&count=30&orderByAsc=false")] == [2, 1]


@pytest.mark.parametrize("asked", ["$top=0", "$top=-1", "$top=all", "$top=" + "9" * 5000])
def test_a_page_size_that_is_no_number_is_refused(simulate: Callable[..., Simulator], asked: str) -> None:
    assert code_of(arm_fetch(simulate(), f"{CREDENTIALS}&{asked}")) == (400, "InvalidQueryParameter")


@pytest.mark.parametrize(
    ("path", "token_name"),
    [
        (CREDENTIALS, "$skiptoken"),
        (DATASTORES, "$skip"),
        (f"{GROUP}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01", "$skipToken"),
    ],
)
def test_each_service_names_its_token_its_own_way(
    simulate: Callable[..., Simulator], path: str, token_name: str
) -> None:
    link = next(pages(simulate(), path))["nextLink"]
    assert sorted(parse_qs(urlsplit(link).query)) == sorted(["api-version", token_name])


def test_a_token_of_another_list_is_refused(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate()
    token = parse_qs(urlsplit(next(pages(simulator, DATASTORES))["nextLink"]).query)["$skip"][0]
    assert code_of(arm_fetch(simulator, f"{CREDENTIALS}&$skiptoken={token}")) == (400, "InvalidSkipToken")


@pytest.mark.parametrize("token", ["nonsense", "é", "MTIz"])
def test_a_token_that_is_none_is_refused(simulate: Callable[..., Simulator], token: str) -> None:
    assert code_of(arm_fetch(simulate(), f"{CREDENTIALS}&$skiptoken={token}")) == (400, "InvalidSkipToken")


def test_the_last_page_has_no_next_link(simulate: Callable[..., Simulator]) -> None:
    assert "nextLink" not in list(pages(simulate(), CREDENTIALS))[-1]


def test_the_extensions_service_says_null_instead(simulate: Callable[..., Simulator]) -> None:
    path = f"{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions?api-version=2023-05-01"
    assert arm_fetch(simulate(), path).json()["nextLink"] is None


def test_an_empty_list_is_found_and_empty(simulate: Callable[..., Simulator]) -> None:
    given = world()
    given["resources"] = [entry for entry in given["resources"] if "/computes/" not in entry["id"]]
    response = arm_fetch(simulate(given), f"{WORKSPACE}/computes?api-version=2025-12-01")
    assert (response.status_code, response.json()) == (200, {"value": []})


@pytest.mark.parametrize("scope", [GROUP, f"/subscriptions/{SUBSCRIPTION}"])
def test_a_type_is_listed_in_a_group_and_in_the_subscription(simulate: Callable[..., Simulator], scope: str) -> None:
    path = f"{scope}/providers/Microsoft.ContainerService/managedClusters?api-version=2026-08-01"
    assert names(simulate(), path) == [["aks-robots"]]


def test_resources_of_a_group_are_listed_by_type(simulate: Callable[..., Simulator]) -> None:
    path = f"{GROUP}/resources?api-version=2021-04-01&$filter=resourceType eq 'microsoft.storage/storageaccounts'"
    assert names(simulate(), path) == [["strobots"]]


def test_resources_of_a_group_are_the_top_level_ones(simulate: Callable[..., Simulator]) -> None:
    path = f"{GROUP}/resources?api-version=2021-04-01"
    assert names(simulate(page_size=50), path) == [["aks-robots", "id-ml", "strobots", "mlw-robots"]]


def test_resource_groups_of_a_subscription_are_listed(simulate: Callable[..., Simulator]) -> None:
    path = f"/subscriptions/{SUBSCRIPTION}/resourceGroups?api-version=2021-04-01"
    assert names(simulate(), path) == [["rg-robots", "rg-robots2"]]


def test_subscriptions_are_listed(simulate: Callable[..., Simulator]) -> None:
    body = arm_fetch(simulate(), "/subscriptions?api-version=2022-12-01").json()
    assert [entry["subscriptionId"] for entry in body["value"]] == [SUBSCRIPTION]


def test_a_filter_that_a_list_does_not_have_is_refused_and_not_ignored(simulate: Callable[..., Simulator]) -> None:
    assert code_of(arm_fetch(simulate(), f"{DATASTORES}&$filter=name eq 'x'")) == (400, "InvalidFilterInQueryString")
