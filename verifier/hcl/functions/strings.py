"""Functions over strings, counting characters as a reader sees them."""

from __future__ import annotations

from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.errors import EvaluationError
from verifier.hcl.functions.signature import Parameter, amount, of_contents, of_values, text
from verifier.hcl.operators import unknown_from
from verifier.hcl.text import characters
from verifier.hcl.types import BOOL, STRING, ListOf
from verifier.hcl.values import FALSE, TRUE, Unknown, Value, boolean, items_of, string

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_LARGEST_INDENT = 10_000


def _one_of(*candidates: str) -> str:
    # Case is changed one code point at a time: ß has no capital of one letter, so it stays.
    return next(candidate for candidate in candidates if len(candidate) == 1)


def _upper(value: str) -> str:
    return value.upper() if value.isascii() else "".join(_one_of(c.upper(), c.title(), c) for c in value)


def _lower(value: str) -> str:
    return value.lower() if value.isascii() else "".join("i" if c == "İ" else _one_of(c.lower(), c) for c in value)


def _title(value: str) -> str:
    result: list[str] = []
    separated = True
    for letter in value:
        result.append(_one_of(letter.title(), letter) if separated else letter)
        separated = _is_separator(letter)
    return "".join(result)


def _is_separator(letter: str) -> bool:
    if letter.isascii():
        return not (letter.isalnum() or letter == "_")
    return not letter.isalnum() and letter in _SPACE


def _join(separator: Value, *lists: Value) -> Value:
    if not lists:
        raise EvaluationError("at least one list is needed")
    pieces: list[str] = []
    for items in lists:
        for position, item in enumerate(items_of(items)):
            if isinstance(item.content, Unknown):
                return unknown_from(STRING, *lists)
            if not isinstance(item.content, str):
                raise EvaluationError(f"element {position} is null; null cannot be part of a string")
            pieces.append(item.content)
    return string(str(separator.content).join(pieces))


def _split(separator: str, value: str) -> list[str]:
    if not separator:
        return list(value)
    return value.split(separator) if value else [""]


def _trimprefix(value: str, prefix: str) -> str:
    return value.removeprefix(prefix)


def _trimsuffix(value: str, suffix: str) -> str:
    return value.removesuffix(suffix)


def _trim(value: str, cutset: str) -> str:
    return value.strip(cutset) if cutset else value


def _indent(spaces: Decimal, value: str) -> str:
    if not numbers.is_integer(spaces):
        raise EvaluationError("the number of spaces must be a whole number")
    width = int(spaces)
    if width < 0 or width > _LARGEST_INDENT:
        raise EvaluationError(f"the number of spaces must lie between 0 and {_LARGEST_INDENT}")
    return value.replace("\n", "\n" + " " * width)


def _starts(value: Value, prefix: Value) -> Value:
    wanted = prefix.content
    if isinstance(value.content, Unknown) and isinstance(wanted, str):
        known = value.content.bounds.prefix
        if known.startswith(wanted):
            return TRUE
        if not wanted.startswith(known[: len(wanted)]):
            return FALSE
        return unknown_from(BOOL, value, prefix)
    return boolean(str(value.content).startswith(str(wanted)))


def _substr(value: str, offset: Decimal, length: Decimal) -> str:
    if not numbers.is_integer(offset) or not numbers.is_integer(length):
        raise EvaluationError("offset and length must be whole numbers")
    start, count = int(offset), int(length)
    seen = characters(value)
    if start < 0:
        # Of an offset from the end, a length of 0 means all that is left.
        start, count = max(start + len(seen), 0), count or -1
    if count == 0:
        return ""
    return "".join(seen[start:] if count < 0 else seen[start : start + count])


def _chomp(value: str) -> str:
    return value.rstrip("\r\n")


def _strings(name: str) -> Parameter:
    return Parameter(name=name, type=ListOf(STRING), partial=True)


def _reversed(value: str) -> str:
    return "".join(reversed(characters(value)))


def _strcontains(value: str, part: str) -> bool:
    return part in value


def _endswith(value: str, suffix: str) -> bool:
    return value.endswith(suffix)


FUNCTIONS = (
    of_contents("upper", _upper, STRING, text("str")),
    of_contents("lower", _lower, STRING, text("str")),
    of_contents("title", _title, STRING, text("str")),
    of_values("join", _join, STRING, text("separator"), variadic=_strings("lists")),
    of_contents("split", _split, ListOf(STRING), text("separator"), text("str")),
    of_contents("trim", _trim, STRING, text("str"), text("cutset")),
    of_contents("trimprefix", _trimprefix, STRING, text("str"), text("prefix")),
    of_contents("trimsuffix", _trimsuffix, STRING, text("str"), text("suffix")),
    of_contents("trimspace", lambda value: value.strip(_SPACE), STRING, text("str")),
    of_contents("chomp", _chomp, STRING, text("str")),
    of_contents("indent", _indent, STRING, amount("spaces"), text("str")),
    of_values("startswith", _starts, BOOL, Parameter(name="str", type=STRING, unknown=True), text("prefix")),
    of_contents("endswith", _endswith, BOOL, text("str"), text("suffix")),
    of_contents("strcontains", _strcontains, BOOL, text("str"), text("substr")),
    of_contents("substr", _substr, STRING, text("str"), amount("offset"), amount("length")),
    of_contents("strrev", _reversed, STRING, text("str")),
)
