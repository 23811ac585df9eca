"""Text to tokens, with HCL's own rules for newlines, strings, heredocs and nesting.

python-hcl2's grammar is kept, its lexer is not: it rejects valid text (`!!a`, `a -12`, a comment before an
operator), loses interpolations behind an escape, and reads a heredoc as one piece. This scanner knows where a
newline ends an item and where it means nothing, so the grammar never sees one: between the items of an object it is
given as the comma that it stands for, and in bodies it is checked here and left out.

Judged against `terraform fmt`: tests/unit/hcl/syntax_battery.json.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final, TypeAlias

from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Comment
from verifier.hcl.source import Span
from verifier.hcl.syntax import items, strings
from verifier.hcl.syntax.lexicon import (
    DIRECTIVES,
    FOR_FOLLOWS,
    HINTS,
    LITERALS,
    MARK,
    MARKED,
    NUMBER,
    REMARK,
    TERMINALS,
    TOKEN,
)
from verifier.hcl.syntax.state import CALLED, CLOSERS, MAX_DEPTH, ForStage, Kind, State, too_deep
from verifier.hcl.syntax.tokens import PrefixRun, SyntaxFault, Token


@frozen()
class Scan:
    """Tokens, the indexes of those that begin a file's items, and the fault that ended the scan early, if one did.

    `comments` are those that speak to verify-infra.
    """

    tokens: list[Token]
    items: list[int]
    fault: SyntaxFault | None
    comments: list[Comment]


def scan_file(text: str) -> Scan:
    """The tokens of a file."""
    return _scan(State(text, 1, 1))


def scan_expression(text: str, line: int, column: int) -> Scan:
    """The tokens of a bare expression, given as `_ = (expression)`, which is what makes newlines mean nothing in it."""
    return _scan(_bare(text, line, column))


def scan_template(text: str, line: int, column: int) -> Scan:
    """The tokens of a text that is a template as a whole, given likewise."""
    state = _bare(text, line, column)
    strings.open_text(state)
    return _scan(state)


def _bare(text: str, line: int, column: int) -> State:
    state = State(text, line, column)
    for kind in ("NAME", "EQ", "LPAR"):
        state.tokens.append(Token(kind, "", Span(line, column, line, column)))
    state.last = "LPAR"
    state.frame.in_value = True
    state.open(Kind.PARENTHESES, line, column).bare = True
    return state


def _scan(state: State) -> Scan:
    fault = None
    try:
        unfinished = True
        while unfinished:
            run = _RUNS.get(state.frame.kind)
            if run:
                run(state)
            else:
                unfinished = _next_token(state)
        _finish(state)
    except SyntaxFault as found:
        fault = found
    return Scan(state.tokens, state.items, fault, state.comments)


def _finish(state: State) -> None:
    frame = state.frame
    if frame.bare:
        end = Span(state.line, state.column(state.position), state.line, state.column(state.position))
        state.tokens.append(Token("RPAR", "", end))
    elif frame.kind is not Kind.FILE:
        raise SyntaxFault(
            f"this {CALLED[frame.kind]} is never closed",
            frame.line,
            frame.column,
            detail=f"expected {CLOSERS[frame.kind]} before the end of the file",
        )
    else:
        items.end_item(state, state.position)


def _next_token(state: State) -> bool:
    """Scan one token outside of strings; False at the end of the text."""
    found = TOKEN.match(state.text, state.position)
    group = found.lastgroup if found else None
    if found is None or group is None:
        raise _bad_character(state, _behind_blanks(state.text, state.position))
    start, end = found.span(group)
    if group == "end":
        state.position = end
        return False
    _SCANNERS[group](state, start, end, found[group])
    return True


def _name(state: State, start: int, end: int, text: str) -> None:
    _check_identifier(state, start, text)
    if "::" in text:
        text = REMARK.sub("", text).replace(" ", "").replace("\t", "")
        if not state.text.startswith("(", _behind_blanks(state.text, end)):
            raise state.fault("expected ( after the name of a function", end, detail=f"{text[:40]} is one")
    kind = LITERALS.get(text, "NAME")
    if state.in_header:
        items.start_item(state, start)
    elif state.last != "DOT":
        keyword = _keyword(state, start, text)
        if keyword:
            kind = keyword
        else:
            items.starts_operand(state, start)
            if kind != "NAME" and state.text.startswith("(", _behind_blanks(state.text, end)):
                kind = "NAME"  # a call, of a function that does not exist: for the evaluation to say
    state.emit(kind, text, start, end)


def _keyword(state: State, start: int, text: str) -> str | None:
    """The keyword's terminal where the word is one; everywhere else it is a name like any other."""
    frame = state.frame
    if state.last == "DIRECTIVE_START":
        if text not in DIRECTIVES:
            raise state.fault(
                f"unknown template directive {text}",
                start,
                detail="expected if, else, endif, for or endfor after %{",
                next_step="write %%{ for a literal %{",
            )
        if text == "for":
            frame.for_stage = ForStage.NAMES
        return DIRECTIVES[text]
    if text == "for" and frame.can_be_for and state.last in ("LSQB", "LBRACE"):
        frame.for_stage = ForStage.NAMES
        return "FOR"
    if text == "in" and frame.for_stage is ForStage.NAMES and state.last == "NAME":
        frame.for_stage = ForStage.COLLECTION
        return "IN"
    if text == "if" and frame.for_stage is ForStage.RESULT and (state.ends_operand or state.last == "ELLIPSIS"):
        return "IF"
    return None


