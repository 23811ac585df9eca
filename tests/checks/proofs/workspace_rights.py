"""Proofs for checks/test_workspace_rights.py."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tests.checks.proofs.access import BLOB_ROLE, ML, principal_of_ml
from tests.checks.proofs.breaking import ASSIGNMENT, CLUSTER, IDENTITY, WORKSPACE, Proof, deny
from tests.checks.proofs.grants import ON_THE_CLUSTER, workspace_as_the_ml_identity

if TYPE_CHECKING:
    from conftest import Bench

VAULT = "Microsoft.KeyVault/vaults"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
EXTENSIONS = "85cb6faf-e071-4c9b-8136-154b5a04f717"
"""Kubernetes Extension Contributor."""
ADMIN = "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8"
"""Azure Kubernetes Service Cluster Admin Role."""
SECRETS = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
"""Key Vault Administrator."""


def held(bench: Bench, scope: str, *roles: str, principal: str = "", condition: str = "") -> None:
    """Somebody, the ML identity unless said otherwise, holds roles at a scope."""
    whom = principal or principal_of_ml(bench)
    for role in roles:
        name = str(uuid.uuid5(uuid.NAMESPACE_URL, scope + whom + role))
        properties = {
            "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{role}",
            "principalId": whom,
            "principalType": "ServicePrincipal",
            "scope": scope,
            "condition": condition or None,
            "createdOn": "2026-11-03T09:00:00Z",
        }
        identifier = f"{scope}/providers/{ASSIGNMENT}/{name}"
        bench.world["resources"].append({"id": identifier, "name": name, "type": ASSIGNMENT, "properties": properties})


def no_longer_held(bench: Bench, role: str, principal: str = "") -> None:
    """Somebody, the ML identity unless said otherwise, holds a role nowhere."""
    whom = principal or principal_of_ml(bench)
    kept = [
        r
        for r in bench.world["resources"]
        if r["type"] != ASSIGNMENT
        or r["properties"]["principalId"] != whom
        or not r["properties"]["roleDefinitionId"].endswith(role)
    ]
    assert len(kept) < len(bench.world["resources"])
    bench.world["resources"] = kept


def own_principal(bench: Bench) -> str:
    """The principal of the workspace's system-assigned identity."""
    return str(bench.resource(WORKSPACE)["identity"]["principalId"])


def acting_as_ml(bench: Bench) -> None:
    """The workspace is made with the ML identity, live as in the source, and holds nothing on its cluster yet."""
    identity = bench.resource(IDENTITY, ML)
    noted = {"principalId": principal_of_ml(bench), "clientId": identity["properties"]["clientId"]}
    workspace = bench.resource(WORKSPACE)
    workspace["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity["id"]: noted}}
    held(bench, bench.resource(VAULT)["id"], CONTRIBUTOR, SECRETS)


def reaching_its_cluster(bench: Bench) -> None:
    """The workspace acts as the ML identity, which holds what attaching takes: said, and live."""
    workspace_as_the_ml_identity(bench, *ON_THE_CLUSTER)
    acting_as_ml(bench)
    held(bench, bench.resource(CLUSTER)["id"], READER, EXTENSIONS, ADMIN)


PROOFS = {
    "RBA08": Proof(lambda bench: no_longer_held(bench, ADMIN), deny("/roleAssignments$"), reaching_its_cluster),
    "RBA09": Proof(lambda bench: no_longer_held(bench, BLOB_ROLE, own_principal(bench)), deny("/roleAssignments$")),
}
