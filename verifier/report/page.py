"""A page of text: indented, labelled, wrapped between words only, so that an id or a command can be copied whole."""

from __future__ import annotations

import re

from verifier.report.paper import Paper
from verifier.report.text import Text, cells
from verifier.report.words import printable

LABEL = 11
"""The column at which a labelled row's text begins, from the row's own indent."""


_WORD = re.compile(r"\s*\S+\s*")


class Page:
    """Prints lines and labelled rows."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper

    def blank(self) -> None:
        """An empty line."""
        self._print("")

    def line(self, text: str | Text, *, style: str = "", indent: int = 0, hang: int = 0) -> None:
        """A paragraph; its further lines stand `hang` columns further in than its first."""
        for number, part in enumerate(self._wrapped(text, style, indent + hang)):
            self._print(" " * (indent + hang if number else indent), part)

    def whole(self, text: Text) -> None:
        """A line that is never wrapped or cut: a branch of a tree."""
        self._print(text)

    def row(self, label: str, text: str | Text, *, style: str = "", indent: int = 4) -> None:
        """A paragraph with a label before its first line; an empty label continues the row above."""
        for number, part in enumerate(self._wrapped(text, style, indent + LABEL)):
            shown = label if number == 0 else ""
            self._print(" " * indent, Text(f"{shown:<{LABEL}}", style="dim"), part)

    def brief(self, label: str, text: str, *, indent: int = 4) -> None:
        """A labelled row that keeps to one line, cut where it is longer: what it says stands in full elsewhere."""
        shown = Text(_one_line(text))
        self._print(" " * indent, Text(f"{label:<{LABEL}}", style="dim"), self._cut(shown, indent + LABEL))

    def entry(self, text: Text, *, indent: int = 2) -> None:
        """An entry of a list that keeps to one line, cut where it is longer."""
        self._print(" " * indent, self._cut(text, indent))

    def exact_line(self, text: str, *, indent: int = 0) -> None:
        """A line that is never wrapped, as it stands: what a report printed before."""
        self._print(" " * indent, Text(printable(text)))

    def exact(self, label: str, text: str, *, style: str = "", indent: int = 4) -> None:
        """A row that is never wrapped: a command, an address."""
        self._print(" " * indent, Text(f"{label:<{LABEL}}", style="dim"), Text(_one_line(text), style=style))

    def _wrapped(self, text: str | Text, style: str, indent: int) -> list[Text]:
        whole = Text(printable(text), style=style) if isinstance(text, str) else text
        room = max(self._paper.width - indent, 20)
        return [line for part in whole.lines() for line in part.divide(breaks(part.plain, room))]

    def _cut(self, text: Text, indent: int) -> Text:
        return text.cut(max(self._paper.width - indent, 20))

    def _print(self, *parts: str | Text) -> None:
        self._paper.write(Text.assemble(*parts).stripped())


def breaks(text: str, room: int) -> list[int]:
    """The offsets at which further lines begin, each at the start of a word.

    A word that is wider than that stands whole: what is cut cannot be copied.
    """
    offsets: list[int] = []
    used = 0
    for word in _WORD.finditer(text):
        if used and used + cells(word.group().rstrip()) > room:
            offsets.append(word.start())
            used = 0
        used += cells(word.group())
    return offsets


def _one_line(text: str) -> str:
    return printable(text.replace("\n", "\\n"))
