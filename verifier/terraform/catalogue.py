"""The catalogue: everything in an evaluated configuration that can be asked about, by address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from verifier.hcl.types import ObjectOf, Type
from verifier.terraform.addresses import Step, parse, with_steps
from verifier.terraform.blocks import META_ARGUMENTS
from verifier.terraform.calls import CallExpansion
from verifier.terraform.ends import key_of
from verifier.terraform.resources import relative_address

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance

_BARE_KEY = re.compile(r"\[(?=[^\]\"\d])([^\]\"]*)\]")
"""A string key whose quotes a shell has taken."""


def steps_of(asked: str) -> tuple[Step, ...] | None:
    """The steps of what somebody typed, or None when it is no address. `x[a]` is taken for `x["a"]`."""
    return parse(_BARE_KEY.sub(r'["\1"]', asked.strip()))


def addresses(root: ModuleInstance) -> tuple[str, ...]:
    """Variables and the attributes of object ones, locals, outputs, resources and their arguments, module calls."""
    return tuple(sorted(set(_addresses(root))))


def called(all_addresses: Sequence[str], steps: Sequence[Step]) -> tuple[str, ...]:
    """The addresses that end in the steps, as `should_install_extension` or `azureml_config.compute` do."""
    wanted = tuple(steps)
    return tuple(a for a in all_addresses if (parse(a) or ())[-len(wanted) :] == wanted)


def nearest(all_addresses: Sequence[str], asked: str) -> tuple[str, ...]:
    """The addresses that somebody may have meant, the likeliest first."""
    from difflib import get_close_matches

    whole = get_close_matches(asked, all_addresses, n=3, cutoff=0.75)
    last = asked.rpartition(".")[2]
    by_name: dict[str, list[str]] = {}
    for address in all_addresses:
        by_name.setdefault(address.rpartition(".")[2], []).append(address)
    alike = [a for name in get_close_matches(last, by_name, n=3, cutoff=0.7) for a in by_name[name][:3]]
    return tuple(dict.fromkeys([*whole, *alike]))[:5]


def instances_at(root: ModuleInstance, steps: Sequence[Step]) -> Iterator[tuple[ModuleInstance, tuple[Step, ...]]]:
    """The module instances that the steps begin with, and the steps behind; all instances where no key is given."""
    if len(steps) < 3 or steps[0] != "module":
        yield root, tuple(steps)
        return
    expansion = root.call(str(steps[1]))
    if expansion is None:
        return
    key = key_of(steps[2:])
    rest = steps[2:] if key is None else steps[3:]
    if not rest:
        yield root, tuple(steps)
        return
    for child in _children(expansion):
        if key is None or child.address.endswith(with_steps("", steps[2:3])):
            yield from instances_at(child, rest)


def _children(expansion: CallExpansion) -> list[ModuleInstance]:
    return [expansion.shadow] if expansion.shadow is not None else list(expansion.instances.values())


def _addresses(instance: ModuleInstance) -> Iterator[str]:
    at = instance.address_of
    for name, declaration in instance.content.variables.items():
        yield at(f"var.{name}")
        yield from (at(f"var.{name}.{path}") for path in _attributes(declaration.type))
        variable = instance.planned_variable(name)
        yield from (at(f"var.{dropped.path}") for dropped in (variable.dropped if variable is not None else ()))
    yield from (at(f"local.{name}") for name in instance.content.declarations.locals)
    yield from (at(f"output.{name}") for (name,), _ in instance.content.declarations.of("output"))
    for block_type, mode in (("resource", "managed"), ("data", "data")):
        for (of_type, name), declared in instance.content.declarations.of(block_type):
            address = at(relative_address((mode, of_type, name)))
            yield address
            given = (argument.name for _, argument in declared.arguments())
            yield from (f"{address}.{name}" for name in given if name not in META_ARGUMENTS)
    for name in instance.module.calls:
        yield at(f"module.{name}")
        expansion = instance.call(name)
        for child in _children(expansion) if expansion is not None else ():
            yield from _addresses(child)


def _attributes(of: Type) -> Iterator[str]:
    if isinstance(of, ObjectOf):
        for name, inner in of.attributes.items():
            yield name
            yield from (f"{name}.{path}" for path in _attributes(inner))
