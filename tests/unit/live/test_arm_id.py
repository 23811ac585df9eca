from __future__ import annotations

import pytest

from verifier.live.arm_id import ArmId, same, type_of, under

GROUP = "/subscriptions/s/resourceGroups/rg"


def test_ids_in_other_letters_are_the_same():
    assert same(f"{GROUP}/providers/A.B/cs/x", f"{GROUP.lower()}/Providers/a.b/CS/X/")


@pytest.mark.parametrize("other", [f"{GROUP}2", GROUP[:-1], f"{GROUP}/x"])
def test_ids_with_the_same_beginning_are_not_the_same(other):
    assert not same(GROUP, other)


def test_a_group_is_not_under_one_whose_name_it_begins_with():
    assert not under(f"{GROUP}2/providers/A.B/cs/x", GROUP)
    assert under(f"{GROUP.upper()}/providers/A.B/cs/x", GROUP)
    assert not under(GROUP, GROUP)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{GROUP}/providers/A.B/cs/x", ArmId(scope=GROUP, type="A.B/cs", names=("x",))),
        (f"{GROUP}/providers/A.B/cs/x/ds/y", ArmId(scope=GROUP, type="A.B/cs/ds", names=("x", "y"))),
        (f"{GROUP}/providers/A.B/cs/x/ds", ArmId(scope=GROUP, type="A.B/cs/ds", names=("x", ""))),
        (f"{GROUP}/providers/A.B/cs", ArmId(scope=GROUP, type="A.B/cs", names=("",))),
        (
            f"{GROUP}/providers/A.B/cs/x/providers/D.E/fs/z",
            ArmId(scope=f"{GROUP}/providers/A.B/cs/x", type="D.E/fs", names=("z",)),
        ),
        ("/providers/D.E/fs/z", ArmId(scope="", type="D.E/fs", names=("z",))),
    ],
)
def test_an_id_is_taken_apart(path, expected):
    assert ArmId.parse(path) == expected


@pytest.mark.parametrize(
    "path",
    ["", "/", GROUP, "name", f"{GROUP}/providers", f"{GROUP}/providers/A.B", f"{GROUP}/providers/A.B/../c", "/a//b"],
)
def test_what_is_no_id_is_not_taken_apart(path):
    assert ArmId.parse(path) is None
    assert type_of(path) == ""


def test_an_extension_resource_is_in_its_owners_group_and_subscription():
    parsed = ArmId.parse(f"{GROUP}/providers/A.B/cs/x/providers/D.E/fs/z")
    assert parsed is not None
    assert (parsed.subscription, parsed.resource_group, parsed.name) == ("s", "rg", "z")


def test_what_is_above_subscriptions_has_none():
    parsed = ArmId.parse("/providers/D.E/fs/z")
    assert parsed is not None
    assert (parsed.subscription, parsed.resource_group) == ("", "")
