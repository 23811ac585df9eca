"""Functions over lists, sets and tuples, in order."""

from __future__ import annotations

from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.access import elements
from verifier.hcl.convert import convert
from verifier.hcl.equality import equal
from verifier.hcl.errors import EvaluationError
from verifier.hcl.functions.signature import Arguments, Parameter, amount, of_values
from verifier.hcl.operators import unknown_from
from verifier.hcl.sets import identity
from verifier.hcl.types import ANY, NUMBER, STRING, Dynamic, ListOf, SetOf, TupleOf, Type, describe
from verifier.hcl.unify import unify
from verifier.hcl.values import ANYTHING, Unknown, Value, items_of, list_, number, tuple_

_LONGEST_RANGE = 1024


def _whole(value: Value, what: str) -> int:
    amount = value.content
    if not isinstance(amount, Decimal) or not numbers.is_integer(amount):
        raise EvaluationError(f"{what} must be a whole number")
    return int(amount)


def _concat_type(arguments: Arguments) -> Type:
    if not arguments:
        raise EvaluationError("at least one argument is needed")
    if all(isinstance(argument.type, ListOf) for argument in arguments):
        shared = unify([argument.type for argument in arguments])
        if shared is not None:
            return shared
    types: list[Type] = []
    for argument in arguments:
        if isinstance(argument.type, TupleOf):
            types.extend(argument.type.elements)
        elif isinstance(argument.type, ListOf):
            if isinstance(argument.content, Unknown):
                return ANY
            types.extend([argument.type.element] * len(items_of(argument)))
        else:
            raise EvaluationError(f"lists or tuples are required, and this is a {describe(argument.type)}")
    return TupleOf(tuple(types))


def _concat(*sequences: Value) -> Value:
    of = _concat_type(sequences)
    sensitive = any(sequence.sensitive for sequence in sequences)
    if isinstance(of, ListOf):
        items = [item for sequence in sequences for item in items_of(convert(sequence, of))]
        return list_(of.element, items, sensitive=sensitive)
    return tuple_([item for sequence in sequences for item in items_of(sequence)], sensitive=sensitive)


def _flatten_type(arguments: Arguments) -> Type:
    if isinstance(arguments[0].content, Unknown):
        return ANY
    if arguments[0].is_wholly_known:
        _sequence_type(arguments[0])
    flat = _flattened(arguments[0])
    return ANY if flat is None else TupleOf(tuple(item.type for item in flat))


def _flatten(value: Value) -> Value:
    flat = _flattened(value)
    result = unknown_from(ANY, value, bounds=ANYTHING) if flat is None else tuple_(flat)
    return result.marked(sensitive=_hides_a_list(value))


def _hides_a_list(value: Value) -> bool:
    """Whether a list that is flattened away is sensitive: its mark then moves to the whole."""
    if not isinstance(value.type, ListOf | SetOf | TupleOf):
        return False
    return value.sensitive or (isinstance(value.content, tuple) and any(map(_hides_a_list, value.content)))


def _flattened(value: Value) -> list[Value] | None:
    """The elements with those of nested lists in their place; None when an unknown may turn out to be a list."""
    if isinstance(value.content, Unknown):
        return None
    flat: list[Value] = []
    for _, item in elements(value):
        if isinstance(item.type, Dynamic) and isinstance(item.content, Unknown):
            return None
        if isinstance(item.type, ListOf | SetOf | TupleOf) and item.content is not None:
            inner = _flattened(item)
            if inner is None:
                return None
            flat.extend(inner)
        else:
            flat.append(item)
    return flat


def _sequence_type(value: Value) -> ListOf | SetOf | TupleOf:
    if not isinstance(value.type, ListOf | SetOf | TupleOf):
        raise EvaluationError(f"a list, set or tuple is required, and this is a {describe(value.type)}")
    return value.type


def _distinct(value: Value) -> Value:
    seen: dict[str | None, Value] = {}
    for item in items_of(value):
        seen.setdefault(identity(item), item)
    return Value(value.type, tuple(seen.values()))


def _compact(value: Value) -> Value:
    return list_(STRING, [item for item in items_of(value) if item.content not in (None, "")])


def _element_type(arguments: Arguments) -> Type:
    of, position = arguments[0].type, arguments[1]
    if isinstance(of, ListOf):
        return of.element
    if isinstance(of, TupleOf):
        if not isinstance(position.content, Decimal):
            return ANY
        if not of.elements:
            raise EvaluationError("the tuple is empty")
        at = _whole(position, "the index")
        if at < 0:
            raise EvaluationError("the index is negative")
        return of.elements[at % len(of.elements)]
    raise EvaluationError(f"a list or a tuple is required, and this is a {describe(of)}")


def _element(value: Value, position: Value) -> Value:
    at = _whole(position, "the index")
    items = items_of(value)
    if at < 0:
        raise EvaluationError("the index is negative")
    if not items:
        raise EvaluationError("the list is empty")
    return items[at % len(items)].marked(sensitive=value.sensitive)


def _index(value: Value, wanted: Value) -> Value:
    if not isinstance(value.type, ListOf | TupleOf):
        raise EvaluationError(f"a list or a tuple is required, and this is a {describe(value.type)}")
    items = items_of(value)
    if not items:
        raise EvaluationError("the list is empty")
    for position, item in enumerate(items):
        same = equal(item, wanted)
        if same is None:
            return unknown_from(NUMBER, value, wanted)
        if same:
            return number(position)
    raise EvaluationError("the list has no such element")


