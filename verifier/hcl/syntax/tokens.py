"""Tokens as the scanner hands them to python-hcl2's grammar, under the grammar's own terminal names."""

from __future__ import annotations

from typing import Final

from verifier.hcl.source import Span


class Token:
    """One token of the grammar. `value` is what the lowering needs: a name, an operator, decoded text, a marker.

    `start_pos` and `end_pos` are there because the parser copies a last token's place to the end of the input;
    nobody reads them.
    """

    __slots__ = ("column", "end_column", "end_line", "line", "type", "value")

    start_pos: Final = None
    end_pos: Final = None

    def __init__(self, kind: str, value: str, line: int, column: int, end_line: int, end_column: int) -> None:
        self.type = kind
        self.value = value
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column

    @property
    def span(self) -> Span:
        """Where the token stands."""
        return Span(self.line, self.column, self.end_line, self.end_column)

    def __repr__(self) -> str:
        return f"{self.type}({self.value!r})@{self.line}:{self.column}"


class PrefixRun(Token):
    """A run of the prefix operators `!` and `-`, which the grammar takes as one: each with its line and column."""

    __slots__ = ("operators",)

    def __init__(
        self,
        kind: str,
        value: str,
        line: int,
        column: int,
        end_line: int,
        end_column: int,
        *,
        operators: list[tuple[str, int, int]],
    ) -> None:
        super().__init__(kind, value, line, column, end_line, end_column)
        self.operators = operators


class SyntaxFault(Exception):
    """Text that is not HCL, found at one place. Turned into a diagnostic before it leaves the package."""

    def __init__(self, summary: str, line: int, column: int, *, detail: str = "", next_step: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.line = line
        self.column = column
        self.detail = detail
        self.next_step = next_step
