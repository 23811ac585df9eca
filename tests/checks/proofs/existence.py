"""Proofs for checks/test_existence.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import EXTENSION, Proof, deny

if TYPE_CHECKING:
    from conftest import Bench


def under_another_name(bench: Bench) -> None:
    extension = bench.resource(EXTENSION)
    extension.update(id=extension["id"].replace("/extensions/azureml", "/extensions/by-hand"), name="by-hand")


PROOFS = {
    "TWS01": Proof(under_another_name, deny("/providers/")),
}
