"""Text to tokens, with HCL's own rules for newlines, strings, heredocs and nesting.

python-hcl2's grammar is kept, its lexer is not used: it rejects valid text (`!!a`, `a -12`, a comment before an
operator), loses interpolations behind an escape, and reads heredocs as one piece. This scanner knows where a
newline ends an item and where it means nothing, so the grammar never sees one: between the items of an object a
newline is given as the comma that it stands for, and in bodies it is checked here and left out.

Judged against `terraform fmt` 1.11: see tests/unit/hcl/syntax_battery.json.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import Final

from verifier.hcl.syntax.heredoc import WHITE_SPACE, closing_line, dedent_plain
from verifier.hcl.syntax.quoted import decode_escapes
from verifier.hcl.syntax.tokens import PrefixRun, SyntaxFault, Token

MAX_NESTING: Final = 200
"""How deep brackets, blocks and templates may nest. Terraform has no limit; nobody writes a tenth of this."""

_NAME: Final = r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff-]*+"
_TOKEN: Final = re.compile(
    rf"""[ \t]*+(?:
      (?P<name>{_NAME}(?:[ \t]*+::[ \t]*+{_NAME})*+)
    | (?P<newline>\r?\n)
    | (?P<plain>"[^"\\$%\r\n]*+")
    | (?P<number>[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)
    | (?P<comment>(?:\#|//)[^\n]*+)
    | (?P<remark>/\*)
    | (?P<heredoc><<-?{_NAME}\r?\n)
    | (?P<splat>\.[ \t]*+\*|\[[ \t\r\n]*+\*[ \t\r\n]*+\])
    | (?P<operator>==|!=|<=|>=|&&|\|\||=>|\.\.\.|[-+*/%<>!?:=,.()\[\]{{}}])
    | (?P<quote>")
    | (?P<strip>~\}})
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_QUOTED_RUN: Final = re.compile(r'(?:[^"\\$%\r\n]++|\$++(?!\{)|%++(?!\{)|\\[^\r\n])*+')
_SEQUENCE: Final = re.compile(r"(\$++|%++)\{")
_SEQUENCE_START: Final = re.compile(r"[$%]\{")

_FOR_FOLLOWS: Final = re.compile(
    r"(?:[ \t\r\n]++|(?:\#|//)[^\n]*+\n|/\*(?:[^*]++|\*(?!/))*+\*/)*+for(?![A-Za-z0-9_\u0080-\U0010ffff-])"
)

_OPERATORS: Final = {
    "==": "DOUBLE_EQ",
    "!=": "NEQ",
    "<=": "LEQ",
    ">=": "GEQ",
    "&&": "DOUBLE_AMP",
    "||": "DOUBLE_PIPE",
    "=>": "FOR_OBJECT_ARROW",
    "...": "ELLIPSIS",
    "-": "MINUS",
    "+": "PLUS",
    "*": "ASTERISK",
    "/": "SLASH",
    "%": "PERCENT",
    "<": "LT",
    ">": "GT",
    "!": "NOT",
    "?": "QMARK",
    ":": "COLON",
    "=": "EQ",
    ",": "COMMA",
    ".": "DOT",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "{": "LBRACE",
    "}": "RBRACE",
}
_WORD_LITERALS: Final = {"true": "TRUE", "false": "FALSE", "null": "NULL"}
_DIRECTIVES: Final = {"if": "IF", "else": "ELSE", "endif": "ENDIF", "for": "FOR", "endfor": "ENDFOR"}
_ENDS_OPERAND: Final = frozenset(
    {"NAME", "TRUE", "FALSE", "NULL", "INT_LITERAL", "FLOAT_LITERAL", "TEMPLATE_STRING", "HEREDOC_TEMPLATE"}
    | {"DBLQUOTE", "RPAR", "RSQB", "RBRACE", "ATTR_SPLAT", "FULL_SPLAT_START"}
)


class _Kind(IntEnum):
    FILE = 0
    BLOCK = 1
    OBJECT = 2
    FOR_OBJECT = 3
    PARENS = 4
    BRACKETS = 5
    INTERPOLATION = 6
    DIRECTIVE = 7
    QUOTED = 8
    HEREDOC = 9


class _For(IntEnum):
    NONE = 0
    NAMES = 1
    COLLECTION = 2
    RESULT = 3


_CLOSERS: Final = {
    _Kind.BLOCK: "}",
    _Kind.OBJECT: "}",
    _Kind.FOR_OBJECT: "}",
    _Kind.PARENS: ")",
    _Kind.BRACKETS: "]",
    _Kind.INTERPOLATION: "}",
    _Kind.DIRECTIVE: "}",
}
_OPENED: Final = {
    _Kind.BLOCK: "block",
    _Kind.OBJECT: "object",
    _Kind.FOR_OBJECT: "for expression",
    _Kind.PARENS: "parenthesis",
    _Kind.BRACKETS: "bracket",
    _Kind.INTERPOLATION: "interpolation",
    _Kind.DIRECTIVE: "template directive",
    _Kind.QUOTED: "string",
    _Kind.HEREDOC: "heredoc",
}


class _Frame:
    """One thing that is open: what it is, where it began, and how far it has come."""

    __slots__ = ("column", "for_stage", "in_value", "kind", "line", "line_start", "marker", "one_line")

    def __init__(self, kind: _Kind, line: int, column: int, marker: str = "") -> None:
        self.kind = kind
        self.line = line
        self.column = column
        self.marker = marker
        self.for_stage = _For.NONE
        self.in_value = False
        self.one_line = False
        self.line_start = True


class Scanner:
    """Scans one text. `tokens` holds what was found; a fault ends the scan."""

    def __init__(self, text: str, *, line: int = 1, column: int = 1) -> None:
        self.text = text
        self.position = 0
        self.line = line
        self.line_offset = 1 - column
        self.tokens: list[Token] = []
        self._last = ""
        self._item_open = False
        self._frames: list[_Frame] = []
        self._frame = _Frame(_Kind.FILE, line, column)

    def file(self) -> list[Token]:
        """The tokens of a file's body."""
        self._run()
        return self.tokens

    def expression(self) -> list[Token]:
        """The tokens of a bare expression, in which newlines mean nothing, given as `_ = (expression)`."""
        line, column = self.line, self.position - self.line_offset + 1
        self._frame.in_value = True
        for kind, value in (("NAME", "_"), ("EQ", "="), ("LPAR", "(")):
            self.tokens.append(Token(kind, value, line, column, line, column))
        self._last = "LPAR"
        self._open(_Kind.PARENS, line, column)
        self._frame.marker = "bare"
        self._run()
        end = self.position - self.line_offset + 1
        self.tokens.append(Token("RPAR", ")", self.line, end, self.line, end))
        return self.tokens

    def _run(self) -> None:
        match, text = _TOKEN.match, self.text
        handlers = {
            "name": self._name,
            "newline": self._newline,
            "plain": self._plain,
            "number": self._number,
            "comment": self._comment,
            "remark": self._remark,
            "heredoc": self._heredoc,
            "splat": self._splat,
            "operator": self._operator,
            "quote": self._quote,
            "strip": self._strip,
        }
        while True:
            kind = self._frame.kind
            if kind is _Kind.QUOTED:
                self._quoted_run()
                continue
            if kind is _Kind.HEREDOC:
                self._heredoc_run()
                continue
            found = match(text, self.position)
            if found is None:
                raise self._unexpected_character()
            group = found.lastgroup
            if group == "end":
                self.position = found.end()
                break
            handlers[group or ""](found.start(group or 0), found.end(), found[group or 0])
        self._finish()

    # -- places -------------------------------------------------------------------------------------------------

    def _column(self, offset: int) -> int:
        return offset - self.line_offset + 1

    def _emit(self, kind: str, value: str, start: int, end: int) -> None:
        """Append a token that lies on the current line, and step behind it."""
        line, base = self.line, self.line_offset - 1
        self.tokens.append(Token(kind, value, line, start - base, line, end - base))
        self._last = kind
        self.position = end

    def _advance_lines(self, start: int, end: int) -> None:
        """Count the lines within text[start:end], and step behind it."""
        count = self.text.count("\n", start, end)
        if count:
            self.line += count
            self.line_offset = self.text.rfind("\n", start, end) + 1
        self.position = end

    def _fault(self, summary: str, offset: int, *, detail: str = "", next_step: str = "") -> SyntaxFault:
        return SyntaxFault(summary, self.line, self._column(offset), detail=detail, next_step=next_step)

    # -- frames -------------------------------------------------------------------------------------------------

    def _open(self, kind: _Kind, line: int, column: int, marker: str = "") -> _Frame:
        if len(self._frames) >= MAX_NESTING:
            raise SyntaxFault(
                f"nested more than {MAX_NESTING} levels deep",
                line,
                column,
                detail="brackets, blocks and templates are read to that depth",
                next_step="take inner parts out into local values",
            )
        self._frames.append(self._frame)
        self._frame = _Frame(kind, line, column, marker)
        return self._frame

    def _close(self) -> _Frame:
        closed, self._frame = self._frame, self._frames.pop()
        return closed

    def _finish(self) -> None:
        frame = self._frame
        if frame.marker == "bare":
            if not self._ends_operand():
                raise self._fault("expected an expression", self.position, detail="found the end of the text")
            return
        if frame.kind is not _Kind.FILE:
            raise SyntaxFault(
                f"this {_OPENED[frame.kind]} is never closed",
                frame.line,
                frame.column,
                detail=f"expected {_CLOSERS[frame.kind]} before the end of the file",
            )
        self._end_item(self.position)

    # -- items of bodies and objects ----------------------------------------------------------------------------

    def _ends_operand(self) -> bool:
        return self._last in _ENDS_OPERAND

    def _end_item(self, offset: int) -> None:
        """An argument or block header ends with its line: check that it is whole."""
        frame = self._frame
        if frame.in_value and not self._ends_operand():
            raise self._incomplete(offset)
        if not frame.in_value and self._item_open and self._last != "RBRACE":
            raise self._fault(
                "expected = and a value, or { and a block's body",
                offset,
                detail="found the end of the line",
                next_step="the brace that opens a block stands on the line of the block's type",
            )
        frame.in_value = False
        self._item_open = False

    def _incomplete(self, offset: int) -> SyntaxFault:
        last = self.tokens[-1].value if self.tokens else ""
        return self._fault(
            f"expected an expression after {last}",
            offset,
            detail="found the end of the line",
            next_step="an expression goes on over several lines only within parentheses or brackets",
        )

    def _in_header(self) -> bool:
        """Whether this is the part of a body's item that comes before a value or a nested body."""
        return self._frame.kind <= _Kind.BLOCK and not self._frame.in_value

    def _refuse_in_header(self, start: int, found: str) -> None:
        """Only names, labels, = and braces stand there; the grammar would join some others to the line before."""
        if not self._in_header():
            return
        if not self._item_open:
            raise self._fault(
                "expected an argument or a block's type",
                start,
                detail=f"found {found}",
                next_step="an expression goes on over several lines only within parentheses or brackets",
            )
        if self._last == "RBRACE":
            raise self._fault("expected a new line after this block", start, detail=f"found {found}")
        raise self._fault("expected = and a value, or { and a block's body", start, detail=f"found {found}")

    def _starts_operand(self, start: int) -> None:
        """Two operands side by side are never right: the grammar would take some for two items."""
        kind = self._frame.kind
        found = self.text[start]
        self._refuse_in_header(start, found)
        if self._last not in _ENDS_OPERAND:
            return
        if kind is _Kind.FILE or kind is _Kind.BLOCK:
            raise self._fault(
                "expected the end of the line after this argument",
                start,
                detail=f"found {found}…" if found.isalnum() else f"found {found}",
                next_step="write one argument a line",
            )
        if kind is _Kind.OBJECT:
            raise self._fault("expected a comma or a new line between the items of an object", start)
        raise self._fault(f"expected an operator, a comma or {_CLOSERS[kind]}", start, detail=f"found {found}")

    # -- tokens -------------------------------------------------------------------------------------------------

    def _name(self, start: int, end: int, text: str) -> None:
        if not text.isascii():
            self._check_identifier(start, text)
        if "::" in text:
            text = text.replace(" ", "").replace("\t", "")
            if not self.text.startswith("(", self._skip_blanks(end)):
                raise self._fault(f"expected ( after the function name {text}", end)
        kind = _WORD_LITERALS.get(text, "NAME")
        if self._in_header():
            self._start_item(start)
        elif self._last == "DOT":
            pass
        elif (keyword := self._keyword(text)) is not None:
            self._emit(keyword, text, start, end)
            return
        else:
            self._starts_operand(start)
        self._emit(kind, text, start, end)

    def _skip_blanks(self, offset: int) -> int:
        while self.text.startswith((" ", "\t"), offset):
            offset += 1
        return offset

    def _keyword(self, text: str) -> str | None:
        """The keyword's terminal where the word is one; everywhere else it is a name like any other."""
        frame = self._frame
        if frame.kind is _Kind.DIRECTIVE and self._last == "DIRECTIVE_START":
            if text not in _DIRECTIVES:
                raise self._fault(
                    f"unknown template directive {text}",
                    self.position,
                    detail="expected if, else, endif, for or endfor after %{",
                    next_step="write %%{ for a literal %{",
                )
            if text == "for":
                frame.for_stage = _For.NAMES
            return _DIRECTIVES[text]
        if text == "for" and self._last in ("LSQB", "LBRACE") and frame.marker == "for":
            frame.for_stage = _For.NAMES
            return "FOR"
        if text == "in" and frame.for_stage is _For.NAMES and self._last == "NAME":
            frame.for_stage = _For.COLLECTION
            return "IN"
        if text == "if" and frame.for_stage is _For.RESULT and (self._ends_operand() or self._last == "ELLIPSIS"):
            return "IF"
        return None

    def _check_identifier(self, start: int, text: str) -> None:
        for offset, character in enumerate(text):
            if character in "-: \t" or character.isascii() or f"a{character}".isidentifier():
                continue
            raise self._bad_character(start + offset, character)

    def _start_item(self, start: int) -> None:
        frame = self._frame
        if self._item_open:
            if self._last == "RBRACE":
                raise self._fault("expected a new line after this block", start, next_step="write one block a line")
            return
        if frame.one_line and self._last != "LBRACE":
            raise self._one_line_fault(start)
        self._item_open = True

    def _one_line_fault(self, offset: int) -> SyntaxFault:
        return self._fault(
            "a block on one line holds at most one argument",
            offset,
            next_step="put each argument and block on its own line, and the closing brace too",
        )

    def _newline(self, start: int, end: int, _text: str) -> None:
        frame = self._frame
        if frame.kind <= _Kind.BLOCK:
            if frame.one_line and self._last != "LBRACE":
                raise self._one_line_fault(start)
            self._end_item(start)
            frame.one_line = False
        elif frame.kind is _Kind.OBJECT and self._last not in ("LBRACE", "COMMA"):
            if not self._ends_operand():
                raise self._incomplete(start)
            self._emit("COMMA", "\n", start, end)
        self.position = end
        self.line += 1
        self.line_offset = end

    def _comment(self, _start: int, end: int, _text: str) -> None:
        self.position = end

    def _remark(self, start: int, end: int, _text: str) -> None:
        close = self.text.find("*/", end)
        if close < 0:
            raise self._fault("this comment is never closed", start, detail="expected */ before the end of the file")
        self._advance_lines(start, close + 2)

    def _number(self, start: int, end: int, text: str) -> None:
        if self._last == "DOT" and not text.isdecimal():
            raise self._fault(
                "a legacy index is one whole number",
                start,
                detail=f"found .{text}",
                next_step="write the indexes in brackets: [0][1]",
            )
        if self._last == "DOT":
            self._refuse_in_header(start, text)
        else:
            self._starts_operand(start)
        self._emit("INT_LITERAL" if text.isdecimal() else "FLOAT_LITERAL", text, start, end)

    def _splat(self, start: int, end: int, text: str) -> None:
        self._refuse_in_header(start, text)
        if text.startswith("["):
            begin = Token("FULL_SPLAT_START", "[*]", self.line, self._column(start), 0, 0)
            self._advance_lines(start, end)
            begin.end_line, begin.end_column = self.line, self._column(end)
            self.tokens.append(begin)
            self._last = begin.type
            return
        if self._last == "ATTR_SPLAT":
            raise self._fault("a .* splat cannot stand within another", start, next_step="use [*]")
        self._emit("ATTR_SPLAT", ".*", start, end)

    def _operator(self, start: int, end: int, text: str) -> None:
        kind = _OPERATORS[text]
        if text not in "{}=" or (not self._item_open and text == "="):
            self._refuse_in_header(start, text)
        if text in "([{":
            self._opening(kind, start, end, text)
        elif text in ")]}":
            self._closing(kind, start, end, text, strip="")
        elif text in "!-" and not self._ends_operand() and self._last != "DOT":
            self._prefix(kind, start, end, text)
        else:
            if text == "!":
                self._starts_operand(start)
            self._emit(kind, text, start, end)
            self._after_operator(kind, start)

    def _prefix(self, kind: str, start: int, end: int, text: str) -> None:
        """`!!a`: the grammar takes one prefix operator, so a run of them is one token."""
        column = self._column(start)
        place = (text, self.line, column)
        run = self.tokens[-1] if self._last == "PREFIX" else None
        if isinstance(run, PrefixRun):
            if len(run.operators) >= MAX_NESTING:
                raise self._fault(f"nested more than {MAX_NESTING} levels deep", start)
            run.operators.append(place)
        else:
            self.tokens.append(PrefixRun(kind, text, self.line, column, self.line, column + 1, operators=[place]))
        self._last = "PREFIX"
        self.position = end

    def _after_operator(self, kind: str, start: int) -> None:
        frame = self._frame
        if kind == "EQ" and frame.kind <= _Kind.BLOCK and not frame.in_value and self._item_open:
            frame.in_value = True
        elif kind == "COLON" and frame.for_stage is _For.COLLECTION:
            frame.for_stage = _For.RESULT
        elif kind == "COMMA" and frame.kind is _Kind.OBJECT and self._doubles_newline():
            raise self._fault("expected the next item of the object", start, detail="found ,")

    def _doubles_newline(self) -> bool:
        return len(self.tokens) > 1 and self.tokens[-2].type == "COMMA"

    def _opening(self, kind: str, start: int, end: int, text: str) -> None:
        line, column = self.line, self._column(start)
        if text == "{":
            if self._in_header():
                self._open_block(start, end)
                return
            self._starts_operand(start)
            self._emit(kind, text, start, end)
            is_for = _FOR_FOLLOWS.match(self.text, end) is not None
            self._open(_Kind.FOR_OBJECT if is_for else _Kind.OBJECT, line, column, "for" if is_for else "")
            return
        is_index = text == "[" and self._ends_operand()
        if text == "(" and self._last != "NAME":
            self._starts_operand(start)
        self._emit(kind, text, start, end)
        if text == "(":
            self._open(_Kind.PARENS, line, column)
        else:
            self._open(_Kind.BRACKETS, line, column, "" if is_index else "for")

    def _open_block(self, start: int, end: int) -> None:
        if not self._item_open or self._last == "RBRACE":
            raise self._fault("expected an argument or a block's type", start, detail="found {")
        if self._frame.one_line:
            raise self._one_line_fault(start)
        self._emit("LBRACE", "{", start, end)
        block = self._open(_Kind.BLOCK, self.line, self._column(start))
        block.one_line = True
        self._item_open = False

    def _closing(self, kind: str, start: int, end: int, text: str, *, strip: str) -> None:
        frame = self._frame
        if _CLOSERS.get(frame.kind) != text or frame.marker == "bare":
            raise self._mismatch(start, text)
        if frame.kind is _Kind.BLOCK:
            self._close_block(start)
        elif frame.kind in (_Kind.INTERPOLATION, _Kind.DIRECTIVE) and self._last in ("INTERP_START", "DIRECTIVE_START"):
            raise self._fault("expected an expression", start, detail="found }")
        self._close()
        self._emit(kind, strip or text, start, end)

    def _close_block(self, start: int) -> None:
        frame = self._frame
        last_line = self.tokens[-1].end_line
        if not frame.one_line and last_line == self.line and self._last != "LBRACE":
            raise self._fault("expected a new line before }", start, next_step="put the closing brace on its own line")
        self._end_item(start)
        self._item_open = True

    def _mismatch(self, start: int, text: str) -> SyntaxFault:
        frame = self._frame
        wanted = _CLOSERS.get(frame.kind)
        if wanted is None or frame.marker == "bare":
            return self._fault(f"nothing is open here that {text} could close", start)
        return self._fault(
            f"expected {wanted} before {text}",
            start,
            detail=f"the {_OPENED[frame.kind]} that began on line {frame.line} is still open",
        )

    def _strip(self, start: int, end: int, _text: str) -> None:
        if self._frame.kind not in (_Kind.INTERPOLATION, _Kind.DIRECTIVE):
            raise self._bad_character(start, "~")
        self._closing("RBRACE", start, end, "}", strip="~}")

    # -- strings ------------------------------------------------------------------------------------------------

    def _plain(self, start: int, end: int, text: str) -> None:
        """A quoted string without escapes or interpolation."""
        if self._in_header():
            self._label(start, end, text[1:-1])
            return
        self._starts_operand(start)
        self._emit("TEMPLATE_STRING", text[1:-1], start, end)

    def _label(self, start: int, end: int, text: str) -> None:
        if not self._item_open or self._last == "RBRACE":
            raise self._fault(
                "expected an argument or a block's type",
                start,
                detail='found "',
                next_step="names stand without quotes",
            )
        self._emit("DBLQUOTE", '"', start, start + 1)
        if text:
            self._emit("STRING_CHARS", text, start + 1, end - 1)
        self._emit("DBLQUOTE", '"', end - 1, end)

    def _quote(self, start: int, end: int, _text: str) -> None:
        if self._in_header():
            if not self._item_open or self._last == "RBRACE":
                self._label(start, end, "")
            label = True
        else:
            self._starts_operand(start)
            label = False
        self._emit("DBLQUOTE", '"', start, end)
        self._open(_Kind.QUOTED, self.line, self._column(start), "label" if label else "")

    def _quoted_run(self) -> None:
        """One stretch of a quoted template: literal text, then its end or the next sequence."""
        text, start = self.text, self.position
        pieces: list[str] = []
        while True:
            run = _QUOTED_RUN.match(text, self.position)
            end = run.end() if run else self.position
            if end > self.position:
                pieces.append(decode_escapes(text[self.position : end], self.line, self._column(self.position)))
            self.position = end
            sequence = _SEQUENCE.match(text, end)
            if sequence is None or len(sequence[1]) == 1:
                break
            pieces.append(sequence[0][1:])
            self.position = sequence.end()
        if pieces:
            self._emit("STRING_CHARS", "".join(pieces), start, self.position)
        if sequence is not None:
            self._open_sequence(self.position)
        elif text.startswith('"', self.position):
            self._close()
            self._emit("DBLQUOTE", '"', self.position, self.position + 1)
        else:
            frame = self._frame
            raise SyntaxFault(
                "this string is never closed",
                frame.line,
                frame.column,
                detail='expected " before the end of the line',
                next_step="write \\n for a line break, or use a heredoc (<<EOT)",
            )

    def _open_sequence(self, start: int) -> None:
        """`${` or `%{`, with its strip marker."""
        if self._frame.marker == "label" and self._frame.kind is _Kind.QUOTED:
            raise self._fault("a block's label is plain text", start, detail="interpolation is not allowed here")
        interpolation = self.text[start] == "$"
        strip = self.text.startswith("~", start + 2)
        end = start + 2 + strip
        column = self._column(start)
        self._emit("INTERP_START" if interpolation else "DIRECTIVE_START", self.text[start:end], start, end)
        self._open(_Kind.INTERPOLATION if interpolation else _Kind.DIRECTIVE, self.line, column)

    def _heredoc(self, start: int, end: int, text: str) -> None:
        self._starts_operand(start)
        opener = text.rstrip("\r\n")
        marker = opener.lstrip("<").removeprefix("-")
        if not marker.isascii():
            self._check_identifier(start + len(opener) - len(marker), marker)
        close = closing_line(self.text, end, marker)
        if close is None:
            raise self._fault(
                "this heredoc is never closed",
                start,
                detail=f"expected a line with {marker} and nothing else, and a new line after it",
            )
        line, column = self.line, self._column(start)
        if _SEQUENCE_START.search(self.text, end, close[0]) is None:
            body = self.text[end : close[0]]
            self._advance_lines(start, close[1])
            value = dedent_plain(body) if opener.startswith("<<-") else body
            self.tokens.append(Token("HEREDOC_TEMPLATE", value, line, column, self.line, self._column(close[1])))
            self._last = "HEREDOC_TEMPLATE"
            return
        self.tokens.append(Token("DBLQUOTE", opener, line, column, line, column + len(opener)))
        self._last = "HEREDOC_START"
        self._open(_Kind.HEREDOC, line, column, marker)
        self._advance_lines(start, end)

    def _heredoc_run(self) -> None:
        """One stretch of a heredoc template: whole lines and parts of lines, then its end or the next sequence."""
        text, frame, start = self.text, self._frame, self.position
        line, column = self.line, self._column(start)
        pieces: list[str] = []
        while True:
            eol = text.find("\n", self.position)
            if eol < 0:
                raise SyntaxFault(
                    "this heredoc is never closed",
                    frame.line,
                    frame.column,
                    detail=f"expected a line with {frame.marker} and nothing else, and a new line after it",
                )
            if frame.line_start and text[self.position : eol].strip(WHITE_SPACE) == frame.marker:
                self._heredoc_literal(pieces, line, column)
                self._close()
                end = eol - 1 if text[eol - 1] == "\r" else eol
                self._emit("DBLQUOTE", frame.marker, self.position, end)
                return
            found = _SEQUENCE_START.search(text, self.position, eol)
            if found is None:
                pieces.append(text[self.position : eol + 1])
                self._advance_lines(self.position, eol + 1)
                frame.line_start = True
                continue
            frame.line_start = False
            at, sign = found.start(), text[found.start()]
            if at > self.position and text[at - 1] == sign:
                pieces.append(text[self.position : at - 1] + sign + "{")
                self.position = at + 2
                continue
            pieces.append(text[self.position : at])
            self.position = at
            self._heredoc_literal(pieces, line, column)
            self._open_sequence(at)
            return

    def _heredoc_literal(self, pieces: list[str], line: int, column: int) -> None:
        value = "".join(pieces)
        if value:
            self.tokens.append(Token("STRING_CHARS", value, line, column, self.line, self._column(self.position)))

    # -- characters that HCL does not have ------------------------------------------------------------------------

    def _unexpected_character(self) -> SyntaxFault:
        offset = self._skip_blanks(self.position)
        return self._bad_character(offset, self.text[offset : offset + 1])

    def _bad_character(self, offset: int, character: str) -> SyntaxFault:
        hints = {
            "'": 'strings stand in double quotes: "…"',
            "&": "the logical operator is &&",
            "|": "the logical operator is ||",
            ";": "arguments end with their line",
            "$": "an interpolation stands within a string; elsewhere write the expression alone",
            "`": 'strings stand in double quotes: "…"',
        }
        name = unicodedata.name(character, "") if character else ""
        shown = (
            character if character.isascii() and character.isprintable() else f"U+{ord(character):04X} {name}".strip()
        )
        return self._fault(f"invalid character {shown}", offset, next_step=hints.get(character, ""))
