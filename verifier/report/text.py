"""Styled text, and how wide it is on a screen: what a page is made of, whatever it is written on.

Styles are rich's words (`bold red`), of which only a terminal takes notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

OURS = "…·→—–│├└─"
"""What reports themselves write besides ASCII. Each takes one cell, for which rich need not be asked."""

_OURS = str.maketrans(dict.fromkeys(OURS, "x"))

Part: TypeAlias = "str | tuple[str, str] | Text"


class Text:
    """Pieces of text, each with its style."""

    __slots__ = ("pieces",)

    def __init__(self, text: str = "", *, style: str = "") -> None:
        self.pieces: list[tuple[str, str]] = [(text, style)] if text else []

    @classmethod
    def assemble(cls, *parts: Part) -> Text:
        """One after another: plain texts, texts with a style, and what has been assembled before."""
        made = cls()
        for part in parts:
            if isinstance(part, Text):
                made.pieces.extend(part.pieces)
            elif isinstance(part, tuple):
                made.append(*part)
            else:
                made.append(part)
        return made

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for text, _ in self.pieces)

    def append(self, text: str, style: str = "") -> None:
        """Add a piece at the end."""
        if text:
            self.pieces.append((text, style))

    def join(self, texts: Iterable[Text]) -> Text:
        """The texts, with this one between them."""
        parts: list[Part] = []
        for text in texts:
            parts.extend([self, text] if parts else [text])
        return Text.assemble(*parts)

    def lines(self) -> Iterator[Text]:
        """The text's lines, without the breaks between them."""
        start = 0
        plain = self.plain
        while (end := plain.find("\n", start)) >= 0:
            yield self.part(start, end)
            start = end + 1
        yield self.part(start, len(plain))

    def divide(self, offsets: Iterable[int]) -> Iterator[Text]:
        """The text in parts, of which each but the first begins at one of the offsets."""
        start = 0
        for offset in offsets:
            yield self.part(start, offset)
            start = offset
        yield self.part(start, len(self.plain))

    def part(self, start: int, end: int) -> Text:
        """What stands between two offsets."""
        made = Text()
        at = 0
        for text, style in self.pieces:
            made.append(text[max(start - at, 0) : max(end - at, 0)], style)
            at += len(text)
        return made

    def cut(self, room: int) -> Text:
        """The text, its end left out for an ellipsis where it is wider than the room."""
        plain = self.plain
        if cells(plain) <= room:
            return self
        end = min(len(plain), room - 1)
        while cells(plain[:end]) > room - 1:
            end -= 1
        while cells(plain[: end + 1]) <= room - 1:  # what takes no cells, as an accent
            end += 1
        cut = self.part(0, end)
        cut.append("…", cut.pieces[-1][1] if cut.pieces else "")
        return cut

    def stripped(self) -> Text:
        """The text without white space at its end."""
        return self.part(0, len(self.plain.rstrip()))


def cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii() or text.translate(_OURS).isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
