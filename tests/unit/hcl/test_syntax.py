"""What is said about text that is not HCL, and what is kept of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from verifier.hcl.nodes import Attribute, Invalid, ObjectConstructor
from verifier.hcl.source import Place
from verifier.hcl.syntax import parse_expression, parse_file, parse_template

MESSAGES = {
    "a =\n": "main.tf:1:4: expected an expression after = (found the end of the line)",
    "a = 1 +\n 2\n": "main.tf:1:8: expected an expression after + (found the end of the line)",
    "a = b.\n": "main.tf:1:7: expected an attribute's name after . (found the end of the line)",
    "a = ()\n": "main.tf:1:6: expected an expression after ( (found ))",
    "a = 1 b = 2\n": (
        "main.tf:1:7: expected an operator or the end of the line after this argument (found b…)"
    ),
    "a = {b = 1 c = 2}\n": (
        "main.tf:1:12: expected a comma or a new line between the items of an object (found c…)"
    ),
    "a = {b}\n": "main.tf:1:7: expected = and a value after b (found })",
    "a = [b c]\n": "main.tf:1:8: expected an operator, a comma or ] (found c…)",
    "a = f(b]\n": "main.tf:1:8: expected ) before ] (the parenthesis that began on line 1 is still open)",
    "a = [\n1\n": "main.tf:1:5: this bracket is never closed (expected ] before the end of the file)",
    "b {\n a = 1\n": "main.tf:1:3: this block is never closed (expected } before the end of the file)",
    "}\n": "main.tf:1:1: nothing is open here that } could close",
    "b\n{\n}\n": "main.tf:1:2: expected = and a value, or { and a block's body (found the end of the line)",
    "b { a = 1\n}\n": "main.tf:1:10: a block on one line holds at most one argument",
    "b {\n a = 1 }\n": "main.tf:2:8: expected a new line before }",
    "b {} c {}\n": "main.tf:1:6: expected a new line after this block",
    "a = b\n && c\n": "main.tf:2:2: expected an argument or a block's type (found &&)",
    "a = 'b'\n": "main.tf:1:5: invalid character '",
    "a = b\u00a0c\n": "main.tf:1:6: invalid character U+00A0 NO-BREAK SPACE",
    'a = "b\n"\n': 'main.tf:1:5: this string is never closed (expected " before the end of the line)',
    'a = "\\d"\n': (
        'main.tf:1:6: invalid escape \\d (a quoted string knows \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN)'
    ),
    'a = "${b"\n': 'main.tf:1:9: expected an operator or } (found ")',
    'a = "${b c}"\n': "main.tf:1:10: expected an operator or } (found c…)",
    'a = "%{ if b }"\n': (
        "main.tf:1:6: this %{ if } is never closed (expected %{ endif } before the end of the template on line 1)"
    ),
    'a = "%{ while b }"\n': (
        "main.tf:1:9: unknown template directive while (expected if, else, endif, for or endfor after %{)"
    ),
    'a = "%{ if b }%{ endfor }"\n': "main.tf:1:15: %{ endfor } does not belong to anything open here",
    "a = <<EOT\nb\n": (
        "main.tf:1:5: this heredoc is never closed (expected a line with EOT and nothing else, and a new line after it)"
    ),
    "/* a\n": "main.tf:1:1: this comment is never closed (expected */ before the end of the file)",
    "a = 1\n\nb = 2\na = 3\n": "main.tf:4:1: a is set twice (first on line 1)",
    "a = {b.c = 1}\n": "main.tf:1:6: a reference as an object's key stands in parentheses",
    "a = [for v c : v]\n": "main.tf:1:12: expected in after v (found c…)",
    "a = 1e999999999\n": "main.tf:1:5: this number is too large or too small (exponents are read up to 100000)",
    'b "${c}" {\n}\n': "main.tf:1:4: a block's label is plain text (interpolation is not allowed here)",
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MESSAGES.items())
def test_a_fault_says_what_was_expected_and_where(text: str, message: str) -> None:
    assert [str(diagnostic) for diagnostic in parse_file(text, "main.tf").diagnostics] == [message]


def test_what_a_module_call_passes_of_providers_has_references_as_keys() -> None:
    parsed = parse_file('module "m" {\n  providers = { azurerm.hub = azurerm.one }\n}\n', "main.tf")

    assert parsed.diagnostics == ()
    (argument,) = parsed.body.blocks[0].body.arguments
    assert isinstance(argument.expression, ObjectConstructor)
    assert isinstance(argument.expression.items[0].key, Attribute)


def test_a_message_never_shows_what_a_string_holds() -> None:
    (diagnostic,) = parse_file('password = "hunter2" "hunter3"\nc = "hunter4"\n', "main.tf").diagnostics

    assert "hunter" not in repr(diagnostic)


def test_the_first_fault_of_a_text_is_the_one_that_is_said() -> None:
    (diagnostic,) = parse_file("a = [,]\nb = 'c'\n", "main.tf").diagnostics

    assert diagnostic.place == Place("main.tf", 1, 6)


def test_what_stands_before_a_broken_item_is_kept() -> None:
    parsed = parse_file('a = 1\nb "c" {\n  d = 2\n}\ne "f" {\n  g = = 3\n}\nh = 4\n', "main.tf")

    assert [argument.name for argument in parsed.body.arguments] == ["a"]
    assert [block.type for block in parsed.body.blocks] == ["b"]
    assert len(parsed.diagnostics) == 1


def test_a_brace_that_is_missing_takes_what_follows_into_doubt() -> None:
    parsed = parse_file("a = 1\nb {\n  c = 2\n\nd {\n}\n", "main.tf")

    assert [argument.name for argument in parsed.body.arguments] == ["a"]
    assert parsed.body.blocks == ()


def test_an_argument_that_is_set_twice_has_no_value() -> None:
    (argument,) = parse_file("a = 1\na = 2\n", "main.tf").body.arguments

    assert isinstance(argument.expression, Invalid)
    assert argument.expression.message == "a is set twice"


def test_bytes_that_are_not_utf8_are_an_error_with_their_line() -> None:
    (diagnostic,) = parse_file(b"a = 1\nb = \xff\n", "main.tf").diagnostics

    assert str(diagnostic) == "main.tf:2:5: this file is not UTF-8 text (found the byte 0xff)"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    parsed = parse_file(b"\xef\xbb\xbfa = 1\n", "main.tf")

    assert parsed.diagnostics == ()
    assert parsed.body.arguments[0].span.column == 1


def test_an_expression_begins_where_it_is_said_to_stand() -> None:
    expression, diagnostics = parse_expression("a +", "-var x", line=3, column=7)

    assert isinstance(expression, Invalid)
    assert [str(diagnostic) for diagnostic in diagnostics] == [
        "-var x:3:10: expected an expression after + (found the end)"
    ]


@pytest.mark.parametrize("text", ["", "a b", "a)", "a, b", "a = b", "{"])
def test_what_is_not_one_expression_is_invalid(text: str) -> None:
    expression, diagnostics = parse_expression(text, "-var x")

    assert isinstance(expression, Invalid)
    assert len(diagnostics) == 1


def test_a_template_file_needs_no_marker_and_knows_no_escapes() -> None:
    template, diagnostics = parse_template("a\\n ${b}\n%{ if c }$${d}%{ endif }", "t.tpl")

    assert diagnostics == ()
    assert template.span == (1, 1, 2, 25)
    assert [type(part).__name__ for part in template.parts] == ["Literal", "Name", "Literal", "TemplateIf"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "(" * 5000,
        "a = " + "(" * 300 + "1" + ")" * 300,
        "a = " + "[" * 5000 + "]" * 5000,
        "a {\n" * 5000,
        "a = " + "!" * 5000 + "b",
        "a = " + "+".join(["1"] * 1000),
        "a = b" + ".c" * 1000,
        "a = b" + "[*]" * 1000,
        "a = b" + "[*].c" * 1000,
        "a = " + "b ? c : " * 1000 + "d",
        "a = " + '"${' * 1000,
        "a = " + "{ b = " * 200 + "1" + " }" * 200,
    ],
    ids=[
        "open",
        "parentheses",
        "brackets",
        "blocks",
        "prefixes",
        "sum",
        "steps",
        "splats",
        "both",
        "conditions",
        "templates",
        "objects",
    ],
)
def test_nesting_without_end_is_refused(text: str) -> None:
    (diagnostic,) = parse_file(text + "\n", "main.tf").diagnostics

    assert diagnostic.summary == "nested more than 250 levels deep"


def test_what_people_nest_is_read() -> None:
    text = "a = " + "(" * 100 + " && ".join(["b"] * 100) + ")" * 100 + "\n"

    assert parse_file(text, "main.tf").diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "a = <<E\n" + "some text with $ and %\n" * 400_000 + "E\n",
        "a = <<E\n" + "$${" * 500_000 + "\nE\n",
        'a = "' + "$" * 2_000_000 + '"\n',
        "a = <<E\n" + (" " * 1000 + "\n") * 5000 + "E\n",
        "a = {" + "/* * */" * 200_000 + "}\n",
        "a = " + "1" * 1_000_000 + "\n",
    ],
    ids=["heredoc", "escapes", "signs", "blanks", "comments", "digits"],
)
def test_long_texts_are_read_at_once(text: str) -> None:
    assert parse_file(text, "main.tf").diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "a = <<E\n" + "some text\n" * 400_000,
        "a = <<E\n" * 100_000,
        "/*" + "*" * 5_000_000,
        "a = b[" + " /**/" * 200_000,
        "\0" * 1_000_000,
        "a = " + "1." * 500_000 + "\n",
    ],
    ids=["heredoc", "heredocs", "comment", "splat", "nothing", "dots"],
)
def test_long_texts_are_refused_at_once(text: str) -> None:
    assert len(parse_file(text, "main.tf").diagnostics) == 1


def test_importing_the_syntax_costs_no_parser() -> None:
    code = "import sys, verifier.hcl.syntax; print(sorted({'lark', 'hcl2'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
