"""Proofs for checks/test_assignments.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.access import blob_grant, without_live_blob_grant
from tests.checks.proofs.breaking import Proof, deny

if TYPE_CHECKING:
    from conftest import Bench


def under_a_condition(bench: Bench) -> None:
    blob_grant(bench)["condition"] = "@Resource[Microsoft.Storage/storageAccounts/name] StringEquals 'other'"


PROOFS = {
    "RBA02": Proof(without_live_blob_grant, deny("/roleAssignments$")),
    "RBA03": Proof(under_a_condition, deny("/roleAssignments$")),
}
