"""Alignment: the equals signs of neighbouring lines, one below the other, as `terraform fmt` has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verifier.edits.finding import Entry, name_of

_ASSIGNED = re.compile(r"(?P<lead>[ \t]*(?:\"(?:[^\"\\]|\\.)*\"|\([^=]*\)|[^\s=\"(]+))(?P<gap>[ \t]*)=(?!=)")


def aligned(lines: Sequence[str], said: Sequence[Entry], new: int) -> list[str]:
    """The lines, those around the line number `new` (from 0) aligned with it, if they were among themselves before."""
    chain = _chain(lines, said, new)
    found = {number: match for number in chain if (match := _ASSIGNED.match(lines[number])) is not None}
    if new not in found:
        return list(lines)
    others = [match for number, match in found.items() if number != new]
    if not _in_line(others):
        return list(lines)
    width = max(len(match["lead"]) for match in found.values())
    result = list(lines)
    for number, match in found.items():
        result[number] = f"{match['lead']:<{width}} {lines[number][match.end() - 1 :]}"
    return result


def _chain(lines: Sequence[str], said: Sequence[Entry], new: int) -> range:
    """The numbers of the lines that stand together with one: each an entry of its own, with nothing in between."""
    single = {
        entry.span.line - 1
        for entry in said
        if entry.span.line == entry.span.end_line
        and name_of(entry)
        and not lines[entry.span.line - 1][: entry.span.column - 1].strip()
    }
    first = last = new
    while first - 1 in single:
        first -= 1
    while last + 1 in single:
        last += 1
    return range(first, last + 1)


def _in_line(matches: Sequence[re.Match[str]]) -> bool:
    if not matches:
        return True
    width = max(len(match["lead"]) for match in matches)
    return all(len(match["lead"] + match["gap"]) == width + 1 for match in matches)
