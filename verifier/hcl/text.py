"""Text as Terraform counts it: in characters that a reader sees, not in code points."""

from __future__ import annotations

import unicodedata


def characters(text: str) -> list[str]:
    """The text's grapheme clusters.

    >>> characters("ab")
    ['a', 'b']
    """
    if text.isascii() and "\r\n" not in text:
        return list(text)
    import regex  # type: ignore[import-untyped]  # it ships no types

    return [str(cluster) for cluster in regex.findall(r"\X", text)]


def certain_prefix(text: str) -> str:
    """How much of a text stays as it is whatever follows: a combining character could still change its end."""
    text = unicodedata.normalize("NFC", text)
    return "".join(characters(text)[:-1])
