"""Proofs for checks/test_extension_settings.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof, edit

if TYPE_CHECKING:
    from conftest import Bench

FILE = "modules/sil/azureml.tf"
TRAINING = '      enableTraining  = "True"\n'
TYPE = '  extension_type    = "Microsoft.AzureML.Kubernetes"\n'
NAMESPACE = "  release_namespace = var.azureml_config.extension.release_namespace\n"
LATER = 'resource "terraform_data" "later" {}\n'


def unknown_until_apply(old: str, new: str) -> object:
    def hide(bench: Bench) -> None:
        bench.add(FILE, LATER)
        bench.edit(FILE, old, new)

    return hide


def hidden_settings(bench: Bench) -> None:
    bench.add(FILE, LATER)
    bench.edit(FILE, "    local.identity_settings,\n", "    jsondecode(terraform_data.later.id),\n")


PROOFS = {
    "INT29": Proof(edit(FILE, TRAINING, TRAINING + '      enableTraning   = "True"\n'), hidden_settings),
    "INT30": Proof(edit(FILE, TRAINING, '      enableTraining  = "False"\n'), hidden_settings),
    "INT31": Proof(
        edit(FILE, NAMESPACE, '  release_namespace = "ml"\n'),
        unknown_until_apply(NAMESPACE, "  release_namespace = terraform_data.later.id\n"),
    ),
    "INT32": Proof(
        edit(FILE, TYPE, '  extension_type    = "Microsoft.AzureML.Kubernets"\n'),
        unknown_until_apply(TYPE, "  extension_type    = terraform_data.later.id\n"),
    ),
}
