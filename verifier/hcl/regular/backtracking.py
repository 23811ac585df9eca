"""A pattern on Python's own engine, for patterns on which that one is quick and means the same."""

from __future__ import annotations

import re

from verifier.hcl.regular.nodes import (
    LAST,
    Alternatives,
    Characters,
    Group,
    Node,
    Position,
    Repeat,
    Sequence,
)

_POSITIONS = {
    "text-start": r"\A",
    "text-end": r"\Z",
    "line-start": "(?m:^)",
    "line-end": "(?m:$)",
    "boundary": r"(?a:\b)",
    # Python's own \B does not match in an empty text.
    "no-boundary": r"(?a:(?!\b))",
}
_FEW = 2


def is_quick(node: Node) -> bool:
    """Whether a backtracking engine is quick on it: no repetition within a repetition, and few of them."""
    return _repetitions(node, inside=False) <= _FEW


def _repetitions(node: Node, *, inside: bool) -> int:
    """How many repetitions have no end; too many when one stands within another."""
    match node:
        case Repeat(item, _, high, _):
            endless = high is None or high > _FEW
            variable = endless or high != node.low
            if inside and variable:
                return _FEW + 1
            within = _repetitions(item, inside=inside or endless)
            return within + (1 if endless and high is None else 0)
        case Sequence(items):
            return sum(_repetitions(item, inside=inside) for item in items)
        case Alternatives(branches):
            if inside:
                return _FEW + 1
            return sum(_repetitions(branch, inside=inside) for branch in branches)
        case Group(item):
            return _repetitions(item, inside=inside)
        case _:
            return 0


def compile_quick(node: Node) -> re.Pattern[str]:
    """The pattern compiled for Python's engine."""
    return re.compile(_text(node))


def _text(node: Node) -> str:
    match node:
        case Characters():
            return _class_text(node)
        case Position(kind):
            return _POSITIONS[kind]
        case Sequence(items):
            return "".join(map(_text, items)) or "(?:)"
        case Alternatives(branches):
            return "(?:" + "|".join(map(_text, branches)) + ")"
        case Group(item):
            return f"({_text(item)})"
        case Repeat(item, low, high, lazy):
            counts = f"{{{low},{'' if high is None else high}}}"
            return f"(?:{_text(item)}){counts}{'?' if lazy else ''}"


def _class_text(node: Characters) -> str:
    if node.ranges == ((0, LAST),):
        return "(?s:.)"
    if not node.ranges:
        return "(?!)"
    body = "".join(_point(low) if low == high else f"{_point(low)}-{_point(high)}" for low, high in node.ranges)
    return f"(?i:[{body}])" if node.fold else f"[{body}]"


def _point(point: int) -> str:
    return (
        f"\\U{point:08x}" if point > 0x7F else re.escape(chr(point)) if not chr(point).isspace() else f"\\x{point:02x}"
    )
