"""What is at hand while one expression is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.origin import Origin, Step

if TYPE_CHECKING:
    from verifier.hcl.nodes import Expression
    from verifier.hcl.scope import Scope
    from verifier.hcl.values import Value


class Budget:
    """How many elements one expression may still look at, so that loops within loops have an end."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = 200_000

    def spend(self) -> None:
        """Count one element. Raises NotModelled when there have been too many."""
        self.left -= 1
        if self.left < 0:
            raise NotModelled("the expression looks at too many elements to be evaluated here")


class Context:
    """The scope, the names that for expressions bound, the element of the splat around, and how to go deeper.

    Nothing changes one once it is made. It is no frozen dataclass because those take three times as long to make.
    """

    __slots__ = ("budget", "evaluate", "names", "scope", "splat_item")

    def __init__(
        self,
        scope: Scope,
        names: Mapping[str, Value],
        evaluate: Callable[[Expression, Context], Value],
        splat_item: Value | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.budget = Budget() if budget is None else budget
        self.scope = scope
        self.names = names
        self.evaluate = evaluate
        self.splat_item = splat_item

    def with_names(self, names: dict[str, Value]) -> Context:
        """The same, with more names bound."""
        return Context(self.scope, {**self.names, **names}, self.evaluate, self.splat_item, self.budget)

    def with_item(self, item: Value) -> Context:
        """The same, within a splat at one element."""
        return Context(self.scope, self.names, self.evaluate, item, self.budget)

    def attempt(self, node: Expression) -> Value | EvaluationError:
        """The value, or the error instead of it."""
        try:
            return self.evaluate(node, self)
        except EvaluationError as error:
            return error

    def computed(self, result: Value, node: Expression, text: str, operands: Iterable[Value]) -> Value:
        """The result with an origin that says it was computed here, from these operands, the deciding one first.

        A result that kept an origin is one of the values it was given: that is then the deciding one.
        """
        parents = [operand.origin for operand in operands if operand.origin is not None]
        own = result.origin
        if own is not None:
            parents = [own, *(parent for parent in parents if parent is not own)]
        return result.from_origin(Origin(Step.EXPRESSION, text, self.scope.place(node.span), tuple(parents)))
