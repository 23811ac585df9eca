"""Which nodes a text becomes."""

from __future__ import annotations

from dataclasses import fields

import pytest

from verifier.hcl.nodes import Block, Body
from verifier.hcl.source import Span
from verifier.hcl.syntax import parse_expression, parse_file


def shape(node: object) -> object:
    """A node without its places, short enough to write down: a name is itself, a literal is ('=', value)."""
    match type(node).__name__:
        case "Literal":
            return ("=", node.value)  # type: ignore[attr-defined]
        case "Name":
            return node.name  # type: ignore[attr-defined]
        case "tuple":
            return tuple(shape(item) for item in node)  # type: ignore[attr-defined]
    if not hasattr(node, "span"):
        return node
    parts = [getattr(node, field.name) for field in fields(node)[1:]]  # type: ignore[arg-type]
    return (type(node).__name__, *(shape(part) for part in parts))


def read(text: str) -> object:
    expression, diagnostics = parse_expression(text, "main.tf")
    assert diagnostics == ()
    return shape(expression)


ITEM = ("SplatItem",)

TRAVERSALS = {
    "a.b.c": ("Attribute", ("Attribute", "a", "b"), "c"),
    "a[0]": ("Index", "a", ("=", 0)),
    "a.0": ("Index", "a", ("=", 0)),
    'a["k"].b': ("Attribute", ("Index", "a", ("=", "k")), "b"),
    "a.true": ("Attribute", "a", "true"),
    "a[*].b": ("Splat", "a", ("Attribute", ITEM, "b"), True),
    "a.*.b": ("Splat", "a", ("Attribute", ITEM, "b"), False),
    "a[*].b[0]": ("Splat", "a", ("Index", ("Attribute", ITEM, "b"), ("=", 0)), True),
    "a.*.b[0]": ("Index", ("Splat", "a", ("Attribute", ITEM, "b"), False), ("=", 0)),
    "a.*.b.0": ("Splat", "a", ("Index", ("Attribute", ITEM, "b"), ("=", 0)), False),
    "a[*].b[*].c": ("Splat", "a", ("Splat", ("Attribute", ITEM, "b"), ("Attribute", ITEM, "c"), True), True),
    "a.*.b[0].c": ("Attribute", ("Index", ("Splat", "a", ("Attribute", ITEM, "b"), False), ("=", 0)), "c"),
    "(a[*].b)[0]": ("Index", ("Parens", ("Splat", "a", ("Attribute", ITEM, "b"), True)), ("=", 0)),
}

OPERATORS = {
    "!!a": ("Unary", "!", ("Unary", "!", "a")),
    "- -1": ("Unary", "-", ("Unary", "-", ("=", 1))),
    "-!a": ("Unary", "-", ("Unary", "!", "a")),
    "a -12": ("Binary", "-", "a", ("=", 12)),
    "1 -12": ("Binary", "-", ("=", 1), ("=", 12)),
    "-a.b": ("Unary", "-", ("Attribute", "a", "b")),
    "!a == b": ("Binary", "==", ("Unary", "!", "a"), "b"),
    "a || b && c": ("Binary", "||", "a", ("Binary", "&&", "b", "c")),
    "a - b - c": ("Binary", "-", ("Binary", "-", "a", "b"), "c"),
    "a + b * c": ("Binary", "+", "a", ("Binary", "*", "b", "c")),
    "a == b ? c : d ? e : f": (
        "Conditional", ("Binary", "==", "a", "b"), "c", ("Conditional", "d", "e", "f"),
    ),
    "a\n # why\n && b": ("Binary", "&&", "a", "b"),
    "a /* one */ && /* two */ b": ("Binary", "&&", "a", "b"),
    "a\n- 1": ("Binary", "-", "a", ("=", 1)),
    "a\n.b": ("Attribute", "a", "b"),
}  # fmt: skip

