"""Proofs for checks/test_access.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import ASSIGNMENT, IDENTITY, Proof, deny

if TYPE_CHECKING:
    from conftest import Bench

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


def without_live_blob_grant(bench: Bench) -> None:
    principal = bench.resource(IDENTITY, "id-ml-armpilot-dev-001")["properties"]["principalId"]
    bench.world["resources"] = [
        r
        for r in bench.world["resources"]
        if r["type"] != ASSIGNMENT
        or r["properties"]["principalId"] != principal
        or not r["properties"]["roleDefinitionId"].endswith(BLOB_ROLE)
    ]


PROOFS = {
    "INT18": Proof(without_blob_grant, unknown_grant),
    "RBA01": Proof(without_live_blob_grant, deny("/roleAssignments$")),
}
