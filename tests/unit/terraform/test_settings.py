from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from verifier.errors import ConfigurationError
from verifier.hcl.origin import Step
from verifier.terraform.plan import StaticPlan, Variable

Plan = Callable[..., StaticPlan]
Write = Callable[..., Path]

DECLARED = 'variable "x" {\n  type    = string\n  default = "default"\n}\n'


def variable(plan: StaticPlan, address: str = "var.x") -> Variable:
    return next(v for v in plan.variables if v.address == address)


@pytest.mark.parametrize(
    ("files", "options", "expected", "step", "text"),
    [
        ({}, {}, "default", Step.VARIABLE_DEFAULT, 'default = "default"'),
        ({}, {"environment": {"TF_VAR_x": "environment"}}, "environment", Step.ENVIRONMENT, "TF_VAR_x"),
        (
            {"terraform.tfvars": 'x = "file"'},
            {"environment": {"TF_VAR_x": "environment"}},
            "file",
            Step.VAR_FILE,
            "terraform.tfvars",
        ),
        (
            {"terraform.tfvars": 'x = "file"', "terraform.tfvars.json": '{"x": "json"}'},
            {},
            "json",
            Step.VAR_FILE,
            "terraform.tfvars.json",
        ),
        (
            {"terraform.tfvars.json": '{"x": "json"}', "a.auto.tfvars": 'x = "a"'},
            {},
            "a",
            Step.VAR_FILE,
            "a.auto.tfvars",
        ),
        (
            {"b.auto.tfvars.json": '{"x": "b"}', "a.auto.tfvars": 'x = "a"'},
            {},
            "b",
            Step.VAR_FILE,
            "b.auto.tfvars.json",
        ),
        (
            {"a.auto.tfvars": 'x = "a"'},
            {"inputs": [("x", "line")]},
            "line",
            Step.COMMAND_LINE,
            "-var x",
        ),
    ],
)
def test_the_later_source_of_a_value_wins_and_is_named(
    plan: Plan, files: dict[str, str], options: dict[str, object], expected: str, step: Step, text: str
) -> None:
    found = variable(plan({"main.tf": DECLARED, **files}, **options))
    assert found.value.content == expected
    assert found.value.origin is not None
    assert (found.value.origin.step, found.value.origin.text) == (step, text)


def test_var_files_on_the_command_line_win_in_the_order_given(write: Write, plan: Plan, tmp_path: Path) -> None:
    first, second = tmp_path / "first.tfvars", tmp_path / "second.tfvars"
    first.write_text('x = "first"')
    second.write_text('x = "second"')
    found = variable(plan({"main.tf": DECLARED, "a.auto.tfvars": 'x = "a"'}, inputs=[second, first]))
    assert found.value.content == "first"
    assert str(found.given) == "../first.tfvars:1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["-var", "a"], "a"),
        (["a", "-var"], "-var"),
        (["-var", "a", "-var", "b"], "b"),
        (["b", "-var", "a", "-var"], "-var"),
    ],
)
def test_of_var_files_and_variables_the_last_one_wins(
    given: list[str], expected: str, plan: Plan, tmp_path: Path
) -> None:
    inputs: list[object] = []
    for name in given:
        file = tmp_path / f"{name}.tfvars"
        file.write_text(f'x = "{name}"')
        inputs.append(("x", name) if name == "-var" else file)
    assert variable(plan(DECLARED, inputs=inputs)).value.content == expected


