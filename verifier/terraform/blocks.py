"""Blocks: the arguments and nested blocks of a body as one object, dynamic blocks expanded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import replace
from verifier.hcl.nodes import Argument, Block, Body, Expression, Name
from verifier.hcl.origin import Origin
from verifier.hcl.origin import Step as OriginStep
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import ANY, ListOf, MapOf, ObjectOf, SetOf, TupleOf
from verifier.hcl.values import AFTER_APPLY, Unknown, Value, number, object_, string
from verifier.terraform.declarations import Declared
from verifier.terraform.files import SourceFile
from verifier.terraform.scope import Context

META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider", "providers"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})


class Blocks(tuple[Value, ...]):
    """The content of a nested block type: its blocks, as opposed to a tuple that an argument was given."""

    __slots__ = ()


def resource_values(declared: Declared, context: Context, *, leave_out: frozenset[str] = META_ARGUMENTS) -> Value:
    """What a resource, data source or provider block gives, meta-arguments aside."""
    arguments = ((file, a) for file, a in declared.arguments() if a.name not in leave_out)
    blocks = ((file, b) for file, b in declared.blocks() if b.type not in META_BLOCKS)
    return _values(arguments, blocks, context)


def referable(value: Value, address: str, origin: Origin) -> Value:
    """The object that a reference to a resource sees: what nothing gives is known after apply.

    A null and an empty list of blocks are left out: the provider may fill them in.
    """
    content = value.content
    if not isinstance(content, Mapping):
        return value
    attributes: dict[str, Value] = {}
    for name, item in content.items():
        inner = item.content
        if isinstance(inner, Blocks):
            if inner:
                at = f"{address}.{name}"
                seen = (referable(block, f"{at}[{i}]", origin) for i, block in enumerate(inner))
                attributes[name] = _blocks(seen, item.origin)
        elif inner is not None:
            attributes[name] = item
    return object_(attributes, origin, sensitive=value.sensitive, reference=address)


def _values(
    arguments: Iterable[tuple[SourceFile, Argument]], blocks: Iterable[tuple[SourceFile, Block]], context: Context
) -> Value:
    attributes = {a.name: context.evaluate(file, a.expression) for file, a in arguments}
    by_type: dict[str, list[Value] | Unknown] = {}
    places: dict[str, Place] = {}
    for file, block in blocks:
        of_type = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        places.setdefault(of_type, file.place(block.span))
        made = _dynamic(file, block, context) if block.type == "dynamic" else [_block(file, block.body, context)]
        so_far = by_type.setdefault(of_type, [])
        if isinstance(made, Unknown):
            by_type[of_type] = made
        elif isinstance(so_far, list):
            so_far.extend(made)
    for of_type, found in by_type.items():
        origin = Origin(OriginStep.LITERAL, f"{of_type} block", places[of_type])
        attributes[of_type] = Value(ANY, found, origin) if isinstance(found, Unknown) else _blocks(found, origin)
    return object_(attributes)


def _block(file: SourceFile, body: Body, context: Context) -> Value:
    value = _values(((file, a) for a in body.arguments), ((file, b) for b in body.blocks), context)
    return value.from_origin(Origin(OriginStep.LITERAL, "block", file.place(body.span)))


def _blocks(items: Iterable[Value], origin: Origin | None) -> Value:
    content = Blocks(items)
    return Value(TupleOf(tuple(item.type for item in content)), content, origin)


def _dynamic(file: SourceFile, block: Block, context: Context) -> list[Value] | Unknown:
    """The blocks that a dynamic block makes, or why they cannot be told."""
    try:
        return _Dynamic(file, block, context).blocks()
    except EvaluationError as error:
        place = error.place or file.place(block.span)
        context.diagnostics.append(Diagnostic(severity="error", summary=error.summary, place=place))
        return Unknown(f"a dynamic block is wrong: {error.summary}")


class _Dynamic:
    """One `dynamic "x" { for_each = …, iterator = …, content { … } }` at work."""

    def __init__(self, file: SourceFile, block: Block, context: Context) -> None:
        self.file = file
        self.block = block
        self.context = context
        self.place = file.place(block.span)
        self.content = next(iter(block.body.blocks_of("content")), None)
        self.for_each = block.body.argument("for_each")

    def blocks(self) -> list[Value] | Unknown:
        """One block for each element. Raises EvaluationError."""
        if not self.block.labels or self.content is None or self.for_each is None:
            raise EvaluationError("a dynamic block needs a label, for_each and content", self.place)
        value = self.context.evaluate(self.file, self.for_each.expression)
        if isinstance(value.content, Unknown):
            return replace(value.content, derived=True)
        if value.reference is not None:
            return Unknown(AFTER_APPLY, (value.reference,), derived=True)
        iterator = self._iterator()
        made = []
        for key, item in self._pairs(value):
            each = object_({"key": key, "value": item})
            made.append(_block(self.file, self.content.body, self.context.naming(iterator, each)))
        return made

    def _iterator(self) -> str:
        argument = self.block.body.argument("iterator")
        if argument is None:
            return self.block.labels[0]
        expression: Expression = argument.expression
        if isinstance(expression, Name):
            return expression.name
        raise EvaluationError("iterator must be a plain name", self.file.place(argument.span))

    def _pairs(self, value: Value) -> Iterator[tuple[Value, Value]]:
        content = value.content
        if isinstance(content, Mapping) and isinstance(value.type, MapOf | ObjectOf):
            return ((string(key), content[key].marked(sensitive=value.sensitive)) for key in sorted(content))
        if isinstance(content, tuple):
            items = [item.marked(sensitive=value.sensitive) for item in content]
            if isinstance(value.type, SetOf):
                return ((item, item) for item in items)
            if isinstance(value.type, ListOf | TupleOf):
                return ((number(i), item) for i, item in enumerate(items))
        found = "null" if content is None else "a single value"
        raise EvaluationError(f"for_each of a dynamic block must be a collection, and is {found}", self.place)
