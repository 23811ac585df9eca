"""format and formatlist: what each verb makes of a value."""

from __future__ import annotations

from verifier.hcl.errors import EvaluationError
from verifier.hcl.functions.signature import Arguments, Parameter, of_values, text
from verifier.hcl.functions.verbs import Verb, formatted, pieces
from verifier.hcl.operators import unknown_from
from verifier.hcl.text import certain_prefix
from verifier.hcl.types import ANY, STRING, Dynamic, ListOf, SetOf, TupleOf, Type
from verifier.hcl.values import Bounds, Unknown, Value, items_of, list_, string


def _format(layout: Value, *arguments: Value) -> Value:
    if isinstance(layout.content, Unknown):
        return unknown_from(STRING, layout, *arguments)
    return _applied(str(layout.content), arguments)


def _applied(layout: str, arguments: Arguments) -> Value:
    """The formatted string. When a value it shows is unknown, so is it, but for the text before the first verb."""
    shown: list[str] = []
    waiting: list[Value] = []
    last = position = 0
    for piece in pieces(layout):
        if isinstance(piece, str):
            shown.append(piece)
            continue
        position = piece.argument if piece.argument is not None else position + 1
        last = max(last, position)
        value = _argument(piece, position, arguments)
        if value.is_wholly_known:
            shown.append(formatted(piece, value))
        else:
            waiting.append(value)
    if len(arguments) > last:
        raise EvaluationError(f"{len(arguments)} values are given, and the format uses {last}")
    if waiting:
        bounds = Bounds(not_null=True, prefix=certain_prefix(layout[: max(layout.find("%"), 0)]))
        return unknown_from(STRING, *waiting, bounds=bounds)
    return string("".join(shown))


def _argument(verb: Verb, position: int, arguments: Arguments) -> Value:
    if not 1 <= position <= len(arguments):
        raise EvaluationError(f"the verb {verb.written} needs value number {position}, and {len(arguments)} are given")
    return arguments[position - 1]


def _formatlist_type(_: Arguments) -> Type:
    return ListOf(STRING)


def _formatlist(layout: Value, *arguments: Value) -> Value:
    if isinstance(layout.content, Unknown):
        return unknown_from(ListOf(STRING), layout)
    length = _length(arguments)
    if length is None:
        return unknown_from(ListOf(STRING), *arguments)
    rows: list[Value] = []
    for row in range(length):
        chosen = [items_of(a)[row] if isinstance(a.type, ListOf | SetOf | TupleOf) else a for a in arguments]
        rows.append(_applied(str(layout.content), chosen))
    return list_(STRING, rows)


def _length(arguments: Arguments) -> int | None:
    """How many strings there will be: as many as each list has elements; None when that is open."""
    lengths: set[int] = set()
    open_ended = False
    for argument in arguments:
        if isinstance(argument.type, Dynamic) and isinstance(argument.content, Unknown):
            open_ended = True
        if not isinstance(argument.type, ListOf | SetOf | TupleOf):
            continue
        if argument.content is None:
            raise EvaluationError("a list is null")
        if isinstance(argument.content, Unknown):
            open_ended = True
            continue
        if isinstance(argument.type, SetOf) and not argument.is_wholly_known:
            open_ended = True
            continue
        lengths.add(len(items_of(argument)))
    if len(lengths) > 1:
        raise EvaluationError(f"the lists have different lengths: {', '.join(map(str, sorted(lengths)))}")
    if open_ended:
        return None
    return lengths.pop() if lengths else 1


_ARGUMENTS = Parameter(name="args", type=ANY, null=True, unknown=True, partial=True)

FUNCTIONS = (
    of_values("format", _format, STRING, text("format"), variadic=_ARGUMENTS),
    of_values("formatlist", _formatlist, _formatlist_type, text("format"), variadic=_ARGUMENTS),
)
