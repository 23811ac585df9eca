"""Proofs for checks/test_access.py."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.checks.proofs.breaking import ASSIGNMENT, IDENTITY, Proof, deny
from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench

ML = "id-ml-armpilot-dev-001"
SUBMITTER = "0a6c1d0e-7a51-4c57-9d0f-2f1b7c3d9e44"
BLOB_ROLE = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"


def without_blob_grant(bench: Bench) -> None:
    bench.edit(
        "modules/platform/roles.tf",
        '        grants         = ["blob-data", "file-data", "image-pull"]',
        '        grants         = ["file-data", "image-pull"]',
    )


def unknown_grant(bench: Bench) -> None:
    bench.edit(
        "modules/platform/roles.tf",
        '      role  = "Storage Blob Data Contributor"',
        '      role  = "A Role Of Our Own"',
    )


def principal_of_ml(bench: Bench) -> str:
    return str(bench.resource(IDENTITY, ML)["properties"]["principalId"])


def blob_grant(bench: Bench) -> dict[str, Any]:
    """What the live assignment of the blob role to the jobs' identity says."""
    [found] = [
        r["properties"]
        for r in bench.world["resources"]
        if r["type"] == ASSIGNMENT
        and r["properties"]["principalId"] == principal_of_ml(bench)
        and r["properties"]["roleDefinitionId"].endswith(BLOB_ROLE)
    ]
    assert isinstance(found, dict)
    return found


def granted_just_now(bench: Bench) -> None:
    blob_grant(bench).update(createdOn="2026-11-21T19:56:00.1234567Z", updatedOn="2026-11-21T19:56:00.1234567Z")


def with_a_submitter(bench: Bench) -> None:
    """Somebody submits jobs, and may upload."""
    bench.add("verifier.toml", f'submitters = ["{SUBMITTER}"]\n')
    granted = copy.deepcopy(next(r for r in bench.world["resources"] if r["properties"] is blob_grant(bench)))
    granted["id"] = granted["id"].replace(granted["name"], SUBMITTER)
    granted["name"], granted["properties"]["principalId"] = SUBMITTER, SUBMITTER
    bench.world["resources"].append(granted)


def without_the_submitters_grant(bench: Bench) -> None:
    bench.world["resources"] = [r for r in bench.world["resources"] if r["name"] != SUBMITTER]


def made_again(bench: Bench) -> None:
    bench.resource(IDENTITY, ML)["properties"]["principalId"] = "5b0f3c52-93a8-4e8e-9b0a-6c2d7f1e4a35"


def without_live_blob_grant(bench: Bench) -> None:
    principal = principal_of_ml(bench)
    bench.world["resources"] = [
        r
        for r in bench.world["resources"]
        if r["type"] != ASSIGNMENT
        or r["properties"]["principalId"] != principal
        or not r["properties"]["roleDefinitionId"].endswith(BLOB_ROLE)
    ]


PROOFS = {
    "INT18": Proof(without_blob_grant, unknown_grant),
    "CMP03": Proof(made_again, deny(f"/userAssignedIdentities/{ML}$")),
    "RBA04": Proof(granted_just_now, deny("/roleAssignments$"), verdict=Verdict.PENDING),
    "RBA05": Proof(without_the_submitters_grant, deny("/roleAssignments$"), with_a_submitter),
    "RBA01": Proof(without_live_blob_grant, deny("/roleAssignments$")),
}