TERMS = {
    "null": ("=", None),
    "true": ("=", True),
    '""': ("=", ""),
    '"a"': ("=", "a"),
    r'"\n\t\"\\é"': ("=", '\n\t"\\é'),
    '"$${a} %%{b}"': ("=", "${a} %{b}"),
    '"${a}"': ("TemplateWrap", "a"),
    '"${~ a ~}"': ("TemplateWrap", "a"),
    '"x${a}"': ("Template", (("=", "x"), "a")),
    '"$${a ${b}}"': ("Template", (("=", "${a "), "b", ("=", "}"))),
    '"${"${a}"}"': ("TemplateWrap", ("TemplateWrap", "a")),
    "<<E\na\nE\n": ("=", "a\n"),
    "<<-E\n    a\n      b\n\n  E\n": ("=", "a\n  b\n\n"),
    "<<_E\n${a}\n_E\n": ("Template", ("a", ("=", "\n"))),
    "<<E\nE\n": ("=", ""),
    "[]": ("TupleConstructor", ()),
    "[a, b,]": ("TupleConstructor", ("a", "b")),
    "{}": ("ObjectConstructor", ()),
    "{a = b}": ("ObjectConstructor", (("ObjectItem", ("=", "a"), "b"),)),
    "{null : 1}": ("ObjectConstructor", (("ObjectItem", ("=", "null"), ("=", 1)),)),
    "{(a) = b}": ("ObjectConstructor", (("ObjectItem", ("Parens", "a"), "b"),)),
    "{1 = a}": ("ObjectConstructor", (("ObjectItem", ("=", 1), "a"),)),
    "{\na = b\n(c) = d\n}": (
        "ObjectConstructor", (("ObjectItem", ("=", "a"), "b"), ("ObjectItem", ("Parens", "c"), "d")),
    ),
    "{a = x\n-b = y}": (
        "ObjectConstructor", (("ObjectItem", ("=", "a"), "x"), ("ObjectItem", ("Unary", "-", "b"), "y")),
    ),
    "f()": ("Call", "f", (), False),
    "f(a, b...)": ("Call", "f", ("a", "b"), True),
    "core::max(1)": ("Call", "core::max", (("=", 1),), False),
    "provider::a :: b(1)": ("Call", "provider::a::b", (("=", 1),), False),
    "[for v in c : v]": ("For", None, "v", "c", None, "v", None, False),
    "[for k, v in c : v if k]": ("For", "k", "v", "c", None, "v", "k", False),
    "{for k,\n v in c :\n k => v... if v}": ("For", "k", "v", "c", "k", "v", "v", True),
    "[for in in in : in]": ("For", None, "in", "in", None, "in", None, False),
    "é": "é",
}  # fmt: skip

DIRECTIVES = {
    '"%{ if a }x%{ endif }"': ("TemplateIf", "a", ("Template", (("=", "x"),)), ("Template", ())),
    '"%{ if a }x%{ else }y%{ endif }"': (
        "TemplateIf", "a", ("Template", (("=", "x"),)), ("Template", (("=", "y"),)),
    ),
    '"%{ for v in c }${v}%{ endfor }"': ("TemplateFor", None, "v", "c", ("Template", ("v",))),
    '"%{ for k, v in c ~}  x  %{~ endfor }"': ("TemplateFor", "k", "v", "c", ("Template", (("=", "x"),))),
    '"%{ if a }%{ for v in c }%{ if v }${v}%{ endif }%{ endfor }%{ endif }"': (
        "TemplateIf",
        "a",
        ("Template", (("TemplateFor", None, "v", "c", ("Template", (
            ("TemplateIf", "v", ("Template", ("v",)), ("Template", ())),
        ))),)),
        ("Template", ()),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "nodes"), TRAVERSALS.items())
def test_steps_belong_to_what_terraform_gives_them(text: str, nodes: object) -> None:
    assert read(text) == nodes


@pytest.mark.parametrize(("text", "nodes"), OPERATORS.items())
def test_operators_bind_as_in_terraform(text: str, nodes: object) -> None:
    assert read(text) == nodes


@pytest.mark.parametrize(("text", "nodes"), TERMS.items())
def test_terms_are_read(text: str, nodes: object) -> None:
    assert read(text) == nodes


