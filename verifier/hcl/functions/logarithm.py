"""The natural logarithm with the very last bit that Terraform has.

Go computes it with the reduction and polynomial of fdlibm, which differs from the C library's in the last place.
"""

from __future__ import annotations

import math

# Coefficients of the minimax polynomial, from the odd and the even powers, and ln 2 in two parts.
_ODD = (0.6666666666666735130, 0.2857142874366239149, 0.1818357216161805012, 0.1479819860511658591)
_EVEN = (0.3999999999940941908, 0.2222219843214978396, 0.1531383769920937332)
_LN2_HIGH, _LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10


def natural_log(value: float) -> float:
    """ln(value) of a positive finite number."""
    fraction, exponent = math.frexp(value)
    if fraction < math.sqrt(0.5):
        fraction, exponent = fraction * 2, exponent - 1
    offset = fraction - 1
    ratio = offset / (2 + offset)
    square = ratio * ratio
    fourth = square * square
    odd = square * _horner(_ODD, fourth)
    even = fourth * _horner(_EVEN, fourth)
    half = 0.5 * offset * offset
    return exponent * _LN2_HIGH - ((half - (ratio * (half + odd + even) + exponent * _LN2_LOW)) - offset)


def _horner(coefficients: tuple[float, ...], at: float) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = coefficient + at * total
    return total
