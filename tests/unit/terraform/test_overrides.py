from __future__ import annotations

from collections.abc import Callable

from verifier.hcl.values import to_json
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]


def test_an_override_file_replaces_arguments_one_by_one(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'resource "azurerm_x" "y" {\n  a = 1\n  b = 2\n}',
            "main_override.tf": 'resource "azurerm_x" "y" {\n  b = 3\n  c = 4\n}',
        }
    )
    assert to_json(found.instances[0].values) == {"a": 1, "b": 3, "c": 4}
    assert str(found.instances[0].values.content["b"].origin.place) == "main_override.tf:2"  # type: ignore[index,union-attr]


def test_override_files_are_laid_over_in_order(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'locals {\n  a = 1\n  b = 1\n}\noutput "o" { value = [local.a, local.b] }',
            "a_override.tf": "locals {\n  a = 2\n  b = 2\n}",
            "override.tf": "locals {\n  b = 3\n}",
        }
    )
    assert to_json(found.outputs["o"]) == [2, 3]


def test_an_overrides_blocks_replace_all_of_their_type(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'resource "azurerm_x" "y" {\n  r {\n    n = 1\n  }\n  r {\n    n = 2\n  }\n  s {}\n}',
            "override.tf": """
                resource "azurerm_x" "y" {
                  dynamic "r" {
                    for_each = [9]
                    content {
                      n = r.value
                    }
                  }
                }
                """,
        }
    )
    assert to_json(found.instances[0].values) == {"r": [{"n": 9}], "s": [{}]}


def test_a_variables_default_can_be_overridden(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'variable "x" {\n  type = number\n  default = 1\n}',
            "override.tf": 'variable "x" {\n  default = 2\n}',
        }
    )
    assert to_json(found.variables[0].value) == 2


def test_an_override_of_nothing_is_an_error(plan: Plan) -> None:
    found = plan({"main.tf": "", "override.tf": 'resource "azurerm_x" "y" {}'})
    assert ["overrides nothing" in d.summary for d in found.diagnostics] == [True]
