from __future__ import annotations

from collections.abc import Callable

from verifier.hcl.origin import Origin, Step
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]

STACK = {
    "main.tf": """
        variable "flag" {
          default = false
        }
        variable "tags" {
          default = {}
        }
        module "m" {
          source = "./m"
          flag   = var.flag
          config = {
            passed = true
          }
        }
        output "o" {
          value = module.m.o
        }
        """,
    "m/main.tf": """
        variable "flag" {
          type = bool
        }
        variable "config" {
          type = object({
            passed  = optional(bool, false)
            omitted = optional(bool, false)
          })
        }
        locals {
          twice = var.flag
        }
        resource "azurerm_x" "y" {
          flag    = local.twice
          passed  = var.config.passed
          omitted = var.config.omitted
          name    = "literal"
        }
        output "o" {
          value = var.flag
        }
        """,
}


def origin(plan: StaticPlan, name: str) -> Origin:
    assert plan.complete, plan.diagnostics
    found = plan.instances[0].values.content[name].origin  # type: ignore[index]
    assert found is not None
    return found


def steps(origin: Origin) -> list[tuple[Step, str]]:
    return [(o.step, str(o.place)) for o in origin.chain()]


def test_a_value_is_followed_through_locals_and_module_arguments_to_its_default(plan: Plan) -> None:
    found = origin(plan(STACK), "flag")
    assert steps(found) == [
        (Step.LOCAL, "m/main.tf:12"),
        (Step.MODULE_ARGUMENT, "main.tf:10"),
        (Step.VARIABLE_DEFAULT, "main.tf:3"),
    ]
    assert not found.chosen


def test_a_value_is_followed_to_the_var_file_that_chose_it(plan: Plan) -> None:
    found = origin(plan({**STACK, "terraform.tfvars": "flag = true"}), "flag")
    assert steps(found)[-1] == (Step.VAR_FILE, "terraform.tfvars:1")
    assert found.chosen


def test_an_attribute_that_was_passed_was_chosen_where_it_is_written(plan: Plan) -> None:
    found = origin(plan(STACK), "passed")
    assert steps(found)[-1] == (Step.LITERAL, "main.tf:12")
    assert found.chosen


def test_an_attribute_that_optional_filled_in_names_both_places(plan: Plan) -> None:
    found = origin(plan(STACK), "omitted")
    assert steps(found) == [(Step.OPTIONAL_DEFAULT, "m/main.tf:8")]
    assert (found.parents[0].step, str(found.parents[0].place)) == (Step.MODULE_ARGUMENT, "main.tf:11")
    assert not found.chosen


def test_a_literal_in_a_resource_is_chosen_there(plan: Plan) -> None:
    assert steps(origin(plan(STACK), "name")) == [(Step.LITERAL, "m/main.tf:18")]


def test_an_output_is_a_hop(plan: Plan) -> None:
    found = plan(STACK).outputs["o"].origin
    assert found is not None
    assert [o.step for o in found.chain()] == [
        Step.OUTPUT,
        Step.OUTPUT,
        Step.MODULE_ARGUMENT,
        Step.VARIABLE_DEFAULT,
    ]
