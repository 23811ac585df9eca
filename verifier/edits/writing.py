"""Writing: one edit made in one file's text, nothing else of it touched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verifier.edits.alignment import aligned
from verifier.edits.edit import CannotEdit, Say
from verifier.edits.finding import (
    Container,
    Entry,
    Node,
    Way,
    body_of,
    container,
    entries,
    entry_named,
    follow,
    is_plain,
    name_of,
    value_of,
)
from verifier.hcl.nodes import (
    Argument,
    Block,
    Body,
    Expression,
    Literal,
    ObjectConstructor,
    ObjectItem,
    TupleConstructor,
)
from verifier.hcl.source import Span
from verifier.hcl.syntax import parse_expression

_PLAIN = re.compile(r"[^\W\d][\w-]*")
_LATER = frozenset({"depends_on", "lifecycle", "providers", "provider", "source", "version", "count", "for_each"})
"""What a block says of itself to Terraform: other arguments stand away from these."""


def with_said(text: str, file: str, way: Way, edit: Say) -> str:
    """The text with an edit's `path` = `value` said in what stands at the end of a way; without a path, instead of it.

    Raises CannotEdit.
    """
    node = follow(body_of(text, file), way)
    if not edit.path:
        return _over(text, node, edit)
    where = container(node)
    value = _copied(text, where, edit.like) if edit.like else edit.value
    for depth, name in enumerate(edit.path):
        entry, rest = entry_named(where, name), edit.path[depth + 1 :]
        if entry is None:
            if edit.instead:
                raise CannotEdit(f"{name} is not said there")
            _refuse_blocks(where, name)
            return _inserted(text, file, where, _spelt(name, where), _nested(rest, value), beside=edit.like)
        if not rest:
            return _replaced(text, entry, value, edit.instead)
        where = container(entry)
    raise CannotEdit("nothing is to be said")


def with_block(text: str, file: str, way: Way, block: str) -> str:
    """The text with a block more: at its end, or at the end of the block that stands at the end of a way."""
    ending = _ending(text)
    block = block.replace("\n", ending)
    if not way:
        if block in text:
            return text
        before = text if not text or text.endswith("\n") else text + ending
        return f"{before}{ending if before.strip() else ''}{block}{ending}"
    where = container(follow(body_of(text, file), way))
    if not isinstance(where, Block):
        raise CannotEdit("there is no block to add a block to")
    _refuse_blocks(where, block.split()[0])
    lines = text.split("\n")
    if where.span.line == where.span.end_line:
        raise CannotEdit("the block stands on one line")
    close = where.span.end_line - 1
    indent = _indent(lines, where)
    added = [indent + line if line.strip() else line for line in block.split("\n")]
    blank = [] if lines[close - 1].strip() in ("", "{") or close == where.span.line else [ending[:-1]]
    added = [line.rstrip("\r") + ending[:-1] for line in added]
    return "\n".join([*lines[:close], *blank, *added, *lines[close:]])


def _copied(text: str, where: Container, name: str) -> str:
    entry = entry_named(where, name)
    if entry is None:
        raise CannotEdit(f"{name} is not said there, so its value cannot be copied")
    span = value_of(entry).span
    if span.line != span.end_line:
        raise CannotEdit(f"the value of {name} is longer than a line")
    return _cut(text, span)


def _refuse_blocks(where: Container, name: str) -> None:
    body = where.body if isinstance(where, Block) else where
    if isinstance(body, Body) and any(block.type in (name, "dynamic") for block in body.blocks):
        raise CannotEdit(f"{name} may be said there by a block of its own")


def _over(text: str, node: Node, edit: Say) -> str:
    if isinstance(node, Argument | ObjectItem):
        return _replaced(text, node, edit.value, edit.instead)
    if not isinstance(node, Literal | TupleConstructor) or not is_plain(node):
        raise CannotEdit("what stands there is no plain value")
    return _written_over(text, node, edit.value)


def _replaced(text: str, entry: Entry, value: str, instead: str) -> str:
    old = value_of(entry)
    standing = _cut(text, old.span)
    if standing == value:
        return text
    if not is_plain(old) and standing != instead:
        raise CannotEdit(f"{name_of(entry)} is said there already: {standing.partition(chr(10))[0].strip()}")
    return _written_over(text, old, value)


def _written_over(text: str, old: Expression, value: str) -> str:
    if old.span.line != old.span.end_line:
        raise CannotEdit("the value there is longer than a line")
    start, end = _offsets(text, old.span)
    return text[:start] + value + text[end:]


def _inserted(text: str, file: str, where: Container, name: str, value: str, *, beside: str) -> str:
    _refuse_invalid(value, file)
    said = entries(where)
    neighbour = _neighbour(said, beside)
    if isinstance(where, ObjectConstructor | Block) and _closes_on_last_line(where, said):
        return _inline(text, where, said, f"{name} = {value}")
    lines = text.split("\n")
    ending = "\r" if _ending(text) == "\r\n" else ""
    if isinstance(where, Body):
        line = neighbour.span.end_line if neighbour else len(lines) - (not lines[-1])
        indent = ""
    else:
        line = neighbour.span.end_line if neighbour else where.span.line
        indent = _indent(lines, where)
    if line >= len(lines):  # the last line has no end yet
        lines[-1] += ending
        lines.append(f"{indent}{name} = {value}")
    else:
        lines.insert(line, f"{indent}{name} = {value}{ending}")
    made = "\n".join(lines)
    around = _container_again(made, file, where, line)
    return "\n".join(aligned(lines, entries(around), line))


def _container_again(made: str, file: str, where: Container, line: int) -> Container:
    """The container in the new text: the innermost that begins where it did and holds the new line."""
    waiting: list[Container] = [body_of(made, file)]
    if isinstance(where, Body):
        return waiting[0]
    from verifier.hcl.syntax.walk import children

    queue = list(children(waiting[0]))
    while queue:
        node = queue.pop(0)
        if isinstance(node, type(where)) and (node.span.line, node.span.column) == (where.span.line, where.span.column):
            return node
        if not isinstance(node, Literal):
            queue.extend(children(node))
    raise CannotEdit(f"the change does not read as it should at line {line + 1}")


def _neighbour(said: Sequence[Entry], beside: str) -> Entry | None:
    """What the new entry is put behind: the named one, else the last that stands on a line and says something usual."""
    named = next((entry for entry in said if beside and name_of(entry) == beside), None)
    if named is not None:
        return _last_beside(said, named)
    usual = [entry for entry in said if name_of(entry) not in _LATER]
    single = [entry for entry in usual if entry.span.line == entry.span.end_line]
    return next(reversed(single or usual or list(said)), None)


def _last_beside(said: Sequence[Entry], entry: Entry) -> Entry:
    """The last of the lines that stand together with an entry's."""
    for other in said:
        single = other.span.line == other.span.end_line
        if single and other.span.line == entry.span.end_line + 1:
            entry = other
    return entry


