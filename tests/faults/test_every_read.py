"""Whatever can be read is struck in some world, or it is said here why not."""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.bench import Bench
from tests.faults.worlds import WORLDS
from verifier.live.arm_id import type_of
from verifier.live.azure.reads import READINGS
from verifier.live.documents import OPENID_CONFIGURATION
from verifier.live.read_plan import NAMESPACES, OF_A_CLUSTER

ELSEWHERE = {
    "microsoft.containerservice/managedclusters/listclusterusercredential": (
        "no plan's read: asked before Kubernetes is, by a run that is told no endpoint; test_own_server strikes it"
    ),
}
"""What no world's run reads, by what it is, and why."""

INSIDE = {
    OPENID_CONFIGURATION,
    *OF_A_CLUSTER,
    *(f"{NAMESPACES}/*/{of}" for of in ("serviceaccounts", "pods", "events")),
}
"""The Kubernetes paths of the read plan, a namespace's name left out."""


def test_every_type_and_path_that_can_be_read_is_struck_in_some_world(bench_of: Callable[[str], Bench]) -> None:
    struck = {request for world in WORLDS for request in bench_of(world).reads.values()}
    azure = {type_of(request.path) for request in struck if request.plane == "azure"}
    kubernetes = {_of_any_namespace(request.path) for request in struck if request.plane == "kubernetes"}
    assert sorted(READINGS) == sorted(azure | set(ELSEWHERE))
    assert azure.isdisjoint(ELSEWHERE)
    assert kubernetes == INSIDE


def _of_any_namespace(path: str) -> str:
    within, _, of = path.removeprefix(f"{NAMESPACES}/").partition("/")
    return f"{NAMESPACES}/*/{of}" if path.startswith(f"{NAMESPACES}/{within}/") else path
