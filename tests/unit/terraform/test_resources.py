from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.hcl.values import Unknown, Value, to_json
from verifier.terraform.plan import Instance, Planned, StaticPlan, Undetermined

Plan = Callable[..., StaticPlan]


def instance(plan: StaticPlan, address: str) -> Instance:
    return next(i for i in plan.instances if i.address == address)


def planned(plan: StaticPlan) -> list[str]:
    return [i.address for i in plan.instances if isinstance(i.presence, Planned)]


def output(plan: StaticPlan, name: str = "o") -> object:
    assert plan.complete, plan.diagnostics
    return to_json(plan.outputs[name])


def waits_for(value: Value) -> tuple[str, ...]:
    assert isinstance(value.content, Unknown)
    return value.content.references


def test_a_resource_is_listed_with_its_arguments_and_where_it_stands(plan: Plan) -> None:
    found = instance(plan('\nresource "azurerm_x" "y" {\n  name = "n"\n  size = 3\n}\n'), "azurerm_x.y")
    assert to_json(found.values) == {"name": "n", "size": 3}
    assert (found.mode, found.type, found.name, found.key, found.module) == ("managed", "azurerm_x", "y", None, "")
    assert str(found.place) == "main.tf:2"
    assert found.provider == "azurerm"


def test_meta_arguments_are_no_values(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "y" {
          count      = 1
          provider   = azurerm.other
          depends_on = [azurerm_x.z, data.azurerm_c.d, module.m]
          name       = "n"
          lifecycle {
            ignore_changes = [name]
          }
          provisioner "local-exec" {
            command = "true"
          }
          connection {
            host = "h"
          }
        }
        resource "azurerm_x" "z" {}
        """)
    first = instance(found, "azurerm_x.y[0]")
    assert to_json(first.values) == {"name": "n"}
    assert first.provider == "azurerm.other"
    assert first.depends_on == ("azurerm_x.z", "data.azurerm_c.d", "module.m")


def test_count_makes_numbered_instances(plan: Plan) -> None:
    found = plan('resource "azurerm_x" "y" {\n  count = 2\n  name  = "n-${count.index}"\n}')
    assert planned(found) == ["azurerm_x.y[0]", "azurerm_x.y[1]"]
    assert to_json(instance(found, "azurerm_x.y[1]").values) == {"name": "n-1"}


@pytest.mark.parametrize(
    ("for_each", "expected"),
    [
        ("{ b = 1, a = 2 }", {'azurerm_x.y["a"]': {"k": "a", "v": 2}, 'azurerm_x.y["b"]': {"k": "b", "v": 1}}),
        ('toset(["b", "a"])', {'azurerm_x.y["a"]': {"k": "a", "v": "a"}, 'azurerm_x.y["b"]': {"k": "b", "v": "b"}}),
        ('tomap({ a = "x" })', {'azurerm_x.y["a"]': {"k": "a", "v": "x"}}),
    ],
)
def test_for_each_makes_an_instance_for_every_key(
    plan: Plan, for_each: str, expected: dict[str, dict[str, object]]
) -> None:
    found = plan(f'resource "azurerm_x" "y" {{\n  for_each = {for_each}\n  k = each.key\n  v = each.value\n}}')
    assert {i.address: to_json(i.values) for i in found.instances} == expected


def test_keys_may_be_known_while_values_are_not(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "a" {}
        resource "azurerm_x" "y" {
          for_each = { k = azurerm_x.a.id }
          v        = each.value
        }
        """)
    assert planned(found) == ["azurerm_x.a", 'azurerm_x.y["k"]']
    content = instance(found, 'azurerm_x.y["k"]').values.content
    assert isinstance(content, dict)
    assert waits_for(content["v"]) == ("azurerm_x.a.id",)


@pytest.mark.parametrize(
    "repetition",
    [
        "count = azurerm_x.a.number",
        "count = azurerm_x.a.id == null ? 0 : 1",
        "for_each = toset([azurerm_x.a.id])",
        "for_each = azurerm_x.a.things",
        "for_each = { (azurerm_x.a.id) = 1 }",
    ],
)
def test_an_unknown_repetition_leaves_the_resource_undetermined(plan: Plan, repetition: str) -> None:
    found = plan(f'resource "azurerm_x" "a" {{}}\nresource "azurerm_x" "y" {{\n  {repetition}\n  name = "n"\n}}')
    undetermined = instance(found, "azurerm_x.y")
    assert isinstance(undetermined.presence, Undetermined)
    assert undetermined.presence.expression == repetition.split(" = ", 1)[1]
    assert undetermined.presence.because.references[0].startswith("azurerm_x.a.")
    assert to_json(undetermined.values) == {"name": "n"}
    assert found.complete


