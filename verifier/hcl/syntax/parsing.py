"""Scan, parse and lower one text. Imported only when there is something to parse."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from verifier.hcl.nodes import Body, Comment, Expression, Parens
from verifier.hcl.source import Span
from verifier.hcl.syntax.grammar import parse
from verifier.hcl.syntax.json_syntax import JSONText
from verifier.hcl.syntax.scanner import Scan, scan_expression, scan_file, scan_template
from verifier.hcl.syntax.tokens import SyntaxFault
from verifier.hcl.syntax.walk import depth_fault

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache

NOTHING = Body(Span(1, 1, 1, 1), (), ())


def body_of(text: str, cache: Cache | None) -> tuple[Body, list[SyntaxFault], list[Comment]]:
    """A file's body, what was wrong, and the comments that speak to verify-infra.

    What stands before a broken item is kept: no later text can change it.
    """
    scan = scan_file(text)
    with _without_collecting():
        try:
            return *_parsed(scan, cache), scan.comments
        except SyntaxFault as fault:
            whole = [at for at in scan.items if scan.tokens[at].span[:2] <= (fault.line, fault.column)]
            sound = Scan(scan.tokens[: whole[-1]] if whole else [], [], None, [])
            try:
                body, faults = _parsed(sound, cache)
            except SyntaxFault:
                body, faults = NOTHING, []
            return body, [*faults, fault], scan.comments


def expression_of(text: str, line: int, column: int, cache: Cache | None) -> tuple[Expression, list[SyntaxFault]]:
    """A bare expression, and the faults that left it standing. Raises SyntaxFault for one that did not."""
    return _bare(scan_expression(text, line, column), cache)


def template_of(text: str, line: int, column: int, cache: Cache | None) -> tuple[Expression, list[SyntaxFault]]:
    """A text that is a template as a whole, likewise."""
    return _bare(scan_template(text, line, column), cache)


def json_of(text: str, *, templates: bool, cache: Cache | None) -> tuple[Expression, list[SyntaxFault]]:
    """A JSON text, likewise."""
    faults: list[SyntaxFault] = []

    def template(string: str, line: int, column: int) -> Expression:
        expression, found = template_of(string, line, column, cache)
        faults.extend(found)
        return expression

    return JSONText(text, template if templates else None).expression(), faults


def _bare(scan: Scan, cache: Cache | None) -> tuple[Expression, list[SyntaxFault]]:
    with _without_collecting():
        body, faults = _parsed(scan, cache)
    wrapped = body.arguments[0].expression
    return (wrapped.inner if isinstance(wrapped, Parens) else wrapped), faults


def _parsed(scan: Scan, cache: Cache | None) -> tuple[Body, list[SyntaxFault]]:
    """The body that the tokens make. Raises the first fault in the text.

    That is the parser's, unless all it has to say is that the tokens stop where the scanner did.
    """
    tokens = scan.tokens
    try:
        body, faults = parse(tokens, cache)
    except SyntaxFault as found:
        at_end = bool(tokens) and (found.line, found.column) >= tokens[-1].span[2:]
        raise (scan.fault if scan.fault is not None and at_end else found) from None
    if scan.fault is not None:
        raise scan.fault
    too_deep = depth_fault(body, len(tokens))
    if too_deep is not None:
        raise too_deep
    return body, faults


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A parse makes many objects and no cycles: collecting garbage would cost a quarter of its time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
