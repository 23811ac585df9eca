"""Proofs for checks/test_change.py."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import CLUSTER, Proof, deny

if TYPE_CHECKING:
    from conftest import Bench

ADDRESS = "module.sil.azurerm_kubernetes_cluster.main"


def with_state(bench: Bench, **changed: str) -> None:
    live = bench.resource(CLUSTER)
    values = {"id": live["id"], "name": live["name"], "location": "West US 3", **changed}
    resource = {"address": ADDRESS, "mode": "managed", "type": "azurerm_kubernetes_cluster", "values": values}
    document = {"format_version": "1.0", "values": {"root_module": {"resources": [resource]}}}
    (bench.root / "terraform.tfstate").write_text(json.dumps(document), encoding="utf-8")


PROOFS = {
    "INT41": Proof(lambda bench: with_state(bench, location="eastus"), deny("managedClusters/aks-[^/]+$"), with_state),
}
