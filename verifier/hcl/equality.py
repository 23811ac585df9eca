"""`==` as Terraform means it: types count, nothing is coerced, and an unknown may leave it open."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.hcl.sets import identity
from verifier.hcl.types import Dynamic, ListOf, MapOf, ObjectOf, Primitive, SetOf, TupleOf, Type, has_dynamic
from verifier.hcl.values import Bounds, Unknown, Value


def equal(left: Value, right: Value) -> bool | None:
    """Whether the two are equal; None when what is unknown decides it."""
    a, b = left.content, right.content
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return _with_unknown(left, right)
    if a is None or b is None:
        return a is None and b is None
    if isinstance(left.type, Primitive):
        return left.type == right.type and a == b
    if not (_has_known_type(left) and _has_known_type(right)):
        return None if _may_be_same(left.type, right.type) else False
    return left.type == right.type and _inside(left, right)


def _has_known_type(value: Value) -> bool:
    """Whether no part of the value is an unknown of unknown type."""
    if not has_dynamic(value.type):
        return True
    content = value.content
    if isinstance(content, Unknown):
        return False
    parts = content.values() if isinstance(content, Mapping) else content if isinstance(content, tuple) else ()
    return all(map(_has_known_type, parts))


def _with_unknown(left: Value, right: Value) -> bool | None:
    for one, other in ((left, right), (right, left)):
        if not isinstance(other.content, Unknown) or isinstance(one.content, Unknown):
            continue
        if excludes(other.content.bounds, one) or (one.content is not None and not _conforms(one.type, other.type)):
            return False
    return None


def excludes(bounds: Bounds, known: Value) -> bool:
    """Whether an unknown within these bounds can certainly not be the known value."""
    content = known.content
    if content is None:
        return bounds.not_null
    if isinstance(content, str):
        return not content.startswith(bounds.prefix)
    if isinstance(content, tuple | Mapping):
        return len(content) < bounds.shortest or (bounds.longest is not None and len(content) > bounds.longest)
    if isinstance(content, bool | Unknown):
        return False
    return (bounds.lowest is not None and content < bounds.lowest) or (
        bounds.highest is not None and content > bounds.highest
    )


def _conforms(given: Type, wanted: Type) -> bool:
    """Whether a value of the given type may be what an unknown of the wanted type turns out to be."""
    match given, wanted:
        case _, Dynamic():
            return True
        case (ListOf(a), ListOf(b)) | (SetOf(a), SetOf(b)) | (MapOf(a), MapOf(b)):
            return _conforms(a, b)
        case TupleOf(items), TupleOf(others):
            return len(items) == len(others) and all(map(_conforms, items, others))
        case ObjectOf(attributes), ObjectOf(others):
            return attributes.keys() == others.keys() and all(
                _conforms(of, others[name]) for name, of in attributes.items()
            )
        case _:
            return given == wanted


def _may_be_same(one: Type, other: Type) -> bool:
    match one, other:
        case (Dynamic(), _) | (_, Dynamic()):
            return True
        case (ListOf(a), ListOf(b)) | (SetOf(a), SetOf(b)) | (MapOf(a), MapOf(b)):
            return _may_be_same(a, b)
        case TupleOf(items), TupleOf(others):
            return len(items) == len(others) and all(map(_may_be_same, items, others))
        case ObjectOf(attributes), ObjectOf(others):
            return attributes.keys() == others.keys() and all(
                _may_be_same(of, others[name]) for name, of in attributes.items()
            )
        case _:
            return one == other


def _inside(left: Value, right: Value) -> bool | None:
    if isinstance(left.type, SetOf):
        return _same_elements(left, right)
    a, b = left.content, right.content
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if a.keys() != b.keys():
            return False
        pairs = [(item, b[name]) for name, item in a.items()]
    elif isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) != len(b):
            return False
        return next((verdict for verdict in map(equal, a, b) if verdict is not True), True)
    else:
        return False
    verdicts = [equal(one, other) for one, other in pairs]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _same_elements(left: Value, right: Value) -> bool | None:
    if not isinstance(left.content, tuple) or not isinstance(right.content, tuple):
        return False
    if not (left.is_wholly_known and right.is_wholly_known):
        return None
    return {identity(item) for item in left.content} == {identity(item) for item in right.content}
