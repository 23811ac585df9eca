"""Constants: expressions that may refer to nothing, as in defaults, types and var files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.hcl.errors import EvaluationError
from verifier.hcl.scope import Resolved
from verifier.hcl.source import Place, Span


@dataclass(slots=True)
class ConstantScope:
    """A scope without a single name. `what` is said when an expression uses one: `a variable's default`."""

    file: str
    what: str
    files_root: Path | None = None
    module_directory: Path | None = None
    short_circuit: bool = False

    def resolve(self, root: str, steps: Sequence[str], span: Span) -> Resolved:
        """Raises EvaluationError: there is nothing to refer to."""
        name = ".".join([root, *steps[:1]])
        raise EvaluationError(f"{self.what} may not refer to anything, and this one refers to {name}", self.place(span))

    def place(self, span: Span) -> Place:
        """The place of a span in the file at hand."""
        return Place(self.file, span.line, span.column)
