"""Functions over sets: union, intersection, difference and product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from verifier.hcl.bounds import length_range
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.functions.signature import Arguments, Parameter, of_values
from verifier.hcl.operators import unknown_from
from verifier.hcl.sets import identity
from verifier.hcl.types import ANY, Dynamic, ListOf, SetOf, TupleOf, Type, describe
from verifier.hcl.unify import unify
from verifier.hcl.values import Value, items_of, list_, set_, tuple_

_LARGEST = 100_000


def _shared_element(arguments: Arguments) -> Type:
    elements = [(argument.type.element, argument) for argument in arguments if isinstance(argument.type, SetOf)]
    # An empty set of no particular type fits any other.
    types = [of for of, argument in elements if argument.content != () or not isinstance(of, Dynamic)]
    if not types:
        return ANY
    shared = unify(types)
    if shared is None:
        raise EvaluationError("the sets must have elements of one type")
    return shared


def _set_type(arguments: Arguments) -> Type:
    return SetOf(_shared_element(arguments))


def _elements(sets: Sequence[Value], element: Type) -> list[tuple[Value, ...]]:
    return [items_of(convert(each, SetOf(element))) for each in sets]


def _union(*sets: Value) -> Value:
    element = _shared_element(sets)
    return set_(element, [item for items in _elements(sets, element) for item in items])


def _combined(keep: Callable[[str | None, list[set[str | None]]], bool]) -> Callable[..., Value]:
    def body(*sets: Value) -> Value:
        element = _shared_element(sets)
        first, *others = _elements(sets, element)
        present = [{identity(item) for item in items} for items in others]
        return set_(element, [item for item in first if keep(identity(item), present)])

    return body


_intersection = _combined(lambda key, others: all(key in other for other in others))
_difference = _combined(lambda key, others: not any(key in other for other in others))


def _product_elements(arguments: Arguments) -> list[Type]:
    if len(arguments) < 2:
        raise EvaluationError("at least two arguments are needed")
    found: list[Type] = []
    for argument in arguments:
        of = argument.type
        if isinstance(of, ListOf | SetOf):
            found.append(of.element)
        elif isinstance(of, TupleOf):
            shared = unify(of.elements) if of.elements else ANY
            if shared is None:
                raise EvaluationError("the elements of each argument must have one type")
            found.append(shared)
        else:
            raise EvaluationError(f"a set or a list is required, and this is a {describe(of)}")
    return found


def _product_type(arguments: Arguments) -> Type:
    of = TupleOf(tuple(_product_elements(arguments)))
    return SetOf(of) if any(isinstance(argument.type, SetOf) for argument in arguments) else ListOf(of)


def _product(*sequences: Value) -> Value:
    of = _product_type(sequences)
    elements = _product_elements(sequences)
    lengths = [length_range(sequence) for sequence in sequences]
    if any(shortest != longest for shortest, longest in lengths):
        return unknown_from(of, *sequences)
    factors = [
        [convert(item, element) for item in items_of(sequence)]
        for sequence, element in zip(sequences, elements, strict=True)
    ]
    size = 1
    for factor in factors:
        size *= len(factor)
    if size > _LARGEST:
        raise EvaluationError(f"the product would have {size} elements")
    items = [tuple_(combination) for combination in product(*factors)]
    inner = TupleOf(tuple(elements))
    return set_(inner, items) if isinstance(of, SetOf) else list_(inner, items)


_SET = Parameter(name="set", type=SetOf(ANY), partial=True)
_KNOWN_SET = Parameter(name="set", type=SetOf(ANY))

FUNCTIONS = (
    of_values("setunion", _union, _set_type, _SET, variadic=_SET),
    of_values("setintersection", _intersection, _set_type, _KNOWN_SET, variadic=_KNOWN_SET),
    of_values("setsubtract", _difference, _set_type, _KNOWN_SET, _KNOWN_SET),
    of_values("setproduct", _product, _product_type, variadic=Parameter(name="sets", partial=True)),
)
