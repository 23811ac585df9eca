"""Proofs for checks/test_scheduling.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof

if TYPE_CHECKING:
    from conftest import Bench

SELECTOR = '    node_selector = { accelerator = "nvidia" }\n'


def another_label(bench: Bench) -> None:
    bench.edit("terraform.tfvars", SELECTOR, '    node_selector = { pool = "gpu" }\n')


def hidden_labels(bench: Bench) -> None:
    another_label(bench)
    bench.add("modules/sil/main.tf", 'resource "terraform_data" "later" {}\n')
    bench.edit("modules/sil/main.tf", "    each.value.labels,\n", "    jsondecode(terraform_data.later.id),\n")


PROOFS = {"INT39": Proof(another_label, hidden_labels)}
