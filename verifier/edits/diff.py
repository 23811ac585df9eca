"""A unified diff of amended files, as `git apply` and `patch -p1` take it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

NO_NEWLINE = "\\ No newline at end of file\n"


def diff_of(path: str, before: str, after: str, *, new: bool) -> str:
    """The diff of one file. `path` is relative to where it will be applied, with forward slashes."""
    old_name = "/dev/null" if new else f"a/{path}"
    return "".join(_lines(unified_diff(_kept(before), _kept(after), old_name, f"b/{path}")))


def _kept(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _lines(made: Iterator[str]) -> Iterator[str]:
    for line in made:
        if line.endswith("\n"):
            yield line
        else:
            yield line + "\n"
            yield NO_NEWLINE
