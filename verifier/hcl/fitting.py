"""Which types become which, as far as types alone say it."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.hcl.types import (
    ANY,
    STRING,
    Dynamic,
    ListOf,
    MapOf,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    Type,
    without_optional,
)
from verifier.hcl.unify import unify


def filled(to: Type, given: Type) -> Type:
    """`to`, with its `any` parts taken from the given type where that has the same shape."""
    match to, given:
        case Dynamic(), _:
            return given
        case ((ListOf(wanted) | SetOf(wanted) | MapOf(wanted)), (ListOf(inner) | SetOf(inner) | MapOf(inner))):
            return type(to)(filled(wanted, inner))
        case ((ListOf(Dynamic()) | SetOf(Dynamic())), TupleOf(items)):
            return type(to)(unify(items) or ANY)
        case MapOf(Dynamic()), ObjectOf(attributes):
            return MapOf(unify(list(attributes.values())) or ANY)
        case ObjectOf(wanted_attributes), ObjectOf(attributes):
            return ObjectOf({n: filled(w, attributes.get(n, ANY)) for n, w in wanted_attributes.items()})
        case _:
            return without_optional(to)


def convertible(given: Type, wanted: Type) -> bool:
    """Whether some value of the given type becomes one of the wanted type; a string may still not be a number."""
    match given, wanted:
        case (_, Dynamic()) | (Dynamic(), _):
            return True
        case Primitive(), Primitive():
            return given == wanted or STRING in (given, wanted)
        case ((ListOf(inner) | SetOf(inner)), (ListOf(element) | SetOf(element))):
            return convertible(inner, element)
        case MapOf(inner), MapOf(element):
            return convertible(inner, element)
        case MapOf(inner), ObjectOf(attributes):
            return all(convertible(inner, of) for of in attributes.values())
        case TupleOf(items), (ListOf(element) | SetOf(element)):
            return _all_convertible(items, element)
        case TupleOf(items), TupleOf(elements):
            return len(items) == len(elements) and all(map(convertible, items, elements))
        case ObjectOf(given_attributes), MapOf(element):
            return _all_convertible(tuple(given_attributes.values()), element)
        case ObjectOf(given_attributes), ObjectOf(attributes, optional):
            return all(
                convertible(given_attributes[name], of) if name in given_attributes else name in optional
                for name, of in attributes.items()
            )
        case _:
            return False


def _all_convertible(items: Sequence[Type], element: Type) -> bool:
    if not items:
        return True
    if isinstance(element, Dynamic):
        return unify(items) is not None
    return all(convertible(item, element) for item in items)
