"""Text as Terraform counts it: in characters that a reader sees, not in code points."""

from __future__ import annotations

import unicodedata

_DELIMITERS = frozenset("-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'")


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
    """How much of a text is certain to stay as it is: a combining character could still change its last letter.

    After a delimiter, Terraform takes it that nothing combines.
    """
    text = unicodedata.normalize("NFC", text)
    return text if text[-1:] in _DELIMITERS else "".join(characters(text)[:-1])
