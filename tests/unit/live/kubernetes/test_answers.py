from __future__ import annotations

import json

import pytest

from verifier.live.documents import Absent, Denied, Failed, Request
from verifier.live.kubernetes.answers import Unusable, body_of, object_of, page_of, permission, refusal

ACCOUNTS = "/api/v1/namespaces/azureml/serviceaccounts"
LIST = Request(plane="kubernetes", operation="list", path=ACCOUNTS)
GET = Request(plane="kubernetes", operation="get", path=f"{ACCOUNTS}/default")


def account(name="default", namespace="azureml", **more):
    return {"metadata": {"name": name, "namespace": namespace}, **more}


def status(code, reason, **more):
    return json.dumps({"kind": "Status", "apiVersion": "v1", "reason": reason, "message": "words", **more}).encode()


def test_the_items_of_a_list_get_the_lists_kind():
    page, token = page_of(
        LIST, {"kind": "ServiceAccountList", "apiVersion": "v1", "items": [account()], "metadata": {}}
    )
    assert page == [{"apiVersion": "v1", "kind": "ServiceAccount", **account()}]
    assert token == ""


def test_a_page_says_how_it_is_continued():
    body = {"kind": "ServiceAccountList", "apiVersion": "v1", "items": None, "metadata": {"continue": "more"}}
    assert page_of(LIST, body) == ([], "more")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "ServiceAccount", "items": []},
        {"kind": "ServiceAccountList", "items": {}},
        {"kind": "ServiceAccountList", "items": ["x"]},
        {"kind": "ServiceAccountList", "items": [{}]},
        {"kind": "ServiceAccountList", "items": [account(name=["default"])]},
        {"kind": "PodList", "items": [account()]},
        {"kind": "ServiceAccountList", "items": [account(namespace="another")]},
        {"kind": "NamespaceList", "items": [{"metadata": {"name": "azureml"}}]},
    ],
)
def test_a_body_that_is_not_the_list_is_not_usable(body):
    with pytest.raises(Unusable):
        page_of(LIST, body)


def test_namespaces_are_listed():
    request = Request(plane="kubernetes", operation="list", path="/api/v1/namespaces")
    page, _ = page_of(request, {"kind": "NamespaceList", "apiVersion": "v1", "items": [{"metadata": {"name": "a"}}]})
    assert page[0]["kind"] == "Namespace"


@pytest.mark.parametrize("text", [b"", b"<html>", b"[]", b'{"kind": "cut', b"null"])
def test_what_is_no_object_is_not_usable(text):
    with pytest.raises(Unusable):
        body_of(200, text)


def test_the_object_that_was_asked_for_is_found():
    body = {"apiVersion": "v1", "kind": "ServiceAccount", **account()}
    assert object_of(GET, body).documents == (body,)


def test_another_object_is_not_usable():
    with pytest.raises(Unusable, match="not the object that was asked for"):
        object_of(GET, {"apiVersion": "v1", "kind": "ServiceAccount", **account("other")})


def test_an_object_that_is_not_found_is_absent():
    assert refusal(GET, 404, status(404, "NotFound", details={"name": "default"})) == Absent(code="NotFound")


@pytest.mark.parametrize(
    "text",
    [status(404, "NotFound"), status(404, "NotFound", details={"name": "x"}), status(404, "Other"), b"404 page", b"{}"],
)
def test_a_404_that_is_not_of_that_object_proves_nothing(text):
    assert isinstance(refusal(GET, 404, text), Failed)


def test_a_refusal_names_verb_resource_and_namespace():
    assert refusal(LIST, 403, status(403, "Forbidden")) == Denied(
        permission="list serviceaccounts in namespace azureml", detail="words"
    )


def test_a_403_in_other_words_is_no_refusal_of_the_api_server():
    assert isinstance(refusal(LIST, 403, b"<html>proxy</html>"), Failed)
    assert isinstance(refusal(LIST, 403, b'{"error": "no"}'), Failed)


def test_a_refused_credential_says_so():
    failed = refusal(LIST, 401, status(401, "Unauthorized"))
    assert isinstance(failed, Failed)
    assert "refuses the credential (HTTP 401)" in failed.because


@pytest.mark.parametrize(
    ("path", "operation", "expected"),
    [
        ("/api/v1/namespaces", "list", "list namespaces"),
        ("/api/v1/namespaces/azureml", "get", "get namespaces"),
        (ACCOUNTS, "list", "list serviceaccounts in namespace azureml"),
        (f"{ACCOUNTS}/default", "get", "get serviceaccounts in namespace azureml"),
        ("/apis/x", "list", "list /apis/x"),
    ],
)
def test_a_permission_is_said_as_rbac_says_it(path, operation, expected):
    assert permission(Request(plane="kubernetes", operation=operation, path=path)) == expected


ISSUER = Request(plane="kubernetes", operation="get", path="/.well-known/openid-configuration")


def test_who_issues_tokens_is_kept_and_nothing_else_of_that_answer():
    [document] = object_of(ISSUER, {"issuer": "https://issuer/", "jwks_uri": "https://issuer/jwks"}).documents
    assert document["issuer"] == "https://issuer/"
    assert "jwks_uri" not in document


@pytest.mark.parametrize("body", [{}, {"issuer": ""}, {"issuer": 7}, {"kind": "Status"}])
def test_an_answer_without_an_issuer_is_not_usable(body):
    with pytest.raises(Unusable):
        object_of(ISSUER, body)
