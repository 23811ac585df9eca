"""Where the items of bodies and objects begin and end: what HCL asks of newlines.

The grammar is lax here. It takes two arguments on a line, a brace below its block's type and an operator at the
beginning of a line, and it would join lines that HCL keeps apart.
"""

from __future__ import annotations

from verifier.hcl.syntax.state import CLOSERS, ForStage, Kind, State
from verifier.hcl.syntax.tokens import SyntaxFault

_OVER_LINES = "an expression goes on over several lines only within parentheses or brackets"


def newline(state: State, start: int, end: int) -> None:
    """The end of a line: the end of an item in a body, a comma in an object, nothing elsewhere."""
    frame = state.frame
    if frame.kind <= Kind.BLOCK:
        if frame.one_line and state.last != "LBRACE":
            raise _one_line_fault(state, start)
        end_item(state, start)
        frame.one_line = False
    elif frame.kind is Kind.OBJECT and state.last not in ("LBRACE", "COMMA"):
        if not state.ends_operand:
            raise _incomplete(state, start)
        state.emit("COMMA", "\n", start, end)
    state.position = end
    state.line += 1
    state.line_offset = end


def start_item(state: State, start: int) -> None:
    """A name in a body: the beginning of an item, or a label of the block that has begun."""
    frame = state.frame
    if state.item_open:
        if state.last == "RBRACE":
            raise state.fault("expected a new line after this block", start, next_step="write one block a line")
        return
    if frame.one_line and state.last != "LBRACE":
        raise _one_line_fault(state, start)
    state.item_open = True
    if frame.kind is Kind.FILE:
        state.items.append(len(state.tokens))


def end_item(state: State, offset: int) -> None:
    """An argument or a block's header ends with its line: check that it is whole."""
    frame = state.frame
    if frame.in_value and not state.ends_operand:
        raise _incomplete(state, offset)
    if not frame.in_value and state.item_open and state.last != "RBRACE":
        raise state.fault(
            "expected = and a value, or { and a block's body",
            offset,
            detail="found the end of the line",
            next_step="the brace that opens a block stands on the line of the block's type",
        )
    frame.in_value = False
    state.item_open = False


def open_block(state: State, start: int, end: int) -> None:
    """`{` behind a block's type and labels."""
    if not state.item_open or state.last == "RBRACE":
        raise state.fault("expected an argument or a block's type", start, detail="found {")
    if state.frame.one_line:
        raise _one_line_fault(state, start)
    column = state.column(start)
    state.emit("LBRACE", "{", start, end)
    state.open(Kind.BLOCK, state.line, column).one_line = True
    state.item_open = False


def close_block(state: State, start: int) -> None:
    """`}` of a block: its last item is whole, and on a line of its own unless the whole block is on one."""
    shares_line = state.tokens[-1].end_line == state.line
    if shares_line and not state.frame.one_line and state.last != "LBRACE":
        raise state.fault("expected a new line before }", start, next_step="put the closing brace on its own line")
    end_item(state, start)
    state.item_open = True


def starts_operand(state: State, start: int) -> None:
    """Two operands side by side are never right: the grammar would take some for two items."""
    found = state.text[start]
    if state.in_header:
        refuse_in_header(state, start, found)
    if not state.ends_operand:
        return
    kind = state.frame.kind
    detail = f"found {found}…" if found.isalnum() else f"found {found}"
    if kind <= Kind.BLOCK:
        summary = "expected an operator or the end of the line after this argument"
        raise state.fault(summary, start, detail=detail, next_step="write one argument a line")
    if kind is Kind.OBJECT:
        raise state.fault("expected a comma or a new line between the items of an object", start, detail=detail)
    if state.frame.for_stage is ForStage.NAMES:
        raise state.fault(f"expected in after {state.tokens[-1].value}", start, detail=detail)
    closer = "the end" if state.frame.bare else CLOSERS[kind]
    comma = ", a comma" if kind in (Kind.PARENTHESES, Kind.BRACKETS) and not state.frame.bare else ""
    raise state.fault(f"expected an operator{comma} or {closer}", start, detail=detail)


def refuse_in_header(state: State, start: int, found: str) -> None:
    """Only names, labels, = and braces stand in the header of an item; the rest would be joined to the line before."""
    detail = f"found {found}"
    if not state.item_open:
        raise state.fault("expected an argument or a block's type", start, detail=detail, next_step=_OVER_LINES)
    if state.last == "RBRACE":
        raise state.fault("expected a new line after this block", start, detail=detail)
    raise state.fault("expected = and a value, or { and a block's body", start, detail=detail)


def _one_line_fault(state: State, offset: int) -> SyntaxFault:
    return state.fault(
        "a block on one line holds at most one argument",
        offset,
        next_step="put each argument and block on its own line, and the closing brace too",
    )


def _incomplete(state: State, offset: int) -> SyntaxFault:
    last = state.tokens[-1].value
    return state.fault(
        "expected an attribute's name after ." if last == "." else f"expected an expression after {last}",
        offset,
        detail="found the end of the line",
        next_step=_OVER_LINES,
    )
