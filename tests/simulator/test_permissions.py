from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.msi import ManagedServiceIdentityClient

from tests.simulator.conftest import (
    CLUSTER,
    GROUP,
    IDENTITY,
    ML_PRINCIPAL,
    STORAGE,
    SUBSCRIPTION,
    WORKSPACE,
    Azure,
    arm_fetch,
    code_of,
    fetch,
    world,
)
from verifier.simulator import Simulator
from verifier.simulator.wire import Principal

CREDENTIALS_ACTION = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read"
CREDENTIALS = f"{IDENTITY}/federatedIdentityCredentials"
ASSIGNMENTS = f"{STORAGE}/providers/Microsoft.Authorization/roleAssignments"


def denied(*entries: dict[str, str]) -> dict[str, Any]:
    return {**world(), "denied": list(entries)}


def test_a_refusal_names_the_action_the_scope_and_the_caller(
    simulate: Callable[..., Simulator], azure_at: Callable[[Simulator], Azure]
) -> None:
    azure = azure_at(simulate(denied({"path": IDENTITY, "permission": CREDENTIALS_ACTION})))
    with pytest.raises(HttpResponseError) as raised:
        list(azure.client(ManagedServiceIdentityClient).federated_identity_credentials.list("rg-robots", "id-ml"))
    caller = azure.simulator.world.caller
    assert (raised.value.status_code, raised.value.error and raised.value.error.code) == (403, "AuthorizationFailed")
    assert raised.value.error is not None
    assert raised.value.error.message == (
        f"The client '{caller.client_id}' with object id '{caller.object_id}' does not have authorization to perform "
        f"action '{CREDENTIALS_ACTION}' over scope '{IDENTITY}' or the scope is invalid. "
        "If access was recently granted, please refresh your credentials."
    )


# denied entry, request, refused
TABLE = [
    ({"path": IDENTITY, "permission": CREDENTIALS_ACTION}, f"{CREDENTIALS}?api-version=2024-11-30", True),
    ({"path": IDENTITY, "permission": CREDENTIALS_ACTION}, f"{CREDENTIALS}/batch?api-version=2024-11-30", True),
    ({"path": IDENTITY, "permission": CREDENTIALS_ACTION}, f"{IDENTITY}?api-version=2024-11-30", False),
    ({"path": CREDENTIALS}, f"{CREDENTIALS}?api-version=2024-11-30", True),
    ({"path": CREDENTIALS}, f"{IDENTITY}?api-version=2024-11-30", False),
    ({"path": GROUP.upper()}, f"{CLUSTER}?api-version=2026-08-01", True),
    ({"path": GROUP}, f"{GROUP}?api-version=2021-04-01", True),
    ({"path": GROUP + "x"}, f"{CLUSTER}?api-version=2026-08-01", False),
    ({"path": "/", "permission": "Microsoft.Storage/*"}, f"{STORAGE}?api-version=2026-09-01", True),
    ({"path": "/", "permission": "Microsoft.Storage/*"}, f"{CLUSTER}?api-version=2026-08-01", False),
    ({"path": "/", "permission": "*/read"}, f"{ASSIGNMENTS}?api-version=2022-04-01", True),
    (
        {"path": STORAGE, "permission": "microsoft.authorization/roleassignments/READ"},
        f"{ASSIGNMENTS}?api-version=2022-04-01",
        True,
    ),
    ({"path": "/", "principal": ML_PRINCIPAL}, f"{CLUSTER}?api-version=2026-08-01", False),
]


@pytest.mark.parametrize(("entry", "path", "refused"), TABLE)
def test_what_is_denied_is_refused_at_and_below_its_path_and_nothing_else_is(
    simulate: Callable[..., Simulator], entry: dict[str, str], path: str, *, refused: bool
) -> None:
    assert arm_fetch(simulate(denied(entry)), path).status_code == (403 if refused else 200)


def test_a_denial_may_be_one_principals_alone(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate(denied({"path": "/", "principal": ML_PRINCIPAL}))
    principal = Principal(object_id=ML_PRINCIPAL, client_id="c", tenant_id="t")
    url = f"{simulator.arm_endpoint}{STORAGE}?api-version=2026-09-01"
    assert fetch(url, Authorization=f"Bearer {simulator.token(principal=principal)}").status_code == 403
    assert fetch(url, Authorization=f"Bearer {simulator.token()}").status_code == 200


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{GROUP}/providers/Microsoft.Storage/storageAccounts/gone?api-version=2026-09-01", 403),
        (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/gone?api-version=2021-04-01", 403),
        (f"{STORAGE}?api-version=1999-01-01", 400),
        ("/subscriptions/other?api-version=2022-12-01", 404),
    ],
)
def test_a_refusal_comes_before_what_is_missing_and_after_the_api_version_and_the_subscription(
    simulate: Callable[..., Simulator], path: str, expected: int
) -> None:
    assert arm_fetch(simulate(denied({"path": "/"})), path).status_code == expected


def read(operation: str, path: str, outcome: str, **more: str) -> dict[str, Any]:
    return {**world(), "reads": [{"plane": "azure", "operation": operation, "path": path, "outcome": outcome, **more}]}


def test_a_read_that_was_denied_is_denied_again_with_its_permission(simulate: Callable[..., Simulator]) -> None:
    given = read("get", STORAGE, "denied", permission="Microsoft.Storage/storageAccounts/read/special")
    response = arm_fetch(simulate(given), f"{STORAGE}?api-version=2026-09-01")
    assert code_of(response) == (403, "AuthorizationFailed")
    assert "'Microsoft.Storage/storageAccounts/read/special'" in response.json()["error"]["message"]


def test_a_read_that_failed_fails_again(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(
        simulate(read("get", STORAGE, "failed", because="no luck")), f"{STORAGE}?api-version=2026-09-01"
    )
    assert code_of(response) == (500, "InternalServerError")


def test_a_read_that_was_absent_is_absent_again_with_its_code(simulate: Callable[..., Simulator]) -> None:
    given = read("get", WORKSPACE, "absent", code="ResourceGroupNotFound")
    response = arm_fetch(simulate(given), f"{WORKSPACE}?api-version=2025-12-01")
    assert code_of(response) == (404, "ResourceGroupNotFound")


def test_a_read_that_ended_badly_touches_no_other_operation(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(simulate(read("list", STORAGE, "denied")), f"{STORAGE}?api-version=2026-09-01")
    assert response.status_code == 200


def test_a_list_for_one_principal_is_denied_for_that_principal_only(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate(read("list", ASSIGNMENTS, "denied", assigned_to=ML_PRINCIPAL))
    path = f"{ASSIGNMENTS}?api-version=2022-04-01&$filter=atScope() and assignedTo('{{}}')"
    statuses = [arm_fetch(simulator, path.format(asked)).status_code for asked in (ML_PRINCIPAL, "another")]
    assert statuses == [403, 200]
