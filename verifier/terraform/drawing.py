"""Drawing on: which names an expression's value was really made from, with the arms and arguments that held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from verifier.hcl.access import attribute, index
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Name,
    ObjectConstructor,
    Parens,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateWrap,
    TupleConstructor,
    Unary,
)
from verifier.hcl.source import Span
from verifier.hcl.types import BOOL
from verifier.hcl.values import Value, number, string
from verifier.terraform.addresses import Quoted, Step
from verifier.terraform.files import SourceFile
from verifier.terraform.plan import Key
from verifier.terraform.scope import Context

Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """What `each`, `count` or the iterator of a dynamic block runs over, and the key at hand."""

    here: Here
    file: SourceFile
    expression: Expression
    key: Key


@dataclass(frozen=True, slots=True, eq=False)
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


@dataclass(frozen=True, slots=True)
class Unseeing:
    """No value is known: an expression draws on whatever stands in it."""

    bound: frozenset[str] = frozenset()

    def value(self, file: SourceFile, expression: Expression) -> Value | None:  # noqa: ARG002 - as Sight has it
        """None."""
        return None

    def binding(self, *names: str | None) -> Unseeing:
        """The same within a for expression."""
        return Unseeing(self.bound | {name for name in names if name is not None})


@dataclass(frozen=True, slots=True)
class Reference:
    """A name and the steps taken from it: `var`, ("azureml_config", "should_install_extension")."""

    root: str
    steps: Steps


@dataclass(frozen=True, slots=True, eq=False)
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


def drawn_on(here: Sight, file: SourceFile, expression: Expression, steps: Steps = ()) -> tuple[Reference, ...]:
    """What the value at the steps into an expression was made from, each once, what decided it first."""
    return tuple(dict.fromkeys(_drawn(here, file, expression, steps)))


def _drawn(here: Sight, file: SourceFile, node: TemplatePart, steps: Steps) -> Iterator[Reference]:
    if isinstance(node, Name | Attribute | Index):
        yield from _traversed(here, file, node, steps)
    elif isinstance(node, ObjectConstructor | TupleConstructor | Parens):
        part = narrowed(node, steps, node.span)
        if part.expression is node:
            yield from _members(here, file, node)
        else:
            yield from _drawn(here, file, part.expression, part.steps)
    else:
        draw = _BY_NODE.get(type(node))
        if draw is not None:
            yield from draw(here, file, node, steps)


def _all(here: Sight, file: SourceFile, nodes: Sequence[TemplatePart]) -> Iterator[Reference]:
    for node in nodes:
        yield from _drawn(here, file, node, ())


def _traversed(here: Sight, file: SourceFile, node: Expression, behind: Steps) -> Iterator[Reference]:
    """A reference, its computed indexes worked out where they have a value here."""
    steps: list[Step] = list(behind)
    keys: list[Expression] = []
    while isinstance(node, Attribute | Index | Parens):
        if isinstance(node, Attribute):
            steps.insert(0, node.name)
        elif isinstance(node, Index):
            step = _step(here, file, node.key)
            if not isinstance(node.key, Literal):
                keys.append(node.key)
            steps = [] if step is None else [step, *steps]
        node = node.inner if isinstance(node, Parens) else node.object
    if not isinstance(node, Name):
        yield from _drawn(here, file, node, tuple(steps))
    elif node.name not in here.bound:
        yield Reference(node.name, tuple(steps))
    yield from _all(here, file, keys)


def _step(here: Sight, file: SourceFile, key: Expression) -> Step | None:
    if isinstance(key, Literal):
        content: object = key.value
    else:
        found = here.value(file, key)
        content = found.content if found is not None else None
    if isinstance(content, str):
        return Quoted(content)
    return int(content) if isinstance(content, Decimal) and content == content.to_integral_value() else None


def _members(here: Sight, file: SourceFile, node: Expression) -> Iterator[Reference]:
    if isinstance(node, ObjectConstructor):
        for item in node.items:
            yield from _all(here, file, (item.key, item.value))
    elif isinstance(node, TupleConstructor):
        yield from _all(here, file, node.items)


def _conditional(here: Sight, file: SourceFile, node: Conditional, steps: Steps) -> Iterator[Reference]:
    """The condition, and the arm that was taken; both arms where that is not known."""
    yield from _drawn(here, file, node.condition, ())
    truth = _truth(here, file, node.condition)
    if truth is not False:
        yield from _drawn(here, file, node.then, steps)
    if truth is not True:
        yield from _drawn(here, file, node.otherwise, steps)


def _binary(here: Sight, file: SourceFile, node: Binary, _: Steps) -> Iterator[Reference]:
    """Both operands; of && and || those alone that settle it."""
    operands = [node.left, node.right]
    if node.operator in ("&&", "||"):
        settles = node.operator == "||"
        operands = [o for o in operands if _truth(here, file, o) is settles] or operands
    yield from _all(here, file, operands)


def _truth(here: Sight, file: SourceFile, expression: Expression) -> bool | None:
    found = here.value(file, expression)
    try:
        truth = None if found is None else convert(found, BOOL).content
    except EvaluationError:
        return None
    return truth if isinstance(truth, bool) else None


def _call(here: Sight, file: SourceFile, node: Call, steps: Steps) -> Iterator[Reference]:
    """All arguments; of try, coalesce and merge those that the value came from, where that can be told."""
    choose = _CHOOSING.get(node.name)
    chosen = choose(here, file, node, steps) if choose is not None and not node.expand else None
    if chosen is None:
        yield from _all(here, file, node.arguments)
        return
    *before, last = chosen
    yield from _drawn(here, file, last, steps)
    yield from _all(here, file, before)


def _tried(here: Sight, file: SourceFile, node: Call, _: Steps) -> Sequence[Expression] | None:
    return next(((argument,) for argument in node.arguments if here.value(file, argument) is not None), None)


def _coalesced(here: Sight, file: SourceFile, node: Call, _: Steps) -> Sequence[Expression] | None:
    """Up to the first argument that says something: those before it had to be empty."""
    for count, argument in enumerate(node.arguments, start=1):
        found = here.value(file, argument)
        if found is None or not found.is_known:
            return None
        if found.content not in (None, "", ()) and found.content != {}:
            return node.arguments[:count]
    return None


def _merged(here: Sight, file: SourceFile, node: Call, steps: Steps) -> Sequence[Expression] | None:
    """The last argument that has the attribute in question."""
    for argument in reversed(node.arguments if steps else ()):
        found = here.value(file, argument)
        if found is None or not found.is_known:
            return None
        if inside(found, steps[:1]) is not None:
            return (argument,)
    return None


def _for(here: Sight, file: SourceFile, node: For, steps: Steps) -> Iterator[Reference]:
    """The collection, and what the rest of it names; a plain filter hands its elements on as they are."""
    keeps = isinstance(node.key, Name) and node.key.name == node.key_name and not node.grouping
    same = keeps and isinstance(node.value, Name) and node.value.name == node.value_name
    yield from _drawn(here, file, node.collection, steps if same else ())
    rest = [part for part in (node.key, node.value, node.condition) if part is not None]
    yield from _all(here.binding(node.key_name, node.value_name), file, rest)


def _template_for(here: Sight, file: SourceFile, node: TemplateFor, _: Steps) -> Iterator[Reference]:
    yield from _drawn(here, file, node.collection, ())
    yield from _all(here.binding(node.key_name, node.value_name), file, node.body.parts)


def _template_if(here: Sight, file: SourceFile, node: TemplateIf, _: Steps) -> Iterator[Reference]:
    yield from _drawn(here, file, node.condition, ())
    truth = _truth(here, file, node.condition)
    arms = {True: (node.then,), False: (node.otherwise,), None: (node.then, node.otherwise)}[truth]
    yield from _all(here, file, arms)


def _template(here: Sight, file: SourceFile, node: Template, _: Steps) -> Iterator[Reference]:
    yield from _all(here, file, node.parts)


def _wrapped(here: Sight, file: SourceFile, node: TemplateWrap, steps: Steps) -> Iterator[Reference]:
    yield from _drawn(here, file, node.inner, steps)


def _unary(here: Sight, file: SourceFile, node: Unary, _: Steps) -> Iterator[Reference]:
    yield from _drawn(here, file, node.operand, ())


def _splat(here: Sight, file: SourceFile, node: Splat, _: Steps) -> Iterator[Reference]:
    yield from _drawn(here, file, node.object, ())


_CHOOSING: Mapping[str, Callable[[Sight, SourceFile, Call, Steps], Sequence[Expression] | None]] = {
    "try": _tried,
    "coalesce": _coalesced,
    "merge": _merged,
}
_BY_NODE: Mapping[type, Callable[..., Iterator[Reference]]] = {
    Conditional: _conditional,
    Binary: _binary,
    Call: _call,
    For: _for,
    Template: _template,
    TemplateWrap: _wrapped,
    TemplateIf: _template_if,
    TemplateFor: _template_for,
    Unary: _unary,
    Splat: _splat,
}
