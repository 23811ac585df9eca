"""The operators, over values: arithmetic, comparison, equality and logic, with unknown, null and sensitive operands."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.bounds import number_range
from verifier.hcl.convert import convert
from verifier.hcl.equality import equal
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import replace
from verifier.hcl.types import BOOL, NUMBER, Primitive, Type
from verifier.hcl.values import (
    NOT_NULL,
    Bounds,
    Unknown,
    Value,
    boolean,
    contains_sensitive,
    first_unknown,
    number,
    without_marks,
)


def binary(operator: str, left: Value, right: Value) -> Value:
    """`left operator right`, without an origin."""
    if operator in _EQUALITY:
        return _equality(operator, left, right)
    of = BOOL if operator in _LOGIC else NUMBER
    first, second = _operand(left, of, operator), _operand(right, of, operator)
    sensitive = first.sensitive or second.sensitive
    a, b = first.content, second.content
    if isinstance(a, bool) and isinstance(b, bool):
        return boolean(_LOGIC[operator](a, b), sensitive=sensitive)
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        if operator in _COMPARISON:
            return boolean(_COMPARISON[operator](a, b), sensitive=sensitive)
        return number(_ARITHMETIC[operator](a, b), sensitive=sensitive)
    return _with_unknown(operator, first, second).marked(sensitive=sensitive)


def unary(operator: str, operand: Value) -> Value:
    """`!operand` or `-operand`, without an origin."""
    of = BOOL if operator == "!" else NUMBER
    value = _operand(operand, of, operator)
    content = value.content
    if isinstance(content, bool):
        return boolean(not content, sensitive=value.sensitive)
    if isinstance(content, Decimal):
        return number(numbers.negate(content), sensitive=value.sensitive)
    return unknown_from(of, value)


def unknown_from(of: Type, *values: Value, bounds: Bounds = NOT_NULL) -> Value:
    """The unknown that is computed from these values, at least one of which is unknown somewhere."""
    waits = first_unknown(values)
    if waits is None:
        waits = Unknown("its operands are not known")
    return Value(of, replace(waits, bounds=bounds), sensitive=any(map(contains_sensitive, values)))


def _operand(value: Value, of: Primitive, operator: str) -> Value:
    if value.content is None:
        raise EvaluationError(f"an operand of {operator} is null; a {of.name} is required")
    if value.type is of:
        return value
    try:
        return convert(value, of)
    except EvaluationError as error:
        raise EvaluationError(f"unsuitable operand of {operator}: {error.summary}") from None


def _equality(operator: str, left: Value, right: Value) -> Value:
    sensitive = contains_sensitive(left) or contains_sensitive(right)
    if sensitive:
        left, right = without_marks(left), without_marks(right)
    same = equal(left, right)
    if same is None:
        return unknown_from(BOOL, left, right).marked(sensitive=sensitive)
    return boolean(same if operator == "==" else not same, sensitive=sensitive)


def _with_unknown(operator: str, left: Value, right: Value) -> Value:
    if operator in _LOGIC:
        return unknown_from(BOOL, left, right)
    if operator in _COMPARISON:
        verdict = _compared(operator, left, right)
        return unknown_from(BOOL, left, right) if verdict is None else boolean(verdict)
    return unknown_from(NUMBER, left, right)


def _compared(operator: str, left: Value, right: Value) -> bool | None:
    """The comparison's answer where what is certain about the unknowns gives it."""
    if operator in (">", ">="):
        left, right = right, left
    (low, high), (other_low, other_high) = number_range(left), number_range(right)
    less: bool | None = None
    if high is not None and other_low is not None and high < other_low:
        less = True
    elif low is not None and other_high is not None and low > other_high:
        less = False
    if operator in ("<", ">"):
        return less
    same = equal(left, right)
    return None if less is None or same is None else less or same


_LOGIC: dict[str, Callable[[bool, bool], bool]] = {
    "&&": lambda a, b: a and b,
    "||": lambda a, b: a or b,
}
_EQUALITY = frozenset({"==", "!="})
_COMPARISON: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
    "%": numbers.modulo,
}
