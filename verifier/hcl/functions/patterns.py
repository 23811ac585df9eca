"""regex, regexall and replace."""

from __future__ import annotations

from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.signature import Arguments, of_contents, of_values, text
from verifier.hcl.regular.pattern import Match, Pattern, compiled
from verifier.hcl.types import ANY, STRING, ListOf, ObjectOf, TupleOf, Type
from verifier.hcl.values import Value, list_, null, object_, string, tuple_

_LONGEST = 10_000_000


def _match_type(arguments: Arguments) -> Type:
    """The type of one match: a string, a tuple of the groups, or an object of the named groups."""
    source = arguments[0].content
    if not isinstance(source, str):
        return ANY
    names = compiled(source).names
    if not names:
        return STRING
    if all(name is None for name in names):
        return TupleOf((STRING,) * len(names))
    if None in names:
        raise EvaluationError("a pattern must name all its groups or none")
    return ObjectOf({str(name): STRING for name in names})


def _list_type(arguments: Arguments) -> Type:
    return ListOf(_match_type(arguments))


def _captured(pattern: Pattern, match: Match) -> Value:
    groups = [null(STRING) if group is None else string(group) for group in match.groups]
    if not groups:
        return string(match.text)
    if pattern.names[0] is not None:
        return object_({str(name): group for name, group in zip(pattern.names, groups, strict=True)})
    return tuple_(groups)


def _regex(source: Value, subject: Value) -> Value:
    pattern = compiled(str(source.content))
    match = pattern.search(str(subject.content))
    if match is None:
        raise EvaluationError("the pattern does not match the string")
    return _captured(pattern, match)


def _regexall(source: Value, subject: Value) -> Value:
    pattern = compiled(str(source.content))
    found = [_captured(pattern, match) for match in pattern.matches(str(subject.content))]
    return list_(_match_type((source,)), found)


def _replace(subject: str, wanted: str, replacement: str) -> str:
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        return compiled(wanted[1:-1]).replaced(subject, replacement)
    if subject.count(wanted) * len(replacement) > _LONGEST:
        raise NotModelled("the string would become too long")
    return subject.replace(wanted, replacement)


FUNCTIONS = (
    of_values("regex", _regex, _match_type, text("pattern"), text("string")),
    of_values("regexall", _regexall, _list_type, text("pattern"), text("string")),
    of_contents("replace", _replace, STRING, text("str"), text("substr"), text("replace")),
)
