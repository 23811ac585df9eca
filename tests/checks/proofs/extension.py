"""Proofs for checks/test_extension.py."""

from __future__ import annotations

from tests.checks.proofs.breaking import EXTENSION, Proof, deny, gone, live

PROOFS = {
    "EXT01": Proof(gone(EXTENSION), deny("/extensions$")),
    "EXT03": Proof(live(EXTENSION, lambda p: p.update(provisioningState="Failed")), deny("/extensions$")),
    "EXT04": Proof(
        live(EXTENSION, lambda p: p["configurationSettings"].update(enableTraining="False")), deny("/extensions$")
    ),
    "EXT05": Proof(live(EXTENSION, lambda p: p.update(aksAssignedIdentity=None)), deny("/extensions$")),
    "EXT07": Proof(
        live(EXTENSION, lambda p: p["configurationSettings"].update(identityType="SystemAssigned")),
        deny("/extensions$"),
    ),
}
