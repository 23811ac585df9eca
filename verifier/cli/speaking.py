"""What a verb says: its result on standard output, and what is to be known beside it on standard error."""

from __future__ import annotations

import sys


def say(text: str, *, end: str = "\n") -> None:
    """Write the text on standard output, at once."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write a line on standard error, behind what has been written on standard output."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