def _operator(state: State, start: int, end: int, text: str) -> None:
    kind, frame = TERMINALS[text], state.frame
    if state.in_header:
        if text != "=" or not state.item_open or state.last == "RBRACE":
            items.refuse_in_header(state, start, text)
        frame.in_value = True
    elif text in "!-" and not state.ends_operand and state.last != "DOT":
        _prefix(state, start, end, text)
        return
    elif text == "!":
        items.starts_operand(state, start)
    elif text == ":" and frame.for_stage is ForStage.COLLECTION:
        frame.for_stage = ForStage.RESULT
    elif text == "," and frame.kind is Kind.OBJECT and state.last == "COMMA":
        raise state.fault("expected the next item of the object", start, detail="found ,")
    state.emit(kind, text, start, end)


def _prefix(state: State, start: int, end: int, text: str) -> None:
    """`!!a`: the grammar takes one prefix operator, so a run of them is one token."""
    line, column = state.line, state.column(start)
    run = state.tokens[-1] if state.last == "PREFIX" else None
    if isinstance(run, PrefixRun):
        if len(run.operators) >= MAX_DEPTH:
            raise too_deep(line, column)
        run.operators.append((text, line, column))
    else:
        state.tokens.append(PrefixRun(TERMINALS[text], text, Span(line, column, line, column + 1)))
    state.last = "PREFIX"
    state.position = end


def _opening(state: State, start: int, end: int, text: str) -> None:
    if state.in_header:
        if text == "{":
            items.open_block(state, start, end)
            return
        items.refuse_in_header(state, start, text)
    line, column = state.line, state.column(start)
    steps_on = state.ends_operand and text == "["
    if not steps_on and not (text == "(" and state.last == "NAME"):
        items.starts_operand(state, start)
    state.emit(TERMINALS[text], text, start, end)
    if text == "(":
        state.open(Kind.PARENTHESES, line, column)
    elif text == "[":
        state.open(Kind.BRACKETS, line, column).can_be_for = not steps_on
    else:
        is_for = FOR_FOLLOWS.match(state.text, end) is not None
        state.open(Kind.FOR_OBJECT if is_for else Kind.OBJECT, line, column).can_be_for = is_for


def _closing(state: State, start: int, end: int, text: str) -> None:
    frame = state.frame
    in_template = frame.kind in (Kind.INTERPOLATION, Kind.DIRECTIVE)
    if text == "~}" and not in_template:
        raise _bad_character(state, start)
    if CLOSERS.get(frame.kind) != text.lstrip("~") or frame.bare:
        raise _mismatch(state, start, text)
    if frame.kind is Kind.BLOCK:
        items.close_block(state, start)
    state.close()
    state.emit(TERMINALS[text], text, start, end)


def _mismatch(state: State, start: int, text: str) -> SyntaxFault:
    frame = state.frame
    wanted = CLOSERS.get(frame.kind)
    if wanted is None or frame.bare:
        return state.fault(f"nothing is open here that {text} could close", start)
    detail = f"the {CALLED[frame.kind]} that began on line {frame.line} is still open"
    return state.fault(f"expected {wanted} before {text}", start, detail=detail)


