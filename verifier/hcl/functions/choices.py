"""Functions that ask a question of a collection, or take one of several values."""

from __future__ import annotations

from decimal import Decimal

from verifier.hcl.bounds import length_range
from verifier.hcl.convert import convert
from verifier.hcl.equality import equal
from verifier.hcl.errors import EvaluationError
from verifier.hcl.functions.signature import Arguments, Parameter, of_values
from verifier.hcl.operators import unknown_from
from verifier.hcl.text import characters
from verifier.hcl.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    Dynamic,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    TupleOf,
    Type,
    describe,
)
from verifier.hcl.unify import unify
from verifier.hcl.values import ANYTHING, FALSE, TRUE, Bounds, Unknown, Value, items_of, number


def _length(value: Value) -> Value:
    if not isinstance(value.type, Dynamic | ListOf | SetOf | MapOf | TupleOf | ObjectOf) and value.type != STRING:
        raise EvaluationError(f"a string or a collection is required, and this is a {describe(value.type)}")
    content = value.content
    if isinstance(content, str):
        return number(len(characters(content)), sensitive=value.sensitive)
    if isinstance(value.type, TupleOf):
        return number(len(value.type.elements), sensitive=value.sensitive)
    if isinstance(value.type, ObjectOf) and value.reference is None:
        return number(len(value.type.attributes), sensitive=value.sensitive)
    shortest, longest = length_range(value)
    if longest is not None and shortest == longest and value.reference is None:
        return number(shortest, sensitive=value.sensitive)
    if isinstance(content, Unknown) and value.type == STRING:
        shortest = len(characters(content.bounds.prefix))
    bounds = Bounds(not_null=True, lowest=Decimal(shortest), highest=None if longest is None else Decimal(longest))
    return unknown_from(NUMBER, value, bounds=bounds).marked(sensitive=value.sensitive)


def _coalesce_type(arguments: Arguments) -> Type:
    shared = unify([argument.type for argument in arguments])
    if shared is None:
        raise EvaluationError(
            "all arguments must have the same type" if arguments else "at least one argument is needed"
        )
    return shared


def _coalesce(*values: Value) -> Value:
    shared = _coalesce_type(values)
    sensitive = False
    for value in values:
        candidate = convert(value, shared)
        sensitive = sensitive or candidate.sensitive
        if isinstance(candidate.content, Unknown):
            return unknown_from(shared, *values, bounds=ANYTHING).marked(sensitive=sensitive)
        if candidate.content is None or (shared == STRING and candidate.content == ""):
            continue
        return candidate.marked(sensitive=sensitive)
    raise EvaluationError("every argument is null or an empty string")


def _coalescelist_type(arguments: Arguments) -> Type:
    if not arguments:
        raise EvaluationError("at least one argument is needed")
    types = [argument.type for argument in arguments]
    for argument in arguments:
        if isinstance(argument.content, Unknown):
            return ANY
        if not isinstance(argument.type, ListOf | TupleOf | Dynamic):
            raise EvaluationError(f"every argument must be a list or a tuple, and one is a {describe(argument.type)}")
    first = types[0]
    return first if all(of == first for of in types) else ANY


def _coalescelist(*values: Value) -> Value:
    for value in values:
        if isinstance(value.content, Unknown):
            return unknown_from(ANY, *values, bounds=ANYTHING)
        if isinstance(value.content, tuple) and value.content:
            return value
    raise EvaluationError("every argument is an empty list or null")


def _alltrue(values: Value) -> Value:
    for item in items_of(values):
        if isinstance(item.content, Unknown):
            return unknown_from(BOOL, values)
        if item.content is not True:
            return FALSE
    return TRUE


def _anytrue(values: Value) -> Value:
    if any(item.content is True for item in items_of(values)):
        return TRUE
    return FALSE if values.is_wholly_known else unknown_from(BOOL, values)


def _contains(collection: Value, wanted: Value) -> Value:
    if not isinstance(collection.type, ListOf | SetOf | TupleOf):
        raise EvaluationError(f"a list, set or tuple is required, and this is a {describe(collection.type)}")
    verdicts = [equal(wanted, item) for item in items_of(collection)]
    if True in verdicts:
        return TRUE
    return unknown_from(BOOL, collection, wanted) if None in verdicts else FALSE


def _one_type(arguments: Arguments) -> Type:
    of = arguments[0].type
    if isinstance(of, ListOf | SetOf):
        return of.element
    if isinstance(of, TupleOf):
        if len(of.elements) > 1:
            raise EvaluationError("at most one element is allowed")
        return of.elements[0] if of.elements else ANY
    raise EvaluationError(f"a list, set or tuple is required, and this is a {describe(of)}")


def _one(collection: Value) -> Value:
    of = _one_type((collection,))
    content = collection.content
    if isinstance(content, Unknown):
        return unknown_from(of, collection, bounds=ANYTHING)
    items = items_of(collection)
    shortest, longest = length_range(collection)
    if shortest != longest:
        return unknown_from(of, collection, bounds=ANYTHING)
    if len(items) > 1:
        raise EvaluationError(f"at most one element is allowed, and there are {len(items)}")
    return items[0].marked(sensitive=collection.sensitive) if items else Value(of, None)


_OPEN = Parameter(name="value", unknown=True, dynamic=True, partial=True, marked=True)

FUNCTIONS = (
    of_values("length", _length, NUMBER, _OPEN),
    of_values(
        "coalesce",
        _coalesce,
        _coalesce_type,
        variadic=Parameter(name="vals", null=True, unknown=True, dynamic=True, partial=True),
    ),
    of_values(
        "coalescelist",
        _coalescelist,
        _coalescelist_type,
        variadic=Parameter(name="vals", unknown=True, dynamic=True, partial=True),
    ),
    of_values("alltrue", _alltrue, BOOL, Parameter(name="list", type=ListOf(BOOL), partial=True)),
    of_values("anytrue", _anytrue, BOOL, Parameter(name="list", type=ListOf(BOOL), partial=True)),
    of_values("contains", _contains, BOOL, Parameter(name="list", partial=True), Parameter(name="value", partial=True)),
    of_values("one", _one, _one_type, Parameter(name="list", unknown=True, partial=True), not_null=False),
)
