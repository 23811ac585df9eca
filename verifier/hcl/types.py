"""Terraform's types: what a value is, and what a variable's `type` asks of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from verifier.hcl.source import Place
    from verifier.hcl.values import Value


@dataclass(frozen=True, slots=True)
class Primitive:
    """string, number or bool."""

    name: str


@dataclass(frozen=True, slots=True)
class Dynamic:
    """`any` in a constraint; the type of null and of an unknown whose type is not known either."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """list(element)."""

    element: Type


@dataclass(frozen=True, slots=True)
class SetOf:
    """set(element). Elements of a value are kept without duplicates, in Terraform's order."""

    element: Type


@dataclass(frozen=True, slots=True)
class MapOf:
    """map(element). Keys of a value are kept sorted."""

    element: Type


@dataclass(frozen=True, slots=True)
class TupleOf:
    """tuple([…]): what `[a, b]` makes."""

    elements: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """`optional(type, default)` of one attribute: the default, already of the attribute's type, and where it stands."""

    default: Value | None
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
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
