"""The verbs of format: `%s`, `%05d`, `%#v`, `%[2]q` and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal

from verifier.hcl import numbers
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import frozen
from verifier.hcl.functions.json_text import encode, quoted
from verifier.hcl.text import characters
from verifier.hcl.types import BOOL, NUMBER, STRING, Primitive
from verifier.hcl.values import Value

_VERB = re.compile(
    r"%(?P<flags>[ #+\-0]*)(?P<width>[1-9]\d*)?(?:\.(?P<precision>\d*))?(?:\[(?P<argument>\d+)\])?(?P<mode>.)?",
    re.DOTALL | re.ASCII,
)
_WIDEST = 10_000
_EXPONENT_BELOW, _EXPONENT_FROM = -4, 6
_ENOUGH = Context(prec=12_000, Emax=999_999, Emin=-999_999, rounding=ROUND_HALF_EVEN)


@frozen(kw_only=True)
class Verb:
    """One verb. `argument` is the number of the value it names, from 1; None takes the next."""

    written: str
    flags: str
    width: int | None
    precision: int | None
    argument: int | None
    mode: str


def pieces(layout: str) -> Iterator[str | Verb]:
    """The literal text and the verbs of a format, in order."""
    at = 0
    while at < len(layout):
        start = layout.find("%", at)
        if start < 0:
            yield layout[at:]
            return
        if start > at:
            yield layout[at:start]
        if layout.startswith("%%", start):
            yield "%"
            at = start + 2
            continue
        found = _VERB.match(layout, start)
        if found is None or not found["mode"] or found["mode"] not in "vtbdoxXeEfgGsq":
            raise EvaluationError(f"the format has a verb that does not exist at character {start + 1}")
        yield _verb(found)
        at = found.end()


def _verb(found: re.Match[str]) -> Verb:
    width = int(found["width"]) if found["width"] else None
    precision = int(found["precision"] or 0) if found["precision"] is not None else None
    if max(width or 0, precision or 0) > _WIDEST:
        raise EvaluationError(f"the verb {found[0]} asks for more than {_WIDEST} characters")
    return Verb(
        written=found[0],
        flags=found["flags"],
        width=width,
        precision=precision,
        argument=int(found["argument"]) if found["argument"] else None,
        mode=found["mode"],
    )


def formatted(verb: Verb, value: Value) -> str:
    """What the verb makes of a wholly known value."""
    if verb.mode == "v":
        return _as_is(verb, value)
    if value.content is None:
        raise EvaluationError(f"{verb.written} cannot show null")
    if verb.mode == "t":
        return "true" if _converted(verb, value, BOOL).content else "false"
    if verb.mode in "sq":
        return _text(verb, str(_converted(verb, value, STRING).content))
    amount = _converted(verb, value, NUMBER).content
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise EvaluationError(f"{verb.written} cannot show this number")
    return _number(verb, amount)


def _converted(verb: Verb, value: Value, of: Primitive) -> Value:
    try:
        return convert(value, of)
    except EvaluationError as error:
        raise EvaluationError(f"{verb.written} cannot show this value: {error.summary}") from None


def _as_is(verb: Verb, value: Value) -> str:
    content = value.content
    if (
        "#" in verb.flags
        or isinstance(content, tuple)
        or content is None
        or not isinstance(content, str | bool | Decimal)
    ):
        return _padded(verb, encode(value))
    if isinstance(content, Decimal):
        return _padded(verb, _shortest(content, None) if content.is_finite() else numbers.text(content))
    if isinstance(content, bool):
        return _padded(verb, "true" if content else "false")
    return _text(verb, content)


def _text(verb: Verb, content: str) -> str:
    if verb.precision and verb.mode != "v":
        content = "".join(characters(content)[: verb.precision])
    return _padded(verb, quoted(content) if verb.mode == "q" else content)


def _padded(verb: Verb, content: str) -> str:
    missing = (verb.width or 0) - len(characters(content))
    if missing <= 0:
        return content
    padding = ("0" if "0" in verb.flags else " ") * missing
    return content + padding if "-" in verb.flags else padding + content


def _padded_number(verb: Verb, digits: str, prefix: str = "", *, zeros_first: bool = False) -> str:
    """With its sign and base, and zeros before the digits where the verb asks for them.

    Of `-` and `0` together, the first wins for whole numbers and the second for others.
    """
    sign = ""
    if digits.startswith("-"):
        sign, digits = "-", digits[1:]
    elif "+" in verb.flags:
        sign = "+"
    elif " " in verb.flags:
        sign = " "
    shown = sign + prefix + digits
    missing = (verb.width or 0) - len(shown)
    if missing <= 0:
        return shown
    zeros = "0" in verb.flags and (zeros_first or verb.precision is None)
    if "-" in verb.flags and not (zeros and zeros_first):
        return shown + " " * missing
    return sign + prefix + "0" * missing + digits if zeros else " " * missing + shown


def _number(verb: Verb, amount: Decimal) -> str:
    if verb.mode in "dboxX":
        return _padded_number(verb, *_integer(verb, amount))
    if verb.mode == "f":
        fixed = _fixed(amount, 6 if verb.precision is None else verb.precision)
        return _padded_number(verb, fixed, zeros_first=True)
    if verb.mode in "eE":
        shown = _exponent(amount, 6 if verb.precision is None else verb.precision)
    else:
        shown = _shortest(amount, verb.precision)
    return _padded_number(verb, shown.upper() if verb.mode in "EG" else shown, zeros_first=True)


def _integer(verb: Verb, amount: Decimal) -> tuple[str, str]:
    """The digits with their sign, and what says the base."""
    if not numbers.is_integer(amount):
        raise EvaluationError(f"{verb.written} needs a whole number")
    whole = int(amount)
    mode = "x" if verb.mode == "X" else verb.mode
    digits = numbers.text(Decimal(abs(whole))) if mode == "d" else format(abs(whole), mode)
    prefix = _BASES.get(mode, "") if "#" in verb.flags else ""
    if verb.precision is not None:
        digits = digits.rjust(verb.precision, "0")
    if verb.mode == "X":
        digits, prefix = digits.upper(), prefix.upper()
    return ("-" if whole < 0 else "") + digits, prefix


_BASES = {"b": "0b", "o": "0", "x": "0x"}


def _fixed(amount: Decimal, places: int) -> str:
    return format(_ENOUGH.quantize(numbers.exact(amount), Decimal(1).scaleb(-places, _ENOUGH)), "f")


def _exponent(amount: Decimal, places: int) -> str:
    mantissa, _, power = format(numbers.exact(amount), f".{places}e").partition("e")
    number = int(power) if amount else 0
    return f"{mantissa}e{'-' if number < 0 else '+'}{abs(number):02}"


def _shortest(amount: Decimal, precision: int | None) -> str:
    """As few digits as name the number, or `precision` of them; with an exponent where that is large or small."""
    if not amount:
        return "0"
    if precision is None:
        rounded = amount.normalize(_ENOUGH)
        digits, threshold = len(rounded.as_tuple().digits), _EXPONENT_FROM
    else:
        digits = threshold = max(precision, 1)
        rounded = Context(prec=digits, Emax=999_999, Emin=-999_999).plus(numbers.exact(amount))
    power = rounded.adjusted()
    if _EXPONENT_BELOW <= power < threshold:
        return numbers.text(rounded)
    mantissa, _, _ = format(rounded, f".{digits - 1}e").partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02}"
