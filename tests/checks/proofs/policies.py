"""Proofs for checks/test_policies.py, and the policies that others' worlds have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, Proof

if TYPE_CHECKING:
    from conftest import Bench

SUBSCRIPTION = "/subscriptions/3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
STATES = "/policyStates/latest/queryResults$"
KEYS_ALIAS = f"{ACCOUNT}/allowSharedKeyAccess"
LOCAL_ACCOUNTS_ALIAS = f"{CLUSTER}/disableLocalAccounts"
DEFINITIONS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    KEYS_ALIAS: (
        "8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54",
        "no-keys",
        "Storage accounts should prevent shared key access",
        {"field": KEYS_ALIAS, "notEquals": "false"},
    ),
    LOCAL_ACCOUNTS_ALIAS: (
        "993c2fcd-2b29-49d2-9eb0-df2c3a730c32",
        "no-local-accounts",
        "Azure Kubernetes Service Clusters should have local authentication methods disabled",
        {"field": LOCAL_ACCOUNTS_ALIAS, "notEquals": "true"},
    ),
}
"""By the alias that it looks at: a definition's name and its assignment's, what people call it, its condition.

Those of the built-in policies; of any other alias, somebody's own.
"""


def policy(bench: Bench, *, effect: str, compliant: bool, alias: str = KEYS_ALIAS) -> None:
    """A policy that looks at the resource whose property an alias names."""
    thing = bench.resource(alias.rpartition("/")[0])["id"]
    setting = alias.rpartition("/")[2]
    own = (f"own-{setting}", f"own-{setting}", f"Our rule for {setting}", {"field": alias, "exists": "true"})
    name, assigned_as, title, field = DEFINITIONS.get(alias, own)
    definition = f"/providers/Microsoft.Authorization/policyDefinitions/{name}"
    assignment = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/{assigned_as}"
    states = f"{thing}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    bench.world["resources"] += [
        {
            "id": f"{states}/{effect}",
            "type": "Microsoft.PolicyInsights/policyStates/queryResults",
            "name": effect,
            "resourceId": thing.casefold(),
            "policyAssignmentId": assignment.casefold(),
            "policyDefinitionId": definition.casefold(),
            "policyDefinitionAction": effect,
            "complianceState": "Compliant" if compliant else "NonCompliant",
        },
    ]
    if all(r["id"] != definition for r in bench.world["resources"]):
        bench.world["resources"] += [
            {
                "id": definition,
                "type": "Microsoft.Authorization/policyDefinitions",
                "name": name,
                "properties": {
                    "displayName": title,
                    "policyRule": {"if": {"allOf": [field]}, "then": {"effect": "[parameters('effect')]"}},
                },
            },
            {
                "id": assignment,
                "type": "Microsoft.Authorization/policyAssignments",
                "name": assigned_as,
                "properties": {"policyDefinitionId": definition, "enforcementMode": "Default"},
            },
        ]


def local_accounts_off_by_hand(bench: Bench) -> None:
    """Terraform lets the cluster have local accounts, and live they are off; a policy looks at it, and only reports."""
    bench.resource(CLUSTER)["properties"]["disableLocalAccounts"] = True
    policy(bench, effect="audit", compliant=True, alias=LOCAL_ACCOUNTS_ALIAS)


def nothing_told(bench: Bench) -> None:
    """The cluster's policies, and whether what else could be kept otherwise is so."""
    for read in (STATES, "/registries/[^/]+$", "/storageAccounts/[^/]+$", "/vaults/[^/]+$", "/workspaces/[^/]+$"):
        bench.deny(read)


PROOFS = {
    "POL01": Proof(
        lambda b: policy(b, effect="deny", compliant=True, alias=LOCAL_ACCOUNTS_ALIAS),
        nothing_told,
        local_accounts_off_by_hand,
    ),
}
