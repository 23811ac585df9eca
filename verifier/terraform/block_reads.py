"""Block reads: what all of a resource's arguments and nested blocks look at."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.hcl.nodes import Block, Body, Expression, Name
from verifier.terraform.blocks import META_ARGUMENTS, META_BLOCKS
from verifier.terraform.declarations import Declared
from verifier.terraform.plan import Read
from verifier.terraform.reads import reads
from verifier.terraform.scope import Context


def block_reads(context: Context, declared: Declared) -> tuple[Read, ...]:
    """Each variable, output and attribute that the block looks at, once, meta-arguments aside."""
    found: dict[str, Read] = {}
    for file, argument in declared.arguments():
        if argument.name not in META_ARGUMENTS:
            found.update((r.address, r) for r in reads(context, file, argument.expression))
    for file, block in declared.blocks():
        if block.type not in META_BLOCKS:
            for expression, hidden in _within(block, frozenset()):
                found.update((r.address, r) for r in reads(context, file, expression, hidden))
    return tuple(found.values())


def _within(block: Block, hidden: frozenset[str]) -> Iterator[tuple[Expression, frozenset[str]]]:
    """The expressions in a nested block, each with the names that dynamic blocks around it make their own."""
    if block.type == "dynamic":
        for_each = block.body.argument("for_each")
        if for_each is not None:
            yield for_each.expression, hidden
        hidden |= {iterator_of(block)}
        for content in block.body.blocks_of("content"):
            yield from _in_body(content.body, hidden)
    else:
        yield from _in_body(block.body, hidden)


def _in_body(body: Body, hidden: frozenset[str]) -> Iterator[tuple[Expression, frozenset[str]]]:
    yield from ((argument.expression, hidden) for argument in body.arguments)
    for block in body.blocks:
        yield from _within(block, hidden)


def iterator_of(block: Block) -> str:
    """The name that stands for the element at hand within a dynamic block."""
    argument = block.body.argument("iterator")
    if argument is not None and isinstance(argument.expression, Name):
        return argument.expression.name
    return block.labels[0] if block.labels else ""
