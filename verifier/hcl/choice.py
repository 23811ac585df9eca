"""Which arm of `condition ? a : b` it is, and of which type: both arms count, as in Terraform."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.hcl.bounds import certainly_not_null, length_range, number_range, settled
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import replace
from verifier.hcl.operators import unknown_from
from verifier.hcl.types import ANY, BOOL, NUMBER, Dynamic, ListOf, MapOf, SetOf, Type, describe
from verifier.hcl.unify import unify
from verifier.hcl.values import ANYTHING, Bounds, Unknown, Value, null


def choose(condition: Value, arms: Sequence[Value | EvaluationError]) -> Value:
    """The chosen arm, converted to the type that both arms share.

    An error in the arm that is not chosen does not matter, nor one in either arm while the condition is not known.
    An unknown condition gives an unknown of the shared type.
    """
    of = _shared_type(arms)
    if condition.content is None:
        raise EvaluationError("the condition is null; it has to be true or false")
    if isinstance(condition.content, Unknown):
        return _undecided(condition, arms, of)
    try:
        truth = convert(condition, BOOL).content
    except EvaluationError:
        summary = f"the condition has to be true or false, and this is a {describe(condition.type)}"
        raise EvaluationError(summary) from None
    arm = arms[0] if truth else arms[1]
    if isinstance(arm, EvaluationError):
        raise arm
    # Which arm was not taken says something too.
    hidden = condition.sensitive or any(isinstance(other, Value) and other.sensitive for other in arms)
    return convert(arm, of).marked(sensitive=hidden)


def _shared_type(arms: Sequence[Value | EvaluationError]) -> Type:
    types = [arm.type for arm in arms]
    first, second = types
    if _is_bare_null(arms[0]):
        return second
    if _is_bare_null(arms[1]):
        return first
    if isinstance(first, Dynamic) or isinstance(second, Dynamic):
        return ANY
    shared = unify(types)
    if shared is None:
        summary = f"both results of a conditional need one type; these are {describe(first)} and {describe(second)}"
        raise EvaluationError(summary)
    return shared


def _is_bare_null(arm: Value | EvaluationError) -> bool:
    return isinstance(arm, Value) and arm.content is None and isinstance(arm.type, Dynamic)


def _undecided(condition: Value, arms: Sequence[Value | EvaluationError], of: Type) -> Value:
    values = [arm for arm in arms if isinstance(arm, Value)]
    sensitive = condition.sensitive or any(value.sensitive for value in values)
    if len(values) < len(arms):
        return unknown_from(of, condition, bounds=ANYTHING).marked(sensitive=sensitive)
    if all(value.is_null for value in values):
        return null(of, sensitive=sensitive)
    waits = unknown_from(of, condition, bounds=_bounds(values, of))
    return settled(replace(waits, sensitive=sensitive))


def _bounds(values: Sequence[Value], of: Type) -> Bounds:
    """What holds whichever arm it will be."""
    if not all(certainly_not_null(value) for value in values):
        return ANYTHING
    if of == NUMBER:
        ranges = [number_range(value) for value in values]
        lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
        lowest = None if None in lows else min(low for low in lows if low is not None)
        highest = None if None in highs else max(high for high in highs if high is not None)
        return Bounds(not_null=True, lowest=lowest, highest=highest)
    if isinstance(of, ListOf | SetOf | MapOf) and all(value.type == of for value in values):
        lengths = [length_range(value) for value in values]
        longest = [high for _, high in lengths]
        return Bounds(
            not_null=True,
            shortest=min(low for low, _ in lengths),
            longest=None if None in longest else max(high for high in longest if high is not None),
        )
    return Bounds(not_null=True)
