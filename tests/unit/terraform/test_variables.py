from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.hcl.values import to_json
from verifier.terraform.plan import StaticPlan, Variable

Plan = Callable[..., StaticPlan]


def variable(plan: StaticPlan, address: str = "var.x") -> Variable:
    return next(v for v in plan.variables if v.address == address)


def test_a_value_is_converted_to_the_type(plan: Plan) -> None:
    found = plan({"main.tf": 'variable "x" { type = list(string) }', "terraform.tfvars": "x = [1, true]"})
    assert to_json(variable(found).value) == ["1", "true"]


def test_an_unsuitable_value_is_an_error_where_it_was_given_and_unknown(plan: Plan) -> None:
    found = plan({"main.tf": 'variable "x" { type = bool }', "terraform.tfvars": '\nx = "maybe"'})
    (error,) = found.diagnostics
    assert (error.severity, str(error.place)) == ("error", "terraform.tfvars:2")
    assert not variable(found).value.is_known


def test_an_unsuitable_default_is_an_error(plan: Plan) -> None:
    found = plan('variable "x" {\n  type    = bool\n  default = "maybe"\n}')
    (error,) = found.diagnostics
    assert str(error.place) == "main.tf:3"
    assert not variable(found).value.is_known


def test_a_type_that_is_none_is_an_error(plan: Plan) -> None:
    found = plan('variable "x" {\n  type    = strings\n  default = 1\n}')
    assert [str(d.place) for d in found.diagnostics] == ["main.tf:2"]


def test_what_a_conversion_leaves_out_is_recorded_with_both_places(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'variable "x" {\n  type = object({ a = object({ b = string }) })\n}',
            "terraform.tfvars": 'x = {\n  a = {\n    b = "1"\n    typo = 2\n  }\n}',
        }
    )
    (dropped,) = variable(found).dropped
    assert dropped.path == "x.a.typo"
    assert str(dropped.passed_at) == "terraform.tfvars:4"
    assert str(dropped.type_at) == "main.tf:2"


def test_null_stays_where_the_variable_is_nullable(plan: Plan) -> None:
    found = plan({"main.tf": 'variable "x" {\n  type = string\n  default = "d"\n}', "terraform.tfvars": "x = null"})
    assert variable(found).value.is_null
    assert variable(found).given is not None


def test_null_gives_way_to_the_default_where_it_is_not(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'variable "x" {\n  type = string\n  default = "d"\n  nullable = false\n}',
            "terraform.tfvars": "x = null",
        }
    )
    assert variable(found).value.content == "d"
    assert variable(found).given is None


def test_null_for_a_variable_that_takes_none_and_has_no_default_is_an_error(plan: Plan) -> None:
    found = plan({"main.tf": 'variable "x" {\n  type = string\n  nullable = false\n}', "terraform.tfvars": "x = null"})
    assert [str(d.place) for d in found.diagnostics] == ["terraform.tfvars:1"]
    assert not variable(found).value.is_known


def test_a_sensitive_variable_marks_its_value(plan: Plan) -> None:
    found = plan('variable "x" {\n  default = "secret"\n  sensitive = true\n}\noutput "o" { value = "a${var.x}" }')
    assert variable(found).sensitive
    assert found.outputs["o"].sensitive


VALIDATED = """
    variable "x" {
      type = any
      validation {
        condition     = var.x == "right"
        error_message = "x is ${var.x}, and must be right."
      }
    }
    """


def test_a_failed_validation_is_an_error_that_quotes_its_message(plan: Plan) -> None:
    (error,) = plan(VALIDATED, inputs=[("x", '"wrong"')]).diagnostics
    assert error.severity == "error"
    assert "x is wrong, and must be right." in error.summary
    assert str(error.place) == "main.tf:5"


def test_a_validation_that_holds_says_nothing(plan: Plan) -> None:
    assert plan(VALIDATED, inputs=[("x", '"right"')]).diagnostics == ()


def test_a_validation_that_is_unknown_says_nothing(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'resource "azurerm_x" "y" {}\nmodule "m" {\n  source = "./m"\n  x = azurerm_x.y.id\n}',
            "m/main.tf": VALIDATED,
        }
    )
    assert found.diagnostics == ()


def test_a_validation_may_look_at_other_values(plan: Plan) -> None:
    found = plan("""
        locals {
          allowed = [var.y]
        }
        variable "y" { default = "b" }
        variable "x" {
          default = "a"
          validation {
            condition     = contains(local.allowed, var.x)
            error_message = "not allowed"
          }
        }
        """)
    assert ["not allowed" in d.summary for d in found.diagnostics] == [True]


def test_a_sensitive_value_never_appears_in_a_message(plan: Plan) -> None:
    found = plan("""
        variable "x" {
          default   = "hunter2"
          sensitive = true
          validation {
            condition     = var.x == "right"
            error_message = "x is ${var.x}"
          }
        }
        """)
    assert "hunter2" not in str(found.diagnostics)
    assert len(found.diagnostics) == 1


@pytest.mark.parametrize("default", ["var.y", "local.z", "azurerm_x.y.id"])
def test_a_default_may_refer_to_nothing(plan: Plan, default: str) -> None:
    found = plan(f'variable "x" {{\n  default = {default}\n}}')
    assert [str(d.place) for d in found.diagnostics] == ["main.tf:2"]
    assert not variable(found).value.is_known
