"""From the flat pieces of a template to its nodes: strip markers, indentation, directives.

Terraform works on pieces, and in heredocs a piece of literal text never goes beyond its line: `~}` eats the rest of
the line and no more. Indentation is measured after that. Both confirmed on Terraform 1.11.
"""

from __future__ import annotations

from typing import TypeAlias

from verifier.hcl.frozen import frozen, slotted
from verifier.hcl.nodes import (
    Expression,
    Literal,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateWrap,
)
from verifier.hcl.source import Span
from verifier.hcl.syntax.heredoc import WHITE_SPACE, indentation
from verifier.hcl.syntax.literals import normalised
from verifier.hcl.syntax.tokens import SyntaxFault


@frozen()
class Text:
    """A piece of literal text."""

    span: Span
    text: str


@frozen(kw_only=True)
class Sequence:
    """`${…}` or `%{…}`: `word` is "" for an interpolation, else the directive's keyword."""

    span: Span
    word: str = ""
    expression: Expression | None = None
    key_name: str | None = None
    value_name: str = ""
    strips_before: bool = False
    strips_after: bool = False


Piece: TypeAlias = Text | Sequence


def assemble(pieces: list[Piece], span: Span, *, heredoc: bool, indented: bool) -> Expression:
    """The expression that a string's pieces make: a Literal, a TemplateWrap or a Template."""
    if heredoc:
        pieces = _by_line(pieces)
    pieces = _stripped(pieces)
    if indented:
        pieces = _dedented(pieces)
    if len(pieces) == 1 and isinstance(pieces[0], Sequence) and not pieces[0].word and pieces[0].expression is not None:
        return TemplateWrap(span, pieces[0].expression)
    parts = _nested(_joined(pieces), span)
    if not parts:
        return Literal(span, "")
    if len(parts) == 1 and all(isinstance(piece, Text) for piece in pieces):
        only = parts[0]
        return Literal(span, only.value if isinstance(only, Literal) else "")
    return Template(span, tuple(parts))


def _by_line(pieces: list[Piece]) -> list[Piece]:
    """The same pieces, literal text cut after each newline."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Sequence) or "\n" not in piece.text[:-1]:
            result.append(piece)
            continue
        line, column, end_line, end_column = piece.span
        *whole, rest = piece.text.split("\n")
        for text in whole:
            result.append(Text(Span(line, column, line + 1, 1), text + "\n"))
            line, column = line + 1, 1
        if rest:
            result.append(Text(Span(line, column, end_line, end_column), rest))
    return result


def _stripped(pieces: list[Piece]) -> list[Piece]:
    """The pieces after the strip markers have eaten the white space of the text beside them."""
    result = list(pieces)
    for index, piece in enumerate(pieces):
        if isinstance(piece, Text):
            continue
        before = result[index - 1] if index else None
        if piece.strips_before and isinstance(before, Text):
            result[index - 1] = Text(before.span, before.text.rstrip(WHITE_SPACE))
        after = result[index + 1] if index + 1 < len(result) else None
        if piece.strips_after and isinstance(after, Text):
            result[index + 1] = Text(after.span, after.text.lstrip(WHITE_SPACE))
    return result


def _dedented(pieces: list[Piece]) -> list[Piece]:
    """The pieces of a `<<-` heredoc without the smallest indentation of their lines."""
    depths: dict[int, int] = {}
    smallest: int | None = None
    at_line_start = True
    for index, piece in enumerate(pieces):
        if at_line_start:
            depth = indentation(piece.text) if isinstance(piece, Text) else 0
            if depth is not None:
                depths[index] = depth
                smallest = depth if smallest is None else min(smallest, depth)
        at_line_start = isinstance(piece, Text) and piece.text.endswith("\n")
    if not smallest:
        return pieces
    return [
        Text(piece.span, piece.text[smallest:]) if index in depths and isinstance(piece, Text) else piece
        for index, piece in enumerate(pieces)
    ]


@slotted()
class _Open:
    """A directive that waits for its end, and the parts it has gathered."""

    start: Sequence
    parts: list[TemplatePart]
    then: Template | None = None
    else_end: tuple[int, int] = (0, 0)


def _nested(pieces: list[Piece], span: Span) -> list[TemplatePart]:
    """The parts with directives nested and neighbouring text joined; empty text is left out."""
    outermost: list[TemplatePart] = []
    open_directives: list[_Open] = []
    parts = outermost
    for piece in pieces:
        if isinstance(piece, Text):
            parts.append(Literal(piece.span, normalised(piece.text)))
        elif not piece.word and piece.expression is not None:
            parts.append(piece.expression)
        elif piece.word in ("if", "for"):
            parts = []
            open_directives.append(_Open(piece, parts, else_end=piece.span[2:]))
        elif piece.word == "else":
            parts = _turn_to_else(open_directives, piece)
        else:
            node = _closed(open_directives, piece)
            parts = open_directives[-1].parts if open_directives else outermost
            parts.append(node)
    if open_directives:
        start = open_directives[-1].start
        raise SyntaxFault(
            f"this %{{ {start.word} }} is never closed",
            start.span.line,
            start.span.column,
            detail=f"expected %{{ end{start.word} }} before the end of the template on line {span.end_line}",
        )
    return outermost


def _joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces with neighbouring text made one, and empty text left out."""
    result: list[Piece] = []
    run: list[Text] = []
    for piece in [*pieces, None]:
        if isinstance(piece, Text):
            if piece.text:
                run.append(piece)
            continue
        if run:
            first, last = run[0].span, run[-1].span
            span = Span(first.line, first.column, last.end_line, last.end_column)
            result.append(Text(span, "".join(text.text for text in run)))
            run = []
        if piece is not None:
            result.append(piece)
    return result


def _turn_to_else(open_directives: list[_Open], piece: Sequence) -> list[TemplatePart]:
    current = open_directives[-1] if open_directives else None
    if current is None or current.start.word != "if" or current.then is not None:
        raise _misplaced(piece)
    current.then = _branch(current, piece)
    current.else_end = piece.span[2:]
    current.parts = []
    return current.parts


def _branch(current: _Open, end: Sequence) -> Template:
    line, column = current.else_end
    return Template(Span(line, column, end.span.line, end.span.column), tuple(current.parts))


def _closed(open_directives: list[_Open], end: Sequence) -> TemplateIf | TemplateFor:
    current = open_directives.pop() if open_directives else None
    if current is None or end.word != f"end{current.start.word}" or current.start.expression is None:
        raise _misplaced(end)
    start = current.start
    span = Span(start.span.line, start.span.column, end.span.end_line, end.span.end_column)
    last = _branch(current, end)
    expression = current.start.expression
    if start.word == "for":
        return TemplateFor(span, start.key_name, start.value_name, expression, last)
    if current.then is None:
        nothing = Template(Span(end.span.line, end.span.column, end.span.line, end.span.column), ())
        return TemplateIf(span, expression, last, nothing)
    return TemplateIf(span, expression, current.then, last)


def _misplaced(piece: Sequence) -> SyntaxFault:
    return SyntaxFault(f"%{{ {piece.word} }} does not belong to anything open here", piece.span.line, piece.span.column)
