"""Proofs for checks/test_datastores.py."""

from __future__ import annotations

from tests.checks.proofs.breaking import CONTAINER, DATASTORE, Proof, deny, gone, live

PROOFS = {
    "DST02": Proof(
        live(DATASTORE, lambda p: p.update(resourceGroup="rg-of-yore"), "workspaceblobstore"), deny("/datastores$")
    ),
    "STO05": Proof(gone(CONTAINER, "azureml"), deny("/(containers|shares)/[^/]+$")),
    "DST03": Proof(gone(DATASTORE, "workspaceartifactstore"), deny("/datastores$")),
}
