"""Finding the one type that values of several types can all become, as Terraform chooses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from verifier.hcl.types import ANY, STRING, Dynamic, ListOf, MapOf, ObjectOf, Primitive, SetOf, TupleOf, Type


def unify(types: Sequence[Type]) -> Type | None:
    """The type that all the types convert to; None when there is none (and for no types at all).

    >>> unify([NUMBER, STRING])
    Primitive(name='string')
    """
    if not types:
        return None
    first = types[0]
    if all(of == first for of in types):
        return first
    kinds = {type(of) for of in types}
    dynamic = Dynamic in kinds
    kinds.discard(Dynamic)
    if ObjectOf in kinds and TupleOf in kinds:
        return None
    by_kind = _BY_KIND.get(frozenset(kinds))
    if by_kind is not None:
        found = by_kind(types, dynamic)
        if found is not _TRY_ANY_OF_THEM:
            return found
    return _preferred(types)


class _TryAnyOfThem(Dynamic):
    """No rule of the kind applied: one of the given types may still do."""


_TRY_ANY_OF_THEM = _TryAnyOfThem()


def _elements(types: Sequence[Type]) -> list[Type]:
    return [of.element for of in types if isinstance(of, ListOf | SetOf | MapOf)]


def _lists(types: Sequence[Type], dynamic: bool) -> Type | None:  # noqa: FBT001
    if dynamic:
        return ANY
    element = unify(_elements(types))
    return None if element is None else ListOf(element)


def _sets(types: Sequence[Type], dynamic: bool) -> Type | None:  # noqa: FBT001
    if dynamic:
        return ANY
    element = unify(_elements(types))
    return None if element is None else SetOf(element)


def _maps(types: Sequence[Type], dynamic: bool) -> Type | None:  # noqa: FBT001
    if dynamic:
        return ANY
    element = unify(_elements(types))
    return None if element is None else MapOf(element)


def _objects(types: Sequence[Type], dynamic: bool) -> Type | None:  # noqa: FBT001
    if dynamic:
        return ANY
    objects = [of for of in types if isinstance(of, ObjectOf)]
    names = objects[0].attributes.keys()
    if any(of.attributes.keys() != names for of in objects):
        return _objects_as_map(objects)
    unified: dict[str, Type] = {}
    for name in names:
        inner = unify([of.attributes[name] for of in objects])
        if inner is None:
            return None
        unified[name] = inner
    return ObjectOf(unified)


def _objects_as_map(objects: Sequence[ObjectOf]) -> Type | None:
    element = unify([inner for of in objects for inner in of.attributes.values()])
    return None if element is None else MapOf(element)


def _tuples(types: Sequence[Type], dynamic: bool) -> Type | None:  # noqa: FBT001
    if dynamic:
        return ANY
    tuples = [of for of in types if isinstance(of, TupleOf)]
    length = len(tuples[0].elements)
    if any(len(of.elements) != length for of in tuples):
        return _tuples_as_list(tuples)
    unified = [unify(across) for across in zip(*(of.elements for of in tuples), strict=True)]
    known = [of for of in unified if of is not None]
    return TupleOf(tuple(known)) if len(known) == len(unified) else None


def _tuples_as_list(tuples: Sequence[TupleOf]) -> Type | None:
    element = unify([inner for of in tuples for inner in of.elements])
    return None if element is None else ListOf(element)


def _lists_and_tuples(types: Sequence[Type], dynamic: bool) -> Type | None:  # noqa: ARG001, FBT001
    shared = _tuples_as_list([of for of in types if isinstance(of, TupleOf)])
    if shared is None:
        return _TRY_ANY_OF_THEM
    found = unify([shared if isinstance(of, TupleOf) else of for of in types])
    return found if isinstance(found, ListOf) else _TRY_ANY_OF_THEM


def _maps_and_objects(types: Sequence[Type], dynamic: bool) -> Type | None:  # noqa: ARG001, FBT001
    shared = _objects_as_map([of for of in types if isinstance(of, ObjectOf)])
    if shared is None:
        return _TRY_ANY_OF_THEM
    found = unify([shared if isinstance(of, ObjectOf) else of for of in types])
    return found if isinstance(found, MapOf) else _TRY_ANY_OF_THEM


_BY_KIND: dict[frozenset[type], Callable[[Sequence[Type], bool], Type | None]] = {
    frozenset({ListOf}): _lists,
    frozenset({SetOf}): _sets,
    frozenset({MapOf}): _maps,
    frozenset({ObjectOf}): _objects,
    frozenset({TupleOf}): _tuples,
    frozenset({ListOf, TupleOf}): _lists_and_tuples,
    frozenset({MapOf, ObjectOf}): _maps_and_objects,
}


def _preferred(types: Sequence[Type]) -> Type | None:
    """The most general of the given types that all the others convert to."""
    from verifier.hcl.fitting import convertible

    for wanted in _by_preference(types):
        if all(of == wanted or convertible(of, wanted) for of in types):
            return wanted
    return None


def _by_preference(types: Sequence[Type]) -> list[Type]:
    """The types, the preferred first; among equals in the given order."""
    remaining = list(dict.fromkeys(types))
    ordered: list[Type] = []
    while remaining:
        best = next(
            (of for of in remaining if not any(_compare(other, of) < 0 for other in remaining if other is not of)),
            remaining[0],
        )
        ordered.append(best)
        remaining.remove(best)
    return ordered


def _compare(left: Type, right: Type) -> int:
    """Below zero when `left` is preferred, above when `right` is, zero when neither."""
    if isinstance(left, Dynamic) or isinstance(right, Dynamic):
        return isinstance(left, Dynamic) - isinstance(right, Dynamic)
    if isinstance(left, Primitive) and isinstance(right, Primitive):
        return (right == STRING) - (left == STRING)
    if isinstance(left, ListOf | SetOf | MapOf) and type(left) is type(right):
        return _compare(left.element, right.element)
    if isinstance(left, TupleOf) and isinstance(right, TupleOf) and len(left.elements) == len(right.elements):
        return _agreed([_compare(a, b) for a, b in zip(left.elements, right.elements, strict=True)])
    if isinstance(left, ObjectOf) and isinstance(right, ObjectOf) and left.attributes.keys() == right.attributes.keys():
        return _agreed([_compare(of, right.attributes[name]) for name, of in left.attributes.items()])
    rank_left, rank_right = _GENERALITY.get(type(left), 0), _GENERALITY.get(type(right), 0)
    if rank_left and rank_right and rank_left // 10 == rank_right // 10:
        return rank_right - rank_left
    return 0


# A list is preferred to a set, and either collection to the structural type that is often one in disguise.
_GENERALITY: dict[type, int] = {ListOf: 13, SetOf: 12, TupleOf: 11, MapOf: 22, ObjectOf: 21}


def _agreed(verdicts: Sequence[int]) -> int:
    if any(v < 0 for v in verdicts) and any(v > 0 for v in verdicts):
        return 0
    return next((v for v in verdicts if v), 0)
