from __future__ import annotations

import pytest

from verifier.live.difference import Change, Property, difference
from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Request
from verifier.live.masking import masked
from verifier.live.snapshot import Snapshot

SUBSCRIPTION = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
WORKSPACE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w"
GET = Request(plane="azure", operation="get", path=WORKSPACE)
LIST = Request(plane="azure", operation="list", path=f"{WORKSPACE}/datastores")
ACCOUNTS = Request(plane="kubernetes", operation="list", path="/api/v1/namespaces/azureml/serviceaccounts")
DENIED = Denied(permission="read")


def snapshot(**reads):
    by_name = {"get": GET, "list": LIST, "accounts": ACCOUNTS}
    return Snapshot(
        taken="",
        cloud="AzureCloud",
        subscription=SUBSCRIPTION,
        resources=(),
        objects=(),
        documents=Documents().with_more({by_name[name]: outcome for name, outcome in reads.items()}),
    )


def workspace(**properties):
    return Found(documents=({"id": WORKSPACE, "properties": properties},))


def stores(*names):
    return Found(documents=tuple({"id": f"{WORKSPACE}/datastores/{name}"} for name in names))


def changes(before, after):
    return [(change.word, change.what.rpartition("/")[2]) for change in difference(before, after)]


def test_equal_snapshots_differ_in_nothing():
    assert difference(snapshot(get=workspace(a=1)), snapshot(get=workspace(a=1))) == ()


def test_a_changed_property_is_told_by_its_path_and_both_values():
    [change] = difference(
        snapshot(get=workspace(auth={"mode": "AccessKey"})), snapshot(get=workspace(auth={"mode": "x"}))
    )
    assert change == Change(
        word="changed",
        what=WORKSPACE,
        properties=(Property(path="properties.auth.mode", before='"AccessKey"', after='"x"'),),
    )


@pytest.mark.parametrize(
    ("before", "after", "path", "values"),
    [
        ({"a": 1}, {}, "properties.a", ("1", "")),
        ({}, {"a": None}, "properties.a", ("", "null")),
        ({"a": [1, 2]}, {"a": [1, 3]}, "properties.a", ("[1, 2]", "[1, 3]")),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "properties.a[0].b", ("1", "2")),
        ({"a.b/c": True}, {"a.b/c": False}, 'properties["a.b/c"]', ("true", "false")),
    ],
)
def test_a_path_says_where_the_property_stands(before, after, path, values):
    [change] = difference(snapshot(get=workspace(z=0, **before)), snapshot(get=workspace(z=0, **after)))
    assert [(p.path, (p.before, p.after)) for p in change.properties] == [(path, values)]


def test_what_a_list_no_longer_holds_went_and_what_it_newly_holds_appeared():
    assert changes(snapshot(list=stores("a", "b")), snapshot(list=stores("b", "c"))) == [
        ("went", "a"),
        ("appeared", "c"),
    ]


def test_what_the_service_says_is_absent_went():
    assert ("went", "w") in changes(snapshot(get=workspace()), snapshot(get=Absent(code="ResourceNotFound")))


@pytest.mark.parametrize("blind", [DENIED, Failed(because="timed out")])
def test_what_could_not_be_looked_at_has_not_gone(blind):
    assert ("not seen", "a") in changes(snapshot(list=stores("a")), snapshot(list=blind))
    assert ("seen", "a") in changes(snapshot(list=blind), snapshot(list=stores("a")))


def test_what_was_not_looked_for_has_not_gone():
    assert changes(snapshot(list=stores("a")), snapshot()) == [("not seen", "a")]


def test_a_read_that_ends_otherwise_differs_though_nothing_else_does():
    [change] = difference(snapshot(list=DENIED), snapshot(list=stores()))
    assert (change.what, change.properties) == (
        f"list {WORKSPACE}/datastores",
        (Property(path="outcome", before="denied", after="found"),),
    )


def test_ids_are_the_same_in_any_letters():
    louder = Found(documents=({"id": WORKSPACE.replace("resourceGroups", "resourcegroups"), "properties": {"a": "X"}},))
    [change] = difference(snapshot(get=workspace(a="x")), snapshot(get=louder))
    assert [p.path for p in change.properties] == ["properties.a"]


def test_a_kubernetes_object_is_named_by_kind_namespace_and_name():
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "azureml"}}
    [change] = difference(snapshot(accounts=Found(documents=())), snapshot(accounts=Found(documents=(account,))))
    assert (change.word, change.what) == ("appeared", "ServiceAccount/azureml/default")


def test_a_masked_snapshot_equals_the_one_that_it_was_made_of():
    plain = snapshot(get=workspace(tenantId=SUBSCRIPTION), list=stores("a"))
    assert difference(plain, masked(plain)) == ()
    assert difference(masked(plain), plain) == ()
