"""Nodes to bytes and back, for the cache: JSON, one short list a node, children before their parents.

Flat, so that depth does not recurse, and made of nothing but numbers and strings, so that reading it runs no code
and every node it yields is part of one tree.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final

from verifier.hcl.nodes import Body, Comment, Literal
from verifier.hcl.source import Span
from verifier.hcl.syntax.tokens import SyntaxFault
from verifier.hcl.syntax.walk import FIELDS, MANY, MAYBE, NODE, PLAIN, SHAPES, WORDS, children

_span: Final = partial(tuple.__new__, Span)
_CODES: Final = {kind: code for code, kind in enumerate(SHAPES, start=1)}
_BY_CODE: Final = tuple(SHAPES.items())


def encode(body: Body, faults: Sequence[SyntaxFault], comments: Sequence[Comment]) -> bytes:
    """The body, the faults found with it and the comments that were kept."""
    found = [(fault.summary, fault.line, fault.column, fault.detail, fault.next_step) for fault in faults]
    kept = [(*comment.span, comment.text) for comment in comments]
    return json.dumps([_records(body), found, kept], separators=(",", ":")).encode("ascii")


def decode(content: bytes) -> tuple[Body, list[SyntaxFault], list[Comment]] | None:
    """What `encode` was given; None when the content is not what it wrote."""
    try:
        records, found, kept = json.loads(content)
        body = _built(records)
        faults = [
            SyntaxFault(summary, line, column, detail=detail, next_step=next_step)
            for summary, line, column, detail, next_step in found
        ]
        comments = [Comment(_span(place), text) for *place, text in kept]
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        return None
    return (body, faults, comments) if isinstance(body, Body) else None


def _records(body: Body) -> list[list[Any]]:
    records: list[list[Any]] = []
    waiting: list[tuple[Any, bool]] = [(body, False)]
    while waiting:
        node, children_written = waiting.pop()
        if isinstance(node, Literal):
            value = [str(node.value)] if isinstance(node.value, Decimal) else node.value
            records.append([0, *node.span, value])
        elif children_written:
            records.append(_record(node))
        else:
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(children(node)))
    return records


def _record(node: Any) -> list[Any]:
    kind = type(node)
    record: list[Any] = [_CODES[kind], *node.span]
    for name, shape in zip(FIELDS[kind], SHAPES[kind], strict=True):
        value = getattr(node, name)
        if shape == MANY:
            record.append(len(value))
        elif shape == MAYBE:
            record.append(value is not None)
        elif shape in (PLAIN, WORDS):
            record.append(value)
    return record


def _built(records: list[list[Any]]) -> object:
    """The root. Children wait on the stack in the order of the fields, so each is part of one parent."""
    stack: list[Any] = []
    for record in records:
        code, span, given = record[0], _span(record[1:5]), record[5:]
        if code == 0:
            value = given[0]
            stack.append(Literal(span, Decimal(value[0]) if isinstance(value, list) else value))
            continue
        kind, shapes = _BY_CODE[code - 1]
        arguments: list[Any] = []
        for shape in reversed(shapes):
            if shape == NODE or (shape == MAYBE and given.pop()):
                arguments.append(stack.pop())
            elif shape == MAYBE:
                arguments.append(None)
            elif shape == MANY:
                arguments.append(_popped(stack, given.pop()))
            else:
                arguments.append(tuple(given.pop()) if shape == WORDS else given.pop())
        stack.append(kind(span, *reversed(arguments)))
    (root,) = stack
    return root


def _popped(stack: list[Any], count: int) -> tuple[Any, ...]:
    if not 0 <= count <= len(stack):
        raise ValueError(f"{count} of {len(stack)} nodes")
    first = len(stack) - count
    taken = tuple(stack[first:])
    del stack[first:]
    return taken
