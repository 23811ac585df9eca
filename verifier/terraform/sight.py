"""Sight: what is known where an expression stands, as far as somebody follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.frozen import field, frozen, replace
from verifier.hcl.nodes import Expression
from verifier.hcl.values import Value
from verifier.terraform.files import SourceFile
from verifier.terraform.plan import Key
from verifier.terraform.scope import Context


@frozen(eq=False)
class Loop:
    """What `each`, `count` or the iterator of a dynamic block runs over, and the key at hand."""

    here: Here
    file: SourceFile
    expression: Expression
    key: Key


@frozen(eq=False)
class Here:
    """Where an expression stands: what its names mean, and what those that only hold here run over."""

    context: Context
    loops: Mapping[str, Loop] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    """The names of for expressions around it, whose values differ from element to element."""

    def value(self, file: SourceFile, expression: Expression) -> Value | None:
        """The expression's value, or None where it has none."""
        try:
            return evaluate(expression, self.context.scope(file))
        except EvaluationError:
            return None

    def binding(self, *names: str | None) -> Here:
        """The same place within a for expression."""
        return replace(self, bound=self.bound | {name for name in names if name is not None})


class Sight(Protocol):
    """What is known where an expression stands: the values of its parts, and which names a for expression binds."""

    @property
    def bound(self) -> frozenset[str]:
        """The names of for expressions around it, whose values differ from element to element."""

    def value(self, file: SourceFile, expression: Expression) -> Value | None:
        """A part's value, or None where it has none, or none can be known."""

    def binding(self, *names: str | None) -> Sight:
        """The same within a for expression."""


@frozen()
class Unseeing:
    """No value is known: an expression draws on whatever stands in it."""

    bound: frozenset[str] = frozenset()

    def value(self, file: SourceFile, expression: Expression) -> Value | None:  # noqa: ARG002 - as Sight has it
        """None."""
        return None

    def binding(self, *names: str | None) -> Unseeing:
        """The same within a for expression."""
        return Unseeing(self.bound | {name for name in names if name is not None})
