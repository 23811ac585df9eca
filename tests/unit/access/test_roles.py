"""The table that comes with the tool, and names that are almost in it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.access.roles import (
    Permission,
    Plane,
    Role,
    builtin_role_named,
    builtin_roles,
    permissions_from,
    role_from_document,
    roles_like,
)

GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMES = sorted(role.name for role in builtin_roles().values())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Storage Blob Data Contributer", ["Storage Blob Data Contributor"]),
        ("storage blob data contributer", ["Storage Blob Data Contributor"]),
        ("StorageBlob Data Reader", ["Storage Blob Data Reader"]),
        ("AcrPul", ["AcrPull", "AcrPush"]),
        ("Storage Blob Data Contributor", []),
        ("ACRPULL", []),
        ("Cognitive Services User", []),
        ("A Role Of Our Own", []),
        ("", []),
    ],
)
def test_a_misspelt_role_is_one_that_is_two_letters_off_at_most(written: str, meant: list[str]) -> None:
    assert [*roles_like(builtin_roles().values(), written)] == meant


@given(st.sampled_from(NAMES), st.integers(0, 10), st.characters(min_codepoint=97, max_codepoint=122))
def test_a_letter_too_many_is_always_seen(name: str, at: int, letter: str) -> None:
    written = name[:at] + letter + name[at:]

    assert name in roles_like(builtin_roles().values(), written)


def test_every_role_of_the_table_is_whole() -> None:
    table = json.loads(files("verifier.access").joinpath("builtin_roles.json").read_text(encoding="utf-8"))

    assert re.fullmatch(r"\d{4}-\d\d-\d\d", table["date"])
    assert [r["name"] for r in table["roles"]] == sorted({r["name"] for r in table["roles"]})
    assert len({r["id"] for r in table["roles"]}) == len(table["roles"])
    for role in table["roles"]:
        assert GUID.fullmatch(role["id"])
        assert role["actions"] or role["dataActions"]
        assert all("*" in action or "/" in action for action in (*role["actions"], *role["dataActions"]))


def letters_off(one: str, other: str) -> int:
    """How many letters must be added, dropped or changed, by trying all."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return letters_off(one[1:], other[1:])
    return 1 + min(letters_off(one[1:], other), letters_off(one, other[1:]), letters_off(one[1:], other[1:]))


def test_letters_off_are_counted_by_the_fewest_changes() -> None:
    names = ["".join(letters) for length in range(5) for letters in product("ab", repeat=length)]

    for known, written in product(names[1:], names):
        meant = roles_like([Role(name=known, guid="g", permissions=())], written)
        assert meant == ((known,) if 0 < letters_off(known, written) <= 2 else ()), (known, written)


def test_a_role_of_the_table_is_found_by_its_name_in_whatever_letters() -> None:
    assert [role.name for name in NAMES if (role := builtin_role_named(name.upper())) is not None] == NAMES
    assert builtin_role_named("A Role Of Our Own") is None


def test_a_definition_without_a_name_is_known_by_its_id() -> None:
    read = role_from_document({"id": "/x/roleDefinitions/AB", "properties": {"permissions": []}})

    assert read == Role(name="", guid="ab", permissions=())


def test_of_two_roles_the_nearer_one_is_meant_and_of_two_as_near_the_first() -> None:
    roles = [Role(name=name, guid=name, permissions=()) for name in ("Reader C", "Reader A", "Reader BB")]

    assert roles_like(roles, "Reader BX") == ("Reader BB", "Reader A", "Reader C")
    assert roles_like(roles, "Reader D") == ("Reader A", "Reader C", "Reader BB")


def test_a_role_is_read_whole_from_its_definition() -> None:
    element = {
        "actions": ["A/read", 7],
        "notActions": ["A/write"],
        "dataActions": ["D/read"],
        "notDataActions": ["D/write"],
    }
    permission = Permission(
        actions=("A/read", "7"), not_actions=("A/write",), data_actions=("D/read",), not_data_actions=("D/write",)
    )

    read = role_from_document({"name": "AB", "properties": {"roleName": "own", "permissions": [element, "no object"]}})

    assert read == Role(name="own", guid="ab", permissions=(permission,))


@pytest.mark.parametrize(
    "document", [{}, {"properties": "text"}, {"properties": {}}, {"properties": {"permissions": "*"}}]
)
def test_what_has_not_the_shape_of_a_definition_is_no_role(document: dict[str, object]) -> None:
    assert role_from_document(document) is None


@pytest.mark.parametrize("list_", [None, "*", {"0": "*"}])
def test_what_is_no_list_of_actions_grants_none(list_: object) -> None:
    [permission] = permissions_from([{"actions": list_, "dataActions": list_}])

    assert permission == Permission()


def test_what_is_no_list_of_permissions_is_none_at_all() -> None:
    assert permissions_from({"actions": ["*"]}) == ()


@pytest.mark.parametrize("plane", ["control", "data"])
def test_a_permission_takes_back_on_its_own_plane_alone(plane: Plane) -> None:
    control = Permission(actions=("A/*",), not_actions=("A/b",), not_data_actions=("A/c",))
    data = Permission(data_actions=("A/*",), not_data_actions=("A/b",), not_actions=("A/c",))
    permission = control if plane == "control" else data
    other: Plane = "data" if plane == "control" else "control"

    assert [permission.grants(action, plane) for action in ("A/a", "A/b", "A/c")] == [True, False, True]
    assert not permission.grants("A/a", other)
