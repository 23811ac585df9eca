"""Proofs for checks/test_storage.py."""

from __future__ import annotations

from tests.checks.proofs.breaking import ACCOUNT, Proof, deny, live

PROOFS = {
    "STO01": Proof(live(ACCOUNT, lambda p: p.update(allowSharedKeyAccess=None)), deny("/storageAccounts/[^/]+$")),
}
