"""Functions over numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.logarithm import natural_log
from verifier.hcl.functions.signature import Arguments, Parameter, amount, of_contents, of_values
from verifier.hcl.types import NUMBER, STRING, Type, describe
from verifier.hcl.values import Value, number

_LARGEST_BASE = 62
_LETTERS = 36
_LARGEST_INTEGER = 2**63 - 1
_LARGEST_POWER = 2.0**40
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _rounded(change: Callable[[Decimal], int]) -> Callable[[Decimal], Decimal]:
    def body(value: Decimal) -> Decimal:
        return Decimal(change(value)) if value.is_finite() else value

    return body


def _float(value: Decimal) -> float:
    return float(value)


def _from_float(value: float) -> Decimal:
    if math.isnan(value):
        raise EvaluationError("the result is not a number")
    return numbers.from_float(value)


def _log(value: Decimal, base: Decimal) -> Decimal:
    try:
        return _from_float(_quotient(_natural_log(_float(value)), _natural_log(_float(base))))
    except OverflowError:
        raise NotModelled("the number is too large for a logarithm here") from None


def _quotient(dividend: float, divisor: float) -> float:
    if divisor:
        return dividend / divisor
    return math.copysign(math.inf, dividend) if dividend else math.nan


def _natural_log(value: float) -> float:
    if value == 0:
        return -math.inf
    if value < 0 or not math.isfinite(value):
        return value if value > 0 else math.nan
    return natural_log(value)


def _pow(value: Decimal, power: Decimal) -> Decimal:
    try:
        return _from_float(_power(_float(value), _float(power)))
    except OverflowError:
        return numbers.INFINITY


def _power(base: float, power: float) -> float:
    """base ** power as Terraform rounds it: by squaring, or by a square root."""
    if base <= 0 or not math.isfinite(base) or abs(power) > _LARGEST_POWER:
        try:
            return math.pow(base, power)
        except ValueError:
            return math.inf if base == 0 else math.nan
    if abs(power) == 0.5:
        return math.sqrt(base) if power > 0 else 1 / math.sqrt(base)
    if not power.is_integer():
        raise NotModelled("the last digit of a fractional power depends on the processor")
    result, exponent = 1.0, 0
    mantissa, scale = math.frexp(base)
    count = int(abs(power))
    while count:
        if count & 1:
            result, exponent = result * mantissa, exponent + scale
        mantissa, shift = math.frexp(mantissa * mantissa)
        scale, count = 2 * scale + shift, count >> 1
    return math.ldexp(1 / result, -exponent) if power < 0 else math.ldexp(result, exponent)


def _signum(value: Decimal) -> int:
    if not numbers.is_integer(value) or not -_LARGEST_INTEGER - 1 <= value <= _LARGEST_INTEGER:
        raise EvaluationError("a whole number of at most 64 bits is required")
    return (value > 0) - (value < 0)


def _most(choose: Callable[[list[Decimal]], Decimal]) -> Callable[..., Decimal]:
    def body(*values: Decimal) -> Decimal:
        if not values:
            raise EvaluationError("at least one number is needed")
        return choose(list(values))

    return body


def _parseint_type(arguments: Arguments) -> Type:
    if arguments[0].type != STRING:
        raise EvaluationError(f"a string is required, and this is a {describe(arguments[0].type)}")
    return NUMBER


def _parseint(source: Value, base: Value) -> Value:
    radix = base.content
    if not isinstance(radix, Decimal) or not numbers.is_integer(radix) or not 2 <= radix <= _LARGEST_BASE:
        raise EvaluationError(f"the base must be a whole number between 2 and {_LARGEST_BASE}")
    written = str(source.content)
    digits = written[1:] if written[:1] in ("+", "-") else written
    if int(radix) <= _LETTERS:
        digits = digits.lower() if digits.isascii() else digits
    values = [_DIGITS.find(digit) for digit in digits]
    if not values or min(values) < 0 or max(values) >= radix:
        shown = "the string" if source.sensitive else repr(written)
        raise EvaluationError(f"{shown} is not a number in base {int(radix)}")
    total = 0
    for value in values:
        total = total * int(radix) + value
    return number(numbers.from_integer(-total if written.startswith("-") else total))


_NUMBERS = amount("numbers")

FUNCTIONS = (
    of_contents("abs", lambda value: value.copy_abs(), NUMBER, amount("num")),
    of_contents("ceil", _rounded(math.ceil), NUMBER, amount("num")),
    of_contents("floor", _rounded(math.floor), NUMBER, amount("num")),
    of_contents("log", _log, NUMBER, amount("num"), amount("base")),
    of_contents("pow", _pow, NUMBER, amount("num"), amount("power")),
    of_contents("signum", _signum, NUMBER, amount("num")),
    of_contents("max", _most(max), NUMBER, variadic=_NUMBERS),
    of_contents("min", _most(min), NUMBER, variadic=_NUMBERS),
    of_values("parseint", _parseint, _parseint_type, Parameter(name="number"), amount("base")),
)
