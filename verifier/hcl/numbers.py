"""Numbers as Terraform computes them: binary floating point with 512 bits, written as the shortest decimal.

A number is kept as the shortest decimal that names its 512-bit float, so decimals of up to 153 digits are exactly
what was written, `0.1 + 0.2 == 0.3` holds as it does there, and `1 / 3` has the same digits.
"""

from __future__ import annotations

import math
import re
import sys
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction

from verifier.hcl.errors import EvaluationError, NotModelled

PRECISION = 512
# As many digits as any decimal has that is the only one of its length within half a unit of a 512-bit float.
_EXACT_DIGITS = 153
_LARGEST_EXPONENT = 10_000
_LONGEST = 10_000
_DIGITS_A_BIT = 0.30103
_SMALL = 10**_EXACT_DIGITS
_MOST_BITS = 150_000
_WIDE = Context(prec=100_000, Emax=999_999, Emin=-999_999)
_DECIMAL = re.compile(r"(?P<mantissa>[+-]?(\d+\.?\d*|\.\d+))((?P<ten>[eE][+-]?\d+)|[pP](?P<two>[+-]?\d+))?", re.ASCII)

INFINITY = Decimal("Infinity")
_ENDLESS = {"inf": INFINITY, "+inf": INFINITY, "-inf": -INFINITY}


def parse(text: str) -> Decimal | None:
    """The number that a string of digits stands for; None when it is not one."""
    found = _DECIMAL.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return _ENDLESS.get(text.replace("Inf", "inf"))
    power, exponent = int(found["two"] or 0), int((found["ten"] or "e0")[1:])
    if max(abs(power), abs(exponent)) > _LARGEST_EXPONENT:
        raise NotModelled("a number this large or small is not modelled")
    written = _WIDE.create_decimal(found["mantissa"] + (found["ten"] or ""))
    return _shortest(Fraction(written) * Fraction(2) ** power) if power else canonical(written)


def exact(amount: Decimal) -> Decimal:
    """The value of the 512-bit float itself, which rounding to a few digits starts from."""
    if not amount.is_finite() or is_integer(amount):
        return amount
    binary = _binary(amount)
    return _WIDE.divide(Decimal(binary.numerator), Decimal(binary.denominator))


def is_modelled(amount: Decimal) -> bool:
    """Whether the number is of a size that can be computed with; Terraform's may have some hundred million digits."""
    return not amount.is_finite() or not amount or abs(amount.adjusted()) <= _LARGEST_EXPONENT


def canonical(exact: Decimal) -> Decimal:
    """The shortest decimal of the 512-bit float nearest to this decimal."""
    if not exact.is_finite() or len(exact.as_tuple().digits) <= _EXACT_DIGITS:
        return exact
    return _shortest(Fraction(exact))


