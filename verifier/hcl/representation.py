"""Values as Terraform's JSON plans represent them: what is known, and beside it which parts are unknown or sensitive.

Source: Terraform's documentation of its JSON output format, and plans that Terraform 1.11 wrote. One thing is different
on purpose: a sensitive value is null here, where Terraform writes it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from verifier.hcl import numbers
from verifier.hcl.types import ANY, ListOf, MapOf, ObjectOf, Primitive, SetOf, TupleOf, Type
from verifier.hcl.values import Unknown, Value

Tree: TypeAlias = "str | int | Decimal | bool | list[Tree] | dict[str, Tree] | None"
"""JSON, with numbers of any precision."""

_IDENTIFIER = "id"
"""What every resource has, and its configuration never gives."""


def known_part(value: Value) -> Tree:
    """The value without what is unknown: left out of objects and maps, null in sequences, as is what is sensitive."""
    content = value.content
    if value.sensitive or content is None or isinstance(content, Unknown):
        return None
    if isinstance(content, str | bool | Decimal):
        return content
    if isinstance(content, tuple):
        return [known_part(item) for item in content]
    return {name: known_part(content[name]) for name in sorted(content) if content[name].is_known}


def unknown_part(value: Value) -> Tree:
    """Where the value is unknown: true there, false or left out elsewhere, in the shape of the value.

    Of a resource's own object the rest of the attributes is the provider's; its id stands for them.
    """
    content = value.content
    if isinstance(content, Unknown):
        return True
    if isinstance(content, tuple):
        return [unknown_part(item) for item in content]
    if not isinstance(content, Mapping):
        return False
    parts = {name: unknown_part(content[name]) for name in sorted(content)}
    if value.reference is not None:
        parts.setdefault(_IDENTIFIER, True)
    return _without_false(parts)


def sensitive_part(value: Value) -> Tree:
    """Where the value is sensitive: true there, false or left out elsewhere, in the shape of the value."""
    content = value.content
    if value.sensitive:
        return True
    if content is None:
        return False
    if isinstance(value.type, ListOf | SetOf | TupleOf):
        return [sensitive_part(item) for item in content] if isinstance(content, tuple) else []
    if isinstance(value.type, MapOf | ObjectOf):
        inner = content if isinstance(content, Mapping) else {}
        return _without_false({name: sensitive_part(inner[name]) for name in sorted(inner)})
    if isinstance(content, tuple):
        return [sensitive_part(item) for item in content]
    return False


def true_type(value: Value) -> Type:
    """The type as far as it is certain: a resource's own object has attributes that only its provider knows."""
    content = value.content
    if value.reference is not None:
        return ANY
    if isinstance(content, tuple) and isinstance(value.type, TupleOf):
        return TupleOf(tuple(map(true_type, content)))
    if isinstance(content, Mapping) and isinstance(value.type, ObjectOf):
        return ObjectOf({name: true_type(item) for name, item in content.items()})
    return value.type


def type_notation(of: Type) -> Tree:
    """A type as Terraform's JSON has it: `"string"`, `["list", "string"]`, `["object", {"a": "number"}]`."""
    match of:
        case Primitive(name):
            return name
        case ListOf(element):
            return ["list", type_notation(element)]
        case SetOf(element):
            return ["set", type_notation(element)]
        case MapOf(element):
            return ["map", type_notation(element)]
        case TupleOf(elements):
            return ["tuple", [type_notation(element) for element in elements]]
        case ObjectOf(attributes):
            return ["object", {name: type_notation(attributes[name]) for name in sorted(attributes)}]
        case _:
            return "dynamic"


def json_text(tree: Tree, indent: int | None = None) -> str:
    """The tree as JSON text, numbers with all their digits; on one line unless `indent` says otherwise.

    JSON has no infinity: it is the string "+Inf" or "-Inf".
    """
    return "".join(_written(tree, indent, "\n"))


def _written(tree: Tree, indent: int | None, newline: str) -> Iterator[str]:
    if isinstance(tree, Decimal):
        yield numbers.text(tree) if tree.is_finite() else json.dumps(numbers.text(tree))
    elif isinstance(tree, list | dict) and tree:
        opening, closing = "[]" if isinstance(tree, list) else "{}"
        deeper = newline + " " * indent if indent else ""
        between = f",{deeper}" if indent else ", "
        yield opening + deeper
        members = [("", item) for item in tree] if isinstance(tree, list) else _named(tree)
        for number, (name, item) in enumerate(members):
            yield (between if number else "") + name
            yield from _written(item, indent, deeper)
        yield (newline if indent else "") + closing
    else:
        yield json.dumps(tree, ensure_ascii=False)


def _named(tree: dict[str, Tree]) -> list[tuple[str, Tree]]:
    return [(f"{json.dumps(name, ensure_ascii=False)}: ", item) for name, item in tree.items()]


def _without_false(parts: dict[str, Tree]) -> Tree:
    return {name: part for name, part in parts.items() if part is not False}
