"""A page of text: indented, labelled, wrapped between words only, so that an id or a command can be copied whole."""

from __future__ import annotations

import os
from typing import TextIO

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
    watched = stream.isatty()
    width = None if watched or os.environ.get("COLUMNS", "").isdigit() else UNSEEN
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDEST)
    return console


class Page:
    """Prints lines and labelled rows on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def blank(self) -> None:
        """An empty line."""
        self._print("")

    def line(self, text: str | Text, *, style: str = "", indent: int = 0) -> None:
        """A paragraph; its further lines stand under its first."""
        for part in self._wrapped(text, style, indent):
            self._print(" " * indent, part)

    def row(self, label: str, text: str | Text, *, style: str = "", indent: int = 4) -> None:
        """A paragraph with a label before its first line; an empty label continues the row above."""
        for number, part in enumerate(self._wrapped(text, style, indent + LABEL)):
            shown = label if number == 0 else ""
            self._print(" " * indent, Text(f"{shown:<{LABEL}}", style="dim"), part)

    def exact(self, label: str, text: str, *, style: str = "", indent: int = 4) -> None:
        """A row that is never wrapped: a command, an address."""
        self._print(" " * indent, Text(f"{label:<{LABEL}}", style="dim"), Text(_one_line(text), style=style))

    def _wrapped(self, text: str | Text, style: str, indent: int) -> list[Text]:
        whole = Text(printable(text), style=style) if isinstance(text, str) else text
        width = max(self._console.width - indent, 20)
        return [line for part in whole.split("\n") for line in part.wrap(self._console, width, overflow="ignore")]

    def _print(self, *parts: str | Text) -> None:
        line = Text.assemble(*parts)
        line.rstrip()
        self._console.print(line, soft_wrap=True)


def _one_line(text: str) -> str:
    return printable(text.replace("\n", "\\n"))
