"""Ignoring: what `lifecycle { ignore_changes = … }` tells Terraform not to look at once a resource is there."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Literal, Name, TupleConstructor
from verifier.hcl.source import Place
from verifier.terraform.addresses import Step, below, parse
from verifier.terraform.module import Module
from verifier.terraform.reads import traversal_text


@frozen(kw_only=True)
class Ignored:
    """One attribute path of one resource block, `("identity", 0, "type")`, and where it says so. Empty means all."""

    resource: str
    path: tuple[Step, ...]
    place: Place


def ignored_by(root: Module) -> tuple[Ignored, ...]:
    """The ignored paths of a root module and of all that it calls; `resource` is an address without keys."""
    return tuple(sorted(_ignored(root, ""), key=lambda found: (found.resource, str(found.path))))


def _ignored(module: Module, path: str) -> Iterator[Ignored]:
    for labels, declared in module.content.declarations.of("resource"):
        for file, block in declared.blocks():
            argument = block.body.argument("ignore_changes") if block.type == "lifecycle" else None
            if argument is None:
                continue
            resource, expression = below(path, ".".join(labels)), argument.expression
            if isinstance(expression, Name) and expression.name == "all":
                yield Ignored(resource=resource, path=(), place=file.place(argument.span))
            for item in expression.items if isinstance(expression, TupleConstructor) else ():
                # before 0.12 the paths were strings, and Terraform takes them so to this day
                text = str(item.value) if isinstance(item, Literal) else traversal_text(item)
                steps = parse(text)
                if steps:
                    yield Ignored(resource=resource, path=steps, place=file.place(item.span))
    for name, call in module.calls.items():
        if isinstance(call.target, Module):
            yield from _ignored(call.target, below(path, f"module.{name}"))
