"""Escapes of quoted strings. Heredocs have none."""

from __future__ import annotations

import re
from typing import Final

from verifier.hcl.syntax.tokens import SyntaxFault

_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SIMPLE: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def decode_escapes(text: str, line: int, column: int) -> str:
    """The text with its escapes decoded. `line` and `column` are where it begins, for the fault of a bad escape."""
    if "\\" not in text:
        return text

    def decoded(found: re.Match[str]) -> str:
        digits = found[1] or found[2]
        if digits:
            return _character(int(digits, 16))
        if found[3] not in _SIMPLE:
            raise SyntaxFault(
                f"invalid escape \\{found[3]}",
                line,
                column + found.start(),
                detail='a quoted string knows \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN',
                next_step="write \\\\ for a backslash",
            )
        return _SIMPLE[found[3]]

    return _ESCAPE.sub(decoded, text)


def _character(code: int) -> str:
    """The character, or the replacement character where there is none, as Go encodes it."""
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)
