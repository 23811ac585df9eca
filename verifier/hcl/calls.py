"""Function calls: their arguments, `...`, and the functions that look at expressions rather than values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from verifier.hcl import functions
from verifier.hcl.access import elements
from verifier.hcl.errors import EvaluationError
from verifier.hcl.functions.signature import invoke
from verifier.hcl.operators import unknown_from
from verifier.hcl.types import ANY, BOOL, STRING, Dynamic, ListOf, SetOf, TupleOf, describe
from verifier.hcl.values import ANYTHING, FALSE, NOT_NULL, TRUE, Unknown, Value, unknown

if TYPE_CHECKING:
    from verifier.hcl.context import Context
    from verifier.hcl.nodes import Call


def call(node: Call, context: Context) -> Value:
    """`name(arguments)`."""
    name = node.name.removeprefix("core::")
    label = f"{name}(…)"
    if name in ("try", "can"):
        return _attempted(node, name, context, label)
    if name.startswith("provider::"):
        waits = unknown(ANY, f"{name} is a provider's function")
        return context.computed(waits, node, label, ())
    if name in functions.IMPURE:
        operands = [context.evaluate(argument, context) for argument in node.arguments]
        return context.computed(unknown(STRING, functions.IMPURE[name], bounds=NOT_NULL), node, label, operands)
    arguments = _arguments(node, context)
    if isinstance(arguments, Value):
        return context.computed(arguments, node, label, ())
    if name in ("templatefile", "templatestring"):
        from verifier.hcl.functions.templating import render

        return context.computed(render(name, arguments, context), node, label, arguments)
    function = functions.find(name)
    if function is None:
        if functions.is_built_in(name):
            return context.computed(unknown(ANY, f"function {name} is not modelled yet"), node, label, arguments)
        raise EvaluationError(f"there is no function named {name!r}")
    return context.computed(invoke(function, arguments, context.scope), node, label, arguments)


def _arguments(node: Call, context: Context) -> list[Value] | Value:
    """The arguments' values; an unknown instead when it is open how many there are."""
    if not node.expand or not node.arguments:
        return [context.evaluate(argument, context) for argument in node.arguments]
    arguments = [context.evaluate(argument, context) for argument in node.arguments[:-1]]
    last = context.evaluate(node.arguments[-1], context)
    place = context.scope.place(node.arguments[-1].span)
    if last.content is None:
        raise EvaluationError("the argument before ... is null; a list, set or tuple is required", place)
    if not isinstance(last.type, Dynamic | ListOf | SetOf | TupleOf):
        summary = f"the argument before ... is a {describe(last.type)}; a list, set or tuple is required"
        raise EvaluationError(summary, place)
    if isinstance(last.content, Unknown):
        return unknown_from(ANY, last, bounds=ANYTHING)
    return [*arguments, *(item.marked(sensitive=last.sensitive) for _, item in elements(last))]


def _attempted(node: Call, name: str, context: Context, label: str) -> Value:
    attempts: Iterable[Value | EvaluationError] = map(context.attempt, node.arguments)
    if node.expand:
        expanded = _arguments(node, context)
        if isinstance(expanded, Value):
            return context.computed(expanded, node, label, ())
        attempts = expanded
    if name == "try":
        return _try(attempts, node, context, label)
    found = list(attempts)
    if len(found) != 1:
        raise EvaluationError(f"can takes one argument, and {len(found)} are given")
    operands = [attempt for attempt in found if isinstance(attempt, Value)]
    return context.computed(_can(found[0]), node, label, operands)


def _try(attempts: Iterable[Value | EvaluationError], node: Call, context: Context, label: str) -> Value:
    errors: list[EvaluationError] = []
    for attempt in attempts:
        if isinstance(attempt, EvaluationError):
            errors.append(attempt)
            continue
        if not attempt.is_wholly_known:
            # What is unknown may yet turn into an error, and then another argument is taken.
            undecided = unknown_from(ANY, attempt, bounds=ANYTHING)
            return context.computed(undecided, node, label, (attempt,))
        return context.computed(attempt, node, label, (attempt,))
    if not errors:
        raise EvaluationError("try needs at least one argument")
    reasons = "; ".join(error.summary for error in errors)
    raise EvaluationError(f"no argument of try succeeds: {reasons}")


def _can(attempt: Value | EvaluationError) -> Value:
    if isinstance(attempt, EvaluationError):
        return FALSE
    if not attempt.is_wholly_known:
        return unknown_from(BOOL, attempt, bounds=ANYTHING)
    return TRUE
