"""Proofs for checks/test_federation.py."""

from __future__ import annotations

from tests.checks.proofs.breaking import CREDENTIAL, Proof, deny, gone, live, without_object

PROOFS = {
    "FIC01": Proof(gone(CREDENTIAL), deny("/federatedIdentityCredentials$")),
    "FIC02": Proof(
        live(CREDENTIAL, lambda p: p.update(issuer=p["issuer"].rstrip("/"))), deny("/federatedIdentityCredentials$")
    ),
    "FIC03": Proof(without_object("ServiceAccount", "pilot-runner", "robotics"), deny("/serviceaccounts$")),
}
