"""Oddities: what Terraform refuses in the blocks that it defines itself, before it evaluates anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import static_traversals
from verifier.hcl.nodes import Argument, Block, Literal
from verifier.hcl.source import Diagnostic, Place, Span
from verifier.terraform.constants import ConstantScope
from verifier.terraform.files import SourceFile
from verifier.terraform.language import malformed
from verifier.terraform.own_blocks import Shape, shape_of

_NAME = re.compile(r"[^\W\d][\w-]*")
_NAMED = frozenset({"variable", "output", "module", "resource", "data", "ephemeral", "provider", "check"})
_RESERVED = frozenset({"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"})
_CONDITIONS = frozenset({"precondition", "postcondition", "validation"})


def oddities(file: SourceFile, block: Block) -> Iterator[Diagnostic]:
    """What is wrong with a block's labels and with what is in it."""
    place = file.place(block.span)
    for label in block.labels:
        if block.type in _NAMED and not _NAME.fullmatch(label):
            summary = f"{label!r} is not a name: a letter or underscore, then letters, digits, underscores and hyphens"
            yield _error(summary, place)
    if block.type == "variable" and block.labels[0] in _RESERVED:
        yield _error(f"a variable may not be named {block.labels[0]!r}: module calls use that name themselves", place)
    yield from _within(file, block, block.type, whole=True)
    if block.type == "terraform":
        yield from _malformed_version(file, block)
    if block.type == "check" and not any(block.body.blocks_of("assert")):
        yield _error(f"check {block.labels[0]} asserts nothing", place)


def _malformed_version(file: SourceFile, block: Block) -> Iterator[Diagnostic]:
    argument = block.body.argument("required_version")
    text = argument.expression.value if argument and isinstance(argument.expression, Literal) else ""
    wrong = malformed(text) if isinstance(text, str) and text else ""
    if wrong and argument is not None:
        yield _error(f'{wrong!r} is no version constraint, such as ">= 1.9.8, < 2.0"', file.place(argument.span))


def override_oddities(file: SourceFile, block: Block) -> Iterator[Diagnostic]:
    """What is wrong with a block of an override file, which is laid over another."""
    if block.type in {"moved", "import", "removed"}:
        yield _error(f"a {block.type} block may not stand in an override file", file.place(block.span))
    yield from _within(file, block, block.type, whole=False)
    depends_on = block.body.argument("depends_on")
    if depends_on is not None:
        yield _error("depends_on may not be overridden", file.place(depends_on.span))
    inner = [deeper for b in block.body.blocks_of("lifecycle") for deeper in b.body.blocks]
    for condition in (*block.body.blocks, *inner):
        if condition.type in _CONDITIONS:
            yield _error(f"a {condition.type} may not be overridden", file.place(condition.span))


def _within(file: SourceFile, block: Block, named: str, *, whole: bool) -> Iterator[Diagnostic]:
    shape = shape_of(block, named)
    if shape is None:
        return
    title = " ".join([block.type, *block.labels])
    for argument in block.body.arguments:
        if shape.arguments is not None and argument.name not in shape.arguments:
            summary = f"an argument named {argument.name!r} is not expected in {title}"
            yield _error(summary, file.place(argument.span))
        elif argument.name in shape.constant:
            yield from _not_constant(file, argument)
    for name in shape.required if whole else ():
        if block.body.argument(name) is None:
            yield _error(f"{title} needs an argument named {name!r}", file.place(block.span))
    if named == "condition":
        yield from _about_nothing(file, block)
    yield from _blocks(file, block, shape, title, whole=whole)


def _blocks(file: SourceFile, block: Block, shape: Shape, title: str, *, whole: bool) -> Iterator[Diagnostic]:
    met: dict[str, Span] = {}
    for inner in block.body.blocks:
        if inner.type in shape.once and inner.type in met:
            summary = f"{title} has a {inner.type} block already"
            yield _error(summary, file.place(inner.span), f"the first one is at {file.place(met[inner.type])}")
        met.setdefault(inner.type, inner.span)
        named = shape.blocks.get(inner.type)
        if named:
            yield from _within(file, inner, named, whole=whole)
        elif named is None and not shape.others:
            yield _error(f"blocks of type {inner.type!r} are not expected in {title}", file.place(inner.span))


def _not_constant(file: SourceFile, argument: Argument) -> Iterator[Diagnostic]:
    """An argument that is read before anything is evaluated, and refers to something."""
    if isinstance(argument.expression, Literal):
        return
    try:
        ConstantScope(file.name, argument.name).evaluate(argument.expression)
    except EvaluationError as error:
        yield _error(error.summary, error.place or file.place(argument.span))


def _about_nothing(file: SourceFile, block: Block) -> Iterator[Diagnostic]:
    """A condition that would come out the same whatever the configuration says."""
    condition = block.body.argument("condition")
    if condition is not None and not static_traversals(condition.expression):
        summary = f"the condition of {a_block(block)} must refer to something, and this one refers to nothing"
        yield _error(summary, file.place(condition.expression.span))


def a_block(block: Block) -> str:
    """A block's type with its article."""
    return f"an {block.type}" if block.type[:1] in "aeio" else f"a {block.type}"


def _error(summary: str, place: Place, detail: str = "") -> Diagnostic:
    return Diagnostic(severity="error", summary=summary, place=place, detail=detail)
