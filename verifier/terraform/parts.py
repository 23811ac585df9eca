"""Parts: what some steps lead to, within a value and within the expression that it is written as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from verifier.hcl.access import attribute, index
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Expression, Literal, ObjectConstructor, Parens, TupleConstructor
from verifier.hcl.source import Span
from verifier.hcl.values import Value, number, string
from verifier.terraform.addresses import Quoted, Step

Steps: TypeAlias = tuple[Step, ...]


@frozen(eq=False)
class Part:
    """The part of an expression that some steps lead to, and the steps that are left."""

    expression: Expression
    steps: Steps
    span: Span


def inside(value: Value | None, steps: Sequence[Step]) -> Value | None:
    """The value that the steps lead to, or None where there is none."""
    for step in steps:
        if value is None:
            return None
        try:
            if isinstance(step, Quoted):
                value = index(value, string(step))
            else:
                value = attribute(value, step) if isinstance(step, str) else index(value, number(step))
        except EvaluationError:
            return None
    return value


def narrowed(expression: Expression, steps: Steps, span: Span) -> Part:
    """The member of object and tuple constructors that the steps lead to, as deep as they are written out."""
    while True:
        if isinstance(expression, Parens):
            expression = expression.inner
            continue
        if isinstance(expression, ObjectConstructor) and steps:
            found = [i for i in expression.items if isinstance(i.key, Literal) and i.key.value == steps[0]]
            if not found:
                return Part(expression, steps, span)
            expression, steps, span = found[-1].value, steps[1:], found[-1].span
        elif isinstance(expression, TupleConstructor) and steps and isinstance(steps[0], int):
            if steps[0] >= len(expression.items):
                return Part(expression, steps, span)
            expression, steps = expression.items[steps[0]], steps[1:]
            span = expression.span
        else:
            return Part(expression, steps, span)
