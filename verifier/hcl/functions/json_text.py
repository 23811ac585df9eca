"""jsonencode and jsondecode, with the same text that Terraform writes."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.signature import Parameter, of_values, text
from verifier.hcl.operators import unknown_from
from verifier.hcl.types import ANY, STRING, ListOf, MapOf, ObjectOf, SetOf, TupleOf
from verifier.hcl.values import (
    FALSE,
    NOT_NULL,
    TRUE,
    Bounds,
    Unknown,
    Value,
    null,
    number,
    object_,
    string,
    tuple_,
)

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def encode(value: Value) -> str:
    """A wholly known value as compact JSON, keys sorted; `<`, `>` and `&` are escaped as Terraform does."""
    content = value.content
    if content is None:
        return "null"
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, Decimal):
        if not content.is_finite():
            raise EvaluationError("infinity has no JSON")
        return numbers.text(content)
    if isinstance(content, str):
        return quoted(content)
    if isinstance(content, tuple):
        return "[" + ",".join(map(encode, content)) + "]"
    if isinstance(content, Mapping):
        return "{" + ",".join(f"{quoted(key)}:{encode(content[key])}" for key in sorted(content)) + "}"
    raise TypeError("an unknown has no JSON")


def quoted(content: str) -> str:
    """A string in JSON's quotes."""
    body = json.dumps(content, ensure_ascii=False)
    for character, escape in _ESCAPED.items():
        body = body.replace(character, escape)
    return body


def _jsonencode(value: Value) -> Value:
    if value.is_wholly_known:
        return string(encode(value))
    may_be_null = isinstance(value.content, Unknown) and not value.content.bounds.not_null
    bounds = NOT_NULL if may_be_null else Bounds(not_null=True, prefix=_opening(value))
    return unknown_from(STRING, value, bounds=bounds)


def _opening(value: Value) -> str:
    if value.type == STRING:
        return '"'
    if isinstance(value.type, ObjectOf | MapOf):
        return "{"
    return "[" if isinstance(value.type, TupleOf | ListOf | SetOf) else ""


def _jsondecode(source: Value) -> Value:
    return decode(str(source.content))


def decode(source: str) -> Value:
    """The value that a JSON text stands for: objects, tuples, strings, numbers, bools, null."""
    try:
        return _value(json.loads(source, parse_float=_number, parse_int=_number, parse_constant=_no_constant))
    except RecursionError:
        raise EvaluationError("the JSON is nested too deeply") from None
    except ValueError as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise EvaluationError(f"the text is not JSON{where}") from None


_SURROGATE = re.compile("[\ud800-\udfff]")


def _number(written: str) -> Decimal:
    found = numbers.parse(written)
    if found is None:
        raise ValueError(written)
    return found


def _no_constant(name: str) -> Decimal:
    raise ValueError(name)


def _value(parsed: object) -> Value:
    if parsed is None:
        return null()
    if isinstance(parsed, bool):
        return TRUE if parsed else FALSE
    if isinstance(parsed, Decimal):
        return number(parsed)
    if isinstance(parsed, str):
        return string(_SURROGATE.sub("\ufffd", parsed))
    if isinstance(parsed, list):
        return tuple_(map(_value, parsed))
    if isinstance(parsed, dict):
        if not all(unicodedata.is_normalized("NFC", key) for key in parsed):
            raise NotModelled("Terraform fails on a key that is not in Unicode's normal form C")
        return object_({key: _value(item) for key, item in parsed.items()})
    raise TypeError(type(parsed).__name__)


FUNCTIONS = (
    of_values(
        "jsonencode", _jsonencode, STRING, Parameter(name="val", null=True, unknown=True, dynamic=True, partial=True)
    ),
    of_values("jsondecode", _jsondecode, lambda _: ANY, text("str"), not_null=False),
)
