"""What a page is written on: a terminal, with colours, or a file, a pipe or a log, where there is text alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, TextIO

from verifier.report.text import Text

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 120
UNSEEN = 100
"""The width where nobody watches: a file, a pipe, a CI log."""

_COLOURED = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""What asks for colours where there is no terminal; CI systems set them, whose logs show them."""


class Paper(Protocol):
    """Takes lines, which are as wide as `width` where they can be broken."""

    @property
    def width(self) -> int:
        """Cells in a line."""

    def write(self, line: Text) -> None:
        """Write a line, however wide it is."""


class Plain:
    """Text alone, on any stream."""

    def __init__(self, stream: TextIO, width: int = UNSEEN) -> None:
        self._stream = stream
        self.width = width

    def write(self, line: Text) -> None:
        """Write a line."""
        self._stream.write(line.plain + "\n")


class Terminal:
    """Coloured as rich finds out what can be coloured. Without colours where NO_COLOR is set."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.width = console.width

    def write(self, line: Text) -> None:
        """Write a line."""
        from rich.text import Text as RichText

        self._console.print(RichText.assemble(*line.pieces), soft_wrap=True)


def paper_for(stream: TextIO) -> Paper:
    """What a stream is: coloured on a terminal only, and never wider than people read."""
    watched = stream.isatty()
    if not watched and not any(os.environ.get(name) for name in _COLOURED):
        return Plain(stream)
    from rich.console import Console

    console = Console(file=stream, width=None if watched else UNSEEN, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDEST)
    return Terminal(console)
