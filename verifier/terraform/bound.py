"""Bound values: what state or live knows about attributes that the configuration leaves to the provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from verifier.hcl.origin import Origin
from verifier.hcl.origin import Step as OriginStep
from verifier.hcl.types import ANY
from verifier.hcl.values import AFTER_APPLY, JSON, Unknown, Value, from_json, object_, tuple_, unknown
from verifier.terraform.addresses import Step, split_instance, with_steps
from verifier.terraform.plan import Instance

Bindings: TypeAlias = Mapping[str, Sequence[tuple[tuple[Step, ...], JSON]]]
"""By resource instance: the steps behind it, and the value there."""

Following: TypeAlias = Callable[[Instance], Mapping[str, JSON]]
"""What follows from a planned instance's arguments: attributes that the configuration leaves out, by address."""


def bindings(bound: Mapping[str, JSON]) -> Bindings:
    """Sort bound values by the resource instance that they belong to. What is no such address is left out."""
    sorted_out: dict[str, list[tuple[tuple[Step, ...], JSON]]] = {}
    for address in sorted(bound):
        split = split_instance(address)
        if split is not None:
            sorted_out.setdefault(split[0], []).append((split[1], bound[address]))
    return sorted_out


def bind(value: Value, address: str, found: Sequence[tuple[tuple[Step, ...], JSON]]) -> Value:
    """A resource's object with bound values laid in where the configuration itself gives nothing."""
    for steps, json in found:
        origin = Origin(OriginStep.LIVE, with_steps(address, steps))
        value = _laid_in(value, address, steps, from_json(json, origin))
    return value


def _laid_in(value: Value | None, address: str, steps: tuple[Step, ...], found: Value) -> Value:
    """`value` with `found` at the steps below it; what is known already stays."""
    if value is not None and not isinstance(value.content, Unknown | Mapping | tuple):
        return value
    if not steps:
        return found if value is None or isinstance(value.content, Unknown) else value
    step = steps[0]
    at = with_steps(address, steps[:1])
    if isinstance(step, int):
        items = list(value.content) if value is not None and isinstance(value.content, tuple) else []
        while len(items) <= step:
            deeper = with_steps(address, (len(items),))
            items.append(unknown(ANY, AFTER_APPLY, (deeper,), Origin(OriginStep.REFERENCE, deeper)))
        items[step] = _laid_in(items[step], at, steps[1:], found)
        return tuple_(items, value.origin if value is not None else found.origin)
    content = dict(value.content) if value is not None and isinstance(value.content, Mapping) else {}
    reference = value.reference if value is not None and isinstance(value.content, Mapping) else address
    content[step] = _laid_in(content.get(step), at, steps[1:], found)
    return object_(content, value.origin if value is not None else found.origin, reference=reference)
