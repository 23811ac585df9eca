"""From an expression and a scope to a value: the whole expression language of HCL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from verifier.hcl import numbers, operators
from verifier.hcl.access import attribute, index
from verifier.hcl.calls import call
from verifier.hcl.choice import choose
from verifier.hcl.context import Context
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.loops import evaluate_for, evaluate_splat
from verifier.hcl.nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Invalid,
    Literal,
    Name,
    ObjectConstructor,
    Parens,
    Splat,
    SplatItem,
    Template,
    TemplateWrap,
    TupleConstructor,
    Unary,
)
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Diagnostic
from verifier.hcl.templates import render_template
from verifier.hcl.traversals import static_traversals
from verifier.hcl.types import ANY, BOOL, NUMBER, STRING, ObjectOf, TupleOf, Type, describe
from verifier.hcl.values import Unknown, Value, object_, tuple_, unknown
from verifier.hcl.written import literal, written

if TYPE_CHECKING:
    from verifier.hcl.scope import Scope

__all__ = ["evaluate", "evaluate_or_unknown", "static_traversals"]


_NO_NAMES: Mapping[str, Value] = {}


def evaluate(expression: Expression, scope: Scope, locals: Mapping[str, Value] | None = None) -> Value:  # noqa: A002
    """The value of an expression; `locals` are names that a for expression or a dynamic block bound.

    Raises EvaluationError, with its place, and nothing else for whatever the user wrote.
    """
    context = Context(scope, locals or _NO_NAMES, _evaluate)
    try:
        return _evaluate(expression, context)
    except RecursionError:
        raise EvaluationError("the expression is nested too deeply", scope.place(expression.span)) from None


def evaluate_or_unknown(expression: Expression, scope: Scope, diagnostics: list[Diagnostic]) -> Value:
    """The value of an expression; an error becomes a diagnostic, and the value an unknown that says so."""
    try:
        return evaluate(expression, scope)
    except EvaluationError as error:
        place = error.place or scope.place(expression.span)
        diagnostics.append(Diagnostic(severity="error", summary=error.summary, place=place))
        return unknown(
            ANY, f"{error.summary} ({place})", origin=Origin(Step.EXPRESSION, "an expression in error", place)
        )


def _evaluate(node: Expression, context: Context) -> Value:
    try:
        return _BY_NODE[type(node)](node, context)
    except NotModelled as case:
        return unknown(ANY, case.because, origin=Origin(Step.EXPRESSION, written(node), context.scope.place(node.span)))
    except EvaluationError as error:
        if error.place is None:
            error.place = context.scope.place(node.span)
        if not isinstance(node, Parens | TemplateWrap):
            error.type = _type_despite_error(node)
        raise


def _type_despite_error(node: Expression) -> Type:
    """The type that an expression would have if it were not for the error in it, as far as its form says it."""
    match node:
        case Template():
            return STRING
        case Binary(_, operator) | Unary(_, operator):
            return BOOL if operator in ("!", "&&", "||", "==", "!=", "<", ">", "<=", ">=") else NUMBER
        case TupleConstructor(_, items):
            return TupleOf((ANY,) * len(items))
        case ObjectConstructor(_, members) if all(isinstance(member.key, Literal) for member in members):
            return ObjectOf({str(member.key.value): ANY for member in members if isinstance(member.key, Literal)})
        case _:
            return ANY


def _literal(node: Literal, context: Context) -> Value:
    content = node.value
    origin = Origin(Step.LITERAL, _literal_text(content), context.scope.place(node.span))
    if isinstance(content, str):
        return Value(STRING, content, origin)
    if isinstance(content, bool):
        return Value(BOOL, content, origin)
    if content is not None and not numbers.is_modelled(content):
        return unknown(NUMBER, "a number this large or small is not modelled", origin=origin)
    return Value(ANY if content is None else NUMBER, content, origin)


_LONGEST_LITERAL = 60


@lru_cache(maxsize=4096, typed=True)
def _literal_text(content: str | Decimal | bool | None) -> str:  # noqa: FBT001 - it is the value
    text = literal(content)
    return text if len(text) <= _LONGEST_LITERAL else text[:_LONGEST_LITERAL] + "…"


def _name(node: Name, context: Context) -> Value:
    bound = context.names.get(node.name)
    if bound is not None:
        return bound
    return context.scope.resolve(node.name, (), node.span).value


def _attribute(node: Attribute, context: Context) -> Value:
    root, names = node.object, [node.name]
    while isinstance(root, Attribute):
        names.append(root.name)
        root = root.object
    names.reverse()
    if isinstance(root, Name) and root.name not in context.names:
        value, used = context.scope.resolve(root.name, names, node.span)
        names = names[used:]
    else:
        value = _evaluate(root, context)
    for name in names:
        value = attribute(value, name)
    return value


def _index(node: Index, context: Context) -> Value:
    return index(_evaluate(node.object, context), _evaluate(node.key, context))


def _splat_item(_: SplatItem, context: Context) -> Value:
    if context.splat_item is None:
        raise EvaluationError("there is no element at hand here")
    return context.splat_item


def _unary(node: Unary, context: Context) -> Value:
    operand = _evaluate(node.operand, context)
    return context.computed(operators.unary(node.operator, operand), node, f"{node.operator}…", (operand,))


def _binary(node: Binary, context: Context) -> Value:
    if node.operator in ("&&", "||") and context.scope.short_circuit:
        return _short_circuit(node, context)
    left, right = _evaluate(node.left, context), _evaluate(node.right, context)
    return _computed_binary(node, left, right, context)


def _computed_binary(node: Binary, left: Value, right: Value, context: Context) -> Value:
    result = operators.binary(node.operator, left, right)
    operands = [left, right]
    if node.operator in ("&&", "||"):
        # The operand that settled it comes first: the false one of &&, the true one of ||.
        decisive = node.operator == "||"
        operands.sort(key=lambda operand: operand.content is not decisive)
    elif isinstance(node.left, Literal):
        operands.reverse()
    return context.computed(result, node, f"… {node.operator} …", operands)


def _short_circuit(node: Binary, context: Context) -> Value:
    """Terraform 1.12 and later: an operand that decides is enough, whatever the other one is, an error included."""
    decisive = node.operator == "||"
    attempts = [context.attempt(node.left), context.attempt(node.right)]
    for attempt in attempts:
        if isinstance(attempt, Value) and _truth(attempt) is decisive:
            result = Value(BOOL, decisive, sensitive=attempt.sensitive)
            return context.computed(result, node, f"… {node.operator} …", (attempt,))
    operands: list[Value] = []
    for attempt in attempts:
        if isinstance(attempt, EvaluationError):
            raise attempt
        operands.append(attempt)
    return _computed_binary(node, operands[0], operands[1], context)


def _truth(value: Value) -> bool | None:
    try:
        content = convert(value, BOOL).content
    except EvaluationError:
        return None
    return content if isinstance(content, bool) else None


def _conditional(node: Conditional, context: Context) -> Value:
    arms = [context.attempt(node.then), context.attempt(node.otherwise)]
    condition = _evaluate(node.condition, context)
    chosen = choose(condition, arms)
    taken = None
    if isinstance(condition.content, bool | str):
        truth = convert(condition, BOOL).content
        taken = node.then if truth else node.otherwise
    parents = [arm for arm in arms if isinstance(arm, Value) and arm.origin is chosen.origin][:1]
    operands = [condition, *parents] if taken is None or is_constant(taken) else [*parents, condition]
    return context.computed(chosen.from_origin(None), node, "… ? … : …", operands)


def is_constant(node: Expression) -> bool:
    """Whether the expression is written out and reads nothing, so that choosing it says nothing about who decided."""
    return not static_traversals(node)


def _tuple(node: TupleConstructor, context: Context) -> Value:
    origin = Origin(Step.LITERAL, "[…]", context.scope.place(node.span))
    return tuple_([_evaluate(item, context) for item in node.items], origin)


def _object(node: ObjectConstructor, context: Context) -> Value:
    attributes: dict[str, Value] = {}
    sensitive = False
    undecided: Value | None = None
    for item in node.items:
        key = _evaluate(item.key, context)
        value = _evaluate(item.value, context)
        if key.content is None:
            raise EvaluationError("a key of an object is null", context.scope.place(item.key.span))
        if isinstance(key.content, Unknown):
            undecided = key if undecided is None else undecided
            continue
        try:
            name = convert(key, STRING).content
        except EvaluationError:
            summary = f"a key of an object is a string, and this is a {describe(key.type)}"
            raise EvaluationError(summary, context.scope.place(item.key.span)) from None
        sensitive = sensitive or key.sensitive
        if isinstance(name, str):
            attributes[name] = value
    origin = Origin(Step.LITERAL, "{…}", context.scope.place(node.span))
    if undecided is not None:
        return operators.unknown_from(ANY, undecided).from_origin(origin)
    return object_(attributes, origin, sensitive=sensitive)


def _invalid(node: Invalid, context: Context) -> Value:
    place = context.scope.place(node.span)
    return unknown(ANY, f"{node.message} ({place})", origin=Origin(Step.EXPRESSION, "an expression in error", place))


def _inner(node: Parens | TemplateWrap, context: Context) -> Value:
    return _evaluate(node.inner, context)


_BY_NODE: dict[type, Callable[..., Value]] = {
    Literal: _literal,
    Template: render_template,
    TemplateWrap: _inner,
    Name: _name,
    Attribute: _attribute,
    Index: _index,
    Splat: evaluate_splat,
    SplatItem: _splat_item,
    Call: call,
    Unary: _unary,
    Binary: _binary,
    Conditional: _conditional,
    TupleConstructor: _tuple,
    ObjectConstructor: _object,
    For: evaluate_for,
    Parens: _inner,
    Invalid: _invalid,
}
