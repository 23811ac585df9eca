"""What is written is what docs/snapshot.schema.json says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from verifier.live import snapshot
from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Request
from verifier.live.masking import masked
from verifier.live.snapshot import Snapshot, text_of

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "snapshot.schema.json").read_text(encoding="utf-8"))
ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"


def valid(content) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(content)


def read(outcome, operation="get", path=ACCOUNT, plane="azure", assigned_to=""):
    return Request(plane=plane, operation=operation, path=path, assigned_to=assigned_to), outcome


@pytest.fixture
def taken() -> Snapshot:
    """A snapshot with every outcome."""
    reads = dict(
        [
            read(Found(documents=({"id": ACCOUNT, "properties": {"primaryKey": "x"}},), api_version="2026-09-01")),
            read(Found(documents=()), "list", f"{ACCOUNT}/others", assigned_to="p"),
            read(Absent(code="ResourceNotFound"), path=f"{ACCOUNT}2"),
            read(Denied(permission="read", detail="said so"), path=f"{ACCOUNT}3"),
            read(Failed(because="timed out"), path=f"{ACCOUNT}4"),
            read(
                Found(documents=({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "azureml"}},)),
                "list",
                "/api/v1/namespaces",
                "kubernetes",
            ),
        ]
    )
    return Snapshot(
        taken="2026-11-21T20:00:00Z",
        cloud="AzureCloud",
        subscription="s",
        resources=(),
        objects=(),
        documents=Documents().with_more(reads),
    )


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema"]["const"] == snapshot.SCHEMA


def test_a_snapshot_is_as_its_schema_says(taken):
    jsonschema.validate(json.loads(text_of(taken)), SCHEMA)


def test_a_masked_snapshot_is_as_its_schema_says(taken):
    jsonschema.validate(json.loads(text_of(masked(taken))), SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("reads"),
        lambda content: content.update(schema="verify-infra/snapshot/2"),
        lambda content: content.update(token="x"),
        lambda content: content.update(masked=False),
        lambda content: content["reads"][0].pop("outcome"),
        lambda content: content["reads"][0].update(outcome="fine"),
        lambda content: content["reads"][0].update(headers={}),
        lambda content: content["resources"][0].pop("id"),
        lambda content: content["objects"][0].update(data={"x": "y"}),
    ],
)
def test_the_schema_refuses_what_is_no_snapshot(taken, change):
    content = json.loads(text_of(taken))
    change(content)
    assert not valid(content)