def test_what_another_value_wins_over_is_not_looked_into(plan: Plan, tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong.tfvars", tmp_path / "right.tfvars"
    wrong.write_text("x = [nope]")
    right.write_text('x = ["a"]')
    declared = 'variable "x" { type = list(string) }'
    for inputs in ([("x", "["), right], [wrong, ("x", '["a"]')], [("x", "["), ("x", '["a"]')], [wrong, right]):
        found = plan(declared, inputs=inputs, environment={"TF_VAR_x": "["})
        assert found.diagnostics == ()
        assert [item.content for item in variable(found).value.content] == ["a"]  # type: ignore[union-attr]


def test_a_value_is_given_at_its_line_of_the_var_file(plan: Plan) -> None:
    found = variable(plan({"main.tf": DECLARED, "terraform.tfvars": '# a comment\n\nx = "file"\n'}))
    assert str(found.given) == "terraform.tfvars:3"
    assert found.value.origin is not None
    assert str(found.value.origin.place) == "terraform.tfvars:3"
    assert found.value.origin.chosen


def test_a_default_is_not_given(plan: Plan) -> None:
    found = variable(plan(DECLARED))
    assert found.given is None
    assert found.value.origin is not None
    assert not found.value.origin.chosen


def test_nothing_inside_a_defaulted_object_was_chosen(plan: Plan) -> None:
    found = plan('variable "x" {\n  default = {\n    inner = ["a"]\n  }\n}\noutput "o" { value = var.x.inner[0] }')
    origin = found.outputs["o"].origin
    assert origin is not None
    assert not origin.chosen
    assert str(origin.decider.place) == "main.tf:3"


@pytest.mark.parametrize(
    ("of", "text", "expected"),
    [
        ("string", '"quoted"', '"quoted"'),
        ("string", "plain ${text}", "plain ${text}"),
        ("bool", "true", True),
        ("number", "5", 5),
        ("list(string)", '["a", "b"]', ["a", "b"]),
        ("any", '{ a = "b" }', {"a": "b"}),
    ],
)
def test_text_for_a_primitive_is_itself_and_for_the_rest_an_expression(
    plan: Plan, of: str, text: str, expected: object
) -> None:
    from verifier.hcl.values import to_json

    found = variable(plan(f'variable "x" {{ type = {of} }}', inputs=[("x", text)]))
    assert to_json(found.value) == expected


def test_text_for_a_variable_without_a_type_is_itself(plan: Plan) -> None:
    assert variable(plan('variable "x" {}', environment={"TF_VAR_x": "[1]"})).value.content == "[1]"


def test_a_malformed_value_on_the_command_line_is_an_error_and_unknown(plan: Plan) -> None:
    found = plan('variable "x" { type = list(string) }', inputs=[("x", "[1,")])
    assert not found.complete
    assert not variable(found).value.is_known


def test_a_required_variable_without_a_value_is_unknown_and_an_error(plan: Plan) -> None:
    found = plan('variable "x" {\n  type = string\n}\noutput "o" { value = "a-${var.x}" }')
    assert not variable(found).value.is_known
    assert not found.outputs["o"].is_known
    (error,) = [d for d in found.diagnostics if d.severity == "error"]
    assert error.summary == "no value for required variable x"
    assert str(error.place) == "main.tf:1"
    for way in ("terraform.tfvars", "--var x=", "TF_VAR_x"):
        assert way in error.next_step


def test_an_undeclared_key_of_a_var_file_is_listed_and_a_warning(plan: Plan) -> None:
    found = plan({"main.tf": DECLARED, "terraform.tfvars": 'x = "a"\ny = 1\n'})
    assert [(u.name, str(u.place)) for u in found.undeclared] == [("y", "terraform.tfvars:2")]
    assert [d.severity for d in found.diagnostics] == ["warning"]


def test_an_undeclared_variable_of_the_environment_is_nothing(plan: Plan) -> None:
    found = plan(DECLARED, environment={"TF_VAR_y": "1"})
    assert (found.undeclared, found.diagnostics) == ((), ())


def test_an_undeclared_variable_of_the_command_line_is_an_error(plan: Plan) -> None:
    found = plan(DECLARED, inputs=[("y", "1")])
    assert [u.name for u in found.undeclared] == ["y"]
    assert not found.complete


def test_a_missing_var_file_ends_the_run(write: Write, plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=re.escape("cannot be read")) as caught:
        plan(DECLARED, inputs=[tmp_path / "none.tfvars"])
    assert str(tmp_path / "none.tfvars") in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("terraform.tfvars", b"x = \n", "terraform.tfvars:1"),
        ("terraform.tfvars", b"\nblock {\n}\n", "terraform.tfvars:2"),
        ("terraform.tfvars", b"x = var.y\n", "terraform.tfvars:1"),
        ("terraform.tfvars", b'x = "\xff"\n', "terraform.tfvars:1"),
        ("terraform.tfvars.json", b"{", "terraform.tfvars.json"),
        ("terraform.tfvars.json", b"[]", "terraform.tfvars.json"),
    ],
)
def test_a_malformed_var_file_ends_the_run_with_its_line(plan: Plan, name: str, content: bytes, where: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        plan({"main.tf": DECLARED, name: content})
    assert caught.value.where.startswith(where)
    assert caught.value.expected
    assert caught.value.next_step
