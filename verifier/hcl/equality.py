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
    if left.type != right.type:
        return _of_other_types(left, right)
    if isinstance(left.type, Primitive):
        return a == b
    if has_dynamic(left.type):
        return None
    return _inside(left, right)


def _with_unknown(left: Value, right: Value) -> bool | None:
    for one, other in ((left, right), (right, left)):
        if isinstance(other.content, Unknown) and one.is_known and excludes(other.content.bounds, one):
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


def _of_other_types(left: Value, right: Value) -> bool | None:
    if (has_dynamic(left.type) or has_dynamic(right.type)) and _may_be_same(left.type, right.type):
        return None
    return False


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
        pairs = list(zip(a, b, strict=True))
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
