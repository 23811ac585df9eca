"""Proofs for checks/test_extension.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import EXTENSION, Proof, deny, gone, live

if TYPE_CHECKING:
    from conftest import Bench


def a_second_one(bench: Bench) -> None:
    first = bench.resource(EXTENSION)
    second = {**first, "id": first["id"].replace("/extensions/azureml", "/extensions/by-hand"), "name": "by-hand"}
    bench.world["resources"].append(second)


PROOFS = {
    "EXT01": Proof(gone(EXTENSION), deny("/extensions$")),
    "EXT02": Proof(a_second_one, deny("/extensions$")),
    "EXT03": Proof(live(EXTENSION, lambda p: p.update(provisioningState="Failed")), deny("/extensions$")),
    "EXT04": Proof(
        live(EXTENSION, lambda p: p["configurationSettings"].update(enableTraining="False")), deny("/extensions$")
    ),
    "EXT05": Proof(live(EXTENSION, lambda p: p.update(aksAssignedIdentity=None)), deny("/extensions$")),
    "EXT08": Proof(gone(EXTENSION), deny("/extensions$")),
    "EXT09": Proof(live(EXTENSION, lambda p: p["configurationSettings"].pop("enableTraining")), deny("/extensions$")),
    "EXT07": Proof(
        live(EXTENSION, lambda p: p["configurationSettings"].update(identityType="SystemAssigned")),
        deny("/extensions$"),
    ),
}
