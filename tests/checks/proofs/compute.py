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


def two_identities(bench: Bench) -> None:
    bench.edit(
        "modules/sil/azureml.tf",
        "      identity_ids = [identity.value.id]\n",
        '      identity_ids = [identity.value.id, "${identity.value.id}-other"]\n',
    )


def hidden_name(bench: Bench) -> None:
    bench.add("modules/sil/azureml.tf", 'resource "terraform_data" "later" {}\n')
    bench.edit("modules/sil/azureml.tf", "  name      = local.compute_name\n", "  name = terraform_data.later.id\n")


PROOFS = {
    "INT17": Proof(two_identities, hidden_identity),
    "INT36": Proof(
        edit("modules/sil/azureml.tf", "  name      = local.compute_name\n", '  name = "kubernetes_of_the_lab"\n'),
        hidden_name,
    ),
    "CMP04": Proof(live(COMPUTE, lambda p: p.update(provisioningState="Failed")), deny("/computes$")),
    "CMP05": Proof(live(COMPUTE, lambda p: p["properties"].update(namespace="default")), deny("/computes$")),
    "EXT06": Proof(
        live(COMPUTE, lambda p: p["properties"].update(extensionPrincipalId="an-older-one")), deny("/extensions$")
    ),
    "INT16": Proof(
        edit("main.tf", "      identity              = { id = module.platform.ml_identity.id }\n", ""), hidden_identity
    ),
    "CMP01": Proof(live(COMPUTE, lambda p: p.update(resourceId=p["resourceId"] + "-old")), deny("/computes$")),
    "CMP02": Proof(bare_compute, deny("/computes$")),
}
