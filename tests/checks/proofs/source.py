"""Proofs for checks/test_source.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof, edit

if TYPE_CHECKING:
    from conftest import Bench

RETRIES = """
variable "retries" {
  type = object({
    count = optional(number, 3)
    wait  = optional(string, "10s")
  })
  default = { wait = "10s" }
}

output "retries" {
  value = var.retries
}
"""
PASSED = "  should_enable_storage_shared_access_key = var.should_enable_storage_shared_access_key\n"
LATER = '\nresource "terraform_data" "later" {}\n'
CONDITION = "var.should_integrate_aks_cluster"
CONDITIONAL = """
resource "terraform_data" "extra" {
  count = var.should_integrate_aks_cluster ? 1 : 0
}
"""
SCRATCH = """
resource "azurerm_storage_account" "scratch" {
  name                     = "stscratch"
  resource_group_name      = module.platform.resource_group.name
  location                 = var.location
  account_tier             = "Standard"
  account_replication_type = "LRS"

  lifecycle {
    ignore_changes = [tags]
  }
}
"""


def with_retries(bench: Bench) -> None:
    bench.add("extra.tf", RETRIES)


def with_condition(bench: Bench) -> None:
    bench.add("extra.tf", CONDITIONAL + LATER)


def with_scratch(bench: Bench) -> None:
    bench.add("extra.tf", SCRATCH + LATER)


def broken_file(bench: Bench) -> None:
    bench.add("broken.tf", 'variable "half" {\n')


def dead_variable(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "unused" {\n  type    = bool\n  default = false\n}\n')


def dead_and_broken(bench: Bench) -> None:
    dead_variable(bench)
    broken_file(bench)


def unpassed_and_broken(bench: Bench) -> None:
    bench.edit("main.tf", PASSED, "")
    broken_file(bench)


def condition_in_broken_file(bench: Bench) -> None:
    broken_file(bench)
    bench.edit("extra.tf", CONDITION, "var.half")


def counted_by_what_is_missing(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "wanted" {\n  type = bool\n}\n')
    bench.edit("extra.tf", CONDITION, "var.wanted")


def scratch_that_may_not_be_there(bench: Bench) -> None:
    bench.edit("extra.tf", "  lifecycle {\n", '  count = terraform_data.later.id == "x" ? 1 : 0\n\n  lifecycle {\n')


def scratch_where_nobody_says(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "where" {\n  type = string\n}\n')
    bench.edit("extra.tf", "var.location", "var.where")


PROOFS = {
    "INT06": Proof(
        edit("extra.tf", 'default = { wait = "10s" }', "default = { count = 5 }"),
        edit("extra.tf", 'default = { wait = "10s" }', "default = { count = [] }"),
        with_retries,
    ),
    "INT07": Proof(edit("main.tf", PASSED, ""), unpassed_and_broken),
    "INT09": Proof(dead_variable, dead_and_broken),
    "INT10": Proof(edit("extra.tf", CONDITION, f"{CONDITION} != null"), condition_in_broken_file, with_condition),
    "INT42": Proof(
        edit("extra.tf", "ignore_changes = [tags]", "ignore_changes = [tags, shared_access_key_enabled]"),
        scratch_that_may_not_be_there,
        with_scratch,
    ),
    "INT48": Proof(
        edit("extra.tf", CONDITION, 'terraform_data.later.id == "x"'), counted_by_what_is_missing, with_condition
    ),
    "INT49": Proof(
        edit("extra.tf", '"stscratch"', '"st-scratch"'),
        edit("extra.tf", '"stscratch"', '"st${terraform_data.later.id}"'),
        with_scratch,
    ),
    "INT52": Proof(edit("extra.tf", "= var.location", "= null"), scratch_where_nobody_says, with_scratch),
}
