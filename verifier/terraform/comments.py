"""Comments that speak to verify-infra, `# verify-infra:…`, and the block that each stands beside."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.hcl import nodes
from verifier.hcl.nodes import Argument, Block
from verifier.terraform.addresses import Quoted, below, parse
from verifier.terraform.files import SourceFile
from verifier.terraform.module import Module
from verifier.terraform.plan import Comment, StaticPlan

_OF_BLOCK = {"variable": "var.", "data": "data.", "module": "module.", "output": "output.", "check": "check."}
"""By block type, what the address of such a block begins with; a resource's begins with its own type."""


def comments_of(root: Module) -> tuple[Comment, ...]:
    """The comments of a root module and of all that it calls, in source order, once for each call of their module."""
    found = dict.fromkeys(_comments(root, ""))
    return tuple(sorted(found, key=lambda c: (c.place.file, c.place.line, c.place.column, c.block)))


def comments_beside(plan: StaticPlan, address: str) -> tuple[Comment, ...]:
    """The comments beside the block that an address is of or leads into, whatever its keys.

    `module.sil.azurerm_x.y[0].name` and `module.sil.azurerm_x.y` are of one block, `module.sil` is of its call.
    """
    block = block_of(address)
    return tuple(comment for comment in plan.comments if block and comment.block == block)


def block_of(address: str) -> str:
    """The block of an address, without keys: `module.a.var.x` for `module.a[0].var.x.y`; empty where it is none."""
    steps = [s for s in parse(address) or () if not isinstance(s, int | Quoted)]
    at = 0
    while at + 1 < len(steps) and steps[at] == "module":
        at += 2
    if at < len(steps):
        at += 3 if steps[at] == "data" else 2
    return ".".join(steps[:at]) if 0 < at <= len(steps) else ""


def _comments(module: Module, path: str) -> Iterator[Comment]:
    for file in module.content.files:
        for comment in file.comments:
            relative = _beside(file, comment)
            yield Comment(
                text=comment.text,
                place=file.place(comment.span),
                block=below(path, relative) if relative else "",
            )
    for name, call in module.calls.items():
        if isinstance(call.target, Module):
            yield from _comments(call.target, below(path, f"module.{name}"))


def _beside(file: SourceFile, comment: nodes.Comment) -> str:
    """The address, within its module, of what the comment stands in, or directly above; empty where that is nothing.

    Above means that nothing but comments stands between the two.
    """
    line = comment.span.line
    lines = file.text.split("\n")
    following = line + 1
    while following <= len(lines) and lines[following - 1].lstrip().startswith(("#", "//", "/*", "*")):
        following += 1
    for block in file.body.blocks:
        if block.span.line <= line <= block.span.end_line:
            return _address(block, line, following)
    return next((_address(b, line, following) for b in file.body.blocks if b.span.line == following), "")


def _address(block: Block, line: int, following: int) -> str:
    if block.type == "locals":
        within = next((a for a in block.body.arguments if _holds(a, line)), None)
        within = within or next((a for a in block.body.arguments if a.span.line == following), None)
        return f"local.{within.name}" if within else ""
    if not block.labels:
        return ""
    return _OF_BLOCK.get(block.type, "" if block.type == "resource" else f"{block.type}.") + ".".join(block.labels)


def _holds(argument: Argument, line: int) -> bool:
    return argument.span.line <= line <= argument.span.end_line
