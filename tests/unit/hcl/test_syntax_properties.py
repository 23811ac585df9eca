"""Whatever the text, a parse ends with nodes or a place; whatever the nodes, they can be written and read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.hcl.nodes import Body
from verifier.hcl.source import Span
from verifier.hcl.syntax import parse_expression, parse_file, parse_json, parse_template
from verifier.hcl.syntax.encoding import decode, encode

FRAGMENTS = [
    *'!-"{}~\n[]()=.*,:?+$%\\#é\u00a0\r\t ',
    *("${", "%{", "$${", "[*]", ".*", "a", "for", "in", "if", "=>", "...", "12", "0.5", "//", "/*", "*/", "::"),
    *("<<E\n", "<<-E\n", "E\n", '"x"', "null", "true", "&&", "==", "e5", "\r\n", "else", "endif", "endfor", "~}"),
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))

NAMES = st.sampled_from(["a", "b_c", "d-e", "for", "in", "if", "résumé"])
NUMBERS = st.sampled_from(["0", "12", "1.5", "1e3", "340282366920938463463374607431768211456"])
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="$%\r"), max_size=8)


def _extended(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    item = st.tuples(st.just("item"), WORDS, inner)
    part = st.one_of(st.tuples(st.just("text"), WORDS.filter(bool)), inner)
    return st.one_of(
        st.tuples(st.just("attribute"), inner, NAMES),
        st.tuples(st.just("index"), inner, inner),
        st.tuples(
            st.just("call"), NAMES.filter(lambda name: name not in ("for", "if", "in")), st.lists(inner, max_size=3)
        ),
        st.tuples(st.just("unary"), st.sampled_from("!-"), inner),
        st.tuples(
            st.just("binary"),
            st.sampled_from(["||", "&&", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%"]),
            inner,
            inner,
        ),
        st.tuples(st.just("conditional"), inner, inner, inner),
        st.tuples(st.just("tuple"), st.lists(inner, max_size=3)),
        st.tuples(st.just("object"), st.lists(item, max_size=3)),
        st.tuples(st.just("for"), inner, inner, st.one_of(st.none(), inner)),
        st.tuples(st.just("template"), st.lists(part, min_size=2, max_size=4)),
        st.tuples(st.just("if"), inner, WORDS, inner),
    )


EXPRESSIONS = st.recursive(
    st.one_of(
        st.tuples(st.just("name"), NAMES.filter(lambda name: name != "for")),
        st.tuples(st.just("number"), NUMBERS),
        st.tuples(st.just("string"), WORDS),
        st.tuples(st.just("word"), st.sampled_from(["true", "false", "null"])),
    ),
    _extended,
    max_leaves=12,
)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return escaped.replace("\t", "\\t")


def written(tree: Any) -> str:
    """The expression as text, each part in parentheses."""
    kind, *parts = tree
    return str(WRITERS[kind](*parts))


def _for(collection: Any, value: Any, condition: Any) -> str:
    only = "" if condition is None else f" if ({written(condition)})"
    return f"[for k, v in ({written(collection)}) : ({written(value)}){only}]"


def _if(condition: Any, then: str, otherwise: Any) -> str:
    return f'"%{{ if ({written(condition)}) }}{quoted(then)}%{{ else }}${{{written(otherwise)}}}%{{ endif }}"'


WRITERS: dict[str, Callable[..., str]] = {
    "name": str,
    "number": str,
    "word": str,
    "string": lambda text: f'"{quoted(text)}"',
    "attribute": lambda below, name: f"({written(below)}).{name}",
    "index": lambda below, key: f"({written(below)})[{written(key)}]",
    "call": lambda name, arguments: f"{name}({', '.join(map(written, arguments))})",
    "unary": lambda operator, below: f"{operator}({written(below)})",
    "binary": lambda operator, left, right: f"({written(left)}) {operator} ({written(right)})",
    "conditional": lambda a, b, c: f"({written(a)}) ? ({written(b)}) : ({written(c)})",
    "tuple": lambda items: f"[{', '.join(map(written, items))}]",
    "object": lambda items: "{" + "\n".join(f'"{quoted(key)}" = {written(value)}' for _, key, value in items) + "}",
    "for": _for,
    "template": lambda parts: '"' + "".join(map(_part, parts)) + '"',
    "if": _if,
}


def _part(part: Any) -> str:
    return quoted(part[1]) if part[0] == "text" else f"${{({written(part)})}}"


def shape(node: Any) -> Any:
    """A node without places and parentheses."""
    if isinstance(node, tuple) and not isinstance(node, Span):
        return [shape(item) for item in node]
    kind = type(node).__name__
    if kind == "Parens":
        return shape(node.inner)
    if not hasattr(node, "span"):
        return node
    return [kind, *(shape(getattr(node, field.name)) for field in fields(node)[1:])]


@given(TEXTS)
def test_any_text_ends_in_nodes_or_a_diagnostic(text: str) -> None:
    parsed = parse_file(text, "main.tf")
    expression, diagnostics = parse_expression(text, "main.tf")
    template, _ = parse_template(text, "main.tf")

    for diagnostic in (*parsed.diagnostics, *diagnostics):
        assert diagnostic.place is not None
        assert 1 <= diagnostic.place.line <= text.count("\n") + 1
    assert isinstance(parsed.body, Body)
    assert hasattr(expression, "span")
    assert hasattr(template, "span")


@given(st.binary(max_size=60))
def test_any_bytes_end_in_nodes_or_a_diagnostic(content: bytes) -> None:
    assert isinstance(parse_file(content, "main.tf").body, Body)
    parse_json(content, "main.tfvars.json", templates=True)


@given(EXPRESSIONS)
@settings(max_examples=200)
def test_an_expression_survives_being_written(tree: Any) -> None:
    text = written(tree)
    first, diagnostics = parse_expression(text, "main.tf")
    again, _ = parse_expression(f"(\n  {text}\n)", "main.tf")

    assert diagnostics == (), text
    assert shape(first) == shape(again)
    assert _matches(tree, first)


def _matches(tree: Any, node: Any) -> bool:
    """Whether the node is of the tree's kind all the way down the first operands."""
    while type(node).__name__ == "Parens":
        node = node.inner
    expected = {
        "name": "Name", "number": "Literal", "string": "Literal", "word": "Literal", "attribute": "Attribute",
        "index": "Index", "call": "Call", "unary": "Unary", "binary": "Binary", "conditional": "Conditional",
        "tuple": "TupleConstructor", "object": "ObjectConstructor", "for": "For", "template": "Template",
        "if": "Template",
    }  # fmt: skip
    if tree[0] == "template" and all(part[0] == "text" for part in tree[1]):
        return type(node).__name__ == "Literal"
    if type(node).__name__ != expected[tree[0]]:
        return False
    below = {"attribute": "object", "index": "object", "binary": "left", "unary": "operand", "conditional": "condition"}
    if tree[0] in below:
        first = next(part for part in tree[1:] if isinstance(part, tuple))
        return _matches(first, getattr(node, below[tree[0]]))
    return True


@given(st.one_of(TEXTS, EXPRESSIONS.map(lambda tree: f"a = {written(tree)}\n")))
def test_nodes_survive_the_cache(text: str) -> None:
    parsed = parse_file(text, "main.tf")

    decoded = decode(encode(parsed.body, [], parsed.comments))

    assert decoded is not None
    assert _with_places(decoded[0]) == _with_places(parsed.body)


def _with_places(node: Any) -> Any:
    if isinstance(node, tuple) and not isinstance(node, Span):
        return [_with_places(item) for item in node]
    if not hasattr(node, "span"):
        return (type(node), node)
    return [type(node).__name__, *(_with_places(getattr(node, field.name)) for field in fields(node))]
