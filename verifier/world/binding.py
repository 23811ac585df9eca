"""Binding: what was unknown before apply gets its value, from names alone, from the state, then from what is live.

An ARM id follows from subscription, group, type and name, so it is known before anything exists. What only Azure
knows (an issuer, a principal id, a name with a random part) is filled in from Terraform's state, and then from the
live documents, which win. Each round evaluates the source again, so that whatever was derived from such a value is
known too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from verifier.hcl.values import JSON, Unknown, Value
from verifier.kinds.fact import NotKnown
from verifier.kinds.identify import arm_id
from verifier.kinds.served import at
from verifier.terraform.plan import Instance, Planned, StaticPlan
from verifier.terraform.state import State
from verifier.world.bound import Bound
from verifier.world.joined import World

Replan: TypeAlias = Callable[[Mapping[str, JSON]], StaticPlan]


MOST_ROUNDS = 8
"""An id can rest on its parent's id; no ARM id is nested deeper."""


def with_ids(plan: StaticPlan, replan: Replan, subscription: str) -> StaticPlan:
    """The plan with every ARM id filled in that follows from names."""
    for _ in range(MOST_ROUNDS):
        ids = dict(_ids(plan, subscription))
        if ids.items() <= plan.bound.items():
            return plan
        plan = replan({**plan.bound, **ids})
    return plan


def with_state(plan: StaticPlan, replan: Replan, recorded: Iterable[Bound]) -> StaticPlan:
    """The plan with the recorded values laid in, wherever nothing is known yet."""
    found = {b.address: b.value for b in recorded}
    return replan({**found, **plan.bound}) if found.keys() - plan.bound.keys() else plan


def recorded_bindings(plan: StaticPlan, state: State) -> Iterator[Bound]:
    """The attributes of planned things that the state has."""
    for instance in plan.instances:
        recorded = state.instances.get(instance.address)
        if recorded is None or not isinstance(instance.presence, Planned):
            continue
        for attribute, value in sorted(recorded.attributes.items()):
            yield Bound(address=f"{instance.address}.{attribute}", value=value, source=f"state, {state.source}")


def told(waiting: Collection[str], recorded: Iterable[Bound], live: Iterable[Bound]) -> tuple[Bound, ...]:
    """What bound to the addresses that were waited for: live, else what the state has; where they differ, both."""
    bound = {b.address: b for b in recorded}
    for new in live:
        old = bound.get(new.address, new)
        said = new.source if old.value == new.value else f"{new.source}; the state still has {old.value}"
        bound[new.address] = replace(new, source=said)
    return tuple(bound[address] for address in sorted(waiting) if address in bound)


def with_live(world: World, replan: Replan) -> StaticPlan:
    """The plan with every attribute filled in that a live thing has."""
    found = {b.address: b.value for b in bindings(world)}
    return replan({**world.plan.bound, **found}) if found else world.plan


def bindings(world: World) -> Iterator[Bound]:
    """The attributes of planned things that only apply gives, as far as live has them."""
    subjects = (
        *world.clusters,
        *world.identities,
        *world.workspaces,
        *world.computes,
        *world.extensions,
        *world.storage_accounts,
    )
    for subject in subjects:
        if not subject.address or subject.served is None:
            continue
        document = subject.document
        for attribute, path in sorted(subject.kind.computed.items()):
            value = at(document, path)
            if isinstance(value, str) and value:
                yield Bound(address=f"{subject.address}.{attribute}", value=value, source=f"live, {subject.arm_id}")


def references_in(plan: StaticPlan) -> frozenset[str]:
    """Every address that some value of the plan waits for."""
    return frozenset(r for instance in plan.instances for r in _references(instance.values))


def _references(value: Value) -> Iterator[str]:
    content = value.content
    if isinstance(content, Unknown):
        yield from content.references
    elif isinstance(content, tuple):
        for item in content:
            yield from _references(item)
    elif isinstance(content, Mapping):
        for item in content.values():
            yield from _references(item)


def _ids(plan: StaticPlan, subscription: str) -> Iterator[tuple[str, str]]:
    for instance in plan.instances:
        if instance.mode == "managed" and isinstance(instance.presence, Planned):
            identifier = _id(instance, subscription)
            if identifier:
                yield f"{instance.address}.id", identifier


def _id(instance: Instance, subscription: str) -> str:
    try:
        return arm_id(instance, subscription)
    except NotKnown:
        return ""
