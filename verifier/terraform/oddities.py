"""Oddities: names and arguments that Terraform refuses in the blocks that it defines itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verifier.hcl.nodes import Block
from verifier.hcl.source import Diagnostic
from verifier.terraform.files import SourceFile

_NAME = re.compile(r"[^\W\d][\w-]*")
_NAMED = frozenset({"variable", "output", "module", "resource", "data", "ephemeral", "provider", "check"})
_RESERVED = frozenset({"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"})
_ARGUMENTS = {
    "variable": frozenset({"description", "type", "default", "sensitive", "nullable", "ephemeral", "deprecated"}),
    "output": frozenset({"description", "value", "sensitive", "depends_on", "ephemeral", "deprecated"}),
}
_BLOCKS = {"variable": frozenset({"validation"}), "output": frozenset({"precondition"})}


def oddities(file: SourceFile, block: Block) -> Iterator[Diagnostic]:
    """What is wrong with a block's labels and, for variables and outputs, with what is in it."""
    place = file.place(block.span)
    for label in block.labels:
        if block.type in _NAMED and not _NAME.fullmatch(label):
            summary = f"{label!r} is not a name: a letter or underscore, then letters, digits, underscores and hyphens"
            yield Diagnostic(severity="error", summary=summary, place=place)
    if block.type == "variable" and block.labels[0] in _RESERVED:
        summary = f"a variable may not be named {block.labels[0]!r}: module calls use that name themselves"
        yield Diagnostic(severity="error", summary=summary, place=place)
    allowed = _ARGUMENTS.get(block.type)
    if allowed is None:
        return
    for argument in block.body.arguments:
        if argument.name not in allowed:
            summary = f"an argument named {argument.name!r} is not expected in {block.type} {block.labels[0]}"
            yield Diagnostic(severity="error", summary=summary, place=file.place(argument.span))
    for inner in block.body.blocks:
        if inner.type not in _BLOCKS[block.type]:
            summary = f"blocks of type {inner.type!r} are not expected in {block.type} {block.labels[0]}"
            yield Diagnostic(severity="error", summary=summary, place=file.place(inner.span))
