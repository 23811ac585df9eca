"""Proofs for checks/test_datastores.py."""

from __future__ import annotations

from tests.checks.proofs.breaking import DATASTORE, Proof, deny, gone, live

PROOFS = {
    "DST02": Proof(
        live(DATASTORE, lambda p: p.update(resourceGroup="rg-of-yore"), "workspaceblobstore"), deny("/datastores$")
    ),
    "DST03": Proof(gone(DATASTORE, "workspaceartifactstore"), deny("/datastores$")),
}
