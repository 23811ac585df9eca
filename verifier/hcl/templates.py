"""Strings with interpolations and directives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from verifier.hcl.access import elements
from verifier.hcl.convert import convert, to_text
from verifier.hcl.errors import EvaluationError
from verifier.hcl.loops import hidden_error
from verifier.hcl.nodes import Literal, Template, TemplateFor, TemplateIf
from verifier.hcl.operators import unknown_from
from verifier.hcl.text import certain_prefix
from verifier.hcl.types import BOOL, STRING, describe
from verifier.hcl.values import Bounds, Unknown, Value, string

if TYPE_CHECKING:
    from verifier.hcl.context import Context
    from verifier.hcl.loops import hidden_error
from verifier.hcl.nodes import TemplatePart


def render_template(node: Template, context: Context) -> Value:
    """The string that the parts make together; unknown when a part is, but its known beginning is certain."""
    rendering = _Rendering()
    rendering.add(node.parts, context)
    operands = [value for value in rendering.read if not isinstance(value.content, Unknown)]
    if rendering.waits:
        operands = [*rendering.waits, *operands]
        bounds = Bounds(not_null=True, prefix=certain_prefix("".join(rendering.pieces)))
        result = unknown_from(STRING, *rendering.waits, bounds=bounds)
    else:
        result = string("".join(rendering.pieces))
    return context.computed(result.marked(sensitive=rendering.sensitive), node, '"…"', operands)


class _Rendering:
    """The pieces so far, and what was read for them. After the first unknown no more text is kept."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.read: list[Value] = []
        self.waits: list[Value] = []
        self.sensitive = False

    def add(self, parts: Sequence[TemplatePart], context: Context) -> None:
        for part in parts:
            if isinstance(part, Literal) and isinstance(part.value, str):
                self._text(part.value)
            elif isinstance(part, TemplateIf):
                self._either(part, context)
            elif isinstance(part, TemplateFor):
                self._loop(part, context)
            else:
                self._interpolation(context.evaluate(part, context), part, context)

    def _text(self, text: str) -> None:
        if not self.waits:
            self.pieces.append(text)

    def _interpolation(self, value: Value, part: TemplatePart, context: Context) -> None:
        self.sensitive = self.sensitive or value.sensitive
        self.read.append(value)
        if value.content is None:
            raise EvaluationError("null cannot be part of a string", context.scope.place(part.span))
        if isinstance(value.content, Unknown):
            self.waits.append(value)
            return
        text = to_text(value.content)
        if text is None:
            summary = f"a string is required in a template, and this is a {describe(value.type)}"
            raise EvaluationError(summary, context.scope.place(part.span))
        self._text(text)

    def _either(self, part: TemplateIf, context: Context) -> None:
        condition = context.evaluate(part.condition, context)
        place = context.scope.place(part.condition.span)
        self.sensitive = self.sensitive or condition.sensitive
        self.read.append(condition)
        if condition.content is None:
            raise EvaluationError("the condition of a template's if is null; it has to be true or false", place)
        if isinstance(condition.content, Unknown):
            self.waits.append(condition)
            return
        try:
            truth = convert(condition, BOOL).content
        except EvaluationError:
            summary = f"the condition of a template's if is a {describe(condition.type)}; it has to be true or false"
            raise EvaluationError(summary, place) from None
        self.add((part.then if truth else part.otherwise).parts, context)

    def _loop(self, part: TemplateFor, context: Context) -> None:
        collection = context.evaluate(part.collection, context)
        place = context.scope.place(part.collection.span)
        self.sensitive = self.sensitive or collection.sensitive
        self.read.append(collection)
        if collection.content is None:
            raise EvaluationError("a null value cannot be iterated over", place)
        if isinstance(collection.content, Unknown):
            self.waits.append(collection)
            return
        if isinstance(collection.content, str | bool) or not hasattr(collection.content, "__iter__"):
            raise EvaluationError(f"a {describe(collection.type)} cannot be iterated over", place)
        for key, item in elements(collection):
            context.budget.spend()
            names = {part.value_name: item}
            if part.key_name is not None:
                names = {part.key_name: key, part.value_name: item}
            try:
                self.add(part.body.parts, context.with_names(names))
            except EvaluationError as error:
                raise hidden_error(error, collection) from None
