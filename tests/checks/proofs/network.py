"""Proofs for checks/test_network.py."""

from __future__ import annotations

from tests.checks.proofs.breaking import ACCOUNT, Proof, deny, live

PROOFS = {
    "STO03": Proof(live(ACCOUNT, lambda p: p.update(publicNetworkAccess="Disabled")), deny("/storageAccounts/[^/]+$")),
}
