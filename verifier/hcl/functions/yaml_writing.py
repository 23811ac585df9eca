"""A value as YAML, as Terraform writes it: strings in double quotes, and as a block when they have several lines."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from decimal import Decimal

import yaml
from yaml.emitter import Emitter

from verifier.hcl import numbers
from verifier.hcl.values import Value

_WIDTH = 80
_LAST_PLAIN = "\uffff"


def written(value: Value) -> str:
    """The YAML of a wholly known value."""
    stream = io.StringIO()
    emitter = _Emitter(stream, allow_unicode=True, width=_WIDTH)
    for event in (yaml.StreamStartEvent(), yaml.DocumentStartEvent(), *_events(value)):
        emitter.emit(event)
    for event in (yaml.DocumentEndEvent(), yaml.StreamEndEvent()):
        emitter.emit(event)
    text = stream.getvalue()
    return text.removesuffix("...\n") if isinstance(value.content, str | tuple | Mapping) else text


def _events(value: Value) -> Iterator[yaml.Event]:
    content = value.content
    if isinstance(content, Mapping):
        yield yaml.MappingStartEvent(None, None, implicit=True, flow_style=not content)
        for key in sorted(content):
            yield _text(key)
            yield from _events(content[key])
        yield yaml.MappingEndEvent()
    elif isinstance(content, tuple):
        yield yaml.SequenceStartEvent(None, None, implicit=True, flow_style=not content)
        for item in content:
            yield from _events(item)
        yield yaml.SequenceEndEvent()
    elif isinstance(content, str):
        yield _text(content)
    else:
        plain = numbers.text(content) if isinstance(content, Decimal) else _WORDS[content is True, content is None]
        yield yaml.ScalarEvent(None, None, (True, True), plain)


_WORDS = {(True, False): "true", (False, False): "false", (False, True): "null"}


def _text(content: str) -> yaml.ScalarEvent:
    block = "\n" in content and max(content) <= _LAST_PLAIN
    return yaml.ScalarEvent(None, None, (True, True), content, style="|" if block else '"')


class _Emitter(Emitter):
    """Folds a long quoted string at a space, which the line break then stands for."""

    def write_double_quoted(self, text: str, split: bool = True) -> None:  # noqa: FBT001, FBT002 - its base's signature
        """Write a string in double quotes."""
        self.write_indicator('"', need_whitespace=True)
        spaced = False
        for position, letter in enumerate(text):
            inside = 0 < position < len(text) - 1
            if letter == " " and split and inside and not spaced and self.column > self.best_width:
                self.write_indent()
                if text[position + 1] == " ":
                    self._put("\\")
            else:
                self._put(_escaped(letter))
            spaced = letter == " "
        self.write_indicator('"', need_whitespace=False)

    def check_empty_document(self) -> bool:
        """An empty string is a document like any other."""
        return False

    def check_simple_key(self) -> bool:
        """An empty string is a key like any other."""
        simple = super().check_simple_key()
        return simple or (isinstance(self.event, yaml.ScalarEvent) and self.event.value == "")

    def _put(self, data: str) -> None:
        self.column += len(data)
        self.stream.write(data)


def _escaped(letter: str) -> str:
    short = Emitter.ESCAPE_REPLACEMENTS.get(letter)
    if short is not None and letter != "\xa0":
        return f"\\{short}"
    point = ord(letter)
    if 0x20 <= point <= 0x7E or (0xA0 <= point <= 0xFFFD and letter != "\ufeff"):
        return letter
    return f"\\x{point:02X}" if point <= 0xFF else f"\\u{point:04X}" if point <= 0xFFFF else f"\\U{point:08X}"
