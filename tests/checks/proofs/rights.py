"""Proofs for checks/test_rights.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.access import principal_of_ml
from tests.checks.proofs.breaking import ACCOUNT, ASSIGNMENT, WORKSPACE, Proof, deny

if TYPE_CHECKING:
    from conftest import Bench

REGISTRY = "Microsoft.ContainerRegistry/registries"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
KEYS = "17d1049b-9a84-46fb-8f53-869881c3d3ab"
"""Storage Account Contributor."""


def assigned(bench: Bench, scope: str, role: str, condition: str = "") -> None:
    """The jobs' identity holds a role at a scope."""
    name = f"{role[:-4]}beef"
    bench.world["resources"].append(
        {
            "id": f"{scope}/providers/{ASSIGNMENT}/{name}",
            "name": name,
            "type": ASSIGNMENT,
            "properties": {
                "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{role}",
                "principalId": principal_of_ml(bench),
                "principalType": "ServicePrincipal",
                "scope": scope,
                "condition": condition or None,
                "createdOn": "2026-11-03T09:00:00Z",
            },
        }
    )


def without(bench: Bench, role: str) -> None:
    """The jobs' identity holds a role nowhere."""
    principal = principal_of_ml(bench)
    bench.world["resources"] = [
        r
        for r in bench.world["resources"]
        if r["type"] != ASSIGNMENT
        or r["properties"]["principalId"] != principal
        or not r["properties"]["roleDefinitionId"].endswith(role)
    ]


def of_high_impact(bench: Bench) -> None:
    """The workspace is of high business impact, and the jobs' identity may take the account's keys."""
    bench.resource(WORKSPACE)["properties"]["hbiWorkspace"] = True
    assigned(bench, bench.resource(ACCOUNT)["id"], KEYS)


PROOFS = {
    "RBA06": Proof(lambda bench: without(bench, ACR_PULL), deny("/roleAssignments$")),
    "RBA07": Proof(lambda bench: without(bench, KEYS), deny("/roleAssignments$"), of_high_impact),
}
