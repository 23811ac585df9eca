"""Proofs for checks/test_federation.py."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.checks.proofs.breaking import CREDENTIAL, IDENTITY, Proof, deny, gone, live, without_object

if TYPE_CHECKING:
    from conftest import Bench

ML = "id-ml-armpilot-dev-001"
UNLISTED = deny("/federatedIdentityCredentials$")
OLD_ISSUER = "https://westus3.oic.prod-aks.azure.com/9b1f7c1e-2d54-4f0b-8a3c-4e6d5b7f2a18/an-older-cluster/"


def by_hand(bench: Bench, name: str = "by-hand") -> dict[str, Any]:
    """A live credential that nothing plans, for a service account that exists."""
    text = json.dumps(bench.resource(CREDENTIAL, "pilot-runner-fic")).replace("pilot-runner-fic", name)
    made: dict[str, Any] = json.loads(text)
    made["properties"]["subject"] = f"system:serviceaccount:robotics:{name}"
    bench.world["resources"].append(made)
    bench.world["objects"].append(
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {
                "name": name,
                "namespace": "robotics",
                "annotations": {
                    "azure.workload.identity/client-id": bench.resource(IDENTITY, ML)["properties"]["clientId"]
                },
            },
        }
    )
    return made


def made_elsewhere(bench: Bench) -> None:
    by_hand(bench)
    bench.add("verifier.toml", 'owned_elsewhere = ["federated_credential"]\n')


def nobodys(bench: Bench) -> None:
    (bench.root / "verifier.toml").unlink()


def stale(bench: Bench) -> None:
    bench.resource(CREDENTIAL, "by-hand")["properties"]["issuer"] = OLD_ISSUER


def full(bench: Bench) -> None:
    for number in range(20):
        by_hand(bench, f"more-{number}")
    bench.remove(CREDENTIAL, "pilot-runner-fic")


PROOFS = {
    "FIC01": Proof(gone(CREDENTIAL), UNLISTED),
    "FIC02": Proof(live(CREDENTIAL, lambda p: p.update(issuer=p["issuer"].rstrip("/"))), UNLISTED),
    "FIC03": Proof(without_object("ServiceAccount", "pilot-runner", "robotics"), deny("/serviceaccounts$")),
    "FIC04": Proof(nobodys, UNLISTED, made_elsewhere),
    "FIC05": Proof(stale, UNLISTED, made_elsewhere),
    "FIC06": Proof(full, UNLISTED),
}
