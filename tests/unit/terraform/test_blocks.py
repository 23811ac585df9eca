from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from verifier.hcl.values import Unknown, Value, to_json
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]


def attribute(plan: StaticPlan, name: str, address: str = "azurerm_x.y") -> Value:
    assert plan.complete, plan.diagnostics
    content = next(i for i in plan.instances if i.address == address).values.content
    assert isinstance(content, Mapping)
    return content[name]


def test_a_nested_block_is_a_list_of_objects_in_source_order(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "y" {
          rule {
            n = 1
          }
          other {}
          rule {
            n = 2
            deep {
              m = 3
            }
          }
        }
        """)
    assert to_json(attribute(found, "rule")) == [{"n": 1}, {"n": 2, "deep": [{"m": 3}]}]
    assert to_json(attribute(found, "other")) == [{}]


@pytest.mark.parametrize(
    ("for_each", "expected"),
    [
        ('["a", "b"]', [{"k": 0, "v": "a"}, {"k": 1, "v": "b"}]),
        ('toset(["b", "a"])', [{"k": "a", "v": "a"}, {"k": "b", "v": "b"}]),
        ("{ b = 2, a = 1 }", [{"k": "a", "v": 1}, {"k": "b", "v": 2}]),
        ("[]", []),
        ("{}", []),
    ],
)
def test_a_dynamic_block_makes_a_block_for_every_element(plan: Plan, for_each: str, expected: list[object]) -> None:
    found = plan(f"""
        resource "azurerm_x" "y" {{
          dynamic "rule" {{
            for_each = {for_each}
            content {{
              k = rule.key
              v = rule.value
            }}
          }}
        }}
        """)
    assert to_json(attribute(found, "rule")) == expected


def test_static_and_dynamic_blocks_keep_their_order(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "y" {
          dynamic "rule" {
            for_each = [1, 2]
            content {
              n = rule.value
            }
          }
          rule {
            n = 3
          }
        }
        """)
    assert to_json(attribute(found, "rule")) == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_dynamic_blocks_nest_and_the_iterator_can_be_named(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "y" {
          for_each = { k = { outer = { a = [1, 2], b = [] } } }
          dynamic "outer" {
            for_each = each.value.outer
            iterator = o
            content {
              name = "${each.key}-${o.key}"
              dynamic "inner" {
                for_each = o.value
                content {
                  n = "${o.key}${inner.value}"
                }
              }
            }
          }
        }
        """)
    assert to_json(attribute(found, "outer", 'azurerm_x.y["k"]')) == [
        {"name": "k-a", "inner": [{"n": "a1"}, {"n": "a2"}]},
        {"name": "k-b", "inner": []},
    ]


def test_an_iterator_hides_a_resource_type_of_its_name(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "y" {
          dynamic "azurerm_x" {
            for_each = ["v"]
            content {
              y = azurerm_x.value
            }
          }
        }
        """)
    assert to_json(attribute(found, "azurerm_x")) == [{"y": "v"}]


def test_an_unknown_collection_leaves_the_blocks_unknown(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "a" {}
        resource "azurerm_x" "y" {
          rule {}
          dynamic "rule" {
            for_each = azurerm_x.a.rules
            content {}
          }
        }
        """)
    content = attribute(found, "rule").content
    assert isinstance(content, Unknown)
    assert content.references == ("azurerm_x.a.rules",)


@pytest.mark.parametrize("for_each", ["null", "5", '"text"'])
def test_a_dynamic_block_over_no_collection_is_an_error(plan: Plan, for_each: str) -> None:
    found = plan(
        f'resource "azurerm_x" "y" {{\n  dynamic "r" {{\n    for_each = {for_each}\n    content {{}}\n  }}\n}}'
    )
    (error,) = found.diagnostics
    assert (error.severity, str(error.place)) == ("error", "main.tf:2")


def test_a_dynamic_block_without_content_is_an_error(plan: Plan) -> None:
    found = plan('resource "azurerm_x" "y" {\n  dynamic "r" {\n    for_each = [1]\n  }\n}')
    assert not found.complete


def test_one_known_element_of_a_list_may_be_unknown_inside(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "a" {}
        resource "azurerm_x" "y" {
          dynamic "rule" {
            for_each = [azurerm_x.a.id]
            content {
              id = rule.value
            }
          }
        }
        """)
    (block,) = attribute(found, "rule").content  # type: ignore[misc,union-attr]
    assert isinstance(block.content["id"].content, Unknown)


def test_a_set_with_an_unknown_element_still_makes_its_blocks(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "a" {}
        resource "azurerm_x" "y" {
          dynamic "rule" {
            for_each = toset([azurerm_x.a.id])
            content {
              id = rule.value
            }
          }
        }
        """)
    (block,) = attribute(found, "rule").content  # type: ignore[misc,union-attr]
    assert isinstance(block.content["id"].content, Unknown)


def test_what_a_block_looks_at_is_listed_once(plan: Plan) -> None:
    found = plan("""
        variable "v" { default = "x" }
        variable "w" { default = ["y"] }
        resource "azurerm_x" "y" {
          a = var.v
          b = "${var.v}-${path.module}"
          dynamic "rule" {
            for_each = var.w
            content {
              id = rule.value
            }
          }
          lifecycle {
            ignore_changes = [a]
          }
        }
        """)
    assert [r.address for r in found.instances[0].reads] == ["var.v", "var.w"]
