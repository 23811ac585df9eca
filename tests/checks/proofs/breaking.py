"""Ways to break the healthy world or its source, and the proof that every check owes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench

CLUSTER = "Microsoft.ContainerService/managedClusters"
EXTENSION = "Microsoft.KubernetesConfiguration/extensions"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
CREDENTIAL = f"{IDENTITY}/federatedIdentityCredentials"
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
COMPUTE = f"{WORKSPACE}/computes"
DATASTORE = f"{WORKSPACE}/datastores"
ACCOUNT = "Microsoft.Storage/storageAccounts"
CONTAINER = f"{ACCOUNT}/blobServices/containers"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"


def nothing(bench: Bench) -> None:
    """The reference stack and its world, as they are."""


class Proof(NamedTuple):
    """How one check's world is broken, and how its facts are kept from it.

    `stands` is done first in each world: it gives the reference stack the subject, where it has none for this check.
    `verdict` is what the check says of its broken world.
    """

    breaks: Callable[[Bench], object]
    hides: Callable[[Bench], object]
    stands: Callable[[Bench], object] = nothing
    verdict: Verdict = Verdict.DISAGREES


def live(arm_type: str, change: Callable[[dict[str, Any]], object], name: str = "") -> Callable[[Bench], object]:
    return lambda bench: change(bench.resource(arm_type, name)["properties"])


def edit(file: str, old: str, new: str) -> Callable[[Bench], object]:
    return lambda bench: bench.edit(file, old, new)


def deny(path: str) -> Callable[[Bench], object]:
    return lambda bench: bench.deny(path)


def gone(arm_type: str, name: str = "") -> Callable[[Bench], object]:
    return lambda bench: bench.remove(arm_type, name)


def without_object(kind: str, name: str, namespace: str | None = None) -> Callable[[Bench], object]:
    return lambda bench: bench.world["objects"].remove(bench.kubernetes_object(kind, name, namespace))
