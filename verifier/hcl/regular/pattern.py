"""A compiled pattern: search, find all, replace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import frozen
from verifier.hcl.regular.backtracking import compile_quick, is_quick
from verifier.hcl.regular.nodes import Alternatives, Group, Node, Repeat, Sequence
from verifier.hcl.regular.parser import parse
from verifier.hcl.regular.stepping import Program, compile_program
from verifier.hcl.regular.stepping import search as step_search

_LONG = 2_000


@frozen()
class Match:
    """A match: the text it covers, and what each group took (None for a group that took no part)."""

    start: int
    end: int
    text: str
    groups: tuple[str | None, ...]


@frozen()
class Pattern:
    """`names` has one entry a group, None for a group without a name."""

    node: Node
    names: tuple[str | None, ...]
    quick: re.Pattern[str] | None

    def matches(self, subject: str) -> Iterator[Match]:
        """Every match from left to right. An empty match right after another match does not count."""
        at, end_of_last = 0, -1
        while at <= len(subject):
            found = self.search(subject, at)
            if found is None:
                return
            if not found.start == found.end == end_of_last:
                yield found
                end_of_last = found.end
            at = found.end + 1 if found.start == found.end else found.end

    def search(self, subject: str, start: int = 0) -> Match | None:
        """The leftmost match at or after `start`."""
        if self.quick is not None and len(subject) <= _LONG:
            found = self.quick.search(subject, start)
            return None if found is None else Match(found.start(), found.end(), found[0], found.groups())
        slots = step_search(_program(self), subject, start)
        if slots is None:
            return None
        spans = list(zip(slots[2::2], slots[3::2], strict=True))
        groups = tuple(None if low < 0 or high < 0 else subject[low:high] for low, high in spans)
        return Match(slots[0], slots[1], subject[slots[0] : slots[1]], groups)

    def replaced(self, subject: str, replacement: str) -> str:
        """Every match replaced; `$1`, `${1}` and `$name` stand for groups, `$$` for a dollar sign."""
        pieces: list[str] = []
        position = 0
        for match in self.matches(subject):
            pieces += [subject[position : match.start], self._expanded(replacement, match)]
            position = match.end
        return "".join([*pieces, subject[position:]])

    def _expanded(self, replacement: str, match: Match) -> str:
        def group(reference: re.Match[str]) -> str:
            if reference["dollar"]:
                return "$"
            name = reference["braced"] or reference["plain"]
            if name.isdigit():
                number = int(name)
                if number == 0:
                    return match.text
                return (match.groups[number - 1] or "") if number <= len(match.groups) else ""
            return (match.groups[self.names.index(name)] or "") if name in self.names else ""

        return _REFERENCE.sub(group, replacement)


_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<braced>\w+)\}|(?P<plain>\w+))", re.ASCII)


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Pattern:
    """The pattern, ready to use. Raises EvaluationError when it is not one."""
    try:
        node = parse(pattern)
        names = dict(_group_names(node))
        quick = compile_quick(node) if is_quick(node) else None
    except (RecursionError, OverflowError, re.error):
        raise EvaluationError("the pattern is too large") from None
    return Pattern(node, tuple(names[number] for number in sorted(names)), quick)


@lru_cache(maxsize=128)
def _program(pattern: Pattern) -> Program:
    return compile_program(pattern.node, len(pattern.names))


def _group_names(node: Node) -> Iterator[tuple[int, str | None]]:
    match node:
        case Group(item, number, name):
            yield number, name
            yield from _group_names(item)
        case Sequence(items) | Alternatives(items):
            for inner in items:
                yield from _group_names(inner)
        case Repeat(item):
            yield from _group_names(item)
        case _:
            return
