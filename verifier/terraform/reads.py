"""Reads: which named values an expression looks at, locals followed to what they look at in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate, static_traversals
from verifier.hcl.nodes import Attribute, Conditional, Expression, Index, Literal, Name, ObjectConstructor, Parens
from verifier.hcl.source import Span
from verifier.hcl.traversals import Traversal as LiteralTraversal
from verifier.hcl.values import Value
from verifier.terraform.addresses import Quoted, Step, below, with_steps
from verifier.terraform.files import SourceFile
from verifier.terraform.plan import Read

if TYPE_CHECKING:
    from verifier.terraform.scope import Context

Traversal: TypeAlias = tuple[SourceFile, str, tuple[Step, ...], Span]
"""A file, the root name of a reference in it, the literal steps that follow, and where it stands."""

_NOT_READ = frozenset({"each", "count", "self", "path"})


def reads(
    context: Context, file: SourceFile, expression: Expression, hidden: frozenset[str] = frozenset()
) -> tuple[Read, ...]:
    """The variables, module outputs and resource attributes that an expression reads, in source order.

    `hidden` are names that mean something else around the expression: the iterators of dynamic blocks.
    """
    found: dict[str, Read] = {}
    for at, root, steps, span in _followed(context, file, expression, (), frozenset()):
        if root in _NOT_READ or root in context.names or (root in hidden and at is file):
            continue
        address = below(context.instance.address, with_steps(root, steps))
        value = None if address in found else _value(context, at, root, steps, span)
        if value is not None:
            found[address] = Read(address, value)
    return tuple(found.values())


def deciding_reads(context: Context, file: SourceFile, expression: Expression) -> tuple[Read, ...]:
    """The reads that decide: those of the condition when the expression is a conditional, else all."""
    while isinstance(expression, Parens):
        expression = expression.inner
    return reads(context, file, expression.condition if isinstance(expression, Conditional) else expression)


def _followed(
    context: Context, file: SourceFile, expression: Expression, behind: tuple[Step, ...], seen: frozenset[str]
) -> Iterator[Traversal]:
    """The references in an expression; `behind` are the steps that its reader takes into its value."""
    expression, behind = _narrowed(expression, behind)
    pure = bool(traversal_text(expression))
    for root, steps, span in _traversals(context, expression):
        path = (*_indexed(context, root, steps), *(behind if pure else ()))
        local = context.instance.content.declarations.locals.get(str(path[0])) if root == "local" and path else None
        if local is None:
            yield file, root, path, span
        elif local.argument.name not in seen:
            followed = seen | {local.argument.name}
            yield from _followed(context, local.file, local.argument.expression, path[1:], followed)


def _traversals(context: Context, expression: Expression) -> Sequence[LiteralTraversal]:
    """The references that stand in an expression, looked for once however often it is evaluated."""
    known = context.instance.content.traversals
    if expression not in known:
        known[expression] = static_traversals(expression)
    return known[expression]


def _narrowed(expression: Expression, behind: tuple[Step, ...]) -> tuple[Expression, tuple[Step, ...]]:
    """The part of an object constructor that the steps lead to."""
    while True:
        if isinstance(expression, Parens):
            expression = expression.inner
            continue
        inner = _item(expression, behind[0]) if isinstance(expression, ObjectConstructor) and behind else None
        if inner is None:
            return expression, behind
        expression, behind = inner, behind[1:]


def _item(constructor: ObjectConstructor, step: Step) -> Expression | None:
    for item in constructor.items:
        if isinstance(item.key, Literal) and item.key.value == step:
            return item.value
    return None


def traversal_text(expression: Expression) -> str:
    """A plain reference as an address writes it (`module.a["b"].c`), or an empty string for anything else."""
    steps: list[Step] = []
    while isinstance(expression, Attribute | Index):
        if isinstance(expression, Attribute):
            steps.append(expression.name)
        elif isinstance(expression.key, Literal) and isinstance(expression.key.value, str):
            steps.append(Quoted(expression.key.value))
        elif isinstance(expression.key, Literal) and isinstance(expression.key.value, Decimal):
            steps.append(int(expression.key.value))
        else:
            return ""
        expression = expression.object
    return with_steps(expression.name, steps[::-1]) if isinstance(expression, Name) else ""


def _indexed(context: Context, root: str, steps: Sequence[str | int]) -> tuple[Step, ...]:
    """The steps with an instance's key told from an attribute's name."""
    at = 2 if root == "data" else 1
    if root in {"var", "local"} or len(steps) <= at:
        return tuple(steps)
    names = context.instance.content.declarations.named
    kind = {"data": ("data",), "module": ("module",)}.get(root, ("resource", root))
    declared = names.get((*kind, *(str(s) for s in steps[:at])))
    if declared is None or declared.argument("for_each") is None:
        return tuple(steps)
    key = steps[at]
    return (*steps[:at], Quoted(key) if isinstance(key, str) else key, *steps[at + 1 :])


def _value(context: Context, file: SourceFile, root: str, steps: Sequence[Step], span: Span) -> Value | None:
    """The value at the end of the steps, or None where the configuration gives it no such thing."""
    expression: Expression = Name(span, root)
    for step in steps:
        if isinstance(step, int):
            expression = Index(span, expression, Literal(span, Decimal(step)))
        elif isinstance(step, Quoted):
            expression = Index(span, expression, Literal(span, str(step)))
        else:
            expression = Attribute(span, expression, step)
    try:
        return evaluate(expression, context.scope(file))
    except EvaluationError:
        return None
