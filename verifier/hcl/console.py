"""A line in, a value out: expressions evaluated one by one, as `terraform console` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Call, Expression
from verifier.hcl.printing import printed, printed_type
from verifier.hcl.representation import Tree, known_part, sensitive_part, true_type, type_notation, unknown_part
from verifier.hcl.syntax import parse_expression
from verifier.hcl.types import Type
from verifier.hcl.values import Value, first_unknown

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache
    from verifier.hcl.scope import Scope

INPUT = "console"
"""What the text is called where a place in it is named."""


@frozen()
class TypeOf:
    """What `type(…)` answers. Only the console has that function, and only around a whole expression."""

    type: Type


Answer: TypeAlias = Value | TypeOf


def answer(
    text: str, scope: Scope, cache: Cache | None = None, *, refuse: Callable[[Expression], None] | None = None
) -> Answer:
    """The value of an expression in a scope. `refuse` raises for one that is wrong before it is evaluated.

    Raises EvaluationError for text that is no expression, or has no value.
    """
    expression = _parsed(text, cache)
    if refuse is not None:
        refuse(expression)
    if isinstance(expression, Call) and expression.name == "type" and len(expression.arguments) == 1:
        return TypeOf(true_type(evaluate(expression.arguments[0], scope)))
    return evaluate(expression, scope)


def is_open(text: str) -> bool:
    """Whether the text ends within brackets, an interpolation or a heredoc, so that a further line may close them."""
    _, diagnostics = parse_expression(text, INPUT)
    return any(d.summary.endswith("is never closed") and "string" not in d.summary for d in diagnostics)


def shown(found: Answer) -> str:
    """The answer as the console prints it."""
    return printed_type(found.type) if isinstance(found, TypeOf) else printed(found)


def represented(found: Answer) -> dict[str, Tree]:
    """The answer for programs: `value` and `type`, whether it is `known`, and if not, `because` what.

    Of a value that is known in part, `unknown` says in the value's shape which parts are not. A sensitive value is left
    out, its place is marked in `sensitive` likewise.
    """
    if isinstance(found, TypeOf):
        return {"value": printed_type(found.type), "type": "string", "known": True}
    tree: dict[str, Tree] = {}
    waits = first_unknown([found])
    hidden = sensitive_part(found)
    if found.is_known and hidden is not True:
        tree["value"] = known_part(found)
    tree["type"] = type_notation(true_type(found))
    tree["known"] = waits is None
    if waits is not None:
        tree |= {"because": waits.because, "references": [*waits.references]}
        if found.is_known:
            tree["unknown"] = unknown_part(found)
    if _marks_something(hidden):
        tree["sensitive"] = hidden
    return tree


def failed(error: EvaluationError) -> dict[str, Tree]:
    """An error for programs; `line` and `column` count from 1 within the expression, and are null elsewhere."""
    at = error.place if error.place is not None and error.place.file == INPUT else None
    return {
        "error": {
            "summary": error.summary,
            "line": at.line if at else None,
            "column": at.column if at else None,
        }
    }


def _parsed(text: str, cache: Cache | None) -> Expression:
    expression, diagnostics = parse_expression(text, INPUT, cache=cache)
    for diagnostic in diagnostics:
        if diagnostic.severity == "error":
            detail = f" ({diagnostic.detail})" if diagnostic.detail else ""
            raise EvaluationError(diagnostic.summary + detail, diagnostic.place)
    return expression


def _marks_something(hidden: Tree) -> bool:
    if isinstance(hidden, dict):
        return any(map(_marks_something, hidden.values()))
    return any(map(_marks_something, hidden)) if isinstance(hidden, list) else hidden is True
