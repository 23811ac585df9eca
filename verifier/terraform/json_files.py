"""Configuration in JSON syntax: a *.tf.json file as the body that the same text in Terraform's own syntax would give.

JSON does not say which properties of a resource are blocks; only the provider's schema does. Those that Terraform
itself defines become blocks, all others arguments. Source: Terraform's documentation of its JSON configuration syntax.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from verifier.hcl.nodes import (
    Argument,
    Block,
    Body,
    Expression,
    Literal,
    ObjectConstructor,
    ObjectItem,
    ParsedFile,
    TemplateWrap,
    TupleConstructor,
)
from verifier.hcl.source import Diagnostic, Place, Span

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache

_TOP = {
    "terraform": 0, "locals": 0, "moved": 0, "import": 0, "removed": 0,
    "provider": 1, "variable": 1, "output": 1, "module": 1, "check": 1,
    "resource": 2, "data": 2, "ephemeral": 2,
}  # fmt: skip
"""Block types at the top, with the number of their labels."""

_RESOURCE = {"lifecycle": 0, "connection": 0, "provisioner": 1, "dynamic": 1}
_INNER: Mapping[str, Mapping[str, int]] = {
    "terraform": {"backend": 1, "cloud": 0, "required_providers": 0},
    "variable": {"validation": 0},
    "output": {"precondition": 0},
    "resource": _RESOURCE,
    "data": _RESOURCE,
    "ephemeral": _RESOURCE,
    "provider": {"dynamic": 1},
    "lifecycle": {"precondition": 0, "postcondition": 0},
    "dynamic": {"content": 0},
    "content": {"dynamic": 1},
    "check": {"assert": 0, "data": 2},
    "removed": {"lifecycle": 0, "provisioner": 1},
}
"""By block type, the blocks that it may hold whatever the provider says."""

_REFERENCES = frozenset({"depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by", "iterator"})
"""Arguments whose strings are references in Terraform's own syntax."""

_MOVING = frozenset({"moved", "removed", "import"})
_ENDS = frozenset({"from", "to"})


def parse_json_file(content: bytes, file: str, cache: Cache | None) -> ParsedFile:
    """The nodes of a *.tf.json file. Never raises; what is wrong is a diagnostic."""
    from verifier.hcl.syntax import parse_json

    whole, diagnostics = parse_json(content, file, templates=True, cache=cache)
    plain, _ = parse_json(content, file, cache=cache)
    reading = _Reading(file, cache)
    body = reading.top(whole, plain) if not diagnostics else Body(whole.span, (), ())
    return ParsedFile(body, (*diagnostics, *reading.diagnostics))


class _Reading:
    """One file at work. `plain` is always the same expression with its strings untouched."""

    def __init__(self, file: str, cache: Cache | None) -> None:
        self.file = file
        self.cache = cache
        self.diagnostics: list[Diagnostic] = []

    def top(self, whole: Expression, plain: Expression) -> Body:
        """The body of the file: a root object, or an array of them."""
        blocks: list[Block] = []
        for root, plain_root in self._objects(whole, plain):
            for name, item, plain_item in self._items(root, plain_root):
                labels = _TOP.get(name, 0)
                blocks.extend(self._blocks(name, labels, (), item.value, plain_item.value))
        return Body(whole.span, (), tuple(blocks))

    def _blocks(
        self, name: str, labels: int, given: tuple[str, ...], value: Expression, plain: Expression
    ) -> Iterator[Block]:
        """The blocks of a type: below one level of names for each label, objects or arrays of them."""
        for inside, plain_inside in self._objects(value, plain):
            if len(given) == labels:
                yield Block(inside.span, name, given, self._body(name, inside, plain_inside))
                continue
            for label, item, plain_item in self._items(inside, plain_inside):
                yield from self._blocks(name, labels, (*given, label), item.value, plain_item.value)

    def _body(self, block_type: str, value: ObjectConstructor, plain: ObjectConstructor) -> Body:
        arguments: list[Argument] = []
        blocks: list[Block] = []
        inner = _INNER.get(block_type, {})
        for name, item, plain_item in self._items(value, plain):
            if name in inner:
                blocks.extend(self._blocks(name, inner[name], (), item.value, plain_item.value))
            else:
                expression = self._argument(block_type, name, item.value, plain_item.value)
                arguments.append(Argument(item.span, name, expression))
        return Body(value.span, tuple(arguments), tuple(blocks))

    def _argument(self, block_type: str, name: str, value: Expression, plain: Expression) -> Expression:
        if block_type == "variable" and name == "type":
            return self._native(plain)
        if block_type == "variable" and name == "default":
            return plain
        if name in _REFERENCES or (block_type in _MOVING and name in _ENDS):
            return self._native(value)
        return value

    def _native(self, value: Expression) -> Expression:
        """Strings read as expressions of Terraform's own syntax, also within arrays and objects."""
        if isinstance(value, TupleConstructor):
            return TupleConstructor(value.span, tuple(map(self._native, value.items)))
        if isinstance(value, ObjectConstructor):
            items = (ObjectItem(item.span, item.key, self._native(item.value)) for item in value.items)
            return ObjectConstructor(value.span, tuple(items))
        if isinstance(value, TemplateWrap):
            return value.inner
        if not isinstance(value, Literal) or not isinstance(value.value, str):
            return value
        from verifier.hcl.syntax import parse_expression

        at = value.span
        found, diagnostics = parse_expression(
            value.value, self.file, line=at.line, column=at.column + 1, cache=self.cache
        )
        self.diagnostics.extend(diagnostics)
        return found

    def _objects(self, value: Expression, plain: Expression) -> Iterator[tuple[ObjectConstructor, ObjectConstructor]]:
        """The object, or the objects of the array, that stands for one or more bodies."""
        if isinstance(value, ObjectConstructor) and isinstance(plain, ObjectConstructor):
            yield value, plain
        elif isinstance(value, TupleConstructor) and isinstance(plain, TupleConstructor):
            for item, plain_item in zip(value.items, plain.items, strict=True):
                yield from self._objects(item, plain_item)
        elif not isinstance(value, Literal) or value.value is not None:
            self._refuse("expected an object, or an array of objects", value.span)

    def _items(
        self, value: ObjectConstructor, plain: ObjectConstructor
    ) -> Iterator[tuple[str, ObjectItem, ObjectItem]]:
        """The properties with their names; `//` is a comment."""
        for item, plain_item in zip(value.items, plain.items, strict=True):
            name = plain_item.key.value if isinstance(plain_item.key, Literal) else None
            if isinstance(name, str) and name != "//":
                yield name, item, plain_item

    def _refuse(self, summary: str, span: Span) -> None:
        place = Place(self.file, span.line, span.column)
        self.diagnostics.append(Diagnostic(severity="error", summary=summary, place=place))