def text(amount: Decimal) -> str:
    """The number as Terraform turns it into a string: plain digits, never an exponent."""
    if not amount.is_finite():
        return "-Inf" if amount < 0 else "+Inf"
    if not amount:
        return "-0" if amount.is_signed() else "0"
    digits = format(amount, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def is_integer(amount: Decimal) -> bool:
    """Whether the number has no fraction."""
    return amount.is_finite() and amount == amount.to_integral_value()


def add(left: Decimal, right: Decimal) -> Decimal:
    """left + right."""
    return _exactly(left, right, "+")


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """left - right."""
    return _exactly(left, right, "-")


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """left * right."""
    if left.is_finite() and right.is_finite() and not (left and right):
        return Decimal("-0") if left.is_signed() is not right.is_signed() else Decimal(0)
    return _exactly(left, right, "*")


def divide(left: Decimal, right: Decimal) -> Decimal:
    """left / right; dividing by zero gives infinity, and zero by zero is an error."""
    if not right and left:
        return -INFINITY if left < 0 else INFINITY
    if not right:
        raise EvaluationError("zero divided by zero is undefined")
    if not left.is_finite() or not right.is_finite():
        return _endless(left, right, "/")
    if not left:
        return Decimal("-0") if left.is_signed() is not right.is_signed() else Decimal(0)
    return _shortest(_binary(left) / _binary(right))


def modulo(left: Decimal, right: Decimal) -> Decimal:
    """The remainder of a division that rounds towards zero; modulo zero is the number itself."""
    if not right:
        return left
    if not left.is_finite() or not right.is_finite():
        raise EvaluationError("the remainder of a division by infinity is undefined")
    if is_integer(left) and is_integer(right):
        whole, by = int(left), int(right)
        rest = abs(whole) % abs(by)
        return Decimal(-rest if whole < 0 else rest)
    first, second = _binary(left), _binary(right)
    times = int(first / second)
    return _shortest(first - _nearest(second * times))


def negate(amount: Decimal) -> Decimal:
    """-amount; there is a negative zero."""
    return amount.copy_negate()


def from_float(value: float) -> Decimal:
    """The shortest decimal of a double."""
    if math.isinf(value):
        return INFINITY if value > 0 else -INFINITY
    return _shortest(Fraction(value), sys.float_info.mant_dig)


def from_integer(whole: int) -> Decimal:
    """The number nearest to an integer of any size."""
    return Decimal(whole) if -_SMALL < whole < _SMALL else _shortest(Fraction(whole))


def _exactly(left: Decimal, right: Decimal, operator: str) -> Decimal:
    if not left.is_finite() or not right.is_finite():
        return _endless(left, right, operator)
    if is_integer(left) and is_integer(right):
        first, second = int(left), int(right)
        whole = first + second if operator == "+" else first - second if operator == "-" else first * second
        if -_SMALL < whole < _SMALL:
            return Decimal(whole)
        return _shortest(Fraction(whole))
    a, b = _binary(left), _binary(right)
    return _shortest(a + b if operator == "+" else a - b if operator == "-" else a * b)


def _endless(left: Decimal, right: Decimal, operator: str) -> Decimal:
    try:
        match operator:
            case "+":
                result = _WIDE.add(left, right)
            case "-":
                result = _WIDE.subtract(left, right)
            case "*":
                result = _WIDE.multiply(left, right)
            case _:
                result = _WIDE.divide(left, right)
    except (InvalidOperation, ArithmeticError):
        raise EvaluationError("the result of an operation on infinity is undefined") from None
    return result


def _binary(amount: Decimal) -> Fraction:
    """The 512-bit float that a decimal names, exactly."""
    return _nearest(Fraction(amount))


def _nearest(exact: Fraction) -> Fraction:
    """The 512-bit float nearest to an exact value."""
    if not exact:
        return exact
    mantissa, exponent = _rounded(exact)
    return Fraction(mantissa) * Fraction(2) ** exponent


def _rounded(exact: Fraction, precision: int = PRECISION) -> tuple[int, int]:
    """Mantissa (signed, `precision` bits) and exponent of the nearest float, ties to even."""
    sign = -1 if exact < 0 else 1
    top, bottom = abs(exact.numerator), exact.denominator
    exponent = top.bit_length() - bottom.bit_length() - precision
    for _ in range(3):
        shifted_top = top << -exponent if exponent < 0 else top
        shifted_bottom = bottom << exponent if exponent > 0 else bottom
        whole, rest = divmod(shifted_top, shifted_bottom)
        if whole.bit_length() > precision:
            exponent += 1
            continue
        twice = 2 * rest
        if twice > shifted_bottom or (twice == shifted_bottom and whole & 1):
            whole += 1
        return sign * whole, exponent
    raise AssertionError("a mantissa settles within two shifts")


def _shortest(exact: Fraction, precision: int = PRECISION) -> Decimal:
    """The shortest decimal within the rounding interval of the float nearest to `exact`."""
    if not exact:
        return Decimal(0)
    if exact.numerator.bit_length() + exact.denominator.bit_length() > _MOST_BITS:
        raise NotModelled("a number this large or small is not modelled")
    mantissa, exponent = _rounded(exact, precision)
    sign, mantissa = (-1, -mantissa) if mantissa < 0 else (1, mantissa)
    unit = Fraction(2) ** exponent
    value = mantissa * unit
    fewest = _EXACT_DIGITS if precision == PRECISION else 1
    if value.denominator == 1 and value.numerator < 10**fewest:
        return Decimal(sign * value.numerator)
    upper, lower = value + unit / 2, value - unit / 2
    inclusive = mantissa % 2 == 0
    scale = _digits_before_point(value)
    for digits in range(fewest, precision):
        step = Fraction(10) ** (scale - digits)
        down = value // step
        fits_down = down * step > lower or (inclusive and down * step == lower)
        fits_up = (down + 1) * step < upper or (inclusive and (down + 1) * step == upper)
        if fits_down or fits_up:
            rest = value - down * step
            goes_up = fits_up and (not fits_down or rest * 2 > step or (rest * 2 == step and down % 2 == 1))
            found = _WIDE.scaleb(Decimal(sign * (down + goes_up)), scale - digits)
            return found.normalize(_WIDE)
    raise AssertionError("fewer digits than bits name any float")


def _digits_before_point(value: Fraction) -> int:
    """The power of ten just above the value."""
    estimate = int((value.numerator.bit_length() - value.denominator.bit_length()) * _DIGITS_A_BIT)
    while Fraction(10) ** estimate <= value:
        estimate += 1
    while Fraction(10) ** (estimate - 1) > value:
        estimate -= 1
    return estimate
