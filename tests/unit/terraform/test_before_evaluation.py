"""What is said of checks, imports, moves and undeclared names; that they are found is in configurations.json."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]


def test_a_check_that_fails_is_a_warning_that_quotes_its_message(plan: Plan) -> None:
    found = plan("""
        variable "n" { default = 3 }
        check "small" {
          assert {
            condition     = var.n < 3
            error_message = "${var.n} is too many."
          }
        }
        """)
    (warning,) = found.diagnostics
    assert (warning.severity, str(warning.place)) == ("warning", "main.tf:5")
    assert warning.summary == "check.small does not hold: 3 is too many."
    assert found.complete


def test_a_failed_postcondition_quotes_its_message(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "y" {
          size = 2
          lifecycle {
            postcondition {
              condition     = self.size == 1
              error_message = "The size is ${self.size}."
            }
          }
        }
        """)
    (error,) = found.diagnostics
    assert error.summary == "a postcondition of azurerm_x.y does not hold: The size is 2."


def test_a_postcondition_waits_for_what_only_the_provider_knows(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "y" {
          lifecycle {
            postcondition {
              condition     = self.state == "Ready"
              error_message = "No."
            }
          }
        }
        """)
    assert found.diagnostics == ()


def test_an_import_is_listed_with_its_id_and_where_it_stands(plan: Plan) -> None:
    found = plan("""
        variable "name" { default = "a" }
        resource "azurerm_x" "y" { for_each = toset(["k"]) }
        import {
          to = azurerm_x.y["k"]
          id = "/x/${var.name}"
        }
        """)
    (taken,) = found.imports
    assert (taken.address, taken.id.content, str(taken.place)) == ('azurerm_x.y["k"]', "/x/a", "main.tf:4")
    assert found.complete


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (
            "moved {\n from = azurerm_x.a\n to = azurerm_x.b\n}",
            "azurerm_x.a is moved to azurerm_x.b, and is still",
        ),
        ("removed {\n from = azurerm_x.a\n}", "azurerm_x.a is removed, and is still declared"),
        ("import {\n to = azurerm_x.c\n id = 1\n}", "azurerm_x.c is imported, and no such instance is planned"),
        ("moved {\n from = azurerm_x.o\n to = module.m\n}", "leads from a resource to a resource"),
    ],
)
def test_what_contradicts_the_rest_says_so(plan: Plan, block: str, said: str) -> None:
    found = plan(f'resource "azurerm_x" "a" {{}}\nresource "azurerm_x" "b" {{}}\n{block}')
    (error,) = found.diagnostics
    assert said in error.summary
    assert (error.severity, error.place and error.place.line) == ("error", 3)


def test_a_misspelt_name_within_try_is_no_quiet_default(plan: Plan) -> None:
    found = plan("""
        variable "flags" { default = { on = true } }
        resource "azurerm_x" "y" { count = try(var.flag.on, false) ? 1 : 0 }
        """)
    (error,) = found.diagnostics
    assert (str(error), error.severity) == ("main.tf:3:40: var.flag is not declared in this module", "error")


def test_a_name_that_evaluation_meets_is_said_once(plan: Plan) -> None:
    assert len(plan('output "o" { value = var.none }').diagnostics) == 1


def test_names_may_be_declared_in_a_file_that_cannot_be_read(plan: Plan) -> None:
    found = plan({"main.tf": 'output "o" { value = try(var.v, 1) }', "broken.tf": 'variable "v" {'})
    assert [d.place and d.place.file for d in found.diagnostics] == ["broken.tf"]


def test_the_names_under_which_a_caller_passes_a_provider_are_no_references(plan: Plan) -> None:
    found = plan("""
        terraform {
          required_providers {
            azurerm = {
              source                = "hashicorp/azurerm"
              configuration_aliases = [azurerm.hub]
            }
          }
        }
        """)
    assert found.diagnostics == ()


def test_what_else_a_providers_requirement_refers_to_has_to_be_there(plan: Plan) -> None:
    found = plan("""
        terraform {
          required_providers {
            azurerm = {
              source = azurerm.hub
            }
          }
        }
        """)
    assert "azurerm.hub is not declared in this module" in [d.summary for d in found.diagnostics]
