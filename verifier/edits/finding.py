"""Finding in a file what an edit is about, in words that still hold when lines have been added above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from verifier.edits.edit import CannotEdit
from verifier.hcl.nodes import (
    Argument,
    Block,
    Body,
    Expression,
    Literal,
    ObjectConstructor,
    ObjectItem,
    Parens,
    TemplatePart,
    TupleConstructor,
)
from verifier.hcl.syntax import parse_file
from verifier.hcl.syntax.walk import children

Node: TypeAlias = Body | Block | Argument | ObjectItem | TemplatePart
Container: TypeAlias = Body | Block | ObjectConstructor
Entry: TypeAlias = Argument | ObjectItem
_EDITED = (Block, Argument, ObjectItem, ObjectConstructor, TupleConstructor, Literal)
Step: TypeAlias = tuple[str, str, int]
"""What kind of child, its name, and which of those with that kind and name."""
Way: TypeAlias = tuple[Step, ...]


def body_of(text: str, file: str) -> Body:
    """The nodes of a file. Raises CannotEdit for one with errors."""
    parsed = parse_file(text, file)
    if parsed.diagnostics:
        raise CannotEdit(f"{parsed.diagnostics[0]}")
    return parsed.body


def way_to(body: Body, line: int, column: int) -> Way:
    """The way from a file's body to the block, argument, object, list or plain value that begins at a position.

    Line 0 is the body itself. Raises CannotEdit when nothing of the sort begins there.
    """
    if line == 0:
        return ()
    waiting: list[tuple[Node, Way]] = [(body, ())]
    while waiting:
        node, way = waiting.pop(0)
        begins_here = (node.span.line, node.span.column) == (line, column)
        if begins_here and isinstance(node, _EDITED):
            return way
        waiting.extend((child, (*way, step)) for step, child in _children(node))
    raise CannotEdit("what was to be changed does not begin where it did")


def follow(body: Body, way: Way) -> Node:
    """What stands at the end of a way. Raises CannotEdit when it leads nowhere by now."""
    node: Node = body
    for wanted in way:
        found = next((child for step, child in _children(node) if step == wanted), None)
        if found is None:
            raise CannotEdit("what was to be changed is not there any more")
        node = found
    return node


def container(node: Node) -> Container:
    """The body or object in which a node says things. Raises CannotEdit for what is computed."""
    match node:
        case Body() | Block() | ObjectConstructor():
            return node
        case Argument(expression=inner) | ObjectItem(value=inner) | Parens(inner=inner):
            return container(inner)
    raise CannotEdit("it is computed there, not written as an object")


def entries(where: Container) -> tuple[Entry, ...]:
    """What a body or object says, in source order."""
    if isinstance(where, ObjectConstructor):
        return where.items
    return where.body.arguments if isinstance(where, Block) else where.arguments


def entry_named(where: Container, name: str) -> Entry | None:
    """What a body or object says of a name; None when it says nothing."""
    return next((entry for entry in entries(where) if name_of(entry) == name), None)


def name_of(entry: Entry) -> str:
    """The name of an argument or of an object's item; empty for a key that is computed."""
    if isinstance(entry, Argument):
        return entry.name
    return entry.key.value if isinstance(entry.key, Literal) and isinstance(entry.key.value, str) else ""


def is_plain(expression: Expression) -> bool:
    """Whether a value is written out: by itself, or as a list of such."""
    if isinstance(expression, TupleConstructor):
        return all(isinstance(item, Literal) for item in expression.items)
    return isinstance(expression, Literal)


def value_of(entry: Entry) -> Expression:
    """The expression that an argument or an item gives."""
    return entry.expression if isinstance(entry, Argument) else entry.value


def _children(node: Node) -> Iterator[tuple[Step, Node]]:
    if isinstance(node, Literal):
        return
    seen: dict[tuple[str, str], int] = {}
    for child in children(node):
        kind, name = _called(child)
        number = seen.get((kind, name), 0)
        seen[kind, name] = number + 1
        yield (kind, name, number), child


def _called(node: Node) -> tuple[str, str]:
    match node:
        case Block(type=of_type, labels=labels):
            return "block", " ".join((of_type, *labels))
        case Argument():
            return "argument", node.name
        case ObjectItem():
            return "item", name_of(node)
    return type(node).__name__, ""
