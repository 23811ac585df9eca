from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from verifier.hcl.console import answer, failed, is_open, represented, shown
from verifier.hcl.errors import EvaluationError
from verifier.hcl.printing import in_line
from verifier.hcl.representation import Tree, json_text
from verifier.hcl.scope import Resolved
from verifier.hcl.source import Place, Span
from verifier.hcl.types import ANY, STRING
from verifier.hcl.values import Value, object_, string, unknown

LINES = json.loads((Path(__file__).parent / "console_lines.json").read_text(encoding="utf-8"))["cases"]
RESOURCE = object_({"name": string("st")}, reference="azurerm_x.y")


class Names:
    """A scope with a few names that are not simply known."""

    file = "console"
    files_root = None
    module_directory = None
    short_circuit = False
    values: Mapping[str, Value] = {
        "later": unknown(STRING, "known after apply", ("azurerm_x.y.id",)),
        "resource": RESOURCE,
    }

    def resolve(self, root: str, _: Sequence[str], __: Span) -> Resolved:
        if root not in self.values:
            raise EvaluationError(f"there is no {root}")
        return Resolved(self.values[root], 0)

    def place(self, span: Span) -> Place:
        return Place(self.file, span.line, span.column)


def asked(text: str) -> dict[str, Tree]:
    return represented(answer(text, Names()))


@pytest.mark.parametrize("case", LINES, ids=[case["line"] for case in LINES])
def test_a_value_is_printed_as_terraform_prints_it(case: dict[str, str]) -> None:
    assert shown(answer(case["line"], Names())) + "\n" == case["printed"]


def test_an_unknown_is_known_after_apply() -> None:
    assert shown(answer("[later]", Names())) == "[\n  (known after apply),\n]"


def test_a_resource_says_that_there_is_more_than_its_configuration_gives() -> None:
    assert shown(answer("resource", Names())) == (
        '{\n  "name" = "st"\n  # and what its provider adds: (known after apply)\n}'
    )


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("1 + 1", Decimal(2), "number"),
        ("null", None, "dynamic"),
        ('tolist(["a"])', ["a"], ["list", "string"]),
        ("toset([1])", [Decimal(1)], ["set", "number"]),
        ('{ b = true, a = ["x"] }', {"a": ["x"], "b": True}, ["object", {"a": ["tuple", ["string"]], "b": "bool"}]),
        ("tomap({ a = 1 })", {"a": Decimal(1)}, ["map", "number"]),
    ],
)
def test_a_program_gets_the_value_and_its_type_in_terraform_s_notation(text: str, value: Tree, type_: Tree) -> None:
    assert asked(text) == {"value": value, "type": type_, "known": True}


def test_an_unknown_says_what_it_waits_for_and_has_no_value() -> None:
    assert asked("later") == {
        "type": "string",
        "known": False,
        "because": "known after apply",
        "references": ["azurerm_x.y.id"],
    }


def test_a_value_that_is_known_in_part_marks_the_parts_that_are_not() -> None:
    found = asked("{ a = 1, b = [later, 2], c = later }")
    assert found["known"] is False
    assert found["value"] == {"a": Decimal(1), "b": [None, Decimal(2)]}
    assert found["unknown"] == {"b": [True, False], "c": True}


def test_a_resource_is_never_wholly_known() -> None:
    found = asked("resource")
    assert found["known"] is False
    assert found["value"] == {"name": "st"}
    assert found["unknown"] == {"id": True}
    assert found["type"] == "dynamic"


def test_a_sensitive_value_has_no_value() -> None:
    assert asked('sensitive("hunter2")') == {"type": "string", "known": True, "sensitive": True}


def test_a_sensitive_part_is_null_and_marked() -> None:
    found = asked('{ a = sensitive("hunter2"), b = [sensitive(1), 2] }')
    assert found["value"] == {"a": None, "b": [None, Decimal(2)]}
    assert found["sensitive"] == {"a": True, "b": [True, False]}


def test_a_known_value_has_no_marks() -> None:
    assert set(asked('{ a = ["x"] }')) == {"value", "type", "known"}


@pytest.mark.parametrize(("text", "line", "column"), [("1 +", 1, 4), ("{\n  a = = 1\n}", 2, 7), ("nope", 1, 1)])
def test_an_error_says_where_in_the_expression_it_is(text: str, line: int, column: int) -> None:
    with pytest.raises(EvaluationError) as raised:
        answer(text, Names())
    error = failed(raised.value)["error"]
    assert isinstance(error, dict)
    assert (error["line"], error["column"]) == (line, column)


def test_the_type_function_stands_around_a_whole_expression_only() -> None:
    with pytest.raises(EvaluationError):
        answer("[type(1)]", Names())


@pytest.mark.parametrize("text", ["[1,", "{", "f(", '"${', "<<EOT\nabc\n", "(\n1", "{\n a = [\n"])
def test_what_is_open_goes_on(text: str) -> None:
    assert is_open(text)


@pytest.mark.parametrize("text", ["", "1", "[1]", "1 +", '"abc', "]", "<<EOT\nabc\nEOT\n", '"[" ', "1 2"])
def test_what_is_closed_or_wrong_does_not_go_on(text: str) -> None:
    assert not is_open(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("null", "null"),
        ("tostring(null)", "null"),
        ('["a", 1]', '["a", 1]'),
        ('{ b = 1, "c d" = [] }', '{ b = 1, "c d" = [] }'),
        ("range(100)", "[…] with 100 elements"),
        ('"a\\nb"', '"a\\nb"'),
        ("later", "(known after apply)"),
        ("resource", '{ name = "st", … }'),
        ('{ a = sensitive("x") }', "{ a = (sensitive value) }"),
        ('{ a = "0123456789012345678901234567890123456789012345678901234567890123456789" }', "{…} with 1 element"),
    ],
)
def test_a_value_on_one_line_is_short(text: str, line: str) -> None:
    found = answer(text, Names())
    assert isinstance(found, Value)
    assert in_line(found) == line


def test_a_long_string_on_one_line_is_cut() -> None:
    assert in_line(string("x" * 100)) == '"' + "x" * 57 + '…"'


def test_numbers_keep_their_digits_in_json() -> None:
    assert json_text([Decimal("0.1234567890123456789012345"), Decimal(10) ** 30]) == (
        "[0.1234567890123456789012345, 1000000000000000000000000000000]"
    )


def test_json_is_what_the_standard_library_writes() -> None:
    tree: Tree = {"a": [1, {"b": None, "ü\n": "x\x7f\u2028"}], "c": [], "d": {}}
    assert json_text(tree, 2) == json.dumps(tree, indent=2, ensure_ascii=False)
    assert json_text(tree) == json.dumps(tree, ensure_ascii=False)


def test_infinity_is_a_string_in_json() -> None:
    assert json.loads(json_text(Decimal("-Infinity"))) == "-Inf"


def test_an_unknown_of_unknown_type_is_dynamic() -> None:
    assert represented(unknown(ANY, "not read"))["type"] == "dynamic"
