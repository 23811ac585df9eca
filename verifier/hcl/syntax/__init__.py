"""HCL text to nodes: `parse_file` for files, `parse_expression`, `parse_template` and `parse_json` for single texts.

Nothing here raises for any text: what is wrong becomes a diagnostic with its file, line and column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from verifier.hcl.digest import sha256
from verifier.hcl.nodes import Body, Comment, Expression, Invalid, ParsedFile
from verifier.hcl.source import Diagnostic, Place, Span
from verifier.hcl.syntax import edition
from verifier.hcl.syntax.encoding import decode, encode
from verifier.hcl.syntax.tokens import SyntaxFault

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache

__all__ = ["parse_expression", "parse_file", "parse_json", "parse_template"]


def parse_file(text: bytes | str, file: str, *, cache: Cache | None = None) -> ParsedFile:
    """The nodes of a .tf or .tfvars file. `file` names it in diagnostics.

    Bytes are UTF-8, with or without a byte order mark. After a syntax error the body holds what stands before the
    broken item. With a `cache`, content that has been parsed before is not parsed again.
    """
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    body, faults, comments = _remembered(content, cache) if cache else _read(content, None)
    return ParsedFile(body, tuple(_diagnostic(fault, file) for fault in faults), tuple(comments))


def parse_expression(
    text: str, file: str, *, line: int = 1, column: int = 1, cache: Cache | None = None
) -> tuple[Expression, tuple[Diagnostic, ...]]:
    """One expression that begins at `line` and `column` of `file`, and what is wrong with it.

    Newlines mean nothing, as within parentheses. After a syntax error the expression is Invalid.
    """
    from verifier.hcl.syntax.parsing import expression_of

    return _reported(lambda: expression_of(text, line, column, cache), file)


def parse_template(
    text: str, file: str, *, line: int = 1, column: int = 1, cache: Cache | None = None
) -> tuple[Expression, tuple[Diagnostic, ...]]:
    """A text that is a template as a whole, as `templatefile` reads it: no quotes, no escapes but `$${` and `%%{`."""
    from verifier.hcl.syntax.parsing import template_of

    return _reported(lambda: template_of(text, line, column, cache), file)


def parse_json(
    text: bytes | str, file: str, *, templates: bool = False, cache: Cache | None = None
) -> tuple[Expression, tuple[Diagnostic, ...]]:
    """The value of a JSON file, as constructors and literals with their places, in source order.

    Equal names in an object are all kept. Strings are templates in *.tf.json (`templates`), plain in *.tfvars.json.
    """
    from verifier.hcl.syntax.parsing import json_of

    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return _reported(lambda: json_of(_decoded(content), templates=templates, cache=cache), file)


def _reported(
    parse: Callable[[], tuple[Expression, list[SyntaxFault]]], file: str
) -> tuple[Expression, tuple[Diagnostic, ...]]:
    try:
        expression, faults = parse()
    except SyntaxFault as fault:
        place = Span(fault.line, fault.column, fault.line, fault.column)
        return Invalid(place, fault.summary), (_diagnostic(fault, file),)
    return expression, tuple(_diagnostic(fault, file) for fault in faults)


def _remembered(content: bytes, cache: Cache) -> tuple[Body, list[SyntaxFault], list[Comment]]:
    """The parse from the cache, or made and left there. The name of the file is no part of it."""
    key = sha256(edition.current() + content).hexdigest()
    stored = cache.read("files", key)
    found = decode(stored) if stored is not None else None
    if found is None:
        found = _read(content, cache)
        cache.write("files", key, encode(*found))
    return found


def _read(content: bytes, cache: Cache | None) -> tuple[Body, list[SyntaxFault], list[Comment]]:
    from verifier.hcl.syntax.parsing import body_of

    try:
        text = _decoded(content)
    except SyntaxFault as fault:
        return Body(Span(1, 1, 1, 1), (), ()), [fault], []
    return body_of(text, cache)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        found = f"found the byte 0x{content[error.start]:02x}"
        raise SyntaxFault("this file is not UTF-8 text", line, column, detail=found) from None


def _diagnostic(fault: SyntaxFault, file: str) -> Diagnostic:
    return Diagnostic(
        severity="error",
        summary=fault.summary,
        place=Place(file, fault.line, fault.column),
        detail=fault.detail,
        next_step=fault.next_step,
    )