def _range(*bounds: Value) -> Value:
    steps = [bound.content for bound in bounds if isinstance(bound.content, Decimal)]
    zero, one = Decimal(0), Decimal(1)
    if len(steps) == 1:
        start, end = zero, steps[0]
        step = one if end >= 0 else -one
    elif len(steps) == 2:
        start, end = steps
        step = one if end >= start else -one
    elif len(steps) == 3:
        start, end, step = steps
    else:
        raise EvaluationError("one, two or three numbers are required")
    if not step:
        raise EvaluationError("the step must not be zero")
    if (step > 0 and end < start) or (step < 0 and end > start):
        raise EvaluationError("the step leads away from the end")
    found: list[Value] = []
    at = start
    while (at < end) if step > 0 else (at > end):
        if len(found) >= _LONGEST_RANGE:
            raise EvaluationError(f"more than {_LONGEST_RANGE} values would be generated")
        found.append(number(at))
        at = numbers.add(at, step)
    return list_(NUMBER, found)


def _reverse_type(arguments: Arguments) -> Type:
    of = _sequence_type(arguments[0])
    if isinstance(of, TupleOf):
        return TupleOf(of.elements[::-1])
    return ListOf(of.element)


def _reverse(value: Value) -> Value:
    of = _reverse_type((value,))
    return Value(of, items_of(value)[::-1], sensitive=value.sensitive)


def _slice_type(arguments: Arguments) -> Type:
    value, start, end = arguments
    if isinstance(value.type, ListOf):
        if isinstance(start.content, Decimal) and isinstance(end.content, Decimal):
            _slice_bounds(start, end, None)
        return value.type
    if isinstance(value.type, TupleOf):
        if isinstance(start.content, Unknown) or isinstance(end.content, Unknown):
            return ANY
        first, last = _slice_bounds(start, end, len(value.type.elements))
        return TupleOf(value.type.elements[first:last])
    raise EvaluationError(f"a list or a tuple is required, and this is a {describe(value.type)}")


def _slice_bounds(start: Value, end: Value, length: int | None) -> tuple[int, int]:
    first, last = _whole(start, "the start index"), _whole(end, "the end index")
    if first < 0 or last < 0:
        raise EvaluationError("an index must not be negative")
    if length is not None and (last > length or first > length):
        raise EvaluationError(f"an index lies behind the end of the {length} elements")
    if first > last:
        raise EvaluationError("the start index lies behind the end index")
    return first, last


def _slice(value: Value, start: Value, end: Value) -> Value:
    of = _slice_type((value, start, end))
    first, last = _slice_bounds(start, end, len(items_of(value)))
    return Value(of, items_of(value)[first:last], sensitive=value.sensitive)


def _sort(value: Value) -> Value:
    items = items_of(value)
    if any(item.content is None for item in items):
        raise EvaluationError("an element is null")
    if not value.is_wholly_known:
        waits = unknown_from(STRING, value, bounds=ANYTHING)
        return list_(STRING, [waits] * len(items))
    return list_(STRING, sorted(items, key=lambda item: str(item.content)))


def _sum(value: Value) -> Value:
    if not isinstance(value.type, ListOf | SetOf | TupleOf):
        raise EvaluationError(f"a list, set or tuple of numbers is required, and this is a {describe(value.type)}")
    if isinstance(value.content, tuple) and not value.content:
        raise EvaluationError("the list is empty")
    total = Decimal(0)
    for item in items_of(value):
        amount = convert(item, NUMBER).content
        if amount is None:
            raise EvaluationError("an element is null")
        if not isinstance(amount, Decimal):
            raise EvaluationError("an element is not a number")
        total = numbers.add(total, amount)
    return number(total)


def _chunk_type(arguments: Arguments) -> Type:
    return ListOf(arguments[0].type)


def _chunklist(value: Value, size: Value) -> Value:
    length = _whole(size, "the size")
    if length < 0:
        raise EvaluationError("the size must not be negative")
    items = items_of(value)
    step = length or max(len(items), 1)
    chunks = [Value(value.type, items[at : at + step]) for at in range(0, len(items), step)]
    return list_(value.type, chunks)


def _same_type(arguments: Arguments) -> Type:
    return arguments[0].type


FUNCTIONS = (
    of_values("concat", _concat, _concat_type, variadic=Parameter(name="seqs", partial=True, marked=True)),
    of_values("flatten", _flatten, _flatten_type, Parameter(name="list", partial=True, marked=True)),
    of_values("distinct", _distinct, _same_type, Parameter(name="list", type=ListOf(ANY))),
    of_values("compact", _compact, ListOf(STRING), Parameter(name="list", type=ListOf(STRING))),
    of_values(
        "element",
        _element,
        _element_type,
        Parameter(name="list", partial=True, marked=True),
        amount("index"),
        not_null=False,
    ),
    of_values("index", _index, NUMBER, Parameter(name="list", partial=True), Parameter(name="value", partial=True)),
    of_values("range", _range, ListOf(NUMBER), variadic=amount("params")),
    of_values("reverse", _reverse, _reverse_type, Parameter(name="list", partial=True, marked=True)),
    of_values(
        "slice",
        _slice,
        _slice_type,
        Parameter(name="list", partial=True, marked=True),
        amount("start_index"),
        amount("end_index"),
    ),
    of_values("sort", _sort, ListOf(STRING), Parameter(name="list", type=ListOf(STRING), partial=True)),
    of_values("sum", _sum, NUMBER, Parameter(name="list")),
    of_values(
        "chunklist",
        _chunklist,
        _chunk_type,
        Parameter(name="list", type=ListOf(ANY), partial=True, marked=True),
        amount("size"),
    ),
)
