from __future__ import annotations

import pytest

from verifier.kinds.served import Document

SOURCE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"


def document(body: object) -> Document:
    return Document(body, SOURCE)  # type: ignore[arg-type]


@pytest.mark.parametrize("properties", [{}, {"keys": None}, {"keys": None, "other": 1}])
def test_what_the_service_leaves_out_or_says_as_null_is_what_it_means_by_that(properties: object) -> None:
    fact = document({"properties": properties}).flag("keys", "properties", "keys", otherwise=True)

    assert (fact.value, fact.stated, fact.source) == (True, False, SOURCE)


@pytest.mark.parametrize("body", [{}, {"properties": None}, {"properties": "(redacted)"}, {"properties": []}])
def test_in_an_answer_without_properties_none_of_them_is_known(body: object) -> None:
    found = document(body)

    assert not found.flag("keys", "properties", "keys", otherwise=True).known
    assert not found.text("mode", "properties", "mode", otherwise="AccessKey").known


def test_a_thing_that_is_not_a_property_may_be_left_out_with_them() -> None:
    assert document({}).text("type", "identity", "type").value == ""


def test_what_the_service_never_leaves_out_is_not_known_where_it_does() -> None:
    fact = document({"properties": {}}).always("principalId", "properties", "principalId")

    assert not fact.known
    assert "st has no principalId" in fact.content.because  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "source",
    [
        "/s/id/federatedIdentityCredentials/fic",
        "/s/id/federatedidentitycredentials/fic",
        "/s/id/FEDERATEDIDENTITYCREDENTIALS/fic",
    ],
)
def test_the_parent_stands_before_the_collection_in_any_letters(source: str) -> None:
    assert Document({}, source).parent("federatedIdentityCredentials").value == "/s/id"


def test_a_source_that_is_below_nothing_has_no_known_parent() -> None:
    assert not Document({}, "fic").parent("federatedIdentityCredentials").known


def test_a_path_through_something_that_is_no_object_finds_nothing() -> None:
    assert document({"properties": {"a": "text"}}).text("b", "properties", "a", "b", otherwise="-").value == "-"
