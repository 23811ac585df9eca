"""Paths into a body: the argument or nested block that an attribute path of a resource leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from verifier.hcl.access import elements
from verifier.hcl.frozen import frozen, replace
from verifier.hcl.nodes import Argument, Block, Expression
from verifier.hcl.source import Span
from verifier.hcl.types import SetOf
from verifier.hcl.values import Value, object_
from verifier.terraform.block_reads import iterator_of
from verifier.terraform.declarations import content_type
from verifier.terraform.files import SourceFile
from verifier.terraform.parts import Steps, narrowed
from verifier.terraform.plan import Key
from verifier.terraform.sight import Here, Loop


@frozen(eq=False)
class Written:
    """Where in the source something is given: the expression that gives it, and the steps that are left into it.

    `expression` is None where a nested block as a whole is meant.
    """

    here: Here
    file: SourceFile
    span: Span
    expression: Expression | None
    steps: Steps = ()
    generated: bool = False
    """Whether `expression` is the for_each that makes the block."""


def written(
    here: Here,
    arguments: Sequence[tuple[SourceFile, Argument]],
    blocks: Sequence[tuple[SourceFile, Block]],
    path: Steps,
) -> Written | None:
    """What gives the attribute at a path, `name` or `identity[0].type`; None where the body says nothing of it."""
    for file, argument in arguments:
        if argument.name == path[0]:
            part = narrowed(argument.expression, path[1:], argument.span)
            return Written(here, file, part.span, part.expression, part.steps)
    of_type = [(file, block) for file, block in blocks if content_type(block) == path[0]]
    return _block(here, of_type, path[1:]) if of_type else None


def _block(here: Here, blocks: Sequence[tuple[SourceFile, Block]], path: Steps) -> Written | None:
    """The nested block at an index, the first without one, and what gives the path within it."""
    at = path[0] if path and isinstance(path[0], int) else 0
    rest = path[1:] if path and isinstance(path[0], int) else path
    for file, block in blocks:
        made = list(_made(here, file, block))
        if at < len(made):
            within, body_block = made[at]
            whole = Written(within, file, block.span, None)
            if not rest:
                return _generator(here, file, block) or whole
            body = body_block.body
            own = [(file, argument) for argument in body.arguments]
            return written(within, own, [(file, inner) for inner in body.blocks], rest)
        at -= len(made)
    return next((found for file, block in blocks if (found := _generator(here, file, block))), None)


def _generator(here: Here, file: SourceFile, block: Block) -> Written | None:
    for_each = block.body.argument("for_each") if block.type == "dynamic" else None
    if for_each is None:
        return None
    return Written(here, file, for_each.span, for_each.expression, generated=True)


def _made(here: Here, file: SourceFile, block: Block) -> Iterator[tuple[Here, Block]]:
    """The blocks that a nested block stands for: itself, or one for each element of a dynamic block's for_each."""
    if block.type != "dynamic":
        yield here, block
        return
    for_each = block.body.argument("for_each")
    content = next(iter(block.body.blocks_of("content")), None)
    found = here.value(file, for_each.expression) if for_each is not None else None
    if for_each is None or content is None or found is None or found.reference is not None:
        return
    iterator = iterator_of(block)
    for key, item in elements(found):
        loop = Loop(here, file, for_each.expression, None if isinstance(found.type, SetOf) else key_of(key))
        each = object_({"key": key, "value": item})
        context = here.context.naming(iterator, each)
        yield replace(here, context=context, loops={**here.loops, iterator: loop}), content


def key_of(key: Value) -> Key:
    """An element's key as an address has it."""
    content = key.content
    return int(content) if isinstance(content, Decimal) else content if isinstance(content, str) else None
