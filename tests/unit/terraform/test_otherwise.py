"""What an absent resource would be if its condition came out the other way."""

from __future__ import annotations

from pathlib import Path

from verifier.terraform.configuration import evaluate_root
from verifier.terraform.plan import Instance


def absent(root: Path, source: str) -> Instance:
    (root / "main.tf").write_text(source, encoding="utf-8")
    [found] = [i for i in evaluate_root(root).instances if i.type == "azurerm_x"]
    return found


def names(instance: Instance) -> dict[str, object]:
    values = {}
    for address, value in instance.would_be.items():
        assert isinstance(value.content, dict)
        values[address] = value.content["name"].content
    return values


def test_the_other_branch_of_for_each_names_the_instances(tmp_path: Path) -> None:
    found = absent(
        tmp_path,
        """
        resource "azurerm_x" "y" {
          for_each = false ? toset(["a", "b"]) : toset([])
          name     = "x-${each.key}"
        }
        """,
    )
    assert names(found) == {'azurerm_x.y["a"]': "x-a", 'azurerm_x.y["b"]': "x-b"}


def test_the_other_branch_of_count_counts_the_instances(tmp_path: Path) -> None:
    found = absent(
        tmp_path,
        """
        resource "azurerm_x" "y" {
          count = (true ? 0 : 2)
          name  = "x-${count.index}"
        }
        """,
    )
    assert names(found) == {"azurerm_x.y[0]": "x-0", "azurerm_x.y[1]": "x-1"}


def test_without_a_condition_nothing_is_made_up(tmp_path: Path) -> None:
    assert names(absent(tmp_path, 'resource "azurerm_x" "y" {\n  count = 0\n  name = "x"\n}\n')) == {}


def test_a_branch_that_is_not_known_before_apply_names_nothing(tmp_path: Path) -> None:
    found = absent(
        tmp_path,
        """
        resource "azurerm_z" "z" {}
        resource "azurerm_x" "y" {
          for_each = false ? toset([azurerm_z.z.name]) : toset([])
          name     = each.key
        }
        """,
    )
    assert names(found) == {}


def test_an_error_in_the_branch_that_is_not_taken_is_none_of_the_configurations(tmp_path: Path) -> None:
    found = absent(
        tmp_path,
        'resource "azurerm_x" "y" {\n  for_each = true ? {} : tomap({ a = { b = 1 }.c })\n  name = each.key\n}\n',
    )
    assert names(found) == {}
    assert evaluate_root(tmp_path).diagnostics == ()


def test_a_planned_resource_would_be_nothing_else(tmp_path: Path) -> None:
    assert names(absent(tmp_path, 'resource "azurerm_x" "y" {\n  count = true ? 1 : 0\n  name = "x"\n}\n')) == {}
