"""Tokens as the scanner hands them to python-hcl2's grammar, under the grammar's own terminal names."""

from __future__ import annotations

from typing import Final

from verifier.hcl.source import Span


class Token:
    """One token. `type` is the grammar's terminal; `value` what the lowering needs: a name, an operator, decoded text.

    The rest is what Lark asks of a token: it copies the last one's place to the end of the input.
    """

    __slots__ = ("span", "type", "value")

    start_pos: Final = None
    end_pos: Final = None

    def __init__(self, kind: str, value: str, span: Span) -> None:
        self.type = kind
        self.value = value
        self.span = span

    @property
    def line(self) -> int:
        """The line it begins on."""
        return self.span.line

    @property
    def column(self) -> int:
        """The column it begins at."""
        return self.span.column

    @property
    def end_line(self) -> int:
        """The line it ends on."""
        return self.span.end_line

    @property
    def end_column(self) -> int:
        """The column behind its end."""
        return self.span.end_column

    def __repr__(self) -> str:
        return f"{self.type}({self.value!r})@{self.span.line}:{self.span.column}"


class PrefixRun(Token):
    """A run of the prefix operators `!` and `-`, which the grammar takes as one: each with its line and column."""

    __slots__ = ("operators",)

    def __init__(self, kind: str, value: str, span: Span) -> None:
        super().__init__(kind, value, span)
        self.operators = [(value, span.line, span.column)]


class SyntaxFault(Exception):
    """Text that is not HCL, found at one place. Turned into a diagnostic before it leaves the package."""

    def __init__(self, summary: str, line: int, column: int, *, detail: str = "", next_step: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.line = line
        self.column = column
        self.detail = detail
        self.next_step = next_step