@pytest.mark.parametrize(("text", "node"), DIRECTIVES.items())
def test_directives_nest(text: str, node: object) -> None:
    assert read(text) == ("Template", (node,))


def test_a_body_keeps_arguments_and_blocks_in_order() -> None:
    body = parse_file('a = 1\nb "x" y {\n  c {}\n  d = 2\n}\ne = 3\n', "main.tf").body

    assert [argument.name for argument in body.arguments] == ["a", "e"]
    (block,) = body.blocks
    assert (block.type, block.labels) == ("b", ("x", "y"))
    assert [inner.type for inner in block.body.blocks] == ["c"]
    assert [argument.name for argument in block.body.arguments] == ["d"]


def test_words_of_the_grammar_are_names_where_names_stand() -> None:
    body = parse_file("for = 1\nin = 2\nnull = 3\nif {\n}\n", "main.tf").body

    assert [argument.name for argument in body.arguments] == ["for", "in", "null"]
    assert [block.type for block in body.blocks] == ["if"]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a + bc", [(1, 1, 1, 7), (1, 1, 1, 2), (1, 5, 1, 7)]),
        ("a.b[0]", [(1, 1, 1, 7), (1, 1, 1, 4), (1, 5, 1, 6)]),
        ("f(\n  a,\n  b\n)", [(1, 1, 4, 2), (2, 3, 2, 4), (3, 3, 3, 4)]),
        ("!-a", [(1, 1, 1, 4), (1, 2, 1, 4)]),
    ],
)
def test_nodes_know_where_they_stand(text: str, spans: list[tuple[int, int, int, int]]) -> None:
    expression, _ = parse_expression(text, "main.tf")
    below = [getattr(expression, field.name) for field in fields(expression)[1:]]
    flat = [item for part in below for item in (part if isinstance(part, tuple) else (part,))]
    found = [expression.span, *(item.span for item in flat if hasattr(item, "span"))]

    assert found == [Span(*span) for span in spans]


def test_an_interpolation_in_an_indented_heredoc_stands_where_it_is_written() -> None:
    text = "a = <<-EOT\n    one ${b}\n    two %{ if c }${d}%{ endif }\n  EOT\n"
    template = parse_file(text, "main.tf").body.arguments[0].expression

    names = [part.span for part in template.parts if hasattr(part, "name")]  # type: ignore[union-attr]
    condition = template.parts[3]  # type: ignore[union-attr]
    assert template.span == Span(1, 5, 4, 6)
    assert names == [Span(2, 11, 2, 12)]
    assert condition.span == Span(3, 9, 3, 32)  # type: ignore[union-attr]
    assert condition.condition.span == Span(3, 15, 3, 16)  # type: ignore[union-attr]


def test_places_go_on_behind_strings_that_span_lines() -> None:
    body = parse_file('a = "${\n  b\n}"\nc = <<E\nx\ny\nE\nd = 1\n/*\n*/ e = 2\n', "main.tf").body

    assert [(a.name, a.span.line, a.span.column) for a in body.arguments] == [
        ("a", 1, 1), ("c", 4, 1), ("d", 8, 1), ("e", 10, 4),
    ]  # fmt: skip


def test_a_block_spans_from_its_type_to_its_brace() -> None:
    body = parse_file('\nresource "a" "b" {\n  c = 1\n}\n', "main.tf").body

    assert body.blocks[0].span == Span(2, 1, 4, 2)
    assert body.blocks[0].body.span == Span(2, 18, 4, 2)


def test_carriage_returns_move_no_column() -> None:
    body = parse_file("a = 1\r\nb = c\r\n", "main.tf").body

    assert body.arguments[1].expression.span == Span(2, 5, 2, 6)


def test_strings_are_in_unicode_normal_form() -> None:
    assert read('"e\u0301"') == ("=", "\u00e9")


def test_bodies_are_of_their_own_kind() -> None:
    body = parse_file("a {\n}\n", "main.tf").body

    assert isinstance(body, Body)
    assert isinstance(body.blocks[0], Block)
