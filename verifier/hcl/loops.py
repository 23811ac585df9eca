"""for expressions and splats: one expression evaluated for each element of a collection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from verifier.hcl.access import elements
from verifier.hcl.bounds import certainly_not_null, length_range
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import replace
from verifier.hcl.operators import unknown_from
from verifier.hcl.types import ANY, BOOL, STRING, Dynamic, ListOf, MapOf, ObjectOf, SetOf, TupleOf, Type, describe
from verifier.hcl.values import Bounds, Unknown, Value, list_, object_, tuple_

if TYPE_CHECKING:
    from verifier.hcl.context import Context
    from verifier.hcl.nodes import Expression, For, Splat

_ITERABLE = (ListOf, SetOf, MapOf, TupleOf, ObjectOf)


def evaluate_for(node: For, context: Context) -> Value:
    """`[for …]` or `{for …}`: a tuple or an object, wholly unknown when it is open which elements it has."""
    collection = context.evaluate(node.collection, context)
    if collection.content is None:
        raise EvaluationError("a null value cannot be iterated over", context.scope.place(node.collection.span))
    if not isinstance(collection.type, Dynamic | ListOf | SetOf | MapOf | TupleOf | ObjectOf):
        summary = f"a {describe(collection.type)} cannot be iterated over; a collection is required"
        raise EvaluationError(summary, context.scope.place(node.collection.span))
    if node.condition is not None and not isinstance(collection.type, Dynamic):
        _is_condition(node, node.condition, context)
    if isinstance(collection.content, Unknown):
        return context.computed(unknown_from(ANY, collection, bounds=Bounds()), node, "for …", (collection,))
    try:
        result = (
            _for_tuple(node, context, collection)
            if node.key is None
            else _for_object(node, node.key, context, collection)
        )
    except EvaluationError as error:
        raise hidden_error(error, collection) from None
    return context.computed(result.marked(sensitive=collection.sensitive), node, "for …", (collection,))


def hidden_error(error: EvaluationError, collection: Value) -> EvaluationError:
    """The error without its words, where they may show an element of a sensitive collection."""
    if not collection.sensitive:
        return error
    return EvaluationError("an element of a sensitive collection does not fit", error.place)


class _Undecided(Exception):
    """Which elements there are depends on an unknown."""

    def __init__(self, on: Value) -> None:
        super().__init__()
        self.on = on


def _rounds(node: For, context: Context, collection: Value) -> Iterator[tuple[Context, bool]]:
    """The context of each element that the condition lets through, and whether a sensitive condition said so."""
    for key, item in elements(collection):
        context.budget.spend()
        names = {node.value_name: item}
        if node.key_name is not None:
            names = {node.key_name: key, node.value_name: item}
        inner = context.with_names(names)
        if node.condition is None:
            yield inner, False
            continue
        condition = inner.evaluate(node.condition, inner)
        if _is_true(condition, node.condition, context):
            yield inner, condition.sensitive


def _is_true(condition: Value, node: Expression, context: Context) -> bool:
    place = context.scope.place(node.span)
    if condition.content is None:
        raise EvaluationError("the if clause of a for expression is null; it has to be true or false", place)
    try:
        truth = convert(condition, BOOL)
    except EvaluationError:
        summary = f"the if clause of a for expression is a {describe(condition.type)}; it has to be true or false"
        raise EvaluationError(summary, place) from None
    if isinstance(truth.content, Unknown):
        raise _Undecided(condition)
    return truth.content is True


def _is_condition(node: For, condition: Expression, context: Context) -> None:
    """Look at the if clause once with elements that are not known, as Terraform does even for an empty collection."""
    anything = Value(ANY, Unknown("no element is looked at yet"))
    names = dict.fromkeys(filter(None, (node.key_name, node.value_name)), anything)
    inner = context.with_names(names)
    with suppress(_Undecided):
        _is_true(inner.evaluate(condition, inner), condition, context)


def _for_tuple(node: For, context: Context, collection: Value) -> Value:
    items: list[Value] = []
    sensitive = False
    try:
        for inner, hidden in _rounds(node, context, collection):
            sensitive = sensitive or hidden
            items.append(inner.evaluate(node.value, inner))
    except _Undecided as undecided:
        return unknown_from(ANY, undecided.on, bounds=Bounds())
    return tuple_(items, sensitive=sensitive)


def _for_object(node: For, key_node: Expression, context: Context, collection: Value) -> Value:
    grouped: dict[str, list[Value]] = {}
    sensitive = False
    try:
        for inner, hidden in _rounds(node, context, collection):
            name, secret = _key(key_node, inner)
            sensitive = sensitive or hidden or secret
            value = inner.evaluate(node.value, inner)
            if name in grouped and not node.grouping:
                shown = "the same key" if secret else f"the key {name!r}"
                summary = f"two elements of the for expression have {shown}; add ... after the value to group them"
                raise EvaluationError(summary, context.scope.place(node.span))
            grouped.setdefault(name, []).append(value)
    except _Undecided as undecided:
        return unknown_from(ANY, undecided.on, bounds=Bounds())
    if node.grouping:
        return object_({name: tuple_(values) for name, values in grouped.items()}, sensitive=sensitive)
    return object_({name: values[0] for name, values in grouped.items()}, sensitive=sensitive)


def _key(node: Expression, inner: Context) -> tuple[str, bool]:
    key = inner.evaluate(node, inner)
    place = inner.scope.place(node.span)
    if key.content is None:
        raise EvaluationError("a key of a for expression is null", place)
    if isinstance(key.content, Unknown):
        raise _Undecided(key)
    try:
        name = convert(key, STRING).content
    except EvaluationError:
        raise EvaluationError(f"a key of a for expression is a {describe(key.type)}, not a string", place) from None
    return str(name), key.sensitive


def evaluate_splat(node: Splat, context: Context) -> Value:
    """`object[*]…`: each element, or the one thing itself, or nothing of null."""
    source = context.evaluate(node.object, context)
    try:
        return context.computed(_splat(node, context, source), node, "[*]", (source,))
    except EvaluationError as error:
        raise hidden_error(error, source) from None


def _splat(node: Splat, context: Context, source: Value) -> Value:
    sequence = isinstance(source.type, ListOf | SetOf | TupleOf)
    if source.content is None:
        if sequence:
            raise EvaluationError(f"[*] of a {describe(source.type)} that is null")
        return tuple_((), sensitive=source.sensitive)
    if isinstance(source.type, Dynamic):
        return unknown_from(ANY, source, bounds=Bounds())
    if not sequence:
        item = _each(node, context, source)
        if not certainly_not_null(source):
            return unknown_from(ANY, source, bounds=Bounds())
        return tuple_([item], sensitive=source.sensitive)
    if isinstance(source.content, Unknown):
        return _unknown_splat(node, context, source)
    items = [_each(node, context, item) for _, item in elements(source)]
    if not isinstance(source.type, ListOf | SetOf):
        return tuple_(items, sensitive=source.sensitive)
    element = items[0].type if items else _each(node, context, _any_element(source.type.element)).type
    return list_(element, items, sensitive=source.sensitive)


def _each(node: Splat, context: Context, item: Value) -> Value:
    context.budget.spend()
    inner = context.with_item(item)
    return inner.evaluate(node.each, inner)


def _any_element(of: Type) -> Value:
    return Value(of, Unknown("there is no element"))


def _unknown_splat(node: Splat, context: Context, source: Value) -> Value:
    if isinstance(source.type, TupleOf):
        items = [Value(of, source.content, source.origin) for of in source.type.elements]
        of: Type = TupleOf(tuple(_each(node, context, item).type for item in items))
        return unknown_from(of, source)
    shortest, longest = length_range(source)
    inner = source.type.element if isinstance(source.type, ListOf | SetOf) else ANY
    element = _each(node, context, _any_element(inner)).type
    waits = unknown_from(ListOf(element), source, bounds=Bounds(shortest=shortest, longest=longest))
    return replace(waits, sensitive=source.sensitive)
