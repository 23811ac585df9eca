"""Role assignments and definitions, filtered as the service filters them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator.conftest import (
    BLOB_READER,
    DEPARTMENT,
    GROUP,
    ML_PRINCIPAL,
    OTHER_PRINCIPAL,
    ROOT_GROUP,
    STORAGE,
    SUBSCRIPTION,
    TEAM,
    arm_fetch,
    assignment,
    code_of,
    resource,
    world,
)
from verifier.simulator import Simulator
from verifier.simulator.authorization import EVERYONE

SUB = f"/subscriptions/{SUBSCRIPTION}"
ACCOUNT = STORAGE
CONTAINER = f"{STORAGE}/blobServices/default/containers/models"

# The small world's assignments: 1 account, 2 group, 3 subscription, 4 management group (to a group of groups),
# 5 root, 6 container, 7 a resource group whose name starts with the other's.
LISTS = [
    ("no filter: above and below", ACCOUNT, None, [1, 2, 3, 4, 5, 6]),
    ("at scope: above", ACCOUNT, "atScope()", [1, 2, 3, 4, 5]),
    ("at scope of a container", CONTAINER, "atScope()", [1, 2, 3, 4, 5, 6]),
    ("at scope of a group", GROUP, "atScope()", [2, 3, 4, 5]),
    ("at scope of a subscription", SUB, "atScope()", [3, 4, 5]),
    ("at scope of a management group", ROOT_GROUP, "atScope()", [4, 5]),
    ("at scope of the root", "", "atScope()", [5]),
    ("a group without its namesake", GROUP, None, [1, 2, 3, 4, 5, 6]),
    ("a whole subscription", SUB, None, [1, 2, 3, 4, 5, 6, 7]),
    ("assigned: direct and through two groups", ACCOUNT, f"atScope() and assignedTo('{ML_PRINCIPAL}')", [1, 2, 4]),
    ("assigned: below too", ACCOUNT, f"assignedTo('{ML_PRINCIPAL}')", [1, 2, 4, 6]),
    ("assigned to one in no group", ACCOUNT, f"atScope() and assignedTo('{OTHER_PRINCIPAL}')", [3, 5]),
    ("principal: direct only", ACCOUNT, f"principalId eq '{ML_PRINCIPAL}'", [1, 2, 6]),
    ("principal: a group", ACCOUNT, f"principalId eq '{DEPARTMENT}'", [4]),
    ("nobody", ACCOUNT, "assignedTo('00000000-0000-0000-0000-00000000dead')", []),
    ("case and spaces", ACCOUNT.upper(), f" ATSCOPE()  AND  assignedto('{ML_PRINCIPAL.upper()}') ", [1, 2, 4]),
]


def listed(simulator: Simulator, scope: str, filter_text: str | None) -> list[int]:
    """The numbers of the assignments in a list, in one page."""
    query = "?api-version=2022-04-01" + (f"&$filter={filter_text}" if filter_text else "")
    body = arm_fetch(simulator, f"{scope}/providers/Microsoft.Authorization/roleAssignments{query}").json()
    return [int(entry["name"][-12:]) for entry in body["value"]]


@pytest.mark.parametrize(("scope", "filter_text", "numbers"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS])
def test_assignments_are_listed_by_scope_and_principal(
    simulate: Callable[..., Simulator], scope: str, filter_text: str | None, numbers: list[int]
) -> None:
    assert listed(simulate(page_size=50), scope, filter_text) == numbers


def test_a_percent_encoded_filter_means_the_same(simulate: Callable[..., Simulator]) -> None:
    encoded = f"atScope%28%29+and+assignedTo%28%27{ML_PRINCIPAL}%27%29"
    assert listed(simulate(page_size=50), ACCOUNT, encoded) == [1, 2, 4]


@pytest.mark.parametrize(
    "filter_text",
    [
        f"atScope() and principalId eq '{ML_PRINCIPAL}'",
        f"principalId eq {ML_PRINCIPAL}",
        "principalId eq ''",
        f"assignedTo('{ML_PRINCIPAL}') and atScope()",
        f"roleDefinitionId eq '{BLOB_READER}'",
        "atScope",
    ],
)
def test_a_filter_that_the_service_does_not_have_is_refused(
    simulate: Callable[..., Simulator], filter_text: str
) -> None:
    path = f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter={filter_text}"
    response = arm_fetch(simulate(), path)
    assert code_of(response) == (400, "UnsupportedFilter")
    assert "Supported filters are either 'atScope()'" in response.json()["error"]["message"]


def test_a_group_that_contains_itself_ends(simulate: Callable[..., Simulator]) -> None:
    given = {**world(), "groups": {TEAM: [ML_PRINCIPAL, DEPARTMENT], DEPARTMENT: [TEAM]}}
    assert 4 in listed(simulate(given, page_size=50), ACCOUNT, f"assignedTo('{ML_PRINCIPAL}')")


def test_a_management_group_that_is_not_above_does_not_count(simulate: Callable[..., Simulator]) -> None:
    given = {**world(), "management_groups": []}
    assert 4 not in listed(simulate(given, page_size=50), ACCOUNT, None)


def test_a_snapshot_tells_the_groups_that_its_reads_went_through(simulate: Callable[..., Simulator]) -> None:
    given = {**world(), "groups": {}, "management_groups": []}
    path = f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments"
    through_group = next(entry["id"] for entry in given["resources"] if entry["id"].startswith(ROOT_GROUP))
    given["reads"] = [
        {
            "plane": "azure",
            "operation": "list",
            "path": path,
            "assigned_to": ML_PRINCIPAL,
            "outcome": "found",
            "ids": [through_group],
        }
    ]
    simulator = simulate(given, page_size=50)
    assert listed(simulator, ACCOUNT, f"atScope() and assignedTo('{ML_PRINCIPAL}')") == [1, 2, 4]


def test_an_assignment_without_a_scope_property_is_where_its_id_says(simulate: Callable[..., Simulator]) -> None:
    given = world()
    given["resources"] = [assignment(ACCOUNT, 8, ML_PRINCIPAL)]
    del given["resources"][0]["properties"]["scope"]
    assert listed(simulate(given), ACCOUNT, "atScope()") == [8]


def deny(number: int, principal: str) -> dict[str, Any]:
    name = f"00000000-0000-4000-8000-{number:012d}"
    identifier = f"{GROUP}/providers/Microsoft.Authorization/denyAssignments/{name}"
    return resource(identifier, {"scope": GROUP, "principals": [{"id": principal, "type": "ServicePrincipal"}]})


def test_deny_assignments_are_listed_for_their_principals_and_for_everyone(simulate: Callable[..., Simulator]) -> None:
    given = world()
    given["resources"] += [deny(8, TEAM), deny(9, EVERYONE), deny(10, OTHER_PRINCIPAL)]
    path = f"{ACCOUNT}/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01"
    body = arm_fetch(simulate(given), f"{path}&$filter=atScope() and assignedTo('{ML_PRINCIPAL}')").json()
    assert [int(entry["name"][-12:]) for entry in body["value"]] == [8, 9]


@pytest.mark.parametrize("prefix", ["", SUB, STORAGE])
def test_a_role_definition_comes_back_in_the_form_it_was_asked_in(
    simulate: Callable[..., Simulator], prefix: str
) -> None:
    path = f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{BLOB_READER}"
    returned = arm_fetch(simulate(), f"{path}?api-version=2022-04-01").json()["id"]
    scope = SUB if prefix else ""
    assert returned == f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{BLOB_READER}"


@pytest.mark.parametrize(
    ("filter_text", "names"),
    [
        (None, ["Storage Blob Data Reader", "Robot Reader"]),
        ("type eq 'CustomRole'", ["Robot Reader"]),
        ("type+eq+'BuiltInRole'", ["Storage Blob Data Reader"]),
        ("roleName eq 'robot reader'", ["Robot Reader"]),
    ],
)
def test_role_definitions_are_listed_by_type_and_name(
    simulate: Callable[..., Simulator], filter_text: str | None, names: list[str]
) -> None:
    query = "?api-version=2022-04-01" + (f"&$filter={filter_text}" if filter_text else "")
    body = arm_fetch(simulate(), f"{STORAGE}/providers/Microsoft.Authorization/roleDefinitions{query}").json()
    assert [entry["properties"]["roleName"] for entry in body["value"]] == names


def test_a_custom_role_of_another_subscription_is_not_listed(simulate: Callable[..., Simulator]) -> None:
    given = world()
    foreign = "/subscriptions/00000000-0000-0000-0000-00000000beef"
    given["resources"].append(
        resource(
            f"{foreign}/providers/Microsoft.Authorization/roleDefinitions/{EVERYONE}",
            {"roleName": "Foreign", "type": "CustomRole", "assignableScopes": [foreign]},
        )
    )
    path = f"{STORAGE}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01"
    body = arm_fetch(simulate(given, page_size=50), path).json()
    assert "Foreign" not in [entry["properties"]["roleName"] for entry in body["value"]]
