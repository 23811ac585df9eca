"""Turning a value into one of another type, as Terraform does when a variable, attribute or argument asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.bounds import settled
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.fitting import convertible, filled
from verifier.hcl.frozen import frozen, replace
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Place
from verifier.hcl.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    Dynamic,
    ListOf,
    MapOf,
    ObjectOf,
    Optional,
    Primitive,
    SetOf,
    TupleOf,
    Type,
    describe,
    without_optional,
)
from verifier.hcl.unify import unify
from verifier.hcl.values import (
    Bounds,
    Content,
    Unknown,
    Value,
    contains_sensitive,
    list_,
    map_,
    null,
    object_,
    set_,
    tuple_,
    unknown,
)

__all__ = ["Dropping", "convert", "convertible", "to_text", "unify"]


@frozen(kw_only=True)
class Dropping:
    """An attribute that the type does not name and the conversion left out, as Terraform does without a word.

    `path` is where in the value (`.identity[0].name`, below the `path` that was given), `passed_at` the place of the
    value that is ignored, `type_at` that of the type where it is known.
    """

    path: str
    passed_at: Place | None
    type_at: Place | None


@frozen()
class _Conversion:
    """What stays the same while one value is converted."""

    dropped: list[Dropping] | None
    type_at: Place | None


def convert(
    value: Value,
    to: Type,
    *,
    path: str = "",
    dropped: list[Dropping] | None = None,
    type_at: Place | None = None,
) -> Value:
    """The value as one of type `to`, with optional() defaults filled in and what was left out recorded in `dropped`.

    An unknown becomes an unknown of that type, null stays null. Raises EvaluationError when there is no such value:
    the message names `path` and what was expected.
    """
    try:
        return _convert(value, to, path, _Conversion(dropped, type_at))
    except NotModelled as case:
        return unknown(without_optional(to), case.because, origin=value.origin, sensitive=contains_sensitive(value))
    except EvaluationError:
        if not contains_sensitive(value):
            raise
        raise EvaluationError(f"{_at(path)}a sensitive value does not fit: {_a(to)} is required") from None


def _convert(value: Value, to: Type, path: str, how: _Conversion) -> Value:
    if isinstance(to, Dynamic) or (value.type is to and isinstance(to, Primitive)):
        return value
    content = value.content
    if content is None:
        if not convertible(value.type, to):
            raise _impossible(value, to, path)
        return replace(value, type=filled(to, value.type), reference=None)
    if isinstance(content, Unknown):
        return _convert_unknown(value, content, to, path)
    if isinstance(to, Primitive):
        return _to_primitive(value, to, path)
    if isinstance(to, ObjectOf):
        converted = _to_object(value, to, path, how)
    elif isinstance(to, MapOf):
        converted = _to_map(value, to, path, how)
    elif isinstance(to, TupleOf):
        converted = _to_tuple(value, to, path, how)
    else:
        converted = _to_sequence(value, to, path, how)
    sensitive = converted.sensitive or value.sensitive
    return Value(converted.type, converted.content, value.origin, sensitive)


def _convert_unknown(value: Value, content: Unknown, to: Type, path: str) -> Value:
    if value.type != ANY and not convertible(value.type, to):
        raise _impossible(value, to, path)
    of = filled(to, value.type)
    if of == value.type:
        return value
    waits = replace(content, bounds=_converted_bounds(content.bounds, value.type, of))
    return settled(replace(value, type=of, content=waits, reference=None))


def _converted_bounds(bounds: Bounds, given: Type, of: Type) -> Bounds:
    """What stays certain about an unknown when it is converted: that it is not null, and how many elements it has."""
    kept = Bounds(not_null=bounds.not_null)
    if not isinstance(of, ListOf | SetOf | MapOf):
        return kept
    shortest, longest = bounds.shortest, bounds.longest
    if isinstance(given, TupleOf | ObjectOf):
        shortest = longest = len(given.elements if isinstance(given, TupleOf) else given.attributes)
    if isinstance(of, SetOf) and not isinstance(given, SetOf):
        shortest = min(shortest, 1)
    return replace(kept, shortest=shortest, longest=longest)


def to_text(content: Content) -> str | None:
    """The string that a known primitive becomes; None for anything else."""
    if isinstance(content, str):
        return content
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, Decimal):
        return numbers.text(content)
    return None


def _to_primitive(value: Value, to: Primitive, path: str) -> Value:
    if value.type == to:
        return value
    content = value.content
    converted: Content = None
    if to == STRING:
        converted = to_text(content)
    elif to == BOOL and isinstance(content, str):
        converted = _BOOLS.get(content)
        if converted is None and content.lower() in ("true", "false"):
            raise EvaluationError(f"{_at(path)}a bool is required; write it in lowercase: {content.lower()}")
    elif to == NUMBER and isinstance(content, str):
        converted = numbers.parse(content)
    if converted is None:
        raise _impossible(value, to, path)
    return Value(to, converted, value.origin, value.sensitive)


_BOOLS = {"true": True, "1": True, "false": False, "0": False}


def _to_sequence(value: Value, to: ListOf | SetOf, path: str, how: _Conversion) -> Value:
    if not isinstance(value.content, tuple):
        raise _impossible(value, to, path)
    element = to.element
    if isinstance(element, Dynamic) and isinstance(value.type, ListOf | SetOf):
        element = value.type.element
    items = [_convert(item, element, f"{path}[{i}]", how) for i, item in enumerate(value.content)]
    if isinstance(to, SetOf) and isinstance(value.type, TupleOf) and not isinstance(element, Dynamic):
        # What `any` stands for deeper in a set's elements is not brought together.
        _refuse_different(items, to, path)
    element, items = _alike(items, element, to, path)
    return list_(element, items) if isinstance(to, ListOf) else set_(element, items)


def _to_map(value: Value, to: MapOf, path: str, how: _Conversion) -> Value:
    if not isinstance(value.content, Mapping):
        raise _impossible(value, to, path)
    element = to.element
    if isinstance(element, Dynamic) and isinstance(value.type, MapOf):
        element = value.type.element
    items = {k: _convert(item, element, f'{path}["{k}"]', how) for k, item in value.content.items()}
    element, alike = _alike(list(items.values()), element, to, path)
    return map_(element, dict(zip(items, alike, strict=True)))


def _alike(items: list[Value], element: Type, to: Type, path: str) -> tuple[Type, list[Value]]:
    """The items with one type in common, which `any` inside the element type may have left different."""
    if not items:
        return without_optional(element), items
    first = items[0].type
    if all(item.type == first for item in items):
        return first, items
    shared = unify([item.type for item in items])
    if shared is None:
        raise EvaluationError(f"{_at(path)}all elements must have the same type to make a {describe(to)}")
    if isinstance(shared, Dynamic) and isinstance(to, MapOf):
        shared = _of_the_typed(items)
    if isinstance(shared, Dynamic):
        raise EvaluationError(f"{_at(path)}elements of unknown type cannot share a {describe(to)} with these")
    alike = [convert(item, shared, path=path) for item in items]
    _refuse_different(alike, to, path)
    return alike[0].type, alike


def _of_the_typed(items: list[Value]) -> Type:
    """The one type of the elements of a map that have one, which nulls and unknowns take; lists have no such rule."""
    others = [item.type for item in items if not isinstance(item.type, Dynamic)]
    return others[0] if others and all(of == others[0] for of in others) else ANY


def _refuse_different(items: list[Value], to: Type, path: str) -> None:
    if any(item.type != items[0].type for item in items):
        raise EvaluationError(f"{_at(path)}all elements must have the same type to make a {describe(to)}")


def _to_tuple(value: Value, to: TupleOf, path: str, how: _Conversion) -> Value:
    if not isinstance(value.content, tuple) or not isinstance(value.type, TupleOf):
        raise _impossible(value, to, path)
    if len(value.content) != len(to.elements):
        found, wanted = len(value.content), len(to.elements)
        raise EvaluationError(f"{_at(path)}a tuple of {wanted} elements is required, and this has {found}")
    pairs = enumerate(zip(value.content, to.elements, strict=True))
    return tuple_(_convert(item, element, f"{path}[{i}]", how) for i, (item, element) in pairs)


def _to_object(value: Value, to: ObjectOf, path: str, how: _Conversion) -> Value:
    content = value.content
    if not isinstance(content, Mapping):
        raise _impossible(value, to, path)
    attributes: dict[str, Value] = {}
    for name, wanted in to.attributes.items():
        inner = f"{path}.{name}"
        given = content.get(name)
        if given is None and value.reference is not None:
            given = value.attribute(name)
        optional = to.optional.get(name)
        if given is None and optional is None:
            raise EvaluationError(f"{_at(path)}attribute {name!r} is required")
        if optional is not None and (given is None or (given.is_null and optional.default is not None)):
            attributes[name] = _filled_in(value, given, wanted, optional, inner, how)
        elif given is not None:
            attributes[name] = _convert(given, wanted, inner, how)
    if how.dropped is not None:
        how.dropped.extend(_dropped(content, to, path, how))
    return object_(attributes)


def _dropped(content: Mapping[str, Value], to: ObjectOf, path: str, how: _Conversion) -> list[Dropping]:
    left_out = [name for name in content if name not in to.attributes]
    return [
        Dropping(path=f"{path}.{name}", passed_at=origin.place if origin else None, type_at=how.type_at)
        for name, origin in ((name, content[name].origin) for name in left_out)
    ]


def _filled_in(
    value: Value, given: Value | None, wanted: Type, optional: Optional, path: str, how: _Conversion
) -> Value:
    """The value that optional() gives to an attribute that the object leaves out or sets to null."""
    decided_by = given.origin if given is not None and given.origin is not None else value.origin
    parents = (decided_by,) if decided_by is not None else ()
    origin = Origin(Step.OPTIONAL_DEFAULT, optional.text, optional.place, parents)
    if optional.default is None:
        return null(without_optional(wanted), origin)
    default = _with_origin(optional.default, origin, decided_by)
    return _convert(default, wanted, path, how)


def _with_origin(value: Value, origin: Origin, decided_by: Origin | None) -> Value:
    """The default with every part of it said to be filled in: by the inner optional() where one did, else by this."""
    inner = value.origin
    if inner is not None and inner.step is Step.OPTIONAL_DEFAULT:
        origin = replace(inner, parents=(decided_by,) if decided_by is not None else ())
    content = value.content
    if isinstance(content, tuple):
        content = tuple(_with_origin(item, origin, decided_by) for item in content)
    elif isinstance(content, Mapping):
        content = {name: _with_origin(item, origin, decided_by) for name, item in content.items()}
    return replace(value, content=content, origin=origin)


def _impossible(value: Value, to: Type, path: str) -> EvaluationError:
    found = _a(value.type)
    if isinstance(to, Primitive) and isinstance(value.content, str):
        found = f"the string {value.content[:60]!r}"
    return EvaluationError(f"{_at(path)}{_a(to)} is required, and this is {found}")


def _a(of: Type) -> str:
    kind = describe(of)
    if isinstance(of, Dynamic):
        return kind
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _at(path: str) -> str:
    return f"{path.lstrip('.')}: " if path else ""
