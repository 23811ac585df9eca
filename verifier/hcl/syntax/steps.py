"""Steps of a traversal, and what a splat does with them."""

from __future__ import annotations

from typing import Protocol

from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Attribute, Expression, Index, Literal, Name, Splat, SplatItem
from verifier.hcl.source import Span
from verifier.hcl.syntax.state import MAX_DEPTH, too_deep
from verifier.hcl.syntax.tokens import SyntaxFault, Token


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


@frozen()
class Step:
    """`.name`, `.0` or `[key]`, not yet applied to anything."""

    span: Span
    name: str | None
    key: Expression | None


def between(first: _Spanned, last: _Spanned) -> Span:
    """From the beginning of the first to the end of the last."""
    start, end = first.span, last.span
    return Span(start[0], start[1], end[2], end[3])


def stepped(term: Expression, step: Step) -> Expression:
    """The term with one more step. A step after a full splat belongs to what is done for each element."""
    around, term = _inside_splats(term)
    if step.key is not None:
        return _with_splats(around, Index(between(term, step), term, step.key))
    return _with_splats(around, Attribute(between(term, step), term, step.name or ""))


def splat(term: Expression, star: Token, steps: list[Step], *, full: bool) -> Expression:
    """The term with `.*` or `[*]`, and the steps that are done for each element."""
    around, term = _inside_splats(term)
    if isinstance(term, Splat) and not full:
        raise SyntaxFault(
            "a .* splat cannot stand within another", star.line, star.column, next_step="use [*] for the outer one"
        )
    each: Expression = SplatItem(star.span)
    for step in steps:
        each = stepped(each, step)
    return _with_splats(around, Splat(between(term, each), term, each, full))


def _inside_splats(term: Expression) -> tuple[list[Splat], Expression]:
    """The full splats around what is done for each element, outermost first, and that."""
    around: list[Splat] = []
    while isinstance(term, Splat) and term.full:
        if len(around) >= MAX_DEPTH:
            raise too_deep(term.span.line, term.span.column)
        around.append(term)
        term = term.each
    return around, term


def _with_splats(around: list[Splat], each: Expression) -> Expression:
    for outer in reversed(around):
        each = Splat(between(outer, each), outer.object, each, full=True)
    return each


def is_reference(expression: Expression) -> bool:
    """Whether this is a name with literal steps: what Terraform refuses as a bare key."""
    while isinstance(expression, Attribute | Index):
        if isinstance(expression, Index) and not isinstance(expression.key, Literal):
            return False
        expression = expression.object
    return isinstance(expression, Name)
