"""Naming: what a planned thing's attribute is called from within a module, found among what can be asked there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from verifier.hcl.values import Unknown, Value
from verifier.terraform.plan import Instance, StaticPlan


def named_in(plan: StaticPlan, module: str, address: str, attribute: str) -> str:
    """The expression that stands for an attribute of a planned thing in a module (empty for the root).

    In the thing's own module its address, elsewhere a variable or an output of a module that is called there; empty
    where nothing is known to stand for it. Of several the shortest.
    """
    instance = instance_at(plan, address)
    if instance is None:
        return ""
    if instance.module == module:
        return f"{_below(address, module)}.{attribute}"
    return min(_handed_to(plan, module, f"{address}.{attribute}"), key=lambda e: (e.count("."), e), default="")


def _handed_to(plan: StaticPlan, module: str, address: str) -> Iterator[str]:
    for variable in plan.variables:
        if variable.module == module:
            yield from (f"var.{variable.name}{path}" for path in _standing_for(plan, variable.value, address))
    for call in plan.modules:
        relative = _below(call.address, module)
        if re.fullmatch(r"module\.[\w-]+", relative):
            for output, value in call.outputs.items():
                yield from (f"{relative}.{output}{path}" for path in _standing_for(plan, value, address))


def instance_at(plan: StaticPlan, address: str) -> Instance | None:
    """The instance with that address."""
    return next((i for i in plan.instances if i.address == address), None)


def module_above(address: str) -> str:
    """The module that calls one: empty for the root."""
    return address.rpartition(".module.")[0]


def _below(address: str, module: str) -> str:
    if not module:
        return address
    return address.removeprefix(f"{module}.") if address.startswith(f"{module}.") else ""


def _standing_for(plan: StaticPlan, value: Value, address: str) -> Iterator[str]:
    """The paths within a value at which that very attribute stands."""
    content = value.content
    if isinstance(content, Mapping):
        for name, inner in content.items():
            yield from (f".{name}{path}" for path in _standing_for(plan, inner, address))
    elif isinstance(content, Unknown):
        if not content.derived and address in content.references:
            yield ""
    elif isinstance(content, str) and content and plan.bound.get(address) == content:
        yield ""