def _number(state: State, start: int, end: int, text: str) -> None:
    if state.last == "DOT" and "." not in text:
        state.emit("INT_LITERAL", text, start, end)
        return
    if state.last == "DOT":
        raise state.fault(
            "a legacy index is one whole number",
            start,
            detail=f"found .{text}",
            next_step="write the indexes in brackets: [0][1]",
        )
    items.starts_operand(state, start)
    if not NUMBER.fullmatch(text):
        raise state.fault("this is not a number", start, detail=f"found {text[:40]}")
    state.emit("INT_LITERAL" if text.isdecimal() else "FLOAT_LITERAL", text, start, end)


def _splat(state: State, start: int, end: int, text: str) -> None:
    if state.in_header:
        items.refuse_in_header(state, start, text[0])
    if state.frame.kind <= Kind.OBJECT and "\n" in REMARK.sub("", text):
        raise state.fault(f"expected an expression after {text[0]}", start + 1, detail="found the end of the line")
    if text.startswith("["):
        state.emit_over_lines("FULL_SPLAT_START", "[*]", start, end)
    elif state.last == "ATTR_SPLAT":
        raise state.fault("a .* splat cannot stand within another", start, next_step="use [*]")
    else:
        state.emit_over_lines("ATTR_SPLAT", ".*", start, end)


def _newline(state: State, start: int, end: int, _text: str) -> None:
    items.newline(state, start, end)


def _quote(state: State, start: int, end: int, _text: str) -> None:
    strings.open_quoted(state, start, end)


def _heredoc(state: State, start: int, end: int, text: str) -> None:
    marker = text.rstrip("\r\n").removeprefix("<<").removeprefix("-")
    _check_identifier(state, start + text.index(marker), marker)
    strings.heredoc(state, start, end, marker)


def _comment(state: State, start: int, end: int, text: str) -> None:
    if MARK in text:
        _keep_comment(state, start, end)
    state.position = end


def _remark(state: State, start: int, end: int, _text: str) -> None:
    closed = state.text.find("*/", end)
    if closed < 0:
        raise state.fault("this comment is never closed", start, detail="expected */ before the end of the file")
    if state.text.find(MARK, end, closed) >= 0:
        _keep_comment(state, end, closed)
    state.advance(start, closed + 2)


def _keep_comment(state: State, start: int, end: int) -> None:
    """Each line of a comment that carries the mark, from there on."""
    for found in MARKED.finditer(state.text, start, end):
        line = state.line + state.text.count("\n", start, found.start())
        column = found.start() - state.text.rfind("\n", 0, found.start())
        text = found[0].rstrip()
        state.comments.append(Comment(Span(line, column, line, column + len(text)), text))


def _behind_blanks(text: str, offset: int) -> int:
    while text.startswith((" ", "\t"), offset):
        offset += 1
    return offset


def _check_identifier(state: State, start: int, text: str) -> None:
    if text.isascii():
        return
    for offset, character in enumerate(text):
        if not character.isascii() and not f"a{character}".isidentifier():
            raise _bad_character(state, start + offset)


def _bad_character(state: State, offset: int) -> SyntaxFault:
    character = state.text[offset]
    if character.isascii() and character.isprintable():
        shown = character
    else:
        shown = f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
    return state.fault(f"invalid character {shown}", offset, next_step=HINTS.get(character, ""))


_Scanner: TypeAlias = Callable[[State, int, int, str], None]
_SCANNERS: Final[dict[str, _Scanner]] = {
    "name": _name,
    "newline": _newline,
    "operator": _operator,
    "plain": strings.plain,
    "opening": _opening,
    "closing": _closing,
    "comment": _comment,
    "quote": _quote,
    "number": _number,
    "splat": _splat,
    "heredoc": _heredoc,
    "remark": _remark,
}
"""By the groups of TOKEN: each gets the offsets and the text of its token."""
_RUNS: Final[dict[Kind, Callable[[State], None]]] = {
    Kind.QUOTED: strings.quoted_run,
    Kind.HEREDOC: strings.heredoc_run,
    Kind.TEXT: strings.text_run,
}
