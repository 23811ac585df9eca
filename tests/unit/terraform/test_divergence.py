"""A variable's default and the optional() defaults of its type, where they say different things."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform.configuration import Configuration
from verifier.terraform.divergence import divergences

Configure = Callable[..., Configuration]
TYPE = """object({
    on    = optional(bool, false)
    count = optional(number, 3)
    free  = optional(string)
    inner = optional(object({ deep = optional(bool, true) }), {})
  })"""


@pytest.mark.parametrize(
    ("default", "paths"),
    [
        ("{}", []),
        ("null", []),
        ("{ on = false }", []),
        ("{ on = null }", []),
        ('{ free = "x" }', []),
        ("{ on = true }", ["on"]),
        ('{ count = "3" }', []),
        ("{ on = true, count = 4 }", ["on", "count"]),
        ("{ inner = { deep = true } }", []),
        ("{ inner = { deep = false } }", ["inner.deep"]),
    ],
)
def test_the_attributes_that_differ_are_named(configure: Configure, default: str, paths: list[str]) -> None:
    text = f'variable "v" {{\n  type = {TYPE}\n  default = {default}\n}}\n'
    found = divergences(configure(text).module.content.variables["v"])

    assert [each.path for each in found] == paths


def test_both_places_are_given(configure: Configure) -> None:
    text = f'variable "v" {{\n  type = {TYPE}\n  default = {{\n    on = true\n  }}\n}}\n'
    (found,) = divergences(configure(text).module.content.variables["v"])

    assert (str(found.default_at), str(found.optional_at)) == ("main.tf:9", "main.tf:3")


def test_a_variable_without_a_default_has_only_one(configure: Configure) -> None:
    assert divergences(configure(f'variable "v" {{\n  type = {TYPE}\n}}\n').module.content.variables["v"]) == ()
