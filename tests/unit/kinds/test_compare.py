from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.kinds.compare import (
    exactly,
    name_of,
    same_arm_id,
    same_arm_ids,
    same_set,
    same_setting,
    same_word,
    within,
)


def test_arm_ids_compare_without_regard_to_case() -> None:
    assert same_arm_id("/subscriptions/1/resourceGroups/RG/", "/SUBSCRIPTIONS/1/resourcegroups/rg")


def test_issuers_compare_byte_for_byte() -> None:
    assert not exactly("https://issuer/", "https://issuer")


def test_true_and_one_are_not_the_same() -> None:
    assert not exactly(True, 1)


@pytest.mark.parametrize(("one", "other"), [("SystemAssigned, UserAssigned", "systemassigned,userassigned")])
def test_enums_compare_without_regard_to_case_and_spaces(one: str, other: str) -> None:
    assert same_word(one, other)


@pytest.mark.parametrize(("one", "other"), [("True", "true"), (True, "true"), ("FALSE", False), ("1", 1)])
def test_settings_that_mean_the_same_are_the_same(one: object, other: object) -> None:
    assert same_setting(one, other)


@pytest.mark.parametrize(("one", "other"), [("true", "false"), ("", "false"), ("1", "true")])
def test_settings_that_differ_are_not_the_same(one: object, other: object) -> None:
    assert not same_setting(one, other)


def test_audiences_compare_as_sets() -> None:
    assert same_set(("a", "b"), ["b", "a"])


def test_a_group_does_not_hold_its_longer_named_neighbour() -> None:
    assert not within("/subscriptions/1/resourceGroups/rg-ml", "/subscriptions/1/resourceGroups/rg-ml2/providers/x")


def test_the_last_segment_is_the_name() -> None:
    assert name_of("/subscriptions/1/resourceGroups/rg/") == "rg"


segments = st.lists(st.text("abcXYZ-", min_size=1, max_size=4), min_size=1, max_size=4)


@given(segments, segments)
def test_everything_below_a_scope_is_within_it(scope: list[str], below: list[str]) -> None:
    outer = "/" + "/".join(scope)

    assert within(outer, outer + "/" + "/".join(below))
    assert within(outer.upper(), outer.lower())


@given(segments, segments)
def test_being_within_each_other_is_being_the_same(one: list[str], other: list[str]) -> None:
    a, b = "/" + "/".join(one), "/" + "/".join(other)

    assert (within(a, b) and within(b, a)) == same_arm_id(a, b)


def test_no_scope_holds_nothing_and_the_root_holds_everything() -> None:
    assert not within("", "/subscriptions/1")
    assert within("/", "/subscriptions/1")


def test_the_ids_of_a_set_compare_in_any_letters_and_order() -> None:
    assert same_arm_ids(("/A", "/b/"), ["/B", "/a"])
    assert not same_arm_ids(("/a",), ("/a", "/b"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/subscriptions/S/x", "/SUBSCRIPTIONS/s/X/", True),
        ("GPU", "gpu", False),
        ("/data/", "/data", False),
    ],
)
def test_of_the_settings_only_ids_compare_in_any_letters(one: str, other: str, same: bool) -> None:
    assert same_setting(one, other) is same
