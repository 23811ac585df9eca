"""Who is refused what: the world's `denied` table, and the reads of a snapshot that ended as denied."""

from __future__ import annotations

import fnmatch

from verifier.simulator import arm_path
from verifier.simulator.arm_path import ArmPath
from verifier.simulator.wire import Principal
from verifier.simulator.world import Denial, Ending, World


def arm_action(where: ArmPath) -> str:
    """The action that reading a path needs, `Microsoft.Storage/storageAccounts/read`."""
    if where.type.casefold() in arm_path.POSTED:
        return f"{where.type}/action"
    return f"{where.type}/read"


def kubernetes_permission(verb: str, plural: str, namespace: str) -> str:
    """The permission that a Kubernetes read needs, `list serviceaccounts in namespace azureml`."""
    return f"{verb} {plural} in namespace {namespace}" if namespace else f"{verb} {plural}"


def is_denied(world: World, *, path: str, permission: str, caller: Principal) -> bool:
    """Whether the world's `denied` table refuses this caller this permission at this path."""
    return any(_denies(denial, path=path, permission=permission, caller=caller) for denial in world.denials)


def ending(world: World, *, operation: str, path: str, assigned_to: str = "") -> Ending | None:
    """How that very read ended in the snapshot, when it ended otherwise than found."""
    wanted = arm_path.same(path)
    for each in world.endings:
        if each.operation == operation and each.path == wanted and each.assigned_to in ("", assigned_to.casefold()):
            return each
    return None


def _denies(denial: Denial, *, path: str, permission: str, caller: Principal) -> bool:
    if denial.principal and denial.principal.casefold() != caller.object_id.casefold():
        return False
    if not arm_path.is_at_or_below(path, denial.path):
        return False
    pattern = denial.permission.casefold().replace("[", "[[]")
    return not pattern or fnmatch.fnmatchcase(permission.casefold(), pattern)
