"""The order of a set's elements, and which of them are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from verifier.hcl.values import Unknown, contains_sensitive, without_marks

if TYPE_CHECKING:
    from verifier.hcl.values import Value

Key: TypeAlias = tuple[int, str | Decimal | bool | bytes]

_KNOWN, _UNKNOWN, _NULL = 0, 1, 2


def arranged(items: Iterable[Value]) -> tuple[tuple[Value, ...], bool]:
    """The items in Terraform's order without duplicates, and whether any of them was sensitive.

    Strings sort by code point, numbers by size, false before true, compound values by an arbitrary but fixed text.
    Unknown items are never duplicates of anything.
    """
    hidden = False
    kept: dict[object, Value] = {}
    for position, item in enumerate(items):
        if contains_sensitive(item):
            hidden = True
            item = without_marks(item)  # noqa: PLW2901 - the mark moves to the set
        key = identity(item)
        kept.setdefault(key if key is not None else ("unknown", position), item)
    return tuple(sorted(kept.values(), key=_order)), hidden


def identity(value: Value) -> str | None:
    """A text that two values of one type share when they are equal; None when an unknown makes that undecidable."""
    text = _text(value, exact=True)
    return None if text is None else text


def _order(value: Value) -> Key:
    content = value.content
    if content is None:
        return _NULL, b""
    if isinstance(content, Unknown):
        return _UNKNOWN, b""
    if isinstance(content, str | Decimal | bool):
        return _KNOWN, content
    return _KNOWN, (_text(value, exact=False) or "").encode("utf-8", "surrogatepass")


def _text(value: Value, *, exact: bool) -> str | None:
    content = value.content
    if isinstance(content, Unknown):
        return None if exact else "?"
    if content is None:
        return "~"
    if isinstance(content, bool):
        return "T" if content else "F"
    if isinstance(content, Decimal):
        return str(content.normalize()) if exact else format(content, ".10g")
    if isinstance(content, str):
        return '"' + content.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    pairs = content.items() if isinstance(content, Mapping) else ((None, item) for item in content)
    return _compound(sorted(pairs, key=lambda p: p[0]) if isinstance(content, Mapping) else list(pairs), value, exact)


def _compound(pairs: list[tuple[str | None, Value]], value: Value, exact: bool) -> str | None:  # noqa: FBT001
    from verifier.hcl.types import MapOf, ObjectOf, TupleOf

    parts = []
    for key, item in pairs:
        inner = _text(item, exact=exact)
        if inner is None:
            return None
        parts.append(f'"{key}":{inner};' if isinstance(value.type, MapOf) else f"{inner};")
    body = "".join(parts)
    if isinstance(value.type, MapOf):
        return "{" + body + "}"
    return f"<{body}>" if isinstance(value.type, ObjectOf | TupleOf) else f"[{body}]"
