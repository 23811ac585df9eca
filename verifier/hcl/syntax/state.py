"""How far a scan has come: the place in the text, the tokens so far, and what is still open."""

from __future__ import annotations

from enum import IntEnum
from functools import partial
from typing import Final

from verifier.hcl.nodes import Comment
from verifier.hcl.source import Span
from verifier.hcl.syntax.tokens import SyntaxFault, Token

MAX_DEPTH: Final = 250
"""How deep brackets, blocks, templates and the nodes they make may nest. Terraform has no limit; nobody comes near."""

_span: Final = partial(tuple.__new__, Span)  # a fifth of the time of Span(…); a scan makes one for every token


class Kind(IntEnum):
    """What can be open. Newlines end items in the first three, and mean nothing in the brackets below them."""

    FILE = 0
    BLOCK = 1
    OBJECT = 2
    FOR_OBJECT = 3
    PARENTHESES = 4
    BRACKETS = 5
    INTERPOLATION = 6
    DIRECTIVE = 7
    QUOTED = 8
    HEREDOC = 9
    TEXT = 10


class ForStage(IntEnum):
    """How far a `for` has come: `in` is a keyword after its names, `if` after its result."""

    NONE = 0
    NAMES = 1
    COLLECTION = 2
    RESULT = 3


CLOSERS: Final = {
    Kind.BLOCK: "}",
    Kind.OBJECT: "}",
    Kind.FOR_OBJECT: "}",
    Kind.PARENTHESES: ")",
    Kind.BRACKETS: "]",
    Kind.INTERPOLATION: "}",
    Kind.DIRECTIVE: "}",
}
CALLED: Final = {
    Kind.BLOCK: "block",
    Kind.OBJECT: "object",
    Kind.FOR_OBJECT: "for expression",
    Kind.PARENTHESES: "parenthesis",
    Kind.BRACKETS: "bracket",
    Kind.INTERPOLATION: "interpolation",
    Kind.DIRECTIVE: "template directive",
}
_ENDS_OPERAND: Final = frozenset(
    {"NAME", "TRUE", "FALSE", "NULL", "INT_LITERAL", "FLOAT_LITERAL", "TEMPLATE_STRING", "HEREDOC_TEMPLATE"}
    | {"DBLQUOTE", "RPAR", "RSQB", "RBRACE", "ATTR_SPLAT", "FULL_SPLAT_START"}
)


class Frame:
    """One thing that is open, and where it began."""

    __slots__ = (
        "bare",
        "can_be_for",
        "column",
        "for_stage",
        "in_value",
        "kind",
        "label",
        "line",
        "line_end",
        "line_start",
        "marker",
        "one_line",
    )

    def __init__(self, kind: Kind, line: int, column: int) -> None:
        self.kind = kind
        self.line = line
        self.column = column
        self.bare = False  # the parentheses that stand around a bare expression, which no text closes
        self.can_be_for = False  # brackets or braces in which a first word `for` is the keyword
        self.for_stage = ForStage.NONE
        self.in_value = False  # bodies: behind the = of an argument
        self.one_line = False  # blocks: no newline since the opening brace
        self.label = False  # quoted strings: the label of a block
        self.marker = ""  # heredocs: the word that closes it
        self.line_start = True  # heredocs: the word would be seen here
        self.line_end = -1  # heredocs: offset of the newline last looked for, so that a long line is searched once


class State:
    """A scan at work. `last` is the type of the last token; `item_open` says that a body's item has begun.

    `items` are the indexes of the tokens at which a file's own items begin, `comments` those that were kept.
    """

    __slots__ = (
        "_frames",
        "comments",
        "frame",
        "item_open",
        "items",
        "last",
        "line",
        "line_offset",
        "position",
        "text",
        "tokens",
    )

    def __init__(self, text: str, line: int, column: int) -> None:
        self.text = text
        self.position = 0
        self.line = line
        self.line_offset = 1 - column
        self.tokens: list[Token] = []
        self.items: list[int] = []
        self.comments: list[Comment] = []
        self.last = ""
        self.item_open = False
        self.frame = Frame(Kind.FILE, line, column)
        self._frames: list[Frame] = []

    def column(self, offset: int) -> int:
        """The column of an offset on the current line."""
        return offset - self.line_offset + 1

    def emit(self, kind: str, value: str, start: int, end: int) -> None:
        """Append a token that lies on the current line, and step behind it."""
        line, base = self.line, self.line_offset - 1
        self.tokens.append(Token(kind, value, _span((line, start - base, line, end - base))))
        self.last = kind
        self.position = end

    def emit_over_lines(self, kind: str, value: str, start: int, end: int) -> None:
        """Append a token that may go on over several lines, and step behind it."""
        line, column = self.line, self.column(start)
        self.advance(start, end)
        self.tokens.append(Token(kind, value, Span(line, column, self.line, self.column(end))))
        self.last = kind

    def advance(self, start: int, end: int) -> None:
        """Step behind text[start:end], counting its lines."""
        lines = self.text.count("\n", start, end)
        if lines:
            self.line += lines
            self.line_offset = self.text.rfind("\n", start, end) + 1
        self.position = end

    def open(self, kind: Kind, line: int, column: int) -> Frame:
        """Begin something that has an end."""
        if len(self._frames) >= MAX_DEPTH:
            raise too_deep(line, column)
        self._frames.append(self.frame)
        self.frame = Frame(kind, line, column)
        return self.frame

    def close(self) -> None:
        """End what is open."""
        self.frame = self._frames.pop()

    def fault(self, summary: str, offset: int, *, detail: str = "", next_step: str = "") -> SyntaxFault:
        """A fault on the current line."""
        return SyntaxFault(summary, self.line, self.column(offset), detail=detail, next_step=next_step)

    @property
    def ends_operand(self) -> bool:
        """Whether the last token can be the end of an expression."""
        return self.last in _ENDS_OPERAND

    @property
    def in_header(self) -> bool:
        """Whether this is the part of a body's item that comes before a value or a nested body."""
        return self.frame.kind <= Kind.BLOCK and not self.frame.in_value


def too_deep(line: int, column: int) -> SyntaxFault:
    """The fault of nesting that goes on and on."""
    return SyntaxFault(
        f"nested more than {MAX_DEPTH} levels deep",
        line,
        column,
        detail="brackets, blocks, templates and chains of operators are read to that depth",
        next_step="take inner parts out into local values",
    )
