"""Imports: what the root module's import blocks take in, and under which ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.nodes import Attribute, Expression, Index, Literal, Name
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import STRING, SetOf
from verifier.hcl.values import Unknown, Value, number, object_, string
from verifier.terraform.addresses import Quoted, Step, with_steps
from verifier.terraform.declarations import Declared
from verifier.terraform.files import SourceFile
from verifier.terraform.instance import ModuleInstance
from verifier.terraform.module import Module
from verifier.terraform.plan import Import
from verifier.terraform.scope import Context

_UNKNOWN = "cannot be told before apply, and an import needs it"


def imports_of(root: ModuleInstance) -> tuple[Import, ...]:
    """What the import blocks take in, by address; the last of several that take in the same. Errors are noted."""
    found: dict[str, Import] = {}
    first_by_address: dict[str, Declared] = {}
    for declared in root.content.declarations.others:
        if declared.block.type != "import":
            continue
        try:
            taken_in = [*_Taken(root, declared).imports()]
        except EvaluationError as error:
            _note(root, error.summary, error.place or declared.place)
            continue
        for taken in taken_in:
            first = first_by_address.setdefault(taken.address, declared)
            if first is not declared:
                _note(root, f"{taken.address} is imported already at {first.place}", declared.place)
            found[taken.address] = taken
    return tuple(found.values())


def _note(root: ModuleInstance, summary: str, place: Place) -> None:
    root.diagnostics.append(Diagnostic(severity="error", summary=summary, place=place))


def import_errors(root: Module, imports: Sequence[Import], planned: Collection[str]) -> Iterator[Diagnostic]:
    """What is wrong with the import blocks of a configuration in which these instances are planned."""
    for module in root.tree():
        for declared in module.content.declarations.others:
            if declared.block.type == "import" and module is not root:
                summary = "import blocks may stand in the root module only"
                yield Diagnostic(severity="error", summary=summary, place=declared.place)
    for taken in imports:
        if taken.address not in planned:
            summary = f"{taken.address} is imported, and no such instance is planned"
            yield Diagnostic(severity="error", summary=summary, place=taken.place)


class _Taken:
    """One import block at work."""

    def __init__(self, root: ModuleInstance, declared: Declared) -> None:
        self.declared = declared
        self.context = Context(root)
        self.for_each = declared.argument("for_each")

    def imports(self) -> Iterator[Import]:
        """One import for each element of for_each, or a single one. Raises EvaluationError."""
        for names in self._names():
            context = Context(self.context.instance, names, self.context.diagnostics)
            address = self._address(context)
            found = self._id(context)
            if address and found is not None:
                yield Import(address=address, id=found, place=self.declared.place)

    def _names(self) -> Iterator[Mapping[str, Value]]:
        if self.for_each is None:
            yield {}
            return
        file, argument = self.for_each
        value = self.context.evaluate(file, argument.expression)
        content = value.content
        place = file.place(argument.expression.span)
        if isinstance(content, Unknown):
            raise EvaluationError(f"the for_each of an import {_UNKNOWN}", place)
        if isinstance(content, Mapping):
            pairs = [(string(key), content[key]) for key in sorted(content)]
        elif isinstance(content, tuple):
            by_value = isinstance(value.type, SetOf)
            pairs = [(item if by_value else number(i), item) for i, item in enumerate(content)]
        elif content is None:
            return
        else:
            raise EvaluationError("the for_each of an import must be a collection", place)
        for key, item in pairs:
            yield {"each": object_({"key": key, "value": item})}

    def _address(self, context: Context) -> str:
        found = self.declared.argument("to")
        if found is None:
            return ""
        file, argument = found
        steps: list[Step] = []
        node: Expression = argument.expression
        while isinstance(node, Attribute | Index):
            steps.append(node.name if isinstance(node, Attribute) else self._key(context, file, node.key))
            node = node.object
        if not isinstance(node, Name):
            raise EvaluationError("to of an import must be the address of a resource", file.place(argument.span))
        if node.name == "data":
            raise EvaluationError("a data source cannot be imported", file.place(argument.span))
        return with_steps(node.name, steps[::-1])

    def _key(self, context: Context, file: SourceFile, key: Expression) -> Step:
        place = file.place(key.span)
        if self.for_each is None and not isinstance(key, Literal):
            raise EvaluationError("an instance key must be written out in to, unless for_each is set", place)
        value = context.evaluate(file, key)
        if isinstance(value.content, str):
            return Quoted(value.content)
        if isinstance(value.content, Unknown) or value.content is None:
            raise EvaluationError(f"an instance key {_UNKNOWN}", place)
        return int(str(convert(value, STRING).content))

    def _id(self, context: Context) -> Value | None:
        found = self.declared.argument("id")
        if found is None:
            if self.declared.argument("identity") is not None:
                return None
            raise EvaluationError("an import needs an id", self.declared.place)
        file, argument = found
        place = file.place(argument.expression.span)
        value = context.evaluate(file, argument.expression)
        try:
            text = convert(value, STRING)
        except EvaluationError as error:
            raise EvaluationError(f"the id of an import must be a string: {error.summary}", place) from None
        if isinstance(text.content, Unknown):
            raise EvaluationError(f"the id of an import {_UNKNOWN}", place)
        if not text.content:
            raise EvaluationError("the id of an import is empty", place)
        return text
