"""Constants: expressions that may refer to nothing, as in defaults, types and var files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.frozen import field_names, slotted
from verifier.hcl.nodes import Call, Expression
from verifier.hcl.scope import Resolved
from verifier.hcl.source import Place, Span
from verifier.hcl.values import Value


@slotted()
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

    def evaluate(self, expression: Expression) -> Value:
        """The value of an expression here. Raises EvaluationError, also for a function call: none is allowed."""
        called = next(_calls(expression), None)
        if called is not None:
            raise EvaluationError(f"{self.what} may not call functions", self.place(called.span))
        return evaluate(expression, self)

    def place(self, span: Span) -> Place:
        """The place of a span in the file at hand."""
        return Place(self.file, span.line, span.column)


def _calls(expression: Expression) -> Iterator[Call]:
    """The function calls in an expression, at any depth."""
    pending: list[object] = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, Call):
            yield node
        elif isinstance(node, tuple):
            pending.extend(node)
        else:
            pending.extend(getattr(node, name) for name in field_names(node) if name != "span")
