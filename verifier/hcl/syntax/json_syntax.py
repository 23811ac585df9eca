"""JSON to nodes with places: objects and arrays become constructors, strings literals or templates.

The standard library's decoder gives no places, rounds numbers, and keeps the last of two equal names without a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from json import JSONDecodeError
from typing import Final, TypeAlias

from verifier.hcl.nodes import Expression, Literal, ObjectConstructor, ObjectItem, TupleConstructor
from verifier.hcl.source import Span
from verifier.hcl.syntax.literals import normalised, number
from verifier.hcl.syntax.state import MAX_DEPTH, too_deep
from verifier.hcl.syntax.tokens import SyntaxFault

Templates: TypeAlias = Callable[[str, int, int], Expression]
"""Makes a node of a string's text, given the line and column of its first character."""

_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\[^\x00-\x1f])*+"')
_SPACE: Final = re.compile(r"[ \t\r\n]*+")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_WORD: Final = re.compile(r"true|false|null")
_WORDS: Final = {"true": True, "false": False, "null": None}


class JSONText:
    """One JSON text being read."""

    def __init__(self, text: str, templates: Templates | None) -> None:
        self._text = text
        self._templates = templates
        self._offset = 0
        self._line = 1
        self._line_start = 0

    def expression(self) -> Expression:
        """The node of the whole text. Raises SyntaxFault."""
        self._skip_space()
        value = self._value(0)
        self._skip_space()
        if self._offset < len(self._text):
            raise self._fault("expected the end of the file after the JSON value")
        return value

    def _value(self, depth: int) -> Expression:
        if depth > MAX_DEPTH // 2:  # an object is two levels of nodes
            raise too_deep(*self._here())
        match self._text[self._offset : self._offset + 1]:
            case "{":
                return self._object(depth)
            case "[":
                return self._array(depth)
            case '"':
                return self._string()
        start = self._here()
        if found := _NUMBER.match(self._text, self._offset):
            self._offset = found.end()
            return Literal(Span(*start, *self._here()), number(found[0], *start))
        if found := _WORD.match(self._text, self._offset):
            self._offset = found.end()
            return Literal(Span(*start, *self._here()), _WORDS[found[0]])
        raise self._fault("expected a JSON value")

    def _object(self, depth: int) -> ObjectConstructor:
        start = self._here()
        items: list[ObjectItem] = []
        while self._another("{", "}", first=not items):
            if not self._text.startswith('"', self._offset):
                raise self._fault("expected a name in double quotes")
            key = self._string()
            self._skip_space()
            if not self._text.startswith(":", self._offset):
                raise self._fault("expected : after the name")
            self._offset += 1
            self._skip_space()
            value = self._value(depth + 1)
            items.append(ObjectItem(Span(*key.span[:2], *value.span[2:]), key, value))
        return ObjectConstructor(Span(*start, *self._here()), tuple(items))

    def _array(self, depth: int) -> TupleConstructor:
        start = self._here()
        values: list[Expression] = []
        while self._another("[", "]", first=not values):
            values.append(self._value(depth + 1))
        return TupleConstructor(Span(*start, *self._here()), tuple(values))

    def _another(self, opener: str, closer: str, *, first: bool) -> bool:
        """Step to the next element; False behind the last one."""
        if first:
            self._offset += len(opener)
        self._skip_space()
        if self._text.startswith(closer, self._offset):
            self._offset += 1
            return False
        if first:
            return True
        if not self._text.startswith(",", self._offset):
            raise self._fault(f"expected , or {closer}")
        self._offset += 1
        self._skip_space()
        return True

    def _string(self) -> Expression:
        line, column = self._here()
        found = _STRING.match(self._text, self._offset)
        if found is None:
            raise SyntaxFault(
                "this string is never closed",
                line,
                column,
                detail='expected " before the end of the line',
            )
        try:
            text: str = json.loads(found[0])
        except JSONDecodeError as error:
            raise SyntaxFault("invalid escape in a JSON string", line, column + error.pos) from None
        self._offset = found.end()
        span = Span(line, column, *self._here())
        if self._templates is None or ("${" not in text and "%{" not in text):
            return Literal(span, normalised(text))
        return self._templates(text, line, column + 1)

    def _here(self) -> tuple[int, int]:
        return self._line, self._offset - self._line_start + 1

    def _skip_space(self) -> None:
        found = _SPACE.match(self._text, self._offset)
        end = found.end() if found else self._offset
        lines = self._text.count("\n", self._offset, end)
        if lines:
            self._line += lines
            self._line_start = self._text.rfind("\n", self._offset, end) + 1
        self._offset = end

    def _fault(self, summary: str) -> SyntaxFault:
        found = self._text[self._offset : self._offset + 1]
        return SyntaxFault(summary, *self._here(), detail=f"found {found}" if found else "found the end of the file")
