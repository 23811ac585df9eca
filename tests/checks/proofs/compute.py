"""Proofs for checks/test_compute.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import COMPUTE, Proof, deny, edit, live

if TYPE_CHECKING:
    from conftest import Bench


def hidden_identity(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "ml_identity" {\n  type = object({ id = string })\n}\n')
    bench.edit(
        "main.tf",
        "      identity              = { id = module.platform.ml_identity.id }\n",
        "      identity = var.ml_identity\n",
    )


def bare_compute(bench: Bench) -> None:
    bench.resource(COMPUTE).pop("identity")


PROOFS = {
    "INT16": Proof(
        edit("main.tf", "      identity              = { id = module.platform.ml_identity.id }\n", ""), hidden_identity
    ),
    "CMP01": Proof(live(COMPUTE, lambda p: p.update(resourceId=p["resourceId"] + "-old")), deny("/computes$")),
    "CMP02": Proof(bare_compute, deny("/computes$")),
}
