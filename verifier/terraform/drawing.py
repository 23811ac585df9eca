"""Drawing on: which names an expression's value was really made from, with the arms and arguments that held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import frozen
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
from verifier.hcl.types import BOOL
from verifier.terraform.addresses import Quoted, Step
from verifier.terraform.files import SourceFile
from verifier.terraform.parts import Steps, inside, narrowed
from verifier.terraform.sight import Sight


@frozen()
class Reference:
    """A name and the steps taken from it: `var`, ("azureml_config", "should_install_extension")."""

    root: str
    steps: Steps


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
