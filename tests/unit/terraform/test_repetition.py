"""Conditions that come out one way only, and those that merely look like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform.configuration import Configuration
from verifier.terraform.repetition import repetitions_of

Configure = Callable[..., Configuration]
VARIABLES = """
variable "flag" {
  type    = bool
  default = false
}

variable "asked" {
  type     = bool
  nullable = false
}

variable "tri" {
  type    = bool
  default = null
}

variable "name" {
  type    = string
  default = "x"
}

variable "o" {
  type = object({
    on    = optional(bool, false)
    maybe = optional(bool)
    name  = optional(string, "x")
  })
}

"""
CERTAIN = {
    "var.flag != null": True,
    "var.flag == null": False,
    "null != var.flag": True,
    "(var.flag) != (null)": True,
    "var.asked != null": True,
    "var.o.on != null": True,
    "var.name == var.name": True,
    "var.o.name != var.o.name": False,
    "var.flag || true": True,
    "false && var.flag": False,
    "var.flag && (var.o.on != null)": True,
}
OPEN = (
    "var.flag",
    "!var.flag",
    "var.tri != null",
    "var.name != null",
    "var.o.maybe != null",
    "var.o != null",
    "var.o.name != null",
    "var.flag != null && var.flag",
    "var.flag == null ? false : var.flag",
    "var.name == var.o.name",
    "var.flag || false",
    "timestamp() == timestamp()",
    "length(var.name) == length(var.name)",
)


def certain(configure: Configure, condition: str) -> list[bool]:
    text = f'resource "terraform_data" "r" {{\n  count = {condition} ? 1 : 0\n}}\n'
    (found,) = repetitions_of(configure(VARIABLES + text).module)
    return [each.result for each in found.certain]


@pytest.mark.parametrize(("condition", "result"), CERTAIN.items())
def test_it_comes_out_one_way_only(configure: Configure, condition: str, *, result: bool) -> None:
    assert certain(configure, condition) == [result]


@pytest.mark.parametrize("condition", OPEN)
def test_it_can_come_out_both_ways(configure: Configure, condition: str) -> None:
    assert certain(configure, condition) == []


def test_a_constant_condition_is_one_that_is_written_so(configure: Configure) -> None:
    assert certain(configure, "false") == [False]


def test_every_block_that_repeats_is_found_with_its_place(configure: Configure) -> None:
    found = repetitions_of(
        configure(
            {
                "main.tf": 'module "m" {\n  source = "./m"\n  count  = 2\n}\n\ndata "x_y" "z" {\n  for_each = {}\n}\n',
                "m/main.tf": 'resource "x_y" "z" {\n  count = (\n    1\n  )\n}\nresource "x_y" "single" {}\n',
            }
        ).module
    )

    assert [(r.address, r.argument, str(r.place)) for r in found] == [
        ("data.x_y.z", "for_each", "main.tf:7"),
        ("module.m", "count", "main.tf:3"),
        ("module.m.x_y.z", "count", "m/main.tf:2"),
    ]
