from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import SnapshotError
from verifier.live import snapshot
from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Request

ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"
ROLES = f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments"
ACCOUNTS = "/api/v1/namespaces/azureml/serviceaccounts"


def request(operation="get", path=ACCOUNT, plane="azure", assigned_to=""):
    return Request(plane=plane, operation=operation, path=path, assigned_to=assigned_to)


def service_account(name="default"):
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "azureml"}}


def dumped(documents: Documents) -> str:
    return snapshot.dump(documents, taken="2026-11-21T20:00:00Z", cloud="AzureCloud", subscription="s")


def loaded(text: str) -> snapshot.Snapshot:
    return snapshot.parse(json.loads(text), where="file")


EVERY_OUTCOME = Documents().with_more(
    {
        request(): Found(documents=({"id": ACCOUNT, "type": "Microsoft.Storage/storageAccounts"},), api_version="v1"),
        request("list", ROLES, assigned_to="p"): Found(documents=({"id": f"{ROLES}/1"}, {"id": f"{ROLES}/2"})),
        request("list", ROLES, assigned_to="q"): Found(documents=({"id": f"{ROLES}/2"},)),
        request("list", f"{ACCOUNT}/others"): Found(documents=()),
        request(path=f"{ACCOUNT}2"): Absent(code="ResourceNotFound"),
        request(path=f"{ACCOUNT}3"): Denied(permission="Microsoft.Storage/storageAccounts/read", detail="said so"),
        request(path=f"{ACCOUNT}4"): Failed(because="timed out after 3 s"),
        request("list", ACCOUNTS, "kubernetes"): Found(documents=(service_account(),), api_version="v1"),
        request("get", f"{ACCOUNTS}/x", "kubernetes"): Denied(permission="get serviceaccounts in namespace azureml"),
    }
)


def test_what_is_written_is_what_is_read_back():
    assert loaded(dumped(EVERY_OUTCOME)).documents == EVERY_OUTCOME


def test_the_same_documents_give_the_same_text_in_any_order():
    backwards = Documents(dict(reversed(list(EVERY_OUTCOME.outcomes.items()))))
    assert dumped(backwards) == dumped(EVERY_OUTCOME)


def test_a_resource_stands_in_the_file_once():
    assert [r["id"] for r in json.loads(dumped(EVERY_OUTCOME))["resources"]] == [ACCOUNT, f"{ROLES}/1", f"{ROLES}/2"]


def test_what_its_own_get_saw_is_kept_of_a_resource_that_changed():
    documents = Documents().with_more(
        {
            request("get"): Found(documents=({"id": ACCOUNT, "seen": "by get"},)),
            request("list", ACCOUNT.rpartition("/")[0]): Found(documents=({"id": ACCOUNT, "seen": "by list"},)),
        }
    )
    assert json.loads(dumped(documents))["resources"] == [{"id": ACCOUNT, "seen": "by get"}]


def test_a_snapshot_holds_no_secret():
    documents = Documents().with_more({request(): Found(documents=({"id": ACCOUNT, "primaryKey": "c2VjcmV0"},))})
    assert "c2VjcmV0" not in dumped(documents)


def test_what_the_snapshot_holds_no_read_of_has_failed_and_is_not_absent():
    reader = snapshot.SnapshotReader(loaded(dumped(EVERY_OUTCOME)))
    assert reader.read(request(path=f"{ACCOUNT}9")) == Failed(because=f"the snapshot holds no read of get {ACCOUNT}9")


def test_a_hand_written_world_has_read_nothing():
    world = loaded(json.dumps({"schema": snapshot.SCHEMA, "resources": [{"id": ACCOUNT}]}))
    assert world.resources == ({"id": ACCOUNT},)
    assert isinstance(snapshot.SnapshotReader(world).read(request()), Failed)


def test_a_read_is_answered_without_regard_to_the_letters_of_its_id():
    reader = snapshot.SnapshotReader(loaded(dumped(EVERY_OUTCOME)))
    assert isinstance(reader.read(request(path=ACCOUNT.upper())), Found)


def test_the_same_list_for_another_principal_is_another_read():
    reader = snapshot.SnapshotReader(loaded(dumped(EVERY_OUTCOME)))
    assert isinstance(reader.read(request("list", ROLES, assigned_to="r")), Failed)


READ = {"plane": "azure", "operation": "get", "path": ACCOUNT, "outcome": "found", "ids": [ACCOUNT]}


@pytest.mark.parametrize(
    ("content", "where", "says"),
    [
        ([], "file", "is not what stands here"),
        ({}, "file", "does not say its schema"),
        ({"schema": "verify-infra/snapshot/2"}, "file", "has the schema"),
        ({"schema": snapshot.SCHEMA, "resources": {}}, "file: resources", "is not a list"),
        ({"schema": snapshot.SCHEMA, "resources": [1]}, "file: resources[0]", "is not what stands here"),
        ({"schema": snapshot.SCHEMA, "resources": [{}]}, "file: resources[0]: id", "is not a text"),
        ({"schema": snapshot.SCHEMA, "subscription": 1}, "file: subscription", "is not a text"),
        ({"schema": snapshot.SCHEMA, "reads": [READ]}, "file: reads[0]", "which the file does not hold"),
        ({"schema": snapshot.SCHEMA, "reads": [{**READ, "ids": []}]}, "file: reads[0]", "a get that found 0"),
        ({"schema": snapshot.SCHEMA, "reads": [{**READ, "ids": [1]}]}, "file: reads[0]: ids", "more than texts"),
        ({"schema": snapshot.SCHEMA, "reads": [{**READ, "plane": "moon"}]}, "file: reads[0]", "of the plane 'moon'"),
        ({"schema": snapshot.SCHEMA, "reads": [{**READ, "path": ""}]}, "file: reads[0]: path", "is not a text"),
        ({"schema": snapshot.SCHEMA, "reads": [{**READ, "outcome": "fine"}]}, "file: reads[0]", "the outcome 'fine'"),
    ],
)
def test_a_file_that_is_no_snapshot_says_what_and_where(content, where, says):
    with pytest.raises(SnapshotError) as error:
        snapshot.parse(content, where="file")
    assert error.value.where == where
    assert says in error.value.what
    assert error.value.expected


def test_a_file_that_is_not_there_is_an_error_with_its_name(tmp_path):
    with pytest.raises(SnapshotError, match=r"none\.json: cannot be read: No such file"):
        snapshot.load(tmp_path / "none.json")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"schema: 1"])
def test_a_file_that_is_not_json_is_an_error(tmp_path, content):
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"is not (JSON|UTF-8)"):
        snapshot.load(tmp_path / "x.json")


def test_a_file_that_is_nested_without_end_is_an_error(tmp_path):
    (tmp_path / "x.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(SnapshotError, match="is nested too deeply"):
        snapshot.load(tmp_path / "x.json")


PATHS = st.sampled_from([f"{ACCOUNT}{number}" for number in range(6)])
OUTCOMES = st.one_of(
    st.builds(Absent, code=st.text()),
    st.builds(Denied, permission=st.text(), detail=st.text()),
    st.builds(Failed, because=st.text()),
)
MORE = st.dictionaries(
    st.builds(
        Request, plane=st.just("azure"), operation=st.sampled_from(["get", "list"]), path=PATHS, assigned_to=st.text()
    ),
    OUTCOMES,
)


@given(MORE)
def test_whatever_was_not_found_comes_back_as_it_ended(more):
    documents = Documents().with_more(more)
    assert loaded(dumped(documents)).documents == documents
