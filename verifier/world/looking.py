"""Looking: how looking for what only the state has ended, for kinds that are not read by their own id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from verifier.kinds.kind import Kind
from verifier.kinds.metadata import METADATA
from verifier.kinds.node_pool import NODE_POOL
from verifier.kinds.recorded_id import ON
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT
from verifier.kinds.role_definition import ROLE_DEFINITION
from verifier.live.documents import Absent, Outcome
from verifier.world.assigned import ASSIGNMENTS, assigned
from verifier.world.defined import defined, definition_outcome
from verifier.world.joined import World
from verifier.world.objects import object_outcome, objects
from verifier.world.placed import placed
from verifier.world.pooled import pool_outcome, pooled
from verifier.world.sighted import Sighted


def sighted_in(world: World) -> Iterator[Sighted]:
    """Everything that Terraform plans and that is found otherwise than by an id which follows from names."""
    for of_a_sort in (assigned, defined, objects, placed, pooled):
        yield from of_a_sort(world)


def looking_in(world: World) -> Callable[[Kind[object], str], Outcome | None]:
    """How looking for a thing by its id ended; None for a kind that is read by it, or found in its parent's list."""
    ways: Mapping[str, Callable[[str], Outcome | None]] = {
        METADATA.noun: lambda identifier: object_outcome(world, identifier.partition(ON)[0]),
        NODE_POOL.noun: lambda identifier: pool_outcome(identifier, world.documents),
        ROLE_ASSIGNMENT.noun: lambda identifier: _at_no_scope(world, identifier),
        ROLE_DEFINITION.noun: lambda identifier: definition_outcome(identifier, world.documents, world.roles),
    }

    def outcome(kind: Kind[object], identifier: str) -> Outcome | None:
        if kind.manifest:
            return object_outcome(world, identifier)
        way = ways.get(kind.noun)
        return way(identifier) if way is not None else None

    return outcome


def _at_no_scope(world: World, identifier: str) -> Absent | None:
    """What is assigned to something goes with it."""
    place = identifier.casefold().rfind(f"/{ASSIGNMENTS}/".casefold())
    outcome = world.documents.get(identifier[:place]) if place > 0 else None
    return outcome if isinstance(outcome, Absent) else None
