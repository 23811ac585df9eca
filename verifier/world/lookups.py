"""Lookups: what data sources look up, as far as this run has read the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from verifier.kinds.cluster import CLUSTER
from verifier.kinds.compare import arm_key
from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.identity import IDENTITY
from verifier.kinds.kind import Kind
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.kinds.workspace import WORKSPACE
from verifier.live.documents import NOT_READ
from verifier.world.joined import World
from verifier.world.pairing import Intended, with_outcome
from verifier.world.subject import Subject

FOUND_BY_ID: tuple[Kind[object], ...] = (CLUSTER, CONTAINER_REGISTRY, IDENTITY, STORAGE_ACCOUNT, WORKSPACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What one data source looks up: made elsewhere, and asked for by the next plan."""

    thing: Subject[object]

    @property
    def label(self) -> str:
        """The data source's address."""
        return self.thing.address

    @property
    def concerns(self) -> frozenset[str]:
        """The thing's own."""
        return self.thing.concerns


def looked_up_in(world: World) -> tuple[LookedUp, ...]:
    """What is looked up and was read, by address. What nothing else here points to is not read."""
    return tuple(sorted(_found(world), key=lambda each: each.label)) if not world.offline else ()


def _found(world: World) -> Iterator[LookedUp]:
    intended = Intended(plan=world.plan, subscription=world.subscription)
    for kind in FOUND_BY_ID:
        # what this configuration makes by itself is there for its data sources once it was applied
        own = {arm_key(subject.arm_id) for subject in intended.of(kind)}
        for thing in intended.looked_up(kind):
            outcome = world.documents.get(thing.arm_id) if thing.arm_id else NOT_READ
            if outcome is NOT_READ or arm_key(thing.arm_id) in own:
                continue
            yield LookedUp(thing=with_outcome(thing, outcome))
