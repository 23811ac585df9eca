from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.deny_assignment import deny_assignment
from verifier.kinds.fact import NotKnown
from verifier.kinds.served import Document

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Authorization/denyAssignments/d"
EVERYBODY = {"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}
WHOLE = {
    "denyAssignmentName": "stack",
    "scope": "/subscriptions/s/resourceGroups/g",
    "doNotApplyToChildScopes": False,
    "permissions": [{"actions": ["*"]}],
    "principals": [EVERYBODY],
    "excludePrincipals": [{"id": "p", "type": "User"}],
}


def served(properties: object) -> Document:
    return Document({"id": ID, "properties": properties}, ID)  # type: ignore[dict-item]  # whatever a service sends


def test_a_deny_assignment_says_from_whom_it_takes_what_and_where() -> None:
    denial = deny_assignment(served(WHOLE))

    assert (denial.name, denial.scope, denial.for_children) == ("stack", WHOLE["scope"], True)
    assert denial.principals == ((EVERYBODY["id"], "SystemDefined"),)
    assert denial.excluded == (("p", "User"),)
    assert denial.permissions == [{"actions": ["*"]}]


def test_left_out_its_scope_is_where_it_stands_and_nobody_is_excluded() -> None:
    denial = deny_assignment(served({k: WHOLE[k] for k in ("principals", "permissions")}))

    assert (denial.name, denial.scope) == (ID, "/subscriptions/s/resourceGroups/g")
    assert (denial.for_children, denial.excluded, denial.condition) == (True, (), "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"principals": None},
        {"principals": "everybody"},
        {"principals": [{}]},
        {"principals": ["p"]},
        {"principals": [EVERYBODY, {"id": None}]},
        {"permissions": None},
        {"permissions": {"actions": ["*"]}},
        {"excludePrincipals": "nobody"},
        {"excludePrincipals": [{"displayName": "x"}]},
    ],
)
def test_one_that_does_not_say_whom_it_denies_what_may_be_about_anybody(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotKnown, match="was not sent"):
        deny_assignment(served(WHOLE | wrong))


def test_without_properties_nothing_of_it_is_known() -> None:
    with pytest.raises(NotKnown):
        deny_assignment(served(None))
