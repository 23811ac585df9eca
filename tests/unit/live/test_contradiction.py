from __future__ import annotations

import pytest

from verifier.live.contradiction import parent_of, settled
from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Request

GROUP = "/subscriptions/s/resourceGroups/rg"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st"
PARENT = Request(plane="azure", operation="get", path=WORKSPACE)
LIST = Request(plane="azure", operation="list", path=f"{WORKSPACE}/datastores")


def ended(parent, listed=Absent(code="ParentResourceNotFound")):  # noqa: B008 - it is frozen
    return settled(Documents().with_more({PARENT: parent, LIST: listed})).outcome(LIST)


def test_a_list_of_what_was_read_is_not_absent():
    assert ended(Found(documents=({"id": WORKSPACE},))) == Failed(
        because="the service says that it does not exist (ParentResourceNotFound), though mlw, which it is of, was read"
    )


@pytest.mark.parametrize(
    "parent", [Absent(code="ResourceNotFound"), Denied(permission="read"), Failed(because="timed out")]
)
def test_a_list_of_what_was_not_read_is_absent_by_the_services_word(parent):
    assert ended(parent) == Absent(code="ParentResourceNotFound")


@pytest.mark.parametrize("listed", [Found(documents=()), Denied(permission="read"), Failed(because="timed out")])
def test_only_an_absence_can_contradict(listed):
    assert ended(Found(documents=({"id": WORKSPACE},)), listed) == listed


def test_a_resource_that_is_absent_contradicts_nothing():
    account = Request(plane="azure", operation="get", path=ACCOUNT)
    documents = Documents().with_more({account: Absent(code="ResourceNotFound")})
    assert settled(documents) == documents


@pytest.mark.parametrize(
    ("collection", "parent"),
    [
        (f"{WORKSPACE}/computes", WORKSPACE),
        (f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments", ACCOUNT),
        (f"{GROUP}/providers/Microsoft.Storage/storageAccounts", GROUP),
        ("/api/v1/namespaces", ""),
    ],
)
def test_a_collection_is_of_the_resource_or_scope_before_it(collection, parent):
    assert parent_of(collection) == parent
