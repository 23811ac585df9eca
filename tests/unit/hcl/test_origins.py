"""Every value says where it came from, the deciding step first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from verifier.hcl.constraints import type_constraint
from verifier.hcl.convert import Dropping, convert
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Place
from verifier.hcl.types import STRING
from verifier.hcl.values import Value, boolean, object_, string, unknown

Worth = Callable[..., Value]

FLAG = Origin(Step.OPTIONAL_DEFAULT, "optional(bool, false)", Place("modules/sil/variables.tf", 112))
SETTING = Origin(Step.VAR_FILE, "terraform.tfvars", Place("terraform.tfvars", 3))


def decider(value: Value) -> Origin:
    assert value.origin is not None
    return value.origin.decider


def inside(value: Value, name: str) -> Value:
    assert isinstance(value.content, Mapping)
    found = value.content[name]
    assert isinstance(found, Value)
    return found


def test_a_literal_says_where_it_is_written(worth: Worth) -> None:
    assert worth("  false").origin == Origin(Step.LITERAL, "false", Place("main.tf", 1, 3))


def test_a_long_literal_is_shortened(worth: Worth) -> None:
    origin = worth(f'"{"x" * 500}"').origin
    assert origin is not None
    assert len(origin.text) < 70


def test_a_name_keeps_the_origin_it_has(worth: Worth) -> None:
    assert worth("flag", flag=boolean(False, FLAG)).origin is FLAG


def test_an_attribute_keeps_its_own_origin_and_not_that_of_the_object(worth: Worth) -> None:
    config = object_({"on": boolean(False, FLAG)}, SETTING)
    assert worth("config.on", config=config).origin is FLAG


def test_a_conditional_between_constants_is_decided_by_its_condition(worth: Worth) -> None:
    value = worth("flag ? 1 : 0", flag=boolean(False, FLAG))
    assert decider(value) is FLAG


def test_a_conditional_that_takes_a_setting_is_decided_by_that_setting(worth: Worth) -> None:
    value = worth('flag ? name : "x"', flag=boolean(True, FLAG), name=string("n", SETTING))
    assert decider(value) is SETTING


def test_a_comparison_with_a_constant_is_decided_by_what_it_reads(worth: Worth) -> None:
    assert decider(worth('"a" == name', name=string("n", SETTING))) is SETTING
    assert decider(worth('name == "a"', name=string("n", SETTING))) is SETTING


def test_the_false_side_decides_an_and(worth: Worth) -> None:
    value = worth("yes && no", yes=boolean(True, SETTING), no=boolean(False, FLAG))
    assert decider(value) is FLAG


def test_the_true_side_decides_an_or(worth: Worth) -> None:
    value = worth("no || yes", yes=boolean(True, SETTING), no=boolean(False, FLAG))
    assert decider(value) is SETTING


def test_the_argument_that_coalesce_takes_decides(worth: Worth) -> None:
    value = worth('coalesce(empty, name, "d")', empty=string("", FLAG), name=string("n", SETTING))
    assert decider(value) is SETTING


def test_what_try_falls_back_to_decides(worth: Worth) -> None:
    value = worth("try(config.missing, name)", config=object_({}), name=string("n", SETTING))
    assert decider(value) is SETTING


def test_the_unknown_part_of_a_string_decides_it(worth: Worth) -> None:
    after = unknown(STRING, "known after apply", ("azurerm_x.y.id",), Origin(Step.REFERENCE, "azurerm_x.y.id"))
    value = worth('"${name}-${after}"', name=string("n", SETTING), after=after)
    assert decider(value).step is Step.REFERENCE


def test_merged_attributes_keep_their_origins(worth: Worth) -> None:
    value = worth("merge({ a = 1 }, config)", config=object_({"on": boolean(False, FLAG)}, SETTING))
    assert inside(value, "on").origin is FLAG


def typed(parsed: Callable[..., object], scope_of: Callable[..., object], kind: str, value: Value) -> Value:
    scope = scope_of({})
    scope.file = "variables.tf"  # type: ignore[attr-defined]  # the tests' own scope
    return convert(value, type_constraint(parsed(kind), scope))  # type: ignore[arg-type]


def test_an_attribute_that_optional_fills_in_says_so_and_which_object_left_it_out(
    parsed: Callable[..., object], scope_of: Callable[..., object], worth: Worth
) -> None:
    given = worth("{ name = 1 }")
    value = typed(parsed, scope_of, "object({ name = string, on = optional(bool, false) })", given)
    origin = inside(value, "on").origin
    assert origin is not None
    assert origin.step is Step.OPTIONAL_DEFAULT
    assert origin.text == "optional(bool, false)"
    assert origin.place == Place("variables.tf", 1, 30)
    assert origin.parents == (given.origin,)
    assert not origin.chosen


def test_an_attribute_that_is_given_keeps_the_origin_it_was_given_with(
    parsed: Callable[..., object], scope_of: Callable[..., object], worth: Worth
) -> None:
    value = typed(parsed, scope_of, "object({ on = optional(bool, false) })", worth('{ on = "true" }'))
    origin = inside(value, "on").origin
    assert origin is not None
    assert origin.chosen


def test_a_null_that_optional_replaces_is_where_it_was_left_out(
    parsed: Callable[..., object], scope_of: Callable[..., object], worth: Worth
) -> None:
    value = typed(parsed, scope_of, "object({ on = optional(bool, false) })", worth("{ on = null }"))
    origin = inside(value, "on").origin
    assert origin is not None
    assert [parent.text for parent in origin.parents] == ["null"]


def test_what_is_inside_a_default_says_that_it_was_filled_in(
    parsed: Callable[..., object], scope_of: Callable[..., object], worth: Worth
) -> None:
    kind = "object({ aks = optional(object({ on = optional(bool, false), size = number }), { size = 3 }) })"
    given = worth("{}")
    aks = inside(typed(parsed, scope_of, kind, given), "aks")
    on, size = inside(aks, "on").origin, inside(aks, "size").origin
    assert on is not None
    assert size is not None
    assert on.text == "optional(bool, false)"
    assert size.text.startswith("optional(object(")
    assert size.step is on.step is Step.OPTIONAL_DEFAULT
    assert on.parents == size.parents == (given.origin,)


def test_an_attribute_that_the_type_does_not_name_is_recorded_as_dropped(
    parsed: Callable[..., object], scope_of: Callable[..., object], worth: Worth
) -> None:
    constraint = type_constraint(
        parsed("list(object({ a = string }))"),  # type: ignore[arg-type]
        scope_of({}),  # type: ignore[arg-type]
    )
    dropped: list[Dropping] = []
    at = Place("variables.tf", 7)
    convert(worth("[{ a = 1 }, { a = 2, b = 3 }]"), constraint, path="nodes", dropped=dropped, type_at=at)
    assert dropped == [Dropping(path="nodes[1].b", passed_at=Place("main.tf", 1, 26), type_at=at)]
