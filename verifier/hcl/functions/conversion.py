"""tostring, tonumber, tobool, tolist, toset, tomap, and what marks values as sensitive."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from verifier.hcl.convert import convert, convertible
from verifier.hcl.ephemeral import is_ephemeral
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import replace
from verifier.hcl.functions.signature import Arguments, Function, Parameter, of_values
from verifier.hcl.types import ANY, BOOL, NUMBER, STRING, ListOf, MapOf, SetOf, Type, describe
from verifier.hcl.values import Value, boolean, null


def _to(name: str, wanted: Type) -> Function:
    def body(value: Value) -> Value:
        return convert(value, wanted)

    anything = Parameter(name="v", null=True, dynamic=True, partial=True, marked=True)
    return of_values(name, body, _type_to(wanted), anything, not_null=False)


def _type_to(wanted: Type) -> Callable[[Arguments], Type]:
    def returns(arguments: Arguments) -> Type:
        given = arguments[0].type
        if not convertible(given, wanted):
            raise EvaluationError(f"a {describe(given)} cannot become a {describe(wanted)}")
        return wanted

    return returns


def _sensitive(value: Value) -> Value:
    return replace(value, sensitive=True)


def _nonsensitive(value: Value) -> Value:
    return replace(value, sensitive=False)


def _issensitive(value: Value) -> Value:
    return boolean(value.sensitive)


def _ephemeral_as_null(value: Value) -> Value:
    """Null in the place of each ephemeral part; a collection is looked into, as Terraform does."""
    content = value.content
    if isinstance(content, tuple):
        return replace(value, content=tuple(map(_ephemeral_as_null, content)))
    if isinstance(content, Mapping):
        return replace(value, content={key: _ephemeral_as_null(item) for key, item in content.items()})
    return null(value.type, sensitive=value.sensitive) if is_ephemeral(value) else value


def _same(arguments: Arguments) -> Type:
    return arguments[0].type


_ANYTHING = Parameter(name="value", null=True, unknown=True, dynamic=True, partial=True, marked=True)

FUNCTIONS = (
    _to("tostring", STRING),
    _to("tonumber", NUMBER),
    _to("tobool", BOOL),
    _to("tolist", ListOf(ANY)),
    _to("toset", SetOf(ANY)),
    _to("tomap", MapOf(ANY)),
    of_values("sensitive", _sensitive, _same, _ANYTHING),
    of_values("nonsensitive", _nonsensitive, _same, _ANYTHING),
    of_values("issensitive", _issensitive, BOOL, replace(_ANYTHING, unknown=False)),
    of_values("ephemeralasnull", _ephemeral_as_null, _same, _ANYTHING),
)
