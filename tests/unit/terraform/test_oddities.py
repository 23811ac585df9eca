from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('variable "x y" {\n  default = 1\n}', "'x y' is not a name"),
        ('resource "azurerm_x" "1a" {}', "'1a' is not a name"),
        ('variable "count" {\n  default = 1\n}', "may not be named 'count'"),
        ('variable "x" {\n  default = 1\n  defualt = 2\n}', "'defualt' is not expected"),
        ('output "x" {\n  value = 1\n  kind = 2\n}', "'kind' is not expected"),
        ('output "x" {}', "output x has no value"),
        ('variable "x" {\n  default = 1\n  validate {}\n}', "'validate' are not expected"),
        ('variable "x" {\n  default = upper("a")\n}', "may not call functions"),
        ('resource "azurerm_x" "y" {\n  count = 1\n  for_each = {}\n}', "exclude each other"),
    ],
)
def test_what_terraform_refuses_is_an_error(plan: Plan, text: str, said: str) -> None:
    (error,) = plan(text).diagnostics
    assert error.severity == "error"
    assert said in error.summary


@pytest.mark.parametrize("name", ["x", "_x", "x-y", "x1", "größe"])
def test_names_that_terraform_takes(plan: Plan, name: str) -> None:
    assert plan(f'variable "{name}" {{\n  default = 1\n}}').diagnostics == ()
