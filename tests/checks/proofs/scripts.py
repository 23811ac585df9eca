"""Proofs for checks/test_scripts.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof, edit

if TYPE_CHECKING:
    from conftest import Bench

SCRIPT = """#!/usr/bin/env bash
az k8s-extension create \\
  --name azureml-by-hand \\
  --extension-type Microsoft.AzureML.Kubernetes \\
  --cluster-type managedClusters \\
  --cluster-name aks-of-another-team \\
  --resource-group rg-of-another-team \\
  --scope cluster
"""


def with_script(bench: Bench) -> None:
    bench.add("install.sh", SCRIPT)


PROOFS = {
    "INT40": Proof(
        edit("install.sh", "aks-of-another-team", "aks-armpilot-dev-001"),
        edit("install.sh", "aks-of-another-team", '"$1"'),
        with_script,
    ),
}
