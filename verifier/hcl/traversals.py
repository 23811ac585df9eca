"""What an expression reads, without evaluating it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from verifier.hcl.nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Name,
    ObjectConstructor,
    Parens,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateWrap,
    TupleConstructor,
    Unary,
)
from verifier.hcl.source import Span

Steps: TypeAlias = tuple[str | int, ...]


class Traversal(NamedTuple):
    """`root` and the literal steps after it: attribute names, string keys, whole-number indices.

    `var.list[0].name` is ("var", ("list", 0, "name")); a step that is itself an expression ends it.
    """

    root: str
    steps: Steps
    span: Span


def static_traversals(expression: TemplatePart) -> list[Traversal]:
    """Every variable that the expression refers to, in source order, as deep as literal steps go.

    Names that a for expression or a template's for binds are not variables.
    """
    found: list[Traversal] = []
    pending: list[tuple[TemplatePart, frozenset[str]]] = [(expression, frozenset())]
    while pending:
        node, bound = pending.pop()
        if isinstance(node, Name | Attribute | Index):
            root, steps, keys = _steps(node)
            pending.extend((key, bound) for key in reversed(keys))
            if not isinstance(root, Name):
                pending.append((root, bound))
            elif root.name not in bound:
                found.append(Traversal(root.name, steps, node.span))
        else:
            pending.extend(reversed(list(_children(node, bound))))
    return found


def functions_called(expression: TemplatePart) -> list[str]:
    """The names of the functions that the expression calls, in source order."""
    return [node.name for node in parts_of(expression) if isinstance(node, Call)]


def parts_of(expression: TemplatePart) -> list[TemplatePart]:
    """The expression and everything below it, in source order."""
    found: list[TemplatePart] = []
    pending: list[TemplatePart] = [expression]
    while pending:
        node = pending.pop()
        found.append(node)
        pending.extend(reversed([child for child, _ in _children(node, frozenset())]))
    return found


def _steps(node: Expression) -> tuple[Expression, Steps, list[Expression]]:
    """The root expression, the literal steps directly after it, and the keys that have to be looked at themselves."""
    steps: list[str | int] = []
    keys: list[Expression] = []
    while isinstance(node, Attribute | Index):
        step = node.name if isinstance(node, Attribute) else _literal_step(node.key)
        if step is None:
            steps.clear()
            keys.insert(0, node.key)  # type: ignore[union-attr]  # only an index has a step that is not literal
        else:
            steps.insert(0, step)
        node = node.object
    return node, tuple(steps), keys


def _literal_step(key: Expression) -> str | int | None:
    if isinstance(key, Literal):
        if isinstance(key.value, str):
            return key.value
        if isinstance(key.value, Decimal) and key.value == key.value.to_integral_value():
            return int(key.value)
    return None


def _children(  # noqa: C901 - one case a kind of node
    node: TemplatePart, bound: frozenset[str]
) -> Iterator[tuple[TemplatePart, frozenset[str]]]:
    inner: tuple[TemplatePart | None, ...]
    match node:
        case For():
            yield node.collection, bound
            names = bound | {node.value_name} | ({node.key_name} if node.key_name else set())
            for part in (node.key, node.value, node.condition):
                if part is not None:
                    yield part, names
            return
        case TemplateFor():
            yield node.collection, bound
            yield node.body, bound | {node.value_name} | ({node.key_name} if node.key_name else set())
            return
        case Template():
            inner = node.parts
        case TemplateWrap() | Parens():
            inner = (node.inner,)
        case TemplateIf():
            inner = (node.condition, node.then, node.otherwise)
        case Splat():
            inner = (node.object, node.each)
        case Attribute():
            inner = (node.object,)
        case Index():
            inner = (node.object, node.key)
        case Call():
            inner = node.arguments
        case Unary():
            inner = (node.operand,)
        case Binary():
            inner = (node.left, node.right)
        case Conditional():
            inner = (node.condition, node.then, node.otherwise)
        case TupleConstructor():
            inner = node.items
        case ObjectConstructor():
            inner = tuple(part for item in node.items for part in (item.key, item.value))
        case _:
            inner = ()
    for child in inner:
        if child is not None:
            yield child, bound
