"""Proofs for checks/test_kubernetes.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof, deny, without_object

if TYPE_CHECKING:
    from conftest import Bench


def other_identity(bench: Bench) -> None:
    bench.kubernetes_object("ServiceAccount", "pilot-runner", "robotics")["metadata"]["annotations"][
        "azure.workload.identity/client-id"
    ] = "00000000-0000-4000-8000-000000000000"


PROOFS = {
    "K8S01": Proof(other_identity, deny("/serviceaccounts$")),
    "K8S06": Proof(without_object("Namespace", "azureml"), deny("/namespaces$")),
}
