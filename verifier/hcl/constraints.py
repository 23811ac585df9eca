"""From the expression of a variable's `type` to the type it asks for, optional() and its defaults included."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.nodes import Call, Expression, Literal, Name, ObjectConstructor, TupleConstructor
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

_PLAIN: dict[str, Type] = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY}
_COLLECTIONS: dict[str, Callable[[Type], Type]] = {"list": ListOf, "set": SetOf, "map": MapOf}
# Before types were expressions, they were strings, and `list` and `map` alone meant these.
_LEGACY: dict[str, Type] = {"string": STRING, "list": ListOf(ANY), "map": MapOf(ANY)}
_TWO = 2


def type_constraint(expression: Expression, scope_for_defaults: Scope) -> Type:
    """The type that a `type` expression asks for.

    `scope_for_defaults` gives places and evaluates the defaults of optional(), which may refer to nothing. Raises
    EvaluationError, with its place, for what is no type.
    """
    return _type(expression, scope_for_defaults)


def _type(node: Expression, scope: Scope) -> Type:
    match node:
        case Name(_, name) if name in _PLAIN:
            return _PLAIN[name]
        case Name(_, name) if name in _COLLECTIONS:
            return _COLLECTIONS[name](ANY)
        case Literal(_, str(text)) if text in _LEGACY:
            return _LEGACY[text]
        case Call(_, name, (argument,), False) if name in _COLLECTIONS:
            return _COLLECTIONS[name](_type(argument, scope))
        case Call(_, "tuple", (TupleConstructor(_, items),), False):
            return TupleOf(tuple(_type(item, scope) for item in items))
        case Call(_, "object", (ObjectConstructor() as attributes,), False):
            return _object(attributes, scope)
        case Call(_, "optional"):
            raise EvaluationError(
                "optional() stands only around the type of an object's attribute", scope.place(node.span)
            )
    summary = f"{written(node)} is not a type such as string, list(string) or object({{…}})"
    raise EvaluationError(summary, scope.place(node.span))


def _object(node: ObjectConstructor, scope: Scope) -> ObjectOf:
    attributes: dict[str, Type] = {}
    optional: dict[str, Optional] = {}
    for item in node.items:
        if not isinstance(item.key, Literal) or not isinstance(item.key.value, str):
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


def _optional(node: Call, scope: Scope) -> tuple[Type, Optional]:
    place = scope.place(node.span)
    if not 1 <= len(node.arguments) <= _TWO or node.expand:
        raise EvaluationError("optional() takes a type and may take a default", place)
    of = _type(node.arguments[0], scope)
    if len(node.arguments) < _TWO:
        return of, Optional(None, place, written(node))
    given = evaluate(node.arguments[1], scope)
    try:
        default = convert(given, of)
    except EvaluationError as error:
        summary = f"the default of optional() does not fit its type: {error.summary}"
        raise EvaluationError(summary, scope.place(node.arguments[1].span)) from None
    return of, Optional(default, place, written(node))
