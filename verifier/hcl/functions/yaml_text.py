"""yamlencode and yamldecode, with the same text that Terraform writes and the same scalars that it reads."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from verifier.hcl import numbers
from verifier.hcl.convert import to_text
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.signature import Parameter, of_values, text
from verifier.hcl.operators import unknown_from
from verifier.hcl.types import ANY, STRING
from verifier.hcl.values import FALSE, TRUE, Value, null, number, object_, string, tuple_

if TYPE_CHECKING:
    import yaml

_MOST_NODES = 100_000


def _yamlencode(value: Value) -> Value:
    if not value.is_wholly_known:
        return unknown_from(STRING, value)
    return string("\n".join(_block(value)) + "\n")


def _block(value: Value) -> list[str]:
    """The lines of a value in block style."""
    content = value.content
    if isinstance(content, Mapping) and content:
        return [line for key in sorted(content) for line in _entry(_quoted(key) + ":", content[key], indented=True)]
    if isinstance(content, tuple) and content:
        return [line for item in content for line in _entry("-", item, indented=False)]
    if isinstance(content, str) and "\n" in content:
        return _literal(content)
    return [_scalar(value)]


def _entry(prefix: str, value: Value, *, indented: bool) -> list[str]:
    lines = _block(value)
    content = value.content
    nested = isinstance(content, tuple | Mapping) and bool(content)
    if not nested:
        return [f"{prefix} {lines[0]}", *(f"  {line}" if line else line for line in lines[1:])]
    if not indented:
        return [f"{prefix} {lines[0]}", *(f"  {line}" if line else line for line in lines[1:])]
    margin = "" if isinstance(content, tuple) else "  "
    return [prefix, *(f"{margin}{line}" if line else line for line in lines)]


def _literal(content: str) -> list[str]:
    body = content.removesuffix("\n")
    keep = "-" if body == content else "+" if body.endswith("\n") else ""
    hint = "2" if content[0] in " \n" else ""
    return [f"|{hint}{keep}", *body.split("\n")]


def _scalar(value: Value) -> str:
    content = value.content
    if content is None:
        return "null"
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, Decimal):
        return numbers.text(content)
    if isinstance(content, str):
        return _quoted(content)
    return "{}" if isinstance(content, Mapping) else "[]"


def _quoted(content: str) -> str:
    return json.dumps(content, ensure_ascii=False)


def _yamldecode(source: Value) -> Value:
    import yaml

    try:
        nodes = list(yaml.compose_all(str(source.content), Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise EvaluationError(f"the text is not YAML{where}") from None
    except RecursionError:
        raise EvaluationError("the YAML is nested too deeply") from None
    if len(nodes) > 1:
        raise EvaluationError("the YAML has more than one document")
    return _Reading().value(nodes[0]) if nodes and nodes[0] is not None else null()


class _Reading:
    """One document being read; an alias may stand for much, so what is made is counted."""

    def __init__(self) -> None:
        self.made = 0
        self.within: set[int] = set()

    def value(self, node: yaml.Node) -> Value:
        import yaml

        self.made += 1
        if self.made > _MOST_NODES:
            raise EvaluationError("the YAML stands for too many values")
        if id(node) in self.within:
            raise EvaluationError("an alias in the YAML contains itself")
        if isinstance(node, yaml.ScalarNode):
            return _read_scalar(node)
        self.within.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return tuple_([self.value(item) for item in node.value])
            if isinstance(node, yaml.MappingNode):
                return object_(self._entries(node))
        finally:
            self.within.discard(id(node))
        raise NotModelled(f"YAML of the kind {node.tag} is not modelled")

    def _entries(self, node: yaml.MappingNode) -> dict[str, Value]:
        merged: dict[str, Value] = {}
        own: dict[str, Value] = {}
        for key, item in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                value = self.value(item)
                sources = value.content if isinstance(value.content, tuple) else (value,)
                for source in sources:
                    if not isinstance(source.content, Mapping):
                        raise EvaluationError("<< in YAML merges mappings only")
                    for inherited, inner in source.content.items():
                        merged.setdefault(inherited, inner)
                continue
            name = to_text(self.value(key).content)
            if name is None:
                raise EvaluationError("a key in the YAML is not a string")
            own[name] = self.value(item)
        return {**merged, **own}


_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+", re.ASCII)
_STANDARD = "tag:yaml.org,2002:"


def _read_scalar(node: yaml.ScalarNode) -> Value:
    written = str(node.value)
    if node.style in ('"', "'", "|", ">"):
        return string(written) if node.tag in (f"{_STANDARD}str", "!") else _tagged(node, written)
    return _plain(written)


def _tagged(node: yaml.ScalarNode, written: str) -> Value:
    match str(node.tag).removeprefix(_STANDARD):
        case "int" | "float":
            found = numbers.parse(written)
            if found is None:
                raise EvaluationError(f"a number in the YAML is none: {written!r}")
            return number(found)
        case "bool":
            return TRUE if written == "true" else FALSE
        case "null":
            return null()
        case "binary":
            try:
                base64.b64decode(written, validate=True)
            except binascii.Error:
                raise EvaluationError("a !!binary in the YAML is not base64") from None
            return string(written)
    raise NotModelled(f"the tag {node.tag} in YAML is not modelled")


def _plain(written: str) -> Value:
    if written in ("", "~", "null", "Null", "NULL"):
        return null()
    if written in ("true", "True", "TRUE"):
        return TRUE
    if written in ("false", "False", "FALSE"):
        return FALSE
    if _HEXADECIMAL.fullmatch(written):
        return number(int(written, 16))
    if _OCTAL.fullmatch(written):
        return number(int(written, 8))
    if _FLOAT.fullmatch(written):
        found = numbers.parse(written)
        return string(written) if found is None else number(found)
    return string(written)


FUNCTIONS = (
    of_values(
        "yamlencode", _yamlencode, STRING, Parameter(name="value", null=True, unknown=True, dynamic=True, partial=True)
    ),
    of_values("yamldecode", _yamldecode, lambda _: ANY, text("src"), not_null=False),
)
