"""Proofs for checks/test_cluster.py."""

from __future__ import annotations

from tests.checks.proofs.breaking import CLUSTER, Proof, deny, live

PROOFS = {
    "AKS01": Proof(
        live(CLUSTER, lambda p: p["oidcIssuerProfile"].update(enabled=False)), deny("managedClusters/aks-[^/]+$")
    ),
}
