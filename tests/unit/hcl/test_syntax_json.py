"""JSON with places."""

from __future__ import annotations

from decimal import Decimal

import pytest

from verifier.hcl.nodes import Invalid, Literal, ObjectConstructor, Template, TemplateWrap, TupleConstructor
from verifier.hcl.source import Span
from verifier.hcl.syntax import parse_json


def test_names_and_values_know_where_they_stand() -> None:
    expression, diagnostics = parse_json('{\n  "a": [1, true],\n  "b": null\n}\n', "x.tfvars.json")

    assert diagnostics == ()
    assert isinstance(expression, ObjectConstructor)
    first, second = expression.items
    assert (first.span, first.key.span, first.value.span) == (Span(2, 3, 2, 17), Span(2, 3, 2, 6), Span(2, 8, 2, 17))
    assert (second.span.line, second.value.span) == (3, Span(3, 8, 3, 12))
    assert isinstance(first.value, TupleConstructor)
    assert [item.value for item in first.value.items if isinstance(item, Literal)] == [Decimal(1), True]


def test_numbers_keep_every_digit() -> None:
    expression, _ = parse_json("0.1000000000000000055511151231257827021181583404541015625", "x.tfvars.json")

    assert isinstance(expression, Literal)
    assert str(expression.value) == "0.1000000000000000055511151231257827021181583404541015625"


def test_equal_names_are_all_kept() -> None:
    expression, _ = parse_json('{"a": 1, "a": 2}', "x.tf.json")

    assert isinstance(expression, ObjectConstructor)
    assert len(expression.items) == 2


def test_strings_of_variable_files_are_plain() -> None:
    expression, _ = parse_json('"${a}"', "x.tfvars.json")

    assert isinstance(expression, Literal)
    assert expression.value == "${a}"


def test_strings_of_configuration_are_templates() -> None:
    expression, diagnostics = parse_json('["${a}", "b ${c}", "d", "$${e}"]', "x.tf.json", templates=True)

    assert diagnostics == ()
    assert isinstance(expression, TupleConstructor)
    assert [type(item) for item in expression.items] == [TemplateWrap, Template, Literal, Literal]
    assert expression.items[0].inner.span == Span(1, 5, 1, 6)  # type: ignore[union-attr]
    assert expression.items[3].value == "${e}"  # type: ignore[union-attr]


def test_half_a_character_becomes_the_replacement_character() -> None:
    expression, _ = parse_json('"\\ud800"', "x.tfvars.json")

    assert isinstance(expression, Literal)
    assert expression.value == "\ufffd"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.json:1:1: expected a JSON value (found the end of the file)"),
        ('{"a": 1,}', "x.json:1:9: expected a name in double quotes (found })"),
        ("{a: 1}", "x.json:1:2: expected a name in double quotes (found a)"),
        ('{"a" 1}', "x.json:1:6: expected : after the name (found 1)"),
        ("[1\n 2]", "x.json:2:2: expected , or ] (found 2)"),
        ('{"a": tru}', "x.json:1:7: expected a JSON value (found t)"),
        ("1 2", "x.json:1:3: expected the end of the file after the JSON value (found 2)"),
        ('"a\nb"', 'x.json:1:1: this string is never closed (expected " before the end of the line)'),
        ('["\\x"]', "x.json:1:3: invalid escape in a JSON string"),
        ("1e999999999", "x.json:1:1: this number is too large or too small (exponents are read up to 100000)"),
        (
            '{"a":' * 500 + "1",
            "x.json:1:631: nested more than 250 levels deep (brackets, blocks, templates and chains of",
        ),
    ],
)
def test_a_fault_says_what_was_expected_and_where(text: str, message: str) -> None:
    expression, diagnostics = parse_json(text, "x.json")

    assert isinstance(expression, Invalid)
    assert [str(diagnostic)[: len(message)] for diagnostic in diagnostics] == [message]


def test_a_fault_in_a_template_has_its_place_in_the_file() -> None:
    _, diagnostics = parse_json('{\n  "a": "b ${c d}"\n}', "x.tf.json", templates=True)

    assert [str(diagnostic) for diagnostic in diagnostics] == ["x.tf.json:2:15: expected an operator or } (found d…)"]
