"""The value that a YAML text stands for, with the scalars that Terraform knows."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime

import yaml

from verifier.hcl import numbers
from verifier.hcl.convert import convert, to_text
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.types import STRING
from verifier.hcl.values import FALSE, TRUE, Value, null, number, object_, string, tuple_

_MOST_NODES = 100_000
_STANDARD = "tag:yaml.org,2002:"
_PLAIN, _QUOTED, _COLLECTION = "plain", "quoted", "collection"


def read(source: str) -> Value:
    """The value of a text with one document."""
    loader = _Loader(source)
    try:
        node = loader.get_single_node()
        if loader.yaml_version not in (None, (1, 1)):
            raise EvaluationError("the YAML is of another version than 1.1")
    except (yaml.YAMLError, ValueError) as error:
        if "\t" in source:
            raise NotModelled("tabs between words of YAML are not modelled") from None
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise EvaluationError(f"the text is not YAML with one document{where}") from None
    except RecursionError:
        raise EvaluationError("the YAML is nested too deeply") from None
    finally:
        loader.dispose()
    if node is None:
        raise EvaluationError("the YAML is empty")
    return _Reading().value(node)


class _Loader(yaml.BaseLoader):
    """Keeps apart what has a tag and what has none."""

    def resolve(self, kind: type[yaml.Node], _value: object, implicit: object) -> str:
        """The tag of a node that has none."""
        if kind is not yaml.ScalarNode:
            return _COLLECTION
        return _PLAIN if isinstance(implicit, tuple) and implicit[0] else _QUOTED

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node. The tag `!` alone is none that Terraform knows."""
        event = self.peek_event()  # type: ignore[no-untyped-call]  # its stub has no types
        if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) == "!":
            raise EvaluationError("the YAML has a tag that is not supported: !")
        return super().compose_node(parent, index)


class _Reading:
    """One document being read; an alias may stand for much, so what is made is counted."""

    def __init__(self) -> None:
        self.made = 0
        self.within: set[int] = set()

    def value(self, node: yaml.Node) -> Value:
        self.made += 1
        if self.made > _MOST_NODES:
            raise EvaluationError("the YAML stands for too many values")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self.within:
            raise EvaluationError("an alias in the YAML contains itself")
        self.within.add(id(node))
        try:
            return self._collection(node)
        finally:
            self.within.discard(id(node))

    def _collection(self, node: yaml.Node) -> Value:
        if isinstance(node, yaml.SequenceNode) and node.tag in (_COLLECTION, f"{_STANDARD}seq"):
            return tuple_([self.value(item) for item in node.value])
        if isinstance(node, yaml.MappingNode) and node.tag in (_COLLECTION, f"{_STANDARD}map"):
            return object_(self._entries(node))
        raise EvaluationError(f"the YAML has a tag that is not supported: {node.tag}")

    def _entries(self, node: yaml.MappingNode) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        for key, item in node.value:
            value = self.value(item)
            if isinstance(key, yaml.ScalarNode) and key.value == "<<":
                if not isinstance(value.content, Mapping):
                    raise EvaluationError("<< in the YAML merges a mapping, and this is none")
                entries.update(value.content)
                continue
            name = to_text(self.value(key).content)
            if name is None:
                raise EvaluationError("a key in the YAML is not a string")
            entries[name] = value
        return entries


_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_WHOLE = {"0x": (16, re.compile(r"0x[0-9a-fA-F]+", re.ASCII)), "0o": (8, re.compile(r"0o[0-7]+", re.ASCII))}
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[Tt ](\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?(Z|[-+]\d\d:\d\d)?)?", re.ASCII)
_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), null()),
    **{word: TRUE for plain in ("y", "yes", "true", "on") for word in (plain, plain.title(), plain.upper())},
    **{word: FALSE for plain in ("n", "no", "false", "off") for word in (plain, plain.title(), plain.upper())},
    **{f"{sign}.{word}": number(numbers.INFINITY) for sign in ("", "+") for word in ("inf", "Inf", "INF")},
    **{f"-.{word}": number(-numbers.INFINITY) for word in ("inf", "Inf", "INF")},
}


def _scalar(node: yaml.ScalarNode) -> Value:
    written, tag = str(node.value), str(node.tag)
    if tag == _PLAIN:
        return _plain(written)
    if tag == _QUOTED:
        # A block is read as if it had no quotes, and the outcome is a string again.
        return convert(_plain(written), STRING) if node.style in ("|", ">") else string(written)
    kind = tag.removeprefix(_STANDARD)
    if kind == "binary":
        return _binary(written)
    if node.style is not None and kind in _MEANT:
        return string(written)
    if kind in ("str", "null"):
        return string(written) if kind == "str" else null()
    found = _plain(written)
    if kind in _MEANT and isinstance(found.content, str) is (kind == "timestamp") and found.content is not None:
        if kind == "timestamp" and not _DATE.fullmatch(written):
            raise EvaluationError("a !!timestamp in the YAML is none")
        return found
    raise EvaluationError(f"the YAML has a tag that is not supported, or does not fit: {tag}")


_MEANT = frozenset({"str", "null", "int", "float", "bool", "timestamp"})


def _plain(written: str) -> Value:
    """The value of a scalar without quotes and tag."""
    word = _WORDS.get(written)
    if word is not None:
        return word
    if written in (".nan", ".NaN", ".NAN"):
        raise EvaluationError("the YAML has .nan, which is not a number")
    base, pattern = _WHOLE.get(written[:2], (10, _NUMBER))
    if pattern.fullmatch(written):
        amount = numbers.parse(written) if pattern is _NUMBER else numbers.from_integer(int(written[2:], base))
        return string(written) if amount is None else number(amount)
    date = _DATE.fullmatch(written)
    return string(written) if date is None else _date(date)


def _binary(written: str) -> Value:
    try:
        base64.b64decode(written, validate=True)
    except binascii.Error:
        raise EvaluationError("a !!binary in the YAML is not base64") from None
    return string(written)


def _date(found: re.Match[str]) -> Value:
    """A timestamp, in whole seconds, as RFC 3339 writes it."""
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        datetime(year, month, day, hour, minute, second)
    except ValueError:
        return string(found[0])
    return string(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{found[7] or 'Z'}")
