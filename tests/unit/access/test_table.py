from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from verifier.access.table import FILE, SCHEMA, read_table, table_text
from verifier.errors import ConfigurationError

DAY = date(2026, 11, 21)


def definition(name: str, guid: str, kind: str = "BuiltInRole", **permission: list[str]) -> dict[str, object]:
    return {
        "id": f"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{guid}",
        "name": guid,
        "properties": {"roleName": name, "type": kind, "permissions": [permission]},
    }


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    documents = [
        definition("Zoo Reader", "AAAA-1", dataActions=["Zoo/*"], notDataActions=["Zoo/lions/*"]),
        definition("Acme Reader", "bbbb-2", actions=["*/read"]),
        definition("Our own", "cccc-3", "CustomRole", actions=["*"]),
    ]

    text, count = table_text(documents, source="AzureCloud", day=DAY)
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    roles = read_table(tmp_path)

    assert count == 2
    assert [r["name"] for r in json.loads(text)["roles"]] == ["Acme Reader", "Zoo Reader"]
    assert (json.loads(text)["source"], json.loads(text)["date"]) == ("AzureCloud", "2026-11-21")
    assert roles["aaaa-1"].grants("Zoo/bears/feed", "data")
    assert not roles["aaaa-1"].grants("Zoo/lions/feed", "data")
    assert roles["bbbb-2"].grants("any/read", "control")


def test_without_a_file_nothing_is_known_better(tmp_path: Path) -> None:
    assert read_table(tmp_path) == {}


@pytest.mark.parametrize(
    "text",
    [
        "not JSON",
        "[]",
        "{}",
        json.dumps({"schema": SCHEMA}),
        json.dumps({"schema": "other", "roles": []}),
        json.dumps({"schema": SCHEMA, "roles": {}}),
        json.dumps({"schema": SCHEMA, "roles": [{"id": "1", "permissions": []}]}),
        json.dumps({"schema": SCHEMA, "roles": [{"name": "x", "permissions": []}]}),
        json.dumps({"schema": SCHEMA, "roles": [{"name": "x", "id": 1, "permissions": []}]}),
        json.dumps({"schema": SCHEMA, "roles": [{"name": "x", "id": "", "permissions": []}]}),
        json.dumps({"schema": SCHEMA, "roles": [{"name": "x", "id": "1", "permissions": {}}]}),
        json.dumps({"schema": SCHEMA, "roles": [{"name": "x", "id": "1"}]}),
        json.dumps({"schema": SCHEMA, "roles": [{"name": "", "id": "1", "permissions": []}]}),
        json.dumps({"schema": SCHEMA, "roles": ["x"]}),
    ],
)
def test_a_file_that_is_no_table_ends_the_run(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError, match="not JSON" if text == "not JSON" else "not a table of roles"):
        read_table(tmp_path)


def test_a_table_says_where_and_when_its_roles_were_read_and_sorts_them_by_name_then_id() -> None:
    documents = [
        definition("reader", "b-2", "builtInRole"),
        definition("Reader", "a-1"),
        definition("Actor", "c-3", actions=["Ä/read"]),
        {**definition("Lost", "d-4"), "properties": None},
        definition("Ours", "e-5", ""),
    ]

    text, count = table_text(documents, source="here", day=DAY)

    none = {"actions": [], "notActions": [], "dataActions": [], "notDataActions": []}
    assert count == 3
    assert text.endswith("}\n")
    assert '  "date": "2026-11-21",' in text
    assert json.loads(text) == {
        "schema": SCHEMA,
        "source": "here",
        "date": "2026-11-21",
        "roles": [
            {"name": "Actor", "id": "c-3", "permissions": [{**none, "actions": ["Ä/read"]}]},
            {"name": "Reader", "id": "a-1", "permissions": [none]},
            {"name": "reader", "id": "b-2", "permissions": [none]},
        ],
    }
    assert "Ä/read" in text
