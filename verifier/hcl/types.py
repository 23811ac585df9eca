"""Terraform's types: what a value is, and what a variable's `type` asks of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from verifier.hcl.frozen import field, frozen

if TYPE_CHECKING:
    from verifier.hcl.source import Place
    from verifier.hcl.values import Value


@frozen()
class Primitive:
    """string, number or bool."""

    name: str


@frozen()
class Dynamic:
    """`any` in a constraint; the type of null and of an unknown whose type is not known either."""


@frozen()
class ListOf:
    """list(element)."""

    element: Type


@frozen()
class SetOf:
    """set(element). Elements of a value are kept without duplicates, in Terraform's order."""

    element: Type


@frozen()
class MapOf:
    """map(element). Keys of a value are kept sorted."""

    element: Type


@frozen()
class TupleOf:
    """tuple([…]): what `[a, b]` makes."""

    elements: tuple[Type, ...]


@frozen()
class Optional:
    """`optional(type, default)` of one attribute: the default, already of the attribute's type, and where it stands."""

    default: Value | None
    place: Place
    text: str


@frozen()
class ObjectOf:
    """object({…}): what `{a = 1}` makes. `optional` is filled only in constraints."""

    attributes: Mapping[str, Type]
    optional: Mapping[str, Optional] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(frozenset(self.attributes))


Type: TypeAlias = Primitive | Dynamic | ListOf | SetOf | MapOf | TupleOf | ObjectOf

STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
ANY = Dynamic()


def without_optional(of: Type) -> Type:
    """The type of a value: the constraint without its optional() marks, at any depth."""
    match of:
        case ListOf(element):
            return ListOf(without_optional(element))
        case SetOf(element):
            return SetOf(without_optional(element))
        case MapOf(element):
            return MapOf(without_optional(element))
        case TupleOf(elements):
            return TupleOf(tuple(map(without_optional, elements)))
        case ObjectOf(attributes):
            return ObjectOf({name: without_optional(inner) for name, inner in attributes.items()})
        case _:
            return of


def has_dynamic(of: Type) -> bool:
    """Whether part of the type is not known, or is `any`."""
    match of:
        case Dynamic():
            return True
        case ListOf(element) | SetOf(element) | MapOf(element):
            return has_dynamic(element)
        case TupleOf(elements):
            return any(map(has_dynamic, elements))
        case ObjectOf(attributes):
            return any(map(has_dynamic, attributes.values()))
        case _:
            return False


def describe(of: Type) -> str:
    """The kind of type as people say it in a sentence: `string`, `list of string`, `object`."""
    match of:
        case Primitive(name):
            return name
        case Dynamic():
            return "any type"
        case ListOf(element):
            return f"list of {describe(element)}"
        case SetOf(element):
            return f"set of {describe(element)}"
        case MapOf(element):
            return f"map of {describe(element)}"
        case TupleOf():
            return "tuple"
        case ObjectOf():
            return "object"
