"""Divergence: where a variable's default says otherwise of an attribute than the optional() of its own type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.hcl.equality import equal
from verifier.hcl.frozen import frozen
from verifier.hcl.source import Place
from verifier.hcl.types import ObjectOf, Type
from verifier.hcl.values import Value
from verifier.terraform.variables import VariableDeclaration


@frozen(kw_only=True)
class Divergence:
    """One attribute: its path in the variable, what the variable's default gives it, what optional() would."""

    path: str
    default: Value
    optional: Value
    default_at: Place | None
    optional_at: Place


def divergences(declaration: VariableDeclaration) -> tuple[Divergence, ...]:
    """The attributes of which a variable's default says something else than their optional() has as its default.

    Who passes nothing gets the one, who passes an object without the attribute gets the other.
    """
    return tuple(_between(declaration.type, declaration.default, "")) if declaration.default is not None else ()


def _between(of: Type, value: Value, path: str) -> Iterator[Divergence]:
    if not isinstance(of, ObjectOf) or not isinstance(value.content, Mapping):
        return
    for name, inner in of.attributes.items():
        given, optional = value.content.get(name), of.optional.get(name)
        if given is None:
            continue
        below = f"{path}.{name}"
        if optional is not None and optional.default is not None and equal(given, optional.default) is False:
            deeper = tuple(_between(inner, given, below))
            if deeper and not given.is_null and not optional.default.is_null:
                yield from deeper
            else:
                place = given.origin.place if given.origin is not None else None
                yield Divergence(
                    path=below.removeprefix("."),
                    default=given,
                    optional=optional.default,
                    default_at=place,
                    optional_at=optional.place,
                )
        else:
            yield from _between(inner, given, below)
