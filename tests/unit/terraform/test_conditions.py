from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("azurerm_x.a.name == var.wanted", "the name is wrong"),
        ("azurerm_x.a.name", "must be true or false"),
        ("var.nothing", "must be true or false"),
    ],
)
def test_a_precondition_that_does_not_hold_is_an_error(plan: Plan, condition: str, said: str) -> None:
    found = plan(f"""
        variable "wanted" {{ default = "b" }}
        variable "nothing" {{ default = null }}
        resource "azurerm_x" "a" {{ name = "a" }}
        resource "azurerm_x" "y" {{
          lifecycle {{
            precondition {{
              condition     = {condition}
              error_message = "the name is wrong"
            }}
          }}
        }}
        """)
    (error,) = found.diagnostics
    assert (error.severity, str(error.place)) == ("error", "main.tf:8")
    assert said in error.summary


def test_an_outputs_precondition_is_evaluated_too(plan: Plan) -> None:
    found = plan("""
        variable "wanted" { default = "b" }
        output "o" {
          value = 1
          precondition {
            condition     = var.wanted == "a"
            error_message = "not a"
          }
        }
        """)
    assert ["not a" in d.summary for d in found.diagnostics] == [True]


def test_a_precondition_that_is_unknown_says_nothing(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "a" {}
        resource "azurerm_x" "y" {
          lifecycle {
            precondition {
              condition     = azurerm_x.a.id == "b"
              error_message = "no"
            }
          }
        }
        """)
    assert found.diagnostics == ()


def test_a_precondition_of_an_absent_resource_says_nothing(plan: Plan) -> None:
    found = plan("""
        variable "on" { default = false }
        resource "azurerm_x" "y" {
          count = var.on ? 1 : 0
          lifecycle {
            precondition {
              condition     = var.on
              error_message = "no"
            }
          }
        }
        """)
    assert found.diagnostics == ()


def test_a_root_output_may_not_show_a_sensitive_value_by_accident(plan: Plan) -> None:
    found = plan("""
        variable "s" {
          default   = "hunter2"
          sensitive = true
        }
        output "shown" {
          value = { inner = var.s }
        }
        output "declared" {
          value     = var.s
          sensitive = true
        }
        """)
    (error,) = found.diagnostics
    assert "output shown" in error.summary
    assert "hunter2" not in str(error)
