from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from verifier.kinds.fact import NotKnown
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Outcome, Request
from verifier.terraform.plan import StaticPlan
from verifier.world import World
from verifier.world.governed import KEYS as FIELD
from verifier.world.pairing import live_subject
from verifier.world.policies import exempted_from, policies_on

ACCOUNT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st"
STATES = f"{ACCOUNT}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
DEFINITION = "/providers/Microsoft.Authorization/policyDefinitions/d"
ASSIGNMENT = "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a"
KEYS = "Microsoft.Storage/storageAccounts/allowSharedKeyAccess"
SUBJECT = live_subject(STORAGE_ACCOUNT, {"id": ACCOUNT, "name": "st", "properties": {}})


def state(effect: str = "deny", compliance: str = "Compliant") -> dict[str, Any]:
    return {
        "id": f"{STATES}/{effect}",
        "policyDefinitionAction": effect,
        "complianceState": compliance,
        "policyDefinitionId": DEFINITION,
        "policyAssignmentId": ASSIGNMENT,
    }


def definition(field: str = KEYS, name: str | None = "No keys") -> dict[str, Any]:
    rule = {"if": {"not": {"allOf": [{"field": field, "equals": False}]}}}
    return {"id": DEFINITION, "properties": {"displayName": name, "policyRule": rule}}


def assignment(mode: str | None = "Default") -> dict[str, Any]:
    return {"id": ASSIGNMENT, "properties": {"enforcementMode": mode}}


def world(states: Outcome, rule: Outcome | None = None, assigned: Outcome | None = None) -> World:
    read = {
        Request(plane="azure", operation="list", path=STATES): states,
        Request(plane="azure", operation="get", path=DEFINITION): rule or found(definition()),
        Request(plane="azure", operation="get", path=ASSIGNMENT): assigned or found(assignment()),
    }
    return World(plan=StaticPlan(root=Path()), subscription="s", documents=Documents().with_more(read))


def found(*documents: dict[str, Any]) -> Found:
    return Found(documents=documents)


@pytest.mark.parametrize(
    ("states", "rule", "assigned", "kept"),
    [
        ([], definition(), assignment(), []),
        ([state("deny")], definition(), assignment(), ["deny"]),
        ([state("Modify")], definition(), assignment(), ["modify"]),
        ([state("append")], definition(), assignment(None), ["append"]),
        ([state("audit")], definition(), assignment(), []),
        ([state("auditIfNotExists")], definition(), assignment(), []),
        ([state("deny", "NonCompliant")], definition(), assignment(), []),
        ([state("deny", "Exempt")], definition(), assignment(), []),
        ([state("deny")], definition(KEYS.upper()), assignment(), ["deny"]),
        ([state("deny")], definition("Microsoft.Storage/storageAccounts/minimumTlsVersion"), assignment(), []),
        ([state("deny")], definition(f"{KEYS}ForServices"), assignment(), []),
        ([state("deny")], definition(f"{KEYS}[*]"), assignment(), ["deny"]),
        ([state("deny")], definition(f"[concat('{KEYS}', '')]"), assignment(), ["deny"]),
        ([state("deny")], definition(), assignment("DoNotEnforce"), []),
        ([state("deny"), state("audit")], definition(), assignment(), ["deny"]),
    ],
)
def test_a_policy_keeps_keys_that_acts_on_them_and_is_obeyed(
    states: list[dict[str, Any]], rule: dict[str, Any], assigned: dict[str, Any], kept: list[str]
) -> None:
    policies = policies_on(world(found(*states), found(rule), found(assigned)), SUBJECT, FIELD)

    assert [policy.effect for policy in policies] == kept


def test_a_policy_without_a_name_for_people_goes_by_its_own() -> None:
    [policy] = policies_on(world(found(state()), found(definition(name=None))), SUBJECT, FIELD)

    assert (policy.name, policy.assignment_id) == ("d", ASSIGNMENT)


@pytest.mark.parametrize("ended", [Denied(permission="x/read"), Failed(because="late"), Absent(code="NotFound")])
@pytest.mark.parametrize("which", ["states", "definition", "assignment"])
def test_what_could_not_be_read_of_policies_is_not_known(ended: Outcome, which: str) -> None:
    read = {
        "states": lambda: world(ended),
        "definition": lambda: world(found(state()), ended),
        "assignment": lambda: world(found(state()), None, ended),
    }[which]()

    with pytest.raises(NotKnown, match="could not be read"):
        policies_on(read, SUBJECT, FIELD)


def test_a_policy_that_only_looks_need_not_be_read() -> None:
    refused = Denied(permission="Microsoft.Authorization/policyDefinitions/read")

    assert policies_on(world(found(state("audit")), refused, refused), SUBJECT, FIELD) == ()


def test_a_policy_that_an_exemption_lets_it_out_of_keeps_nothing() -> None:
    seen = world(found(state("deny", "Exempt")))

    assert policies_on(seen, SUBJECT, FIELD) == ()
    assert [policy.name for policy in exempted_from(seen, SUBJECT, FIELD)] == ["No keys"]
