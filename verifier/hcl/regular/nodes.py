"""What a regular expression is made of, once parsed."""

from __future__ import annotations

from typing import TypeAlias

from verifier.hcl.frozen import frozen

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Sorted, disjoint, inclusive ranges of code points."""

LAST = 0x10FFFF


@frozen()
class Characters:
    """One character out of `ranges`; letters of either case when `fold`."""

    ranges: Ranges
    fold: bool = False


@frozen()
class Position:
    """A place between characters: text-start, text-end, line-start, line-end, boundary, no-boundary."""

    kind: str


@frozen()
class Sequence:
    """One after the other; nothing at all when empty."""

    items: tuple[Node, ...]


@frozen()
class Alternatives:
    """The first that leads to a match."""

    branches: tuple[Node, ...]


@frozen()
class Repeat:
    """`item` from `low` to `high` times (None: without end), as often as possible unless `lazy`."""

    item: Node
    low: int
    high: int | None
    lazy: bool


@frozen()
class Group:
    """A capturing group; numbers count from 1."""

    item: Node
    number: int
    name: str | None


Node: TypeAlias = Characters | Position | Sequence | Alternatives | Repeat | Group


def complement(ranges: Ranges) -> Ranges:
    """Every code point that is not in the ranges."""
    outside: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if low > start:
            outside.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        outside.append((start, LAST))
    return tuple(outside)


def union(ranges: list[tuple[int, int]]) -> Ranges:
    """The ranges sorted, with those that touch joined."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)
