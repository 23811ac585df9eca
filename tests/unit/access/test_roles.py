"""The table that comes with the tool, and names that are almost in it."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.access.roles import builtin_roles, roles_like

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
