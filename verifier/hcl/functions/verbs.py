"""The verbs of format: `%s`, `%05d`, `%#v`, `%[2]q` and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from verifier.hcl import numbers
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
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


@dataclass(frozen=True, slots=True, kw_only=True)
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
        return _padded_number(verb, _shortest(content, None)) if content.is_finite() else numbers.text(content)
    if isinstance(content, bool):
        return _padded(verb, "true" if content else "false")
    return _text(verb, content)


def _text(verb: Verb, content: str) -> str:
    if verb.precision is not None and verb.mode != "v":
        content = "".join(characters(content)[: verb.precision])
    return _padded(verb, quoted(content) if verb.mode == "q" else content)


def _padded(verb: Verb, content: str) -> str:
    missing = (verb.width or 0) - len(characters(content))
    if missing <= 0:
        return content
    if "-" in verb.flags:
        return content + " " * missing
    return ("0" if "0" in verb.flags else " ") * missing + content


def _padded_number(verb: Verb, digits: str) -> str:
    """With its sign, and zeros between sign and digits where the verb asks for them."""
    sign = ""
    if digits.startswith("-"):
        sign, digits = "-", digits[1:]
    elif "+" in verb.flags and verb.mode != "v":
        sign = "+"
    elif " " in verb.flags:
        sign = " "
    missing = (verb.width or 0) - len(sign) - len(digits)
    if missing <= 0:
        return sign + digits
    if "-" in verb.flags:
        return sign + digits + " " * missing
    return sign + "0" * missing + digits if "0" in verb.flags else " " * missing + sign + digits


def _number(verb: Verb, amount: Decimal) -> str:
    if verb.mode in "dboxX":
        return _padded_number(verb, _integer(verb, amount))
    if verb.mode == "f":
        return _padded_number(verb, _fixed(amount, 6 if verb.precision is None else verb.precision))
    if verb.mode in "eE":
        shown = _exponent(amount, 6 if verb.precision is None else verb.precision)
    else:
        shown = _shortest(amount, verb.precision)
    return _padded_number(verb, shown.upper() if verb.mode in "EG" else shown)


def _integer(verb: Verb, amount: Decimal) -> str:
    if not numbers.is_integer(amount):
        raise EvaluationError(f"{verb.written} needs a whole number")
    whole = int(amount)
    sharp = "#" in verb.flags
    match verb.mode:
        case "b":
            digits = format(abs(whole), "#b" if sharp else "b")
        case "o":
            digits = ("0" if sharp else "") + format(abs(whole), "o")
        case "x" | "X":
            digits = format(abs(whole), "#x" if sharp else "x")
            digits = digits.upper() if verb.mode == "X" else digits
        case _:
            digits = str(abs(whole))
    if verb.precision is not None:
        digits = digits.rjust(verb.precision, "0")
    return ("-" if whole < 0 else "") + digits


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
