"""The policy: what it says of a resource, at which of its properties it looks, and whether where it is assigned counts.

Terraform says none of it here: policies are assigned by those who own the subscription, or above it. Live it is three
things: a state of the resource (Azure Policy REST reference, Policy States), the definition that it names, and the
assignment (Policy Definitions, Policy Assignments).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from verifier.kinds.compare import name_of
from verifier.kinds.served import Document, at
from verifier.kinds.stated import as_text

COMPLIANT, EXEMPT = "compliant", "exempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyState:
    """Live: Microsoft.PolicyInsights/policyStates. Its words are in small letters; the ids are as they were sent."""

    effect: str
    compliance: str
    definition_id: str
    assignment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDefinition:
    """Live: Microsoft.Authorization/policyDefinitions. `rule` is its policyRule, as JSON."""

    name: str
    rule: str

    def looks_at(self, alias: str) -> bool:
        """Whether its rule names an alias, or a member of what that stands for, in any letters."""
        return re.search(rf"(?<![\w.]){re.escape(alias)}(?![\w])", self.rule, re.IGNORECASE) is not None


def policy_state(document: Document) -> PolicyState:
    """What a policy says of a resource."""
    words = {key: as_text(document.body.get(key)) for key in document.body}
    return PolicyState(
        effect=words.get("policyDefinitionAction", "").casefold(),
        compliance=words.get("complianceState", "").casefold(),
        definition_id=words.get("policyDefinitionId", ""),
        assignment_id=words.get("policyAssignmentId", ""),
    )


def policy_definition(document: Document) -> PolicyDefinition:
    """A definition, built-in or of somebody's own, under the name that people know it by."""
    name = as_text(at(document.body, ("properties", "displayName")))
    return PolicyDefinition(
        name=name or name_of(document.source), rule=json.dumps(at(document.body, ("properties", "policyRule")))
    )


def is_enforced(document: Document) -> bool:
    """Whether an assignment (Microsoft.Authorization/policyAssignments) does more than report. Left out, it does."""
    return as_text(at(document.body, ("properties", "enforcementMode"))).casefold() != "donotenforce"