@pytest.mark.parametrize(
    ("repetition", "said"),
    [
        ("count = -1", "not negative"),
        ("count = 1.5", "whole number"),
        ("count = null", "null"),
        ("count = true", "number"),
        ("count = 1000000000000", "more than"),
        ("for_each = [1]", "map"),
        ("for_each = null", "null"),
        ("for_each = toset([1])", "strings"),
        ("for_each = sensitive({ a = 1 })", "sensitive"),
        ("count = var.none", "var.none"),
    ],
)
def test_a_wrong_repetition_is_an_error_and_undetermined(plan: Plan, repetition: str, said: str) -> None:
    found = plan(f'resource "azurerm_x" "y" {{\n  {repetition}\n}}')
    (error,) = found.diagnostics
    assert error.severity == "error"
    assert said in error.summary
    assert str(error.place) == "main.tf:2"
    assert isinstance(instance(found, "azurerm_x.y").presence, Undetermined)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("azurerm_x.one.name", "one"),
        ("azurerm_x.counted[1].name", "c1"),
        ("azurerm_x.counted[*].name", ["c0", "c1"]),
        ('azurerm_x.each["a"].name', "ea"),
        ("{ for k, v in azurerm_x.each : k => v.name }", {"a": "ea", "b": "eb"}),
        ("values(azurerm_x.each)[*].name", ["ea", "eb"]),
        ("length(azurerm_x.counted)", 2),
        ("azurerm_x.none", []),
        ("azurerm_x.nothing", {}),
        ("try(azurerm_x.none[0].id, null)", None),
        ("one(azurerm_x.none[*].id)", None),
        ("length(azurerm_x.none) > 0", False),
        ("azurerm_x.one.block[0].inner", 1),
        ("data.azurerm_d.d.name", "dd"),
    ],
)
def test_references_to_instances(plan: Plan, expression: str, expected: object) -> None:
    found = plan(f"""
        resource "azurerm_x" "one" {{
          name = "one"
          block {{
            inner = 1
          }}
        }}
        resource "azurerm_x" "counted" {{
          count = 2
          name  = "c${{count.index}}"
        }}
        resource "azurerm_x" "each" {{
          for_each = {{ a = 1, b = 2 }}
          name     = "e${{each.key}}"
        }}
        resource "azurerm_x" "none" {{
          count = 0
        }}
        resource "azurerm_x" "nothing" {{
          for_each = {{}}
        }}
        data "azurerm_d" "d" {{
          name = "dd"
        }}
        output "o" {{
          value = {expression}
        }}
        """)
    assert output(found) == expected


@pytest.mark.parametrize(
    ("expression", "reference"),
    [
        ("azurerm_x.one.id", "azurerm_x.one.id"),
        ("azurerm_x.counted[1].id", "azurerm_x.counted[1].id"),
        ('azurerm_x.each["a"].id', 'azurerm_x.each["a"].id'),
        ("try(azurerm_x.counted[0].id, null)", "azurerm_x.counted[0].id"),
        ("azurerm_x.one.other[0].deep", "azurerm_x.one.other[0].deep"),
        ("azurerm_x.one.block[0].computed", "azurerm_x.one.block[0].computed"),
        ("azurerm_x.one.left_to_the_provider", "azurerm_x.one.left_to_the_provider"),
        ("data.azurerm_client_config.current.tenant_id", "data.azurerm_client_config.current.tenant_id"),
        ('"a-${azurerm_x.one.id}"', "azurerm_x.one.id"),
    ],
)
def test_what_the_configuration_does_not_give_waits_for_the_attribute(
    plan: Plan, expression: str, reference: str
) -> None:
    found = plan(f"""
        resource "azurerm_x" "one" {{
          left_to_the_provider = null
          block {{
            inner = 1
          }}
        }}
        resource "azurerm_x" "counted" {{
          count = 2
        }}
        resource "azurerm_x" "each" {{
          for_each = {{ a = 1 }}
        }}
        data "azurerm_client_config" "current" {{}}
        output "o" {{
          value = {expression}
        }}
        """)
    assert found.complete, found.diagnostics
    assert waits_for(found.outputs["o"]) == (reference,)


def test_a_reference_to_an_undetermined_resource_is_unknown_even_within_try(plan: Plan) -> None:
    found = plan("""
        resource "azurerm_x" "a" {}
        resource "azurerm_x" "y" {
          count = azurerm_x.a.number
        }
        output "o" {
          value = try(azurerm_x.y[0].id, null)
        }
        """)
    assert waits_for(found.outputs["o"]) == ("azurerm_x.a.number",)


def test_a_name_that_nothing_declares_is_an_error_with_its_place(plan: Plan) -> None:
    found = plan('resource "azurerm_x" "y" {\n  a = azurerm_x.z.id\n}')
    (error,) = found.diagnostics
    assert (str(error.place), error.severity) == ("main.tf:2", "error")
    assert "azurerm_x.z is not declared" in error.summary


def test_each_and_count_hold_only_where_they_are_set(plan: Plan) -> None:
    found = plan('resource "azurerm_x" "y" {\n  a = each.key\n  b = count.index\n}')
    assert [d.summary for d in found.diagnostics] == [
        "each can be used only where for_each is set",
        "count can be used only where count is set",
    ]


def test_providers_are_evaluated_by_name_and_alias(plan: Plan) -> None:
    found = plan("""
        variable "s" { default = "sub" }
        provider "azurerm" {
          subscription_id = var.s
          features {}
        }
        provider "azurerm" {
          alias           = "other"
          subscription_id = "o"
        }
        """)
    assert {name: to_json(value) for name, value in found.providers.items()} == {
        "azurerm": {"subscription_id": "sub", "features": [{}]},
        "azurerm.other": {"subscription_id": "o"},
    }
