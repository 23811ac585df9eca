"""HCL text to nodes: `parse_file` for files, `parse_expression` for one expression.

Nothing here raises for any text: what is wrong becomes a diagnostic with its file, line and column.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from verifier.hcl.nodes import Body, Expression, Invalid, Parens, ParsedFile
from verifier.hcl.source import Diagnostic, Place, Span
from verifier.hcl.syntax.scanner import scan_expression, scan_file
from verifier.hcl.syntax.tokens import SyntaxFault, Token

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache

__all__ = ["parse_expression", "parse_file"]


def parse_file(text: bytes | str, file: str, *, cache: Cache | None = None) -> ParsedFile:
    """The nodes of a .tf or .tfvars file. `file` names it in diagnostics.

    Bytes are UTF-8, with or without a byte order mark. After a syntax error the body is empty. A `cache` saves
    the parse when the same content has been parsed before.
    """
    try:
        tokens, fault = scan_file(_decoded(text))
        body, faults = _parse(tokens, fault, cache)
    except SyntaxFault as fault_found:
        body, faults = Body(Span(1, 1, 1, 1), (), ()), [fault_found]
    return ParsedFile(body, tuple(_diagnostic(found, file) for found in faults))


def parse_expression(
    text: str, file: str, *, line: int = 1, column: int = 1, cache: Cache | None = None
) -> tuple[Expression, tuple[Diagnostic, ...]]:
    """One expression that begins at `line` and `column` of `file`, and what is wrong with it.

    Newlines mean nothing, as within parentheses. After a syntax error the expression is Invalid.
    """
    tokens, fault = scan_expression(text, line, column)
    try:
        body, faults = _parse(tokens, fault, cache)
    except SyntaxFault as found:
        place = Span(found.line, found.column, found.line, found.column)
        return Invalid(place, found.summary), (_diagnostic(found, file),)
    wrapped = body.arguments[0].expression
    expression = wrapped.inner if isinstance(wrapped, Parens) else wrapped
    return expression, tuple(_diagnostic(found, file) for found in faults)


def _parse(tokens: list[Token], fault: SyntaxFault | None, cache: Cache | None) -> tuple[Body, list[SyntaxFault]]:
    """The body the tokens make. Raises the first fault in the text.

    That is the parser's, unless all it has to say is that the tokens stop where the scanner did.
    """
    from verifier.hcl.syntax.grammar import parse

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


def _decoded(text: bytes | str) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - (text.rfind(b"\n", 0, error.start) + 1) + 1
        raise SyntaxFault(
            "this file is not UTF-8 text", line, column, detail=f"found the byte 0x{text[error.start]:02x}"
        ) from None


def _diagnostic(fault: SyntaxFault, file: str) -> Diagnostic:
    return Diagnostic(
        severity="error",
        summary=fault.summary,
        place=Place(file, fault.line, fault.column),
        detail=fault.detail,
        next_step=fault.next_step,
    )