def _closes_on_last_line(where: ObjectConstructor | Block, said: Sequence[Entry]) -> bool:
    last = said[-1].span.end_line if said else where.span.line
    return where.span.end_line == last


def _inline(text: str, where: ObjectConstructor | Block, said: Sequence[Entry], entry: str) -> str:
    """The entry put before a closing brace that has no line of its own."""
    _, close = _offsets(text, where.span)
    close -= 1
    if isinstance(where, Block):
        if said or where.body.blocks:
            raise CannotEdit("the block stands on one line")
        return f"{text[:close].rstrip()}\n  {entry}\n{text[close:]}"
    before = text[:close].rstrip()
    separator = " " if before.endswith(("{", ",")) else ", "
    return f"{before}{separator}{entry} {text[close:]}"


def _indent(lines: Sequence[str], where: Container) -> str:
    """How far in a container's entries stand: as its first does, else a step further than the line it opens on."""
    said = entries(where)
    opening = lines[where.span.line - 1]
    if said and said[0].span.line > where.span.line:
        opening = lines[said[0].span.line - 1]
        return opening[: len(opening) - len(opening.lstrip())]
    own = opening[: len(opening) - len(opening.lstrip())]
    return own + ("\t" if own.startswith("\t") else "  ")


def _spelt(name: str, where: Container) -> str:
    if _PLAIN.fullmatch(name):
        return name
    if isinstance(where, ObjectConstructor):
        return f'"{name}"'
    raise CannotEdit(f"{name!r} is no name of an argument")


def _nested(path: Sequence[str], value: str) -> str:
    for name in reversed(path):
        value = f"{{ {name if _PLAIN.fullmatch(name) else chr(34) + name + chr(34)} = {value} }}"
    return value


def _refuse_invalid(value: str, file: str) -> None:
    _, wrong = parse_expression(value, file)
    if wrong or "\n" in value:
        raise CannotEdit(f"{value!r} is no expression on a line")


def _ending(text: str) -> str:
    """How the file ends its lines."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def _cut(text: str, span: Span) -> str:
    start, end = _offsets(text, span)
    return text[start:end]


def _offsets(text: str, span: Span) -> tuple[int, int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
