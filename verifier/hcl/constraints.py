"""From the expression of a variable's `type` to the type it asks for, optional() and its defaults included."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.nodes import Call, Expression, Literal, Name, ObjectConstructor, TupleConstructor
from verifier.hcl.traversals import functions_called, static_traversals
from verifier.hcl.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    ListOf,
    MapOf,
    ObjectOf,
    Optional,
    SetOf,
    TupleOf,
    Type,
)
from verifier.hcl.written import written

if TYPE_CHECKING:
    from verifier.hcl.scope import Scope
    from verifier.hcl.values import Value

_PLAIN: dict[str, Type] = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY}
_COLLECTIONS: dict[str, Callable[[Type], Type]] = {"list": ListOf, "set": SetOf, "map": MapOf}
_TWO = 2


def type_constraint(expression: Expression, scope_for_defaults: Scope) -> Type:
    """The type that a `type` expression asks for. `list` and `map` alone mean those of any.

    `scope_for_defaults` gives the places of the defaults of optional(), which may refer to nothing. Raises
    EvaluationError, with its place, for what is no type.
    """
    match expression:
        case Name(_, "list" | "map" as name):
            return _COLLECTIONS[name](ANY)
        case Literal(_, str(text)):
            summary = f"a type in quotes, as Terraform 0.11 had them, is refused; write {text} without them"
            raise EvaluationError(summary, scope_for_defaults.place(expression.span))
    return _type(expression, scope_for_defaults)


def _type(node: Expression, scope: Scope) -> Type:
    match node:
        case Name(_, name) if name in _PLAIN:
            return _PLAIN[name]
        case Call(_, name, (argument,), False) if name in _COLLECTIONS:
            return _COLLECTIONS[name](_type(argument, scope))
        case Call(_, "tuple", (TupleConstructor(_, items),), False):
            return TupleOf(tuple(_type(item, scope) for item in items))
        case Call(_, "object", (ObjectConstructor() as attributes,), False):
            return _object(attributes, scope)
        case Call(_, "optional"):
            summary = "optional() stands only around the type of an object's attribute"
            raise EvaluationError(summary, scope.place(node.span))
    summary = f"{written(node)} is not a type such as string, list(string) or object({{…}})"
    raise EvaluationError(summary, scope.place(node.span))


def _object(node: ObjectConstructor, scope: Scope) -> ObjectOf:
    attributes: dict[str, Type] = {}
    optional: dict[str, Optional] = {}
    for item in node.items:
        if not isinstance(item.key, Literal) or not isinstance(item.key.value, str) or _is_quoted(item.key):
            raise EvaluationError("an attribute's name is written as it is", scope.place(item.key.span))
        name = item.key.value
        if name in attributes:
            raise EvaluationError(f"the type names the attribute {name!r} twice", scope.place(item.key.span))
        value = item.value
        if isinstance(value, Call) and value.name == "optional":
            attributes[name], optional[name] = _optional(value, scope)
        else:
            attributes[name] = _type(value, scope)
    return ObjectOf(attributes, optional)


def _is_quoted(key: Literal) -> bool:
    return key.span.end_column - key.span.column > len(str(key.value))


def _optional(node: Call, scope: Scope) -> tuple[Type, Optional]:
    place = scope.place(node.span)
    if not 1 <= len(node.arguments) <= _TWO or node.expand:
        raise EvaluationError("optional() takes a type and may take a default", place)
    of = _type(node.arguments[0], scope)
    if len(node.arguments) < _TWO:
        return of, Optional(None, place, written(node))
    given = _default(node.arguments[1], scope)
    try:
        default = convert(given, of)
    except EvaluationError as error:
        summary = f"the default of optional() does not fit its type: {error.summary}"
        raise EvaluationError(summary, scope.place(node.arguments[1].span)) from None
    return of, Optional(default, place, written(node))


def _default(node: Expression, scope: Scope) -> Value:
    names = [traversal.root for traversal in static_traversals(node)]
    if names or functions_called(node):
        summary = "a default of optional() is written out: it refers to nothing and calls no function"
        raise EvaluationError(summary, scope.place(node.span))
    return evaluate(node, scope)
