"""Quoted strings and heredocs to tokens: literal text decoded, `${` and `%{` opened, the end found."""

from __future__ import annotations

import re
from typing import Final

from verifier.hcl.syntax.heredoc import WHITE_SPACE, closing_line, dedent_plain
from verifier.hcl.syntax.items import starts_operand
from verifier.hcl.syntax.literals import decode_escapes
from verifier.hcl.syntax.state import Kind, State
from verifier.hcl.syntax.tokens import SyntaxFault

_RUN: Final = re.compile(r'(?:[^"\\$%\r\n]++|\$++(?!\{)|%++(?!\{)|\\[^\r\n])*+')
_SEQUENCE: Final = re.compile(r"(\$++|%++)\{")
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")
_SEQUENCE_START: Final = re.compile(r"[$%]\{")


def plain(state: State, start: int, end: int, text: str) -> None:
    """A quoted string without escapes or interpolation."""
    if not state.in_header:
        starts_operand(state, start)
        state.emit("TEMPLATE_STRING", text[1:-1], start, end)
        return
    _check_label(state, start)
    state.emit("DBLQUOTE", '"', start, start + 1)
    if end - start > 2:
        state.emit("STRING_CHARS", text[1:-1], start + 1, end - 1)
    state.emit("DBLQUOTE", '"', end - 1, end)


def open_quoted(state: State, start: int, end: int) -> None:
    """The opening quote of any other string."""
    label = state.in_header
    if label:
        _check_label(state, start)
    else:
        starts_operand(state, start)
    state.emit("DBLQUOTE", '"', start, end)
    state.open(Kind.QUOTED, state.line, state.column(start)).label = label


def _check_label(state: State, start: int) -> None:
    if not state.item_open or state.last == "RBRACE":
        raise state.fault(
            "expected an argument or a block's type",
            start,
            detail='found "',
            next_step="names of arguments stand without quotes",
        )


def quoted_run(state: State) -> None:
    """One stretch of a quoted string: literal text, then the string's end or the next sequence."""
    text, start = state.text, state.position
    pieces: list[str] = []
    while True:
        run = _RUN.match(text, state.position)
        end = run.end() if run else state.position
        if end > state.position:
            pieces.append(decode_escapes(text[state.position : end], state.line, state.column(state.position)))
        state.position = end
        sequence = _SEQUENCE.match(text, end)
        if sequence is None or len(sequence[1]) == 1:
            break
        pieces.append(sequence[0][1:])  # $${ is a literal ${, and however many there are, one $ is the escape
        state.position = sequence.end()
    if pieces:
        state.emit("STRING_CHARS", "".join(pieces), start, state.position)
    if sequence is not None:
        _open_sequence(state)
    elif text.startswith('"', state.position):
        state.close()
        state.emit("DBLQUOTE", '"', state.position, state.position + 1)
    else:
        raise SyntaxFault(
            "this string is never closed",
            state.frame.line,
            state.frame.column,
            detail='expected " before the end of the line',
            next_step="write \\n for a line break, or use a heredoc (<<EOT)",
        )


def _open_sequence(state: State) -> None:
    """`${` or `%{`, with its strip marker."""
    start = state.position
    if state.frame.label:
        raise state.fault("a block's label is plain text", start, detail="interpolation is not allowed here")
    interpolation = state.text[start] == "$"
    end = start + 2 + state.text.startswith("~", start + 2)
    column = state.column(start)
    state.emit("INTERP_START" if interpolation else "DIRECTIVE_START", state.text[start:end], start, end)
    state.open(Kind.INTERPOLATION if interpolation else Kind.DIRECTIVE, state.line, column)


def heredoc(state: State, start: int, end: int, marker: str) -> None:
    """`<<WORD` and its newline: the whole heredoc when it is literal text, else its beginning."""
    starts_operand(state, start)
    opener = state.text[start:end].rstrip("\r\n")
    closing = closing_line(state.text, end, marker)
    if closing is None:
        raise _never_closed(state.line, state.column(start), marker)
    body_end, closed = closing
    lone_return = _LONE_RETURN.search(state.text, end, body_end)
    if lone_return:
        state.advance(start, lone_return.start())
        raise state.fault("invalid character U+000D", lone_return.start(), detail="a carriage return ends no line")
    if _SEQUENCE_START.search(state.text, end, body_end) is None:
        body = state.text[end:body_end]
        state.emit_over_lines("HEREDOC_TEMPLATE", dedent_plain(body) if "-" in opener[:3] else body, start, closed)
        return
    state.emit("DBLQUOTE", opener, start, start + len(opener))
    state.open(Kind.HEREDOC, state.line, state.column(start)).marker = marker
    state.advance(start, end)


def heredoc_run(state: State) -> None:
    """One stretch of a heredoc: literal text, then the heredoc's end or the next sequence."""
    text, frame, start = state.text, state.frame, state.position
    pieces: list[str] = []
    at = start
    while True:
        if at > frame.line_end:
            frame.line_end = text.find("\n", at)
        line_end = frame.line_end
        if line_end < 0:
            raise _never_closed(frame.line, frame.column, frame.marker)
        if frame.line_start and text[at:line_end].strip(WHITE_SPACE) == frame.marker:
            _emit_text(state, pieces, start, at)
            state.close()
            state.emit("DBLQUOTE", frame.marker, at, line_end - text.startswith("\r", line_end - 1))
            return
        found = _SEQUENCE_START.search(text, at, line_end)
        frame.line_start = found is None
        if found is None:
            pieces.append(text[at : line_end + 1])
            at = line_end + 1
        elif _is_escaped(text, found.start(), at):
            pieces.append(text[at : found.start()] + "{")
            at = found.end()
        else:
            pieces.append(text[at : found.start()])
            _emit_text(state, pieces, start, found.start())
            _open_sequence(state)
            return


def open_text(state: State) -> None:
    """A template that is a whole text: it has no marker, no escapes, and ends with the text."""
    state.emit("DBLQUOTE", "<<", state.position, state.position)
    state.open(Kind.TEXT, state.line, state.column(state.position))


def text_run(state: State) -> None:
    """One stretch of a whole text: literal text, then its end or the next sequence."""
    text, start = state.text, state.position
    pieces: list[str] = []
    at = start
    while (found := _SEQUENCE_START.search(text, at)) is not None and _is_escaped(text, found.start(), at):
        pieces.append(text[at : found.start()] + "{")
        at = found.end()
    end = found.start() if found else len(text)
    pieces.append(text[at:end])
    _emit_text(state, pieces, start, end)
    if found:
        _open_sequence(state)
    else:
        state.close()
        state.emit("DBLQUOTE", "", end, end)


def _is_escaped(text: str, sign: int, start: int) -> bool:
    """Whether the `${` or `%{` has the same sign before it: that one is the escape, and stands for it."""
    return sign > start and text[sign - 1] == text[sign]


def _emit_text(state: State, pieces: list[str], start: int, end: int) -> None:
    value = "".join(pieces)
    if value:
        state.emit_over_lines("STRING_CHARS", value, start, end)
    state.position = end


def _never_closed(line: int, column: int, marker: str) -> SyntaxFault:
    return SyntaxFault(
        "this heredoc is never closed",
        line,
        column,
        detail=f"expected a line with {marker} and nothing else, and a new line after it",
    )
