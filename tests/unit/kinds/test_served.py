from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.kinds.fact import Fact
from verifier.kinds.served import MEMBERS, NUMBER, OBJECT, OBJECTS, SETTINGS, WORDS, Document

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


@pytest.mark.parametrize("way", ["text", 7, True, ["text"]])
def test_what_lies_behind_something_that_is_no_object_is_not_known(way: object) -> None:
    fact = document({"properties": {"a": way}}).text("b", "properties", "a", "b", otherwise="-")

    assert not fact.known
    assert "st has something else than an object as properties.a" in fact.content.because  # type: ignore[union-attr]


READ: dict[str, Callable[[Document], Fact[object]]] = {
    "text": lambda d: d.text("a", "a"),
    "always": lambda d: d.always("a", "a"),
    "flag": lambda d: d.flag("a", "a", otherwise=False),
    "texts": lambda d: d.texts("a", "a"),
    "object": lambda d: d.fact("a", "a", of=OBJECT, read=str, otherwise=""),
    "objects": lambda d: d.fact("a", "a", of=OBJECTS, read=str, otherwise=""),
    "settings": lambda d: d.fact("a", "a", of=SETTINGS, read=str, otherwise=""),
    "members": lambda d: d.fact("a", "a", of=MEMBERS, read=str, otherwise=""),
    "number": lambda d: d.fact("a", "a", of=NUMBER, read=str, otherwise=""),
    "words": lambda d: d.fact("a", "a", of=WORDS, read=str, otherwise=""),
}


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ("text", 7),
        ("text", True),
        ("text", ["a"]),
        ("text", {"a": "b"}),
        ("always", {}),
        ("flag", "sometimes"),
        ("flag", ""),
        ("flag", 0),
        ("flag", [True]),
        ("texts", "a"),
        ("texts", {"a": "b"}),
        ("texts", ["a", 7]),
        ("object", []),
        ("objects", {}),
        ("objects", [{}, "a"]),
        ("settings", []),
        ("settings", {"a": {}}),
        ("members", {"a": "b"}),
        ("number", "many"),
        ("number", True),
        ("words", {}),
    ],
)
def test_a_value_of_another_sort_is_not_known_and_never_what_leaving_it_out_means(how: str, value: object) -> None:
    fact = READ[how](document({"a": value}))

    assert not fact.known
    assert "st has something else than" in fact.content.because  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ("text", ""),
        ("flag", "True"),
        ("flag", False),
        ("texts", []),
        ("objects", []),
        ("settings", {"a": 1, "b": None, "c": True, "d": "e"}),
        ("members", {"a": {}, "b": None}),
        ("number", 0),
        ("words", "Logging, Metrics"),
        ("words", ["Logging"]),
    ],
)
def test_a_value_of_the_right_sort_is_known(how: str, value: object) -> None:
    assert READ[how](document({"a": value})).known
