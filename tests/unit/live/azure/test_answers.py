from __future__ import annotations

import json

import pytest

from verifier.live.azure.answers import Answer, outcome
from verifier.live.documents import Absent, Denied, Failed, Found, Request

ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"
GET = Request(plane="azure", operation="get", path=ACCOUNT)
IDENTITY = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
CREDENTIALS = f"{IDENTITY}/federatedIdentityCredentials"
LIST = Request(plane="azure", operation="list", path=CREDENTIALS)


def answer(body: object, status: int = 200) -> Answer:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, body=text, api_version="v")


def error(status: int, code: str, message: str = "words") -> Answer:
    return answer({"error": {"code": code, "message": message}}, status)


def test_an_id_in_other_letters_is_the_same_resource():
    body = {"id": ACCOUNT.replace("resourceGroups", "resourcegroups").replace("storageAccounts", "StorageAccounts")}
    assert outcome(GET, [answer(body)]) == Found(documents=(body,), api_version="v")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"value": []},
        {"id": None},
        {"id": ""},
        {"id": ACCOUNT + "2"},
        {"id": ACCOUNT.replace("/rg/", "/rg2/")},
        [],
        None,
        "text",
        b"",
        b"<html>",
        b'{"id": "cut',
        b'{"id": NaN}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_not_the_resource_is_not_found(body):
    assert isinstance(outcome(GET, [answer(body)]), Failed)


@pytest.mark.parametrize("status", [201, 202, 204, 206, 301, 302, 304])
def test_no_status_but_200_is_found(status):
    assert isinstance(outcome(GET, [answer({"id": ACCOUNT}, status)]), Failed)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"value": None},
        {"value": {}},
        {"value": [None]},
        {"value": [{}]},
        {"value": [{"id": ACCOUNT}]},
        {"value": [{"id": CREDENTIALS.replace("/id/", "/another/") + "/x"}]},
        {"value": [], "nextLink": "https://more"},
        {"value": [], "nextLink": 1},
        {"value": [], "nextLink": False},
        {"value": [], "nextLink": []},
    ],
)
def test_a_body_that_is_not_the_list_is_not_found(body):
    assert isinstance(outcome(LIST, [answer(body)]), Failed)


def test_an_empty_list_is_found():
    assert outcome(LIST, [answer({"value": [], "nextLink": None})]) == Found(documents=(), api_version="v")


def test_the_pages_of_a_list_are_one_in_the_order_of_ids():
    pages = [
        answer({"value": [{"id": f"{CREDENTIALS}/b"}], "nextLink": "next"}),
        answer({"value": [{"id": f"{CREDENTIALS}/A"}]}),
    ]
    found = outcome(LIST, pages)
    assert isinstance(found, Found)
    assert [document["id"] for document in found.documents] == [f"{CREDENTIALS}/A", f"{CREDENTIALS}/b"]


def test_a_list_whose_last_page_is_refused_is_not_half_found():
    pages = [answer({"value": [{"id": f"{CREDENTIALS}/b"}], "nextLink": "next"}), error(500, "Oops")]
    assert outcome(LIST, pages) == Failed(because="HTTP 500 Oops: words")


@pytest.mark.parametrize(
    ("code", "proves_absence"),
    [
        ("ResourceNotFound", True),
        ("NotFound", False),
        ("ResourceGroupNotFound", True),
        ("ParentResourceNotFound", True),
        ("RoleDefinitionDoesNotExist", True),
        ("SubscriptionNotFound", False),
        ("InvalidSubscriptionId", False),
        ("InvalidResourceType", False),
        ("InvalidResourceNamespace", False),
        ("NoRegisteredProviderFound", False),
        ("SomethingNew", False),
        ("", False),
    ],
)
def test_only_some_404s_prove_absence(code, proves_absence):
    expected = Absent if proves_absence else Failed
    assert isinstance(outcome(GET, [error(404, code)]), expected)


@pytest.mark.parametrize(
    "path",
    [
        (
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id/"
            "federatedIdentityCredentials/f"
        ),
        (
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks/providers/"
            "Microsoft.KubernetesConfiguration/extensions/e"
        ),
    ],
)
def test_a_providers_own_not_found_proves_the_absence_of_what_is_below_a_resource(path):
    request = Request(plane="azure", operation="get", path=path)

    assert outcome(request, [error(404, "NotFound")]) == Absent(code="NotFound")


def test_a_404_without_a_body_proves_nothing():
    assert isinstance(outcome(GET, [answer(b"", 404)]), Failed)


def test_an_absence_under_another_status_proves_nothing():
    assert isinstance(outcome(GET, [error(400, "ResourceNotFound")]), Failed)


def test_a_refusal_names_the_action_that_the_message_names():
    message = "The client 'c' does not have authorization to perform action 'Microsoft.Storage/x/read' over scope '/'"
    denied = outcome(GET, [error(403, "AuthorizationFailed", message)])
    assert denied == Denied(permission="Microsoft.Storage/x/read", detail=f"AuthorizationFailed: {message}")


def test_a_refusal_without_an_action_names_the_types_own():
    denied = outcome(GET, [error(403, "Forbidden")])
    assert denied == Denied(permission="Microsoft.Storage/storageAccounts/read", detail="Forbidden: words")


def test_an_error_without_its_outer_object_is_understood():
    assert outcome(GET, [answer({"code": "ResourceNotFound", "message": "m"}, 404)]) == Absent(code="ResourceNotFound")


def test_a_role_definition_is_the_same_at_the_root_and_in_the_subscription():
    short = "/providers/Microsoft.Authorization/roleDefinitions/guid"
    request = Request(plane="azure", operation="get", path=f"/subscriptions/s{short}")
    assert isinstance(outcome(request, [answer({"id": short})]), Found)
