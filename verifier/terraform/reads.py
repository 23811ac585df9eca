"""Reads: which named values an expression looks at, locals followed to what they look at in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate, static_traversals
from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Attribute, Conditional, Expression, Index, Literal, Name, ObjectConstructor, Parens
from verifier.hcl.source import Span
from verifier.terraform.addresses import Quoted, Step, with_steps
from verifier.terraform.declarations import Declarations
from verifier.terraform.files import SourceFile
from verifier.terraform.plan import Read

if TYPE_CHECKING:
    from verifier.terraform.scope import Context

_NOT_READ = frozenset({"each", "count", "self", "path"})


@frozen(eq=False)
class Reference:
    """A reference that an expression holds, itself or through locals, wherever the module is instantiated."""

    file: SourceFile
    root: str
    address: str
    """Relative to the module: `var.a.b`, `module.m[0].o`."""
    node: Expression


def reads(
    context: Context, file: SourceFile, expression: Expression, hidden: frozenset[str] = frozenset()
) -> tuple[Read, ...]:
    """The variables, module outputs and resource attributes that an expression reads, in source order.

    `hidden` are names that mean something else around the expression: the iterators of dynamic blocks.
    """
    known = context.instance.content.references
    references = known.get(expression)
    if references is None:
        references = known[expression] = _references(context.instance.content.declarations, file, expression)
    found = []
    for reference in references:
        if reference.root in context.names or (reference.root in hidden and reference.file is file):
            continue
        try:
            value = evaluate(reference.node, context.scope(reference.file))
        except EvaluationError:
            continue  # the configuration gives it no such thing, which the expression itself may be ready for
        found.append(Read(context.instance.address_of(reference.address), value))
    return tuple(found)


def deciding_reads(context: Context, file: SourceFile, expression: Expression) -> tuple[Read, ...]:
    """The reads that decide: those of the condition when the expression is a conditional, else all."""
    while isinstance(expression, Parens):
        expression = expression.inner
    return reads(context, file, expression.condition if isinstance(expression, Conditional) else expression)


def _references(declarations: Declarations, file: SourceFile, expression: Expression) -> tuple[Reference, ...]:
    """The references in an expression, each once, locals followed to the ones in theirs."""
    found: dict[str, Reference] = {}
    followed: set[str] = set()
    pending: list[tuple[SourceFile, str, tuple[Step, ...], Span]] = [*_within(declarations, file, expression, ())]
    pending.reverse()
    while pending:
        at, root, steps, span = pending.pop()
        address = with_steps(root, steps)
        local = declarations.locals.get(str(steps[0])) if root == "local" and steps else None
        if local is None:
            if root not in _NOT_READ and address not in found:
                found[address] = Reference(at, root, address, _node(root, steps, span))
        elif address not in followed:
            followed.add(address)
            pending.extend([*_within(declarations, local.file, local.argument.expression, steps[1:])][::-1])
    return tuple(found.values())


def _within(
    declarations: Declarations, file: SourceFile, expression: Expression, behind: tuple[Step, ...]
) -> Iterator[tuple[SourceFile, str, tuple[Step, ...], Span]]:
    """The references that stand in an expression; `behind` are the steps that its reader takes into its value."""
    expression, behind = _narrowed(expression, behind)
    deeper = behind if traversal_text(expression) else ()
    for root, steps, span in static_traversals(expression):
        yield file, root, (*_indexed(declarations, root, steps), *deeper), span


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


def _indexed(declarations: Declarations, root: str, steps: Sequence[str | int]) -> tuple[Step, ...]:
    """The steps with an instance's key told from an attribute's name."""
    at = 2 if root == "data" else 1
    if root in {"var", "local"} or len(steps) <= at:
        return tuple(steps)
    kind = {"data": ("data",), "module": ("module",)}.get(root, ("resource", root))
    declared = declarations.named.get((*kind, *(str(s) for s in steps[:at])))
    if declared is None or declared.argument("for_each") is None:
        return tuple(steps)
    key = steps[at]
    return (*steps[:at], Quoted(key) if isinstance(key, str) else key, *steps[at + 1 :])


def _node(root: str, steps: Sequence[Step], span: Span) -> Expression:
    """The expression that goes the steps."""
    expression: Expression = Name(span, root)
    for step in steps:
        if isinstance(step, int):
            expression = Index(span, expression, Literal(span, Decimal(step)))
        elif isinstance(step, Quoted):
            expression = Index(span, expression, Literal(span, str(step)))
        else:
            expression = Attribute(span, expression, step)
    return expression
