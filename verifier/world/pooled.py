"""Pooled: the node pools that Terraform plans as resources of their own, as their cluster's document shows them.

The service has all pools of a cluster among its properties: what is not there does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from verifier.hcl.values import JSON
from verifier.kinds.node_pool import NODE_POOL
from verifier.kinds.served import Document, at
from verifier.live.documents import Absent, Documents, Failed, Found, Outcome
from verifier.world.joined import World
from verifier.world.sighted import Sighted

AGENT_POOLS = "/agentPools/"


def pooled(world: World) -> Iterator[Sighted]:
    """What is live of each node pool that Terraform plans, or might."""
    for planned in world.node_pools:
        outcome = pool_outcome(planned.arm_id, world.documents) if planned.arm_id else planned.outcome
        document = outcome.documents[0] if isinstance(outcome, Found) else None
        served = NODE_POOL.from_document(Document(document, planned.arm_id)) if document is not None else None
        found = replace(planned, outcome=outcome, served=served)
        yield Sighted(subject=found, planned_id=planned.arm_id)


def pool_outcome(identifier: str, documents: Documents) -> Outcome:
    """How looking for a pool by its id ended: as reading its cluster did, and whether that has it."""
    position = identifier.casefold().rfind(AGENT_POOLS.casefold())
    cluster = documents.get(identifier[:position])
    if not isinstance(cluster, Found):
        return cluster
    profiles = at(cluster.documents[0], ("properties", "agentPoolProfiles"))
    if not isinstance(profiles, list):
        return Failed(because="the answer for its cluster says nothing of node pools")
    wanted = identifier[position + len(AGENT_POOLS) :].casefold()
    profile = next((p for p in profiles if isinstance(p, dict) and str(p.get("name")).casefold() == wanted), None)
    return Absent(code="not among its cluster's") if profile is None else Found(documents=(_own(identifier, profile),))


def _own(identifier: str, profile: Mapping[str, JSON]) -> dict[str, JSON]:
    """A pool's part of its cluster's document, in the shape of the pool's own."""
    return {"id": identifier, "name": profile.get("name"), "properties": dict(profile)}
