"""Proofs for checks/test_workspace_state.py."""

from __future__ import annotations

from tests.checks.proofs.breaking import WORKSPACE, Proof, deny, live

READ = "/workspaces/mlw-[^/]+$"

PROOFS = {
    "WKS06": Proof(live(WORKSPACE, lambda p: p.update(provisioningState="Failed")), deny(READ)),
    "WKS07": Proof(live(WORKSPACE, lambda p: p.update(systemDatastoresAuthMode=None)), deny(READ)),
}
