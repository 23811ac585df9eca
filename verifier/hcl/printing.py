"""Values and types as `terraform console` prints them.

Source: the output of `terraform console` 1.11 for values of every type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.access import elements
from verifier.hcl.types import (
    Dynamic,
    ListOf,
    MapOf,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    Type,
    describe,
)
from verifier.hcl.values import Unknown, Value

KNOWN_AFTER_APPLY = "(known after apply)"
SENSITIVE = "(sensitive value)"

_COLLECTIONS = {ListOf: "list", SetOf: "set", MapOf: "map"}
_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
}


def printed(value: Value, indent: int = 0) -> str:
    """The value over as many lines as it takes; further lines stand `indent` columns further in.

    >>> print(printed(evaluated('{ a = 1, b = ["x"] }')))
    {
      "a" = 1
      "b" = [
        "x",
      ]
    }

    Of a resource's own object only what the configuration gives is known; a last line says so.
    """
    content = value.content
    if value.sensitive:
        return SENSITIVE
    if isinstance(content, Unknown):
        return KNOWN_AFTER_APPLY
    if content is None:
        return _null(value.type)
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, Decimal):
        return numbers.text(content)
    if isinstance(content, str):
        return _heredoc(content, indent) if "\n" in content else quoted(content)
    body = _braced(value, indent) if isinstance(value.type, MapOf | ObjectOf) else _bracketed(value, indent)
    collection = _COLLECTIONS.get(type(value.type))
    return body if collection is None else f"to{collection}({body})"


def in_line(value: Value, most: int = 60) -> str:
    """The value on one line, for people: what is longer than `most` characters is cut, a collection to its size."""
    content = value.content
    if content is None and not value.sensitive:
        return "null"
    if value.sensitive or content is None or isinstance(content, Unknown | bool | Decimal):
        return printed(value)
    if isinstance(content, str):
        text = quoted(content)
        return text if len(text) <= most else f'{quoted(content[: most - 3])[:-1]}…"'
    opening, closing = "{}" if isinstance(value.type, MapOf | ObjectOf) else "[]"
    items = []
    room = most
    for key, item in elements(value):
        name = f"{_name(key)} = " if opening == "{" else ""
        items.append(name + in_line(item, max(room, 1)))
        room -= len(items[-1]) + 2
        if room < 0:
            return f"{opening}…{closing} with {len(content)} element{'' if len(content) == 1 else 's'}"
    inside = ", ".join([*items, *(["…"] if value.reference is not None else [])])
    space = " " if opening == "{" and inside else ""
    return f"{opening}{space}{inside}{space}{closing}"


def _name(key: Value) -> str:
    text = str(key.content)
    return text if text.replace("-", "_").isidentifier() else quoted(text)


def quoted(text: str) -> str:
    """The text in double quotes, with what cannot be printed written out."""
    return '"' + "".join(map(_character, text)) + '"'


def printed_type(of: Type, indent: int = 0) -> str:
    """The type as the console's `type` function prints it."""
    match of:
        case Primitive(name):
            return name
        case Dynamic():
            return "dynamic"
        case ListOf(element) | SetOf(element) | MapOf(element):
            opening = f"{_COLLECTIONS[type(of)]}("
            if isinstance(element, TupleOf | ObjectOf):
                return _listed(opening, ")", iter((_printer("", element),)), indent)
            return f"{opening}{printed_type(element, indent)})"
        case TupleOf(items):
            return _listed("tuple([", "])", (_printer("", item) for item in items), indent)
        case ObjectOf(attributes):
            members = (_printer(f"{name}: ", attributes[name]) for name in sorted(attributes))
            return _listed("object({", "})", members, indent)


def _printer(before: str, of: Type) -> Callable[[int], str]:
    return lambda deeper: before + printed_type(of, deeper)


def _listed(opening: str, closing: str, members: Iterator[Callable[[int], str]], indent: int) -> str:
    deeper = indent + 4
    lines = [f"{' ' * deeper}{member(deeper)},\n" for member in members]
    return f"{opening}\n{''.join(lines)}{' ' * indent}{closing}" if lines else opening + closing


def _null(of: Type) -> str:
    match of:
        case Dynamic():
            return "null"
        case Primitive(name):
            return f"to{name}(null)"
        case ListOf(element) | SetOf(element) | MapOf(element):
            return f"to{_COLLECTIONS[type(of)]}(null) /* of {_friendly(element)} */"
        case _:
            return f"null /* {_friendly(of)} */"


def _friendly(of: Type) -> str:
    return "dynamic" if isinstance(of, Dynamic) else describe(of)


def _character(character: str) -> str:
    escaped = _ESCAPES.get(character)
    if escaped is not None:
        return escaped
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _heredoc(text: str, indent: int) -> str:
    lines = text.split("\n")
    delimiter = "EOT"
    taken = {line.strip() for line in lines}
    while delimiter in taken:
        delimiter += "_"
    margin = " " * indent
    body = "".join(f"\n{margin}{line}" for line in (*lines, delimiter))
    return f"{'<<-' if indent else '<<'}{delimiter}{body}"


def _braced(value: Value, indent: int) -> str:
    deeper = indent + 2
    lines = [f"{printed(key, deeper)} = {printed(item, deeper)}" for key, item in elements(value)]
    if value.reference is not None:
        lines.append(f"# and what its provider adds: {KNOWN_AFTER_APPLY}")
    return _between("{", "}", lines, indent)


def _bracketed(value: Value, indent: int) -> str:
    deeper = indent + 2
    return _between("[", "]", [f"{printed(item, deeper)}," for _, item in elements(value)], indent)


def _between(opening: str, closing: str, lines: list[str], indent: int) -> str:
    margin = " " * (indent + 2)
    body = "".join(f"\n{margin}{line}" for line in lines)
    return f"{opening}{body}\n{' ' * indent}{closing}" if lines else opening + closing
