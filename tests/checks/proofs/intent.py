"""Proofs for checks/test_intent.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof, edit

if TYPE_CHECKING:
    from conftest import Bench

INSTALL = "    should_install_extension    = var.should_integrate_aks_cluster\n"
UNKNOWN_FLAG = (
    'resource "terraform_data" "later" {}\n',
    '    should_install_extension    = terraform_data.later.id == "x"\n',
)


def hide_install(bench: Bench) -> None:
    bench.add("main.tf", UNKNOWN_FLAG[0])
    bench.edit("main.tf", INSTALL, UNKNOWN_FLAG[1])


def hide_passed(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "azureml" {\n  type = any\n}\n')
    text = (bench.root / "main.tf").read_text(encoding="utf-8")
    start = text.index("  azureml_config = {")
    end = text.index("  # The roles must have been granted")
    (bench.root / "main.tf").write_text(text[:start] + "  azureml_config = var.azureml\n\n" + text[end:], "utf-8")


def drop_attribute(bench: Bench) -> None:
    bench.edit("main.tf", INSTALL, INSTALL + "    should_instal_extension     = true\n")


def broken_source(bench: Bench) -> None:
    bench.add("broken.tf", 'variable "half" {\n')


PROOFS = {
    "INT01": Proof(edit("main.tf", INSTALL, ""), hide_install),
    "INT02": Proof(drop_attribute, hide_passed),
    "INT03": Proof(edit("main.tf", INSTALL, ""), hide_install),
    "INT05": Proof(edit("main.tf", INSTALL, ""), hide_install),
    "INT08": Proof(lambda b: b.add("terraform.tfvars", "\nshould_integrate = true\n"), broken_source),
}
