"""Granting: the edits by which the source gives an identity what it lacks on something that it makes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from verifier.edits.edit import Add, Edit
from verifier.kinds.cluster import Cluster
from verifier.kinds.compute import Compute
from verifier.kinds.container_registry import ContainerRegistry
from verifier.kinds.storage_account import StorageAccount
from verifier.kinds.trusted_access import WORKLOAD_ROLE
from verifier.kinds.workspace import Workspace
from verifier.terraform.plan import Instance, StaticPlan
from verifier.world.joined import World
from verifier.world.naming import instance_at, named_in
from verifier.world.subject import Subject

ASSIGNMENT = "azurerm_role_assignment"
BINDING = "azurerm_kubernetes_cluster_trusted_access_role_binding"


def edits_for_grant(world: World, compute: Subject[Compute], account: Subject[StorageAccount]) -> tuple[Edit, ...]:
    """The edit that grants the identity of a planned compute the data of an account."""
    return _granted(world, _principal(world, compute), ("Storage Blob Data Contributor",), account.address, "job_data")


def edits_for_images(world: World, compute: Subject[Compute], registry: Subject[ContainerRegistry]) -> tuple[Edit, ...]:
    """The edit that lets the identity of a planned compute pull a registry's images."""
    return _granted(world, _principal(world, compute), ("AcrPull",), registry.address, "job_images")


def edits_for_attaching(
    world: World, workspace: Subject[Workspace], thing: Subject[object], roles: Sequence[str]
) -> tuple[Edit, ...]:
    """The edit that grants the only user-assigned identity of a planned workspace roles on what it works with."""
    principal = _user_assigned(world, workspace.intent.identity_ids.value)
    return _granted(world, principal, roles, thing.address, f"workspace_on_{thing.kind.noun.replace(' ', '_')}")


def edits_for_login(world: World, compute: Subject[Compute], cluster: Subject[Cluster]) -> tuple[Edit, ...]:
    """The edit that lets a planned compute's workspace in by Trusted Access."""
    workspace = world.workspace(compute.intent.workspace_id.value)
    if workspace is None or any(not b.planned or b.stated is None for b in world.trusted_access):
        return ()
    found = _module_of_both(world.plan, (cluster.address, "id"), (workspace.address, "id"))
    if found is None:
        return ()
    instance, cluster_id, workspace_id = found
    if _counted(world.plan, instance.module, (cluster.address, workspace.address)) != "":
        return ()
    taken = {b.intent.name.content for b in world.trusted_access}
    name = free_name(world.plan, BINDING, instance.module, "azureml")
    if name in taken:
        return ()
    return (
        Add(
            file=instance.place.file,
            block=f'resource "{BINDING}" "{name}" {{\n'
            f'  name                  = "{name.replace("_", "-")}"\n'
            f"  kubernetes_cluster_id = {cluster_id}\n"
            f"  source_resource_id    = {workspace_id}\n"
            f'  roles                 = ["{WORKLOAD_ROLE}"]\n'
            "}",
        ),
    )


def free_name(plan: StaticPlan, of_type: str, module: str, wanted: str) -> str:
    """A name that no resource of a type has in a module: the wanted one, else that with a number."""
    taken = {i.name for i in plan.instances if i.type == of_type and i.module == module}
    while wanted in taken:
        wanted = re.sub(r"_?(\d*)$", lambda m: f"_{int(m[1] or 1) + 1}", wanted, count=1)
    return wanted


def _granted(
    world: World, principal: tuple[str, str] | None, roles: Sequence[str], scope: str, name: str
) -> tuple[Edit, ...]:
    """The edit that adds role assignments where both what is granted on and whom it is granted to can be named."""
    found = _module_of_both(world.plan, (scope, "id"), principal) if principal is not None else None
    if found is None or principal is None:
        return ()
    instance, scope_id, principal_id = found
    counted = _counted(world.plan, instance.module, (scope, principal[0]))
    if counted is None or (counted and len(roles) > 1):
        return ()
    each = f"  for_each = toset({json.dumps([*roles])})\n\n" if len(roles) > 1 else counted
    role = f'"{roles[0]}"' if len(roles) == 1 else "each.value"
    return (
        Add(
            file=instance.place.file,
            block=f'resource "{ASSIGNMENT}" "{free_name(world.plan, ASSIGNMENT, instance.module, name)}" {{\n'
            f"{each}"
            f"  scope                = {scope_id}\n"
            f"  role_definition_name = {role}\n"
            f"  principal_id         = {principal_id}\n"
            '  principal_type       = "ServicePrincipal"\n'
            "}",
        ),
    )


def _principal(world: World, compute: Subject[Compute]) -> tuple[str, str] | None:
    """The planned thing that has the principal id of a compute's jobs, and the attribute in which it has it."""
    declared = compute.intent.identity_ids.value
    if declared:
        return _user_assigned(world, declared[:1])
    instance = instance_at(world.plan, compute.address)
    block = instance.values.attribute("identity") if instance is not None else None
    return (compute.address, "identity[0].principal_id") if block is not None and not block.is_null else None


def _user_assigned(world: World, ids: Sequence[str]) -> tuple[str, str] | None:
    identity = world.identity(ids[0]) if len(ids) == 1 else None
    return (identity.address, "principal_id") if identity is not None and identity.address else None


def _module_of_both(plan: StaticPlan, one: tuple[str, str], other: tuple[str, str]) -> tuple[Instance, str, str] | None:
    """The module of one of two things in which both can be named, by that thing, and their names there.

    Not a module that is called several times: what is added there is added in all of them.
    """
    for address in (one[0], other[0]):
        instance = instance_at(plan, address)
        if instance is None or _is_repeated(plan, instance.module):
            continue
        names = [named_in(plan, instance.module, *thing) for thing in (one, other)]
        if all(names):
            return instance, names[0], names[1]
    return None


def _is_repeated(plan: StaticPlan, module: str) -> bool:
    own = _without_keys(module)
    return len({i.module for i in plan.instances if _without_keys(i.module) == own}) > 1


def _counted(plan: StaticPlan, module: str, addresses: Sequence[str]) -> str | None:
    """The count of what is added, so that it is there when what it refers to in its module is; empty without one.

    None where that is not said by a count: what is referred to is one of several, or more than one thing is counted.
    """
    keyed = [
        i for a in addresses if (i := instance_at(plan, a)) is not None and i.module == module and i.key is not None
    ]
    if not keyed:
        return ""
    if len(keyed) > 1 or keyed[0].key != 0:
        return None
    resource = _without_keys(keyed[0].address.removeprefix(f"{module}."))
    return f"  count = length({resource})\n\n"


def _without_keys(address: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", address)
