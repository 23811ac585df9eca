"""Reaching into a value: attributes, indices and elements, with what a resource does not say known after apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import replace
from verifier.hcl.types import (
    ANY,
    NUMBER,
    STRING,
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
from verifier.hcl.values import Unknown, Value, number, reference_origin, string


def attribute(value: Value, name: str) -> Value:
    """`value.name`."""
    if value.content is None:
        raise EvaluationError(f"the value is null, so it has no attribute {name!r}")
    found = value.attribute(name)
    if found is not None:
        return found
    match value.type:
        case ListOf(ObjectOf()) | SetOf(ObjectOf()) | TupleOf():
            raise EvaluationError(
                f"a {describe(value.type)} has no attribute {name!r}; use [*].{name} or an index for its elements"
            )
        case MapOf():
            raise EvaluationError(f"this map has no element with the key {name!r}")
        case ObjectOf():
            raise EvaluationError(f"this object has no attribute named {name!r}")
        case other:
            raise EvaluationError(f"a {describe(other)} has no attributes, so it has no {name!r}")


def index(value: Value, key: Value) -> Value:
    """`value[key]`."""
    if value.content is None:
        raise EvaluationError("the value is null, so it has no elements")
    if key.content is None:
        raise EvaluationError("null cannot be an index")
    sensitive = value.sensitive or key.sensitive
    of = value.type
    if isinstance(of, Dynamic) or isinstance(key.type, Dynamic):
        return _unknown_element(ANY, value, key).marked(sensitive=sensitive)
    if isinstance(of, ListOf | TupleOf):
        return _positioned(value, key).marked(sensitive=sensitive)
    if isinstance(of, MapOf | ObjectOf):
        return _keyed(value, key).marked(sensitive=sensitive)
    if isinstance(of, SetOf):
        raise EvaluationError("the elements of a set have no index; use tolist(...) or a for expression")
    raise EvaluationError(f"a {describe(of)} has no indices")


def _positioned(value: Value, key: Value) -> Value:
    position = _key_as(key, NUMBER)
    content = value.content
    element: Type = value.type.element if isinstance(value.type, ListOf) else ANY
    if isinstance(position.content, Decimal):
        where = position.content
        if not numbers.is_integer(where):
            raise EvaluationError(f"an index is a whole number, and this is {numbers.text(where)}")
        at = int(where)
        if at < 0 and not isinstance(content, Unknown):
            raise EvaluationError("an index counts from zero, and this is negative")
        count = len(value.type.elements) if isinstance(value.type, TupleOf) else None
        if isinstance(content, tuple):
            count = len(content)
        if count is not None and at >= count:
            elements = f"{count} element{'' if count == 1 else 's'}"
            raise EvaluationError(f"there is no element {at} in a {describe(value.type)} with {elements}")
        if isinstance(content, tuple):
            return content[at]
        if isinstance(value.type, TupleOf):
            element = value.type.elements[at]
    return _unknown_element(element, value, position)


def _keyed(value: Value, key: Value) -> Value:
    name = _key_as(key, STRING)
    content = value.content
    if isinstance(name.content, str):
        if isinstance(content, Unknown) and isinstance(value.type, ObjectOf):
            return _unknown_element(ANY, value, name)
        found = value.attribute(name.content)
        if found is None:
            kind = "map" if isinstance(value.type, MapOf) else "object"
            shown = "that key" if key.sensitive else f"the key {name.content!r}"
            raise EvaluationError(f"this {kind} has no element with {shown}")
        return found
    return _unknown_element(value.type.element if isinstance(value.type, MapOf) else ANY, value, name)


def _key_as(key: Value, of: Primitive) -> Value:
    try:
        return convert(key, of)
    except EvaluationError:
        raise EvaluationError(f"an index here is a {describe(of)}, and this is a {describe(key.type)}") from None


def _unknown_element(of: Type, value: Value, key: Value) -> Value:
    """The element of an unknown, or at an unknown key."""
    if isinstance(value.content, Unknown):
        waits = value.content.step(_index_text(key))
        if isinstance(key.content, Unknown):
            waits = replace(waits, derived=True, references=(*value.content.references, *key.content.references))
    elif isinstance(key.content, Unknown):
        waits = Unknown(key.content.because, key.content.references, derived=True)
    else:
        raise EvaluationError(f"a {describe(value.type)} has no indices")
    return Value(of, waits, reference_origin(waits, value.origin))


def _index_text(key: Value) -> str:
    if isinstance(key.content, Decimal):
        return f"[{numbers.text(key.content)}]"
    return f'["{key.content}"]' if isinstance(key.content, str) else "[…]"


def elements(value: Value) -> Iterator[tuple[Value, Value]]:
    """Key and value of each element of a known collection, in Terraform's order.

    Keys of lists and tuples are numbers from zero, of maps and objects their names sorted; an element of a set is its
    own key.
    """
    content = value.content
    if isinstance(content, Mapping):
        for name in sorted(content):
            yield string(name), content[name]
    elif isinstance(content, tuple):
        own_key = isinstance(value.type, SetOf)
        for position, item in enumerate(content):
            yield (item if own_key else number(position)), item
