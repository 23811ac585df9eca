"""What a function takes and gives, and the rules that all functions share for null, unknown and sensitive arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.frozen import frozen, replace
from verifier.hcl.operators import unknown_from
from verifier.hcl.types import ANY, BOOL, NUMBER, STRING, Dynamic, ListOf, MapOf, SetOf, Type
from verifier.hcl.values import (
    ANYTHING,
    NOT_NULL,
    Unknown,
    Value,
    boolean,
    contains_sensitive,
    list_,
    map_,
    number,
    set_,
    string,
    unknown,
    without_marks,
)

if TYPE_CHECKING:
    from verifier.hcl.scope import Scope

Arguments: TypeAlias = Sequence[Value]
Body: TypeAlias = "Callable[[Arguments, Scope], Value]"
Returns: TypeAlias = Type | Callable[[Arguments], Type]


@frozen(kw_only=True)
class Parameter:
    """One argument: the type it is converted to, and which unusual values the body itself deals with.

    `null` lets a null in; `unknown` an unknown (typed); `dynamic` an unknown whose type is not known either;
    `partial` a value with unknown parts; `marked` leaves sensitive marks for the body to carry on.
    Whatever is not let in is an error (null) or makes the result unknown, or sensitive.
    """

    name: str
    type: Type = ANY
    null: bool = False
    unknown: bool = False
    dynamic: bool = False
    partial: bool = False
    marked: bool = False


@frozen(kw_only=True)
class Function:
    """A built-in function. `returns` is the result's type, known before the result is."""

    name: str
    body: Body
    returns: Returns
    parameters: tuple[Parameter, ...] = ()
    variadic: Parameter | None = None
    not_null: bool = True


def text(name: str) -> Parameter:
    """A string parameter."""
    return Parameter(name=name, type=STRING)


def amount(name: str) -> Parameter:
    """A number parameter."""
    return Parameter(name=name, type=NUMBER)


def of_contents(
    name: str,
    body: Callable[..., object],
    returns: Type,
    *parameters: Parameter,
    variadic: Parameter | None = None,
) -> Function:
    """A function of plain Python contents (str, Decimal, bool, tuples of Values) to the plain content of a type."""

    def over_values(arguments: Arguments, _: Scope) -> Value:
        return wrapped(body(*(argument.content for argument in arguments)), returns)

    return Function(name=name, body=over_values, returns=returns, parameters=parameters, variadic=variadic)


def of_values(
    name: str,
    body: Callable[..., Value],
    returns: Returns,
    *parameters: Parameter,
    variadic: Parameter | None = None,
    not_null: bool = True,
) -> Function:
    """A function of values to a value."""

    def over_arguments(arguments: Arguments, _: Scope) -> Value:
        return body(*arguments)

    return Function(
        name=name,
        body=over_arguments,
        returns=returns,
        parameters=parameters,
        variadic=variadic,
        not_null=not_null,
    )


def wrapped(content: object, of: Type) -> Value:
    """Plain Python content as a value of a type: lists, sets and maps of primitives included."""
    if isinstance(content, Value):
        return content
    if isinstance(content, bool):
        return boolean(content)
    if isinstance(content, str):
        return string(content)
    if isinstance(content, int | Decimal):
        return number(content)
    if isinstance(of, MapOf) and isinstance(content, Mapping):
        return map_(of.element, {key: wrapped(item, of.element) for key, item in content.items()})
    if isinstance(of, ListOf | SetOf) and isinstance(content, Iterable):
        items = [wrapped(item, of.element) for item in content]
        return list_(of.element, items) if isinstance(of, ListOf) else set_(of.element, items)
    raise TypeError(f"no value is made from {type(content).__name__}")


def invoke(function: Function, given: Arguments, scope: Scope) -> Value:
    """The function's value. Raises EvaluationError for arguments it does not take."""
    parameters = _parameters(function, len(given))
    arguments = [_converted(function, p, argument) for p, argument in zip(parameters, given, strict=True)]
    sensitive = False
    for position, (parameter, argument) in enumerate(zip(parameters, arguments, strict=True)):
        if argument.content is None and not parameter.null:
            raise EvaluationError(f"{function.name}: {parameter.name} is null")
        if not parameter.marked and contains_sensitive(argument):
            sensitive = True
            arguments[position] = without_marks(argument)
        if isinstance(argument.type, Dynamic) and not parameter.dynamic:
            return _waiting(function, ANY, arguments, sensitive=sensitive)
    try:
        returns = function.returns(arguments) if callable(function.returns) else function.returns
        if any(map(_is_in_the_way, parameters, arguments)):
            return _waiting(function, returns, arguments, sensitive=sensitive)
        return function.body(arguments, scope).marked(sensitive=sensitive)
    except NotModelled as case:
        because = "it is not modelled for these arguments" if sensitive else case.because
        return unknown(ANY if callable(function.returns) else function.returns, f"{function.name}: {because}").marked(
            sensitive=sensitive
        )
    except EvaluationError as error:
        if error.place is None:
            # What is wrong with a sensitive argument would show some of it.
            hidden = sensitive or any(map(contains_sensitive, arguments))
            error.summary = f"{function.name}: {'a sensitive argument does not fit' if hidden else error.summary}"
        raise


def _parameters(function: Function, count: int) -> list[Parameter]:
    fixed = len(function.parameters)
    if count < fixed:
        missing = function.parameters[count].name
        raise EvaluationError(
            f"{function.name} needs {fixed} argument{'' if fixed == 1 else 's'}: {missing} is missing"
        )
    if count > fixed and function.variadic is None:
        raise EvaluationError(
            f"{function.name} takes {fixed} argument{'' if fixed == 1 else 's'}, and {count} are given"
        )
    extra = [function.variadic] if function.variadic is not None else []
    return [*function.parameters, *extra * (count - fixed)]


def _converted(function: Function, parameter: Parameter, argument: Value) -> Value:
    try:
        return convert(argument, parameter.type)
    except EvaluationError as error:
        raise EvaluationError(f"{function.name}: unsuitable {parameter.name}: {error.summary}") from None


def _is_in_the_way(parameter: Parameter, argument: Value) -> bool:
    if isinstance(argument.content, Unknown):
        return not parameter.unknown
    return not parameter.partial and not argument.is_wholly_known


def _waiting(function: Function, of: Type, arguments: Arguments, *, sensitive: bool) -> Value:
    bounds = NOT_NULL if function.not_null and not isinstance(of, Dynamic) else ANYTHING
    result = unknown_from(of, *arguments, bounds=bounds)
    return replace(result, sensitive=result.sensitive or sensitive)


__all__ = [
    "BOOL",
    "NUMBER",
    "STRING",
    "Arguments",
    "Function",
    "Parameter",
    "amount",
    "invoke",
    "of_contents",
    "of_values",
    "text",
    "wrapped",
]
