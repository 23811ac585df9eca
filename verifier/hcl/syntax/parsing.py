"""Scan, parse and lower one text. Imported only when there is something to parse."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from verifier.hcl.nodes import Body, Expression, Parens
from verifier.hcl.syntax.grammar import parse
from verifier.hcl.syntax.scanner import scan_expression, scan_file
from verifier.hcl.syntax.tokens import SyntaxFault, Token

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache


def body_of(text: str, cache: Cache | None) -> tuple[Body, list[SyntaxFault]]:
    """A file's body, and the faults that left it standing. Raises SyntaxFault for one that did not."""
    tokens, fault = scan_file(text)
    return _parse(tokens, fault, cache)


def expression_of(text: str, line: int, column: int, cache: Cache | None) -> tuple[Expression, list[SyntaxFault]]:
    """A bare expression, likewise."""
    tokens, fault = scan_expression(text, line, column)
    body, faults = _parse(tokens, fault, cache)
    wrapped = body.arguments[0].expression
    return (wrapped.inner if isinstance(wrapped, Parens) else wrapped), faults


def _parse(tokens: list[Token], fault: SyntaxFault | None, cache: Cache | None) -> tuple[Body, list[SyntaxFault]]:
    """The body the tokens make. Raises the first fault in the text.

    That is the parser's, unless all it has to say is that the tokens stop where the scanner did.
    """
    collecting = gc.isenabled()
    gc.disable()  # a parse makes many objects and no cycles: collecting costs a quarter of the time
    try:
        body, faults = parse(tokens, cache)
    except SyntaxFault as found:
        at_end = bool(tokens) and (found.line, found.column) >= tokens[-1].span[2:]
        raise (fault if fault is not None and at_end else found) from None
    finally:
        if collecting:
            gc.enable()
    if fault is not None:
        raise fault
    return body, faults
