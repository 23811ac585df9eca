"""Policies: which ones keep a property of a storage account as it is, whatever anybody sets.

A policy state says that a policy looked at a resource, with which effect, and whether the resource was as the policy
wants it; the definition says at which properties it looks; the assignment, whether it is enforced (Azure Policy REST
reference: Policy States, Policy Definitions, Policy Assignments).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from verifier.kinds.compare import name_of
from verifier.kinds.served import at
from verifier.kinds.stated import as_text
from verifier.kinds.storage_account import StorageAccount
from verifier.live.read_plan import ACTING, POLICY_STATES
from verifier.world.answered import documents_of
from verifier.world.joined import World
from verifier.world.subject import Subject

KEYS = "Microsoft.Storage/storageAccounts/allowSharedKeyAccess"
"""The name under which policies look at whether an account's keys may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that keeps something as it is: its name, what it does (deny, modify, append), and its assignment."""

    name: str
    effect: str
    assignment_id: str


def policies_on_keys(world: World, account: Subject[StorageAccount]) -> tuple[Policy, ...]:
    """The enforced policies that keep an account's keys as they are now, sorted by name. Raises NotKnown.

    Not among them: those that only report, and those that the account does not comply with, which kept nothing.
    """
    return _acting(world, account, "compliant")


def exempted_from(world: World, account: Subject[StorageAccount]) -> tuple[Policy, ...]:
    """The enforced policies on an account's keys that an exemption lets it out of, sorted by name. Raises NotKnown."""
    return _acting(world, account, "exempt")


def _acting(world: World, account: Subject[StorageAccount], compliance: str) -> tuple[Policy, ...]:
    """The enforced policies that act on an account's keys and find it so."""
    found: dict[str, Policy] = {}
    for state in documents_of(
        world.documents.list(f"{account.arm_id}/providers/{POLICY_STATES}"), f"the policies on {account.label}"
    ):
        effect = as_text(state.get("policyDefinitionAction")).casefold()
        if effect not in ACTING or as_text(state.get("complianceState")).casefold() != compliance:
            continue
        definition, assignment = (as_text(state.get(key)) for key in ("policyDefinitionId", "policyAssignmentId"))
        [rule] = documents_of(world.documents.get(definition), f"policy {name_of(definition)}")
        if KEYS.casefold() not in json.dumps(at(rule, ("properties", "policyRule"))).casefold():
            continue
        [assigned] = documents_of(world.documents.get(assignment), f"policy assignment {name_of(assignment)}")
        if as_text(at(assigned, ("properties", "enforcementMode"))).casefold() == "donotenforce":
            continue
        name = as_text(at(rule, ("properties", "displayName"))) or name_of(definition)
        found[assignment.casefold()] = Policy(name=name, effect=effect, assignment_id=assignment)
    return tuple(sorted(found.values(), key=lambda p: (p.name, p.assignment_id)))


def may_have_keys(account: Subject[StorageAccount]) -> bool:
    """Whether Terraform lets the account have keys, so that their being off is what went wrong."""
    return account.stated is None or account.stated.shared_key_access.content is not False
