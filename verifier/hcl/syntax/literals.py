"""From what is written to what it means: escapes of quoted strings, numbers, Unicode's normal form."""

from __future__ import annotations

import re
import sys
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final

from verifier.hcl.syntax.tokens import SyntaxFault

_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SIMPLE: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}

LARGEST_EXPONENT: Final = 100_000
"""Of ten. Terraform's numbers go further; nobody means them, and writing one out would fill the memory."""


def normalised(text: str) -> str:
    """The text in Unicode normal form C, in which Terraform keeps every string, without half characters."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))


def number(text: str, line: int, column: int) -> Decimal:
    """The number, exact. `line` and `column` are where it stands, for the fault of one too large."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("Infinity")
    if not value.is_finite() or abs(value.adjusted()) > LARGEST_EXPONENT + len(text):
        raise SyntaxFault(
            "this number is too large or too small",
            line,
            column,
            detail=f"exponents are read up to {LARGEST_EXPONENT}",
        )
    return value


def decode_escapes(text: str, line: int, column: int) -> str:
    """The text with its escapes decoded. `line` and `column` are where it begins, for the fault of a bad escape."""
    if "\\" not in text:
        return text

    def decoded(found: re.Match[str]) -> str:
        digits = found[1] or found[2]
        if digits is None and found[3] in _SIMPLE:
            return _SIMPLE[found[3]]
        if digits is None:
            raise SyntaxFault(
                f"invalid escape \\{found[3]}",
                line,
                column + found.start(),
                detail='a quoted string knows \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN',
                next_step="write \\\\ for a backslash",
            )
        code = int(digits, 16)
        if code > sys.maxunicode or _SURROGATE.match(chr(code)):
            raise SyntaxFault(f"invalid escape {found[0]}", line, column + found.start(), detail="no such character")
        return chr(code)

    return _ESCAPE.sub(decoded, text)
