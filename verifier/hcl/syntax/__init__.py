"""HCL text to nodes: `parse_file` for files, `parse_expression` for one expression.

Nothing here raises for any text: what is wrong becomes a diagnostic with its file, line and column.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from verifier.hcl.nodes import Body, Expression, Invalid, ParsedFile
from verifier.hcl.source import Diagnostic, Place, Span
from verifier.hcl.syntax.scanner import Scanner
from verifier.hcl.syntax.tokens import SyntaxFault

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache

__all__ = ["parse_expression", "parse_file"]


def parse_file(text: bytes | str, file: str, *, cache: Cache | None = None) -> ParsedFile:
    """The nodes of a .tf or .tfvars file. `file` names it in diagnostics.

    Bytes are UTF-8, with or without a byte order mark. After a syntax error the body is empty. A `cache` saves
    the parse when the same content has been parsed before.
    """
    try:
        return _parse(_decoded(text), file, cache)
    except SyntaxFault as fault:
        return ParsedFile(Body(Span(1, 1, 1, 1), (), ()), (_diagnostic(fault, file),))


def _parse(text: str, file: str, cache: Cache | None) -> ParsedFile:
    from verifier.hcl.syntax.grammar import parse

    collecting = gc.isenabled()
    gc.disable()  # a parse makes many objects and no cycles: collecting costs a quarter of the time
    try:
        body, faults = parse(Scanner(text).file(), cache)
    finally:
        if collecting:
            gc.enable()
    return ParsedFile(body, tuple(_diagnostic(fault, file) for fault in faults))


def parse_expression(
    text: str, file: str, *, line: int = 1, column: int = 1, cache: Cache | None = None
) -> tuple[Expression, tuple[Diagnostic, ...]]:
    """One expression that begins at `line` and `column` of `file`, and what is wrong with it.

    Newlines mean nothing, as within parentheses. After a syntax error the expression is Invalid.
    """
    from verifier.hcl.syntax.grammar import parse

    try:
        body, faults = parse(Scanner(text, line=line, column=column).expression(), cache)
    except SyntaxFault as fault:
        found = _diagnostic(fault, file)
        return Invalid(Span(fault.line, fault.column, fault.line, fault.column), str(found)), (found,)
    wrapped = body.arguments[0].expression
    inner = wrapped.inner if hasattr(wrapped, "inner") else wrapped
    return inner, tuple(_diagnostic(fault, file) for fault in faults)


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
