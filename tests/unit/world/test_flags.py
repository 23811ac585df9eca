from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.world import Flag, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Observe

MODULE = """
    variable "parts" {
      type = object({
        should_have_a = optional(bool, false)
        should_have_b = optional(bool, false)
        enable_c      = optional(bool, true)
        is_private    = optional(bool, false)
        size          = optional(number, 1)
      })
      default = {}
    }
    resource "x_y" "a" {
      count = var.parts.should_have_a ? 1 : 0
    }
    resource "x_y" "b" {
      for_each = var.parts.should_have_b ? { one = 1 } : {}
    }
    resource "x_y" "both" {
      count = var.parts.should_have_a && var.parts.should_have_b ? 1 : 0
    }
    resource "x_y" "private" {
      count = var.parts.is_private ? 1 : 0
    }
"""


def called(arguments: str) -> dict[str, str]:
    call = f"""
        module "m" {{
          source = "./m"
          {arguments}
        }}
        resource "x_y" "later" {{}}
        variable "on" {{
          type    = bool
          default = false
        }}
    """
    return {"main.tf": call, "m/main.tf": MODULE}


def flag(world: World, name: str, module: str = "module.m.") -> Flag:
    return next(f for f in world.flags if f.address == f"{module}var.parts.{name}")


def test_only_booleans_named_after_a_part_are_flags(offline: Observe) -> None:
    names = [f.name for f in offline(called("")).flags]

    assert names == ["enable_c", "should_have_a", "should_have_b"]


def test_a_flag_that_the_call_leaves_out_is_left_out(offline: Observe) -> None:
    left_out = flag(offline(called("parts = { should_have_a = true }")), "should_have_b")

    assert (left_out.fact.value, left_out.left_out) == (False, True)
    assert left_out.siblings_on == ("should_have_a",)
    assert left_out.left_out_at == "main.tf:4"


def test_a_flag_that_is_off_by_choice_is_not_left_out(offline: Observe) -> None:
    chosen = flag(offline(called("parts = { should_have_a = true, should_have_b = false }")), "should_have_b")

    assert (chosen.fact.value, chosen.left_out) == (False, False)


def test_a_flag_wired_to_a_variable_is_not_left_out(offline: Observe) -> None:
    wired = flag(offline(called("parts = { should_have_a = true, should_have_b = var.on }")), "should_have_b")

    assert (wired.fact.value, wired.left_out) == (False, False)


def test_what_is_on_by_default_is_no_sign_that_something_was_forgotten(offline: Observe) -> None:
    assert flag(offline(called("parts = {}")), "should_have_b").siblings_on == ()


def test_nobody_forgot_a_flag_of_an_object_that_nobody_passed(offline: Observe) -> None:
    assert flag(offline(called("")), "should_have_b").siblings_on == ()


def test_a_flag_beside_that_is_not_known_leaves_it_open(offline: Observe) -> None:
    open_question = flag(offline(called("parts = { should_have_a = x_y.later.on }")), "should_have_b")

    with pytest.raises(NotKnown, match="beside should_have_b"):
        _ = open_question.siblings_on


def test_a_flag_that_is_on_needs_no_other_to_be_known(offline: Observe) -> None:
    found = flag(offline(called("parts = { should_have_a = true, enable_c = x_y.later.on }")), "should_have_b")

    assert found.siblings_on == ("should_have_a",)


def test_a_flag_of_an_object_that_is_not_known_is_not_known(offline: Observe) -> None:
    assert not flag(offline(called("parts = x_y.later.parts")), "should_have_b").fact.known


def test_a_flag_gates_what_its_being_false_keeps_out(offline: Observe) -> None:
    world = offline(called("parts = { should_have_a = true }"))

    assert [i.address for i in flag(world, "should_have_b").gated] == ["module.m.x_y.b", "module.m.x_y.both"]
    assert flag(world, "should_have_a").gated == ()


def test_a_resource_knows_the_flags_that_keep_it_out(offline: Observe) -> None:
    world = offline(called("parts = { should_have_a = true }"))
    gated = {g.label: g for g in world.gated}

    assert [f.name for f in gated["module.m.x_y.both"].off] == ["should_have_b"]
    assert gated["module.m.x_y.a[0]"].off == ()
    assert gated["module.m.x_y.b"].expression.endswith("(m/main.tf:16)")


@pytest.mark.parametrize(
    "passed_on", ["var.parts", "{ should_have_a = true, should_have_b = var.parts.should_have_b }"]
)
def test_a_default_filled_in_two_modules_up_is_found_where_it_was_left_out(offline: Observe, passed_on: str) -> None:
    outer = f"""
        variable "parts" {{
          type = object({{
            should_have_a = optional(bool, false)
            should_have_b = optional(bool, false)
          }})
        }}
        module "inner" {{
          source = "../m"
          parts  = {passed_on}
        }}
    """
    call = 'module "outer" {\n  source = "./outer"\n  parts  = { should_have_a = true }\n}\n'
    world = offline({"main.tf": call, "outer/main.tf": outer, "m/main.tf": MODULE})

    below = flag(world, "should_have_b", "module.outer.module.inner.")
    assert below.left_out
    assert below.left_out_at == "main.tf:3"
    assert [i.address for i in below.gated] == ["module.outer.module.inner.x_y.b", "module.outer.module.inner.x_y.both"]
    assert flag(world, "should_have_b", "module.outer.").gated == ()


def test_two_defaults_on_one_line_are_not_taken_for_each_other(offline: Observe) -> None:
    source = """
        variable "parts" {
          type = object({ should_have_a = optional(bool, false), should_have_b = optional(bool, false) })
        }
        resource "x_y" "a" {
          count = var.parts.should_have_a ? 1 : 0
        }
    """
    world = offline({"main.tf": source, "terraform.tfvars": "parts = {}\n"})

    assert [i.address for i in flag(world, "should_have_a", "").gated] == ["x_y.a"]
    assert flag(world, "should_have_b", "").gated == ()


def test_whether_something_is_planned_may_not_be_known(offline: Observe) -> None:
    world = offline(called("parts = { should_have_a = x_y.later.on }"))
    gated = {g.label: g for g in world.gated}

    assert "known after apply" in gated["module.m.x_y.a"].undetermined
    assert gated["module.m.x_y.b"].undetermined == ""


NULLABLE = """
    variable "parts" {
      type = object({
        should_have_a = optional(bool)
        should_have_b = optional(bool)
      })
      default = null
    }
    resource "x_y" "a" {
      count = try(var.parts.should_have_a, null) == true ? 1 : 0
    }
"""


def test_an_object_that_is_null_has_no_flags(offline: Observe) -> None:
    assert offline({"main.tf": NULLABLE}).flags == ()


def test_a_flag_that_is_null_is_off_and_left_out(offline: Observe) -> None:
    world = offline({"main.tf": NULLABLE, "terraform.tfvars": "parts = { should_have_b = true }"})
    null = flag(world, "should_have_a", "")

    assert (null.fact.value, null.fact.stated, null.left_out) == (False, False, True)
    assert [i.address for i in null.gated] == ["x_y.a"]
