"""What is certain about a value, known or not: how big a number, how many elements, whether it can be null."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from verifier.hcl.frozen import replace
from verifier.hcl.types import ListOf, MapOf, SetOf
from verifier.hcl.values import ANYTHING, Unknown, Value

NumberRange: TypeAlias = tuple[Decimal | None, Decimal | None]
LengthRange: TypeAlias = tuple[int, int | None]

_MANY = 10_000


def number_range(value: Value) -> NumberRange:
    """Lowest and highest that a number can be, None where nothing is certain."""
    if isinstance(value.content, Decimal):
        return value.content, value.content
    if isinstance(value.content, Unknown):
        return value.content.bounds.lowest, value.content.bounds.highest
    return None, None


def length_range(value: Value) -> LengthRange:
    """Fewest and most elements that a collection can have, None where there is no limit.

    Unknown elements of a set may turn out equal to others.
    """
    content = value.content
    if isinstance(content, Unknown):
        return content.bounds.shortest, content.bounds.longest
    if isinstance(content, tuple):
        if isinstance(value.type, SetOf) and content and not value.is_wholly_known:
            return 1, len(content)
        return len(content), len(content)
    return (len(content), len(content)) if isinstance(content, Mapping) else (0, None)


def settled(value: Value) -> Value:
    """The value itself, or for an unknown list of certain length, the list of that many unknowns.

    An unknown collection that is certainly empty is an empty one.
    """
    content, of = value.content, value.type
    if not isinstance(content, Unknown) or not isinstance(of, ListOf | SetOf | MapOf) or not content.bounds.not_null:
        return value
    shortest, longest = content.bounds.shortest, content.bounds.longest
    if longest == 0:
        return replace(value, content={} if isinstance(of, MapOf) else ())
    if shortest != longest or isinstance(of, MapOf) or (isinstance(of, SetOf) and longest != 1) or longest > _MANY:
        return value
    item = Value(of.element, replace(content, derived=True, bounds=ANYTHING), value.origin)
    return replace(value, content=(item,) * longest)


def certainly_not_null(value: Value) -> bool:
    """Whether the value cannot be null, even if it is unknown."""
    return value.content.bounds.not_null if isinstance(value.content, Unknown) else not value.is_null
