"""What a world file may say, and what is said about one that is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.conftest import STORAGE, SUBSCRIPTION, resource, world
from verifier.errors import SnapshotError
from verifier.simulator.world import load


def test_a_world_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.world.json"
    path.write_text(json.dumps(world()), encoding="utf-8")
    assert (load(path).subscription, load(path).source) == (SUBSCRIPTION, str(path))


@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        ("", ":1:1", "is not JSON"),
        ('{"a":\n oops}', ":2:2", "is not JSON"),
        ("[]", "", "holds a list"),
        ("\ufeff{}", ":1:1", "is not JSON"),
        ("[" * 100_000, "", "is nested too deeply"),
    ],
)
def test_a_file_that_is_no_object_is_refused_with_its_place(
    tmp_path: Path, content: str, where: str, what: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SnapshotError) as raised:
        load(path)
    assert raised.value.where == f"{path}{where}"
    assert raised.value.what.startswith(what)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be read: No such file"):
        load(tmp_path / "nowhere.json")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "binary.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SnapshotError, match="not text in UTF-8"):
        load(path)


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"schema": "verify-infra/snapshot/2"}, "schema"),
    ({"schema": None}, "schema"),
    ({"resources": {}}, "resources"),
    ({"resources": ["x"]}, "resources[0]"),
    ({"resources": [{}]}, "resources[0]"),
    ({"resources": [{"id": "storage"}]}, "resources[0]"),
    ({"resources": [{"id": f"{STORAGE}/blobServices"}]}, "resources[0]"),
    ({"resources": [resource(STORAGE), resource(STORAGE.upper())]}, "resources[1]"),
    ({"objects": [{"kind": "Namespace", "metadata": {"name": "a"}}]}, "objects[0]"),
    ({"objects": [{"apiVersion": "v1", "kind": "Namespace", "metadata": {}}]}, "objects[0]"),
    ({"reads": [{"outcome": "perhaps"}]}, "reads[0]"),
    ({"denied": [{"path": "id-ml"}]}, "denied[0]"),
    ({"denied": [{"path": "/", "permission": 1}]}, "denied[0]"),
    ({"groups": ["x"]}, "groups"),
    ({"groups": {"g": "x"}}, "groups.g"),
    ({"management_groups": "x"}, "management_groups"),
    ({"caller": "x"}, "caller"),
]


@pytest.mark.parametrize(("change", "where"), BROKEN, ids=[f"{where}-{n}" for n, (_, where) in enumerate(BROKEN)])
def test_what_a_world_cannot_say_is_refused_where_it_stands(change: dict[str, Any], where: str) -> None:
    with pytest.raises(SnapshotError) as raised:
        load({**world(), **change})
    assert raised.value.where == f"the given world: {where}"
    assert raised.value.expected


def test_a_management_group_may_be_named_by_name_or_by_id() -> None:
    by_id = "/providers/Microsoft.Management/managementGroups/one"
    assert load({**world(), "management_groups": ["one", "two", by_id]}).management_groups == (
        by_id,
        by_id.replace("one", "two"),
    )


def test_an_empty_world_is_a_world() -> None:
    assert load({"schema": "verify-infra/snapshot/1"}).resources == ()
