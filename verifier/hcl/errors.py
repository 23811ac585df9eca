"""What the language raises while it evaluates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.hcl.types import ANY

if TYPE_CHECKING:
    from verifier.hcl.source import Place
    from verifier.hcl.types import Type


class EvaluationError(Exception):
    """An expression, conversion or function call has no value.

    It stays inside the language: `try` and `can` look at it, and `evaluate_or_unknown` turns it into a diagnostic.
    `summary` names the thing and what was expected, never a sensitive value. `place` is filled in by the evaluator
    where the raiser does not know it, and so is `type`, the type that there would be a value of.
    """

    def __init__(self, summary: str, place: Place | None = None) -> None:
        super().__init__(summary)
        self.summary = summary
        self.place = place
        self.type: Type = ANY

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}:{self.place.column}: " if self.place else ""
        return where + self.summary


class NotModelled(Exception):
    """A function met a case that this evaluator does not model; the call's value is unknown, never a guess."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because
