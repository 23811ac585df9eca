"""Mending: the edits of the source by which a thing gets what it lacks, where only one thing can be meant."""

from __future__ import annotations

from verifier.edits.edit import Add, Edit
from verifier.hcl.types import STRING, ObjectOf, Type
from verifier.hcl.values import Value
from verifier.kinds.compute import Compute
from verifier.kinds.fact import NotKnown
from verifier.kinds.identity import Identity
from verifier.kinds.workspace import Workspace
from verifier.terraform.plan import Instance, StaticPlan
from verifier.world.granting import free_name
from verifier.world.grants import grants_to
from verifier.world.joined import World
from verifier.world.naming import instance_at, module_above, named_in
from verifier.world.saying import edits_to_pass, instead_of, variable_behind
from verifier.world.subject import Subject
from verifier.world.threeway import Existence, import_block

IMPORTS = "imports.tf"
"""Where import blocks go: Terraform takes them in the root module only."""


def edits_for_identity(world: World, compute: Subject[Compute]) -> tuple[Edit, ...]:
    """The edit that gives a planned compute the identity that Terraform lets at its data, where that is but one."""
    identity = _only_granted(world, compute)
    instance = instance_at(world.plan, compute.address)
    if identity is None or instance is None:
        return ()
    unsaid_by = compute.intent.identity_type.unsaid_by
    variable = variable_behind(world.plan, unsaid_by)
    if variable is None:
        expression = named_in(world.plan, instance.module, identity.address, "id")
        block = f'identity {{\n  type         = "UserAssigned"\n  identity_ids = [{expression}]\n}}'
        place = instance.place
        return (Add(file=place.file, line=place.line, column=place.column, block=block),) if expression else ()
    expression = named_in(world.plan, module_above(variable.module), identity.address, "id")
    asked = _type_at(variable.type, unsaid_by.removeprefix(variable.address).split(".")[1:])
    if not expression or asked is None:
        return ()
    if asked == STRING:
        return edits_to_pass(world.plan, unsaid_by, expression)
    takes_id = isinstance(asked, ObjectOf) and asked.attributes.keys() - asked.optional.keys() == {"id"}
    return edits_to_pass(world.plan, unsaid_by, f"{{ id = {expression} }}") if takes_id else ()


def edits_for_auth_mode(world: World, workspace: Subject[Workspace]) -> tuple[Edit, ...]:
    """The edit that sets the auth mode of an azurerm workspace beside it; none in a module without azapi."""
    instance = instance_at(world.plan, workspace.address)
    if instance is None or not any(
        i.module == instance.module and i.type == "azapi_resource" for i in world.plan.instances
    ):
        return ()
    name = free_name(world.plan, "azapi_update_resource", instance.module, "auth_mode")
    return (
        Add(
            file=instance.place.file,
            block=f'resource "azapi_update_resource" "{name}" {{\n'
            '  type        = "Microsoft.MachineLearningServices/workspaces@2025-12-01"\n'
            f"  resource_id = {named_in(world.plan, instance.module, instance.address, 'id')}\n\n"
            "  body = {\n"
            "    properties = {\n"
            '      systemDatastoresAuthMode = "identity"\n'
            "    }\n"
            "  }\n"
            "}",
        ),
    )


def edits_to_import(world: World, existence: Existence) -> tuple[Edit, ...]:
    """The edits by which Terraform takes in what is live, under the name that it has; none where one is not certain."""
    maker = existence.kept_out[0] if existence.kept_out else None
    address = existence.subject.address or (maker.address if maker is not None else "")
    instance = instance_at(world.plan, address) or instance_at(world.plan, maker.resource if maker is not None else "")
    if instance is None:
        return ()
    added = Add(file=IMPORTS, block=import_block(address, existence.import_id))
    own = maker.name if maker is not None and not existence.subject.address else ""
    called_otherwise = existence.other_name or (bool(own) and own != existence.live_name)
    if not called_otherwise:
        return (added,)
    renamed = _edits_to_name(world.plan, instance, address, existence.live_name)
    return (*renamed, added) if renamed else ()


def _edits_to_name(plan: StaticPlan, instance: Instance, address: str, name: str) -> tuple[Edit, ...]:
    value = instance.would_be.get(address, instance.values).attribute("name")
    if value is None or value.origin is None:
        return ()
    text = f'"{name}"'
    if value.origin.chosen:
        return instead_of(value.origin, text)
    read = next((r.address for r in instance.reads if _is_named_by(r.address, r.value, value)), "")
    return edits_to_pass(plan, read, text)


def _is_named_by(address: str, read: Value, name: Value) -> bool:
    if read.origin is None or name.origin is None or not address.endswith(".name"):
        return False
    return read.content == name.content and read.origin.decider.place == name.origin.decider.place


def _only_granted(world: World, compute: Subject[Compute]) -> Subject[Identity] | None:
    try:
        account = world.intended_account_of(compute)
        if account is None:
            return None
        granted = [i for i in world.identities if i.planned and grants_to(world, i, account).granting is not None]
    except NotKnown:  # which one is meant is then not known either
        return None
    return granted[0] if len(granted) == 1 else None


def _type_at(asked: Type, steps: list[str]) -> Type | None:
    for step in steps:
        if not isinstance(asked, ObjectOf) or step not in asked.attributes:
            return None
        asked = asked.attributes[step]
    return asked
