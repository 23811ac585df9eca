"""A page of text: indented, labelled, wrapped between words only, so that an id or a command can be copied whole."""

from __future__ import annotations

import re
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from verifier.report.words import printable

WIDEST = 120
UNSEEN = 100
"""The width where nobody watches: a file, a pipe, a CI log."""

LABEL = 11
"""The column at which a labelled row's text begins, from the row's own indent."""


def console_for(stream: TextIO) -> Console:
    """A console for a stream: colour only on a terminal without NO_COLOR, never wider than people read."""
    width = None if stream.isatty() else UNSEEN
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDEST)
    return console


_WORD = re.compile(r"\s*\S+\s*")


class Page:
    """Prints lines and labelled rows on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

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

    def exact(self, label: str, text: str, *, style: str = "", indent: int = 4) -> None:
        """A row that is never wrapped: a command, an address."""
        self._print(" " * indent, Text(f"{label:<{LABEL}}", style="dim"), Text(_one_line(text), style=style))

    def _wrapped(self, text: str | Text, style: str, indent: int) -> list[Text]:
        whole = Text(printable(text), style=style) if isinstance(text, str) else text
        width = max(self._console.width - indent, 20)
        return [line for part in whole.split("\n") for line in part.divide(breaks(part.plain, width))]

    def _cut(self, text: Text, indent: int) -> Text:
        text.truncate(max(self._console.width - indent, 20), overflow="ellipsis")
        return text

    def _print(self, *parts: str | Text) -> None:
        line = Text.assemble(*parts)
        line.rstrip()
        self._console.print(line, soft_wrap=True)


def breaks(text: str, width: int) -> list[int]:
    """The offsets at which further lines begin, each at the start of a word.

    A word that is wider than the width stands whole: rich would cut it, and what is cut cannot be copied.
    """
    offsets: list[int] = []
    used = 0
    for word in _WORD.finditer(text):
        if used and used + cell_len(word.group().rstrip()) > width:
            offsets.append(word.start())
            used = 0
        used += cell_len(word.group())
    return offsets


def _one_line(text: str) -> str:
    return printable(text.replace("\n", "\\n"))
