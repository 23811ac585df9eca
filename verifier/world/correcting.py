"""Correcting: the edits that say rightly what the source says wrongly, where only one thing can be meant."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.edits.edit import Edit, Say
from verifier.hcl.origin import Origin, Step
from verifier.kinds.cluster import Cluster
from verifier.kinds.fact import Fact
from verifier.kinds.federated_credential import AUDIENCE, FederatedCredential
from verifier.kinds.identity import Identity
from verifier.kinds.role_assignment import RoleAssignment
from verifier.kinds.storage_account import StorageAccount
from verifier.terraform.plan import Instance, StaticPlan
from verifier.world.joined import World
from verifier.world.naming import instance_at, module_above, named_in
from verifier.world.saying import edits_to_pass, instead_of
from verifier.world.storage_provider import USES_ENTRA, provider_place, reaches_with_token
from verifier.world.subject import Subject

_PRINCIPAL_OF = {
    "azurerm_user_assigned_identity": "principal_id",
    "azurerm_kubernetes_cluster": "object_id",
    "azurerm_client_config": "object_id",
    "azuread_client_config": "object_id",
    "azuread_service_principal": "object_id",
}
"""What a type calls the principal whose client id it has beside it. An application is not the principal that it has."""


def edits_for_token(world: World, account: Subject[StorageAccount]) -> tuple[Edit, ...]:
    """The edit by which the provider of a planned account reaches it with a token."""
    said = reaches_with_token(world, account)
    if said.stated:
        return instead_of(said.origin, "true")
    if said.unsaid_by:
        return edits_to_pass(world.plan, said.unsaid_by, "true")
    place = provider_place(world, account)
    if place is None:
        return ()
    return (Say(file=place.file, line=place.line, column=place.column, path=(USES_ENTRA,), value="true"),)


def stands_for(fact: Fact[str]) -> tuple[str, ...]:
    """The addresses of the attributes that a fact waits for, or stood for unchanged before it was read live."""
    hops = tuple(fact.origin.chain()) if fact.origin is not None else ()
    if hops and hops[-1].step is Step.LIVE and all(hop.step is not Step.EXPRESSION for hop in hops):
        return (hops[-1].text,)
    return fact.references


def edits_for_principal(plan: StaticPlan, assignment: Subject[RoleAssignment], reference: str) -> tuple[Edit, ...]:
    """The edit that names the principal where an assignment names its client id, by a reference that stands there."""
    here = instance_at(plan, assignment.address)
    owner = next((i for i in plan.instances if reference.startswith(f"{i.address}.")), None)
    if here is None or owner is None or owner.type not in _PRINCIPAL_OF:
        return ()
    attribute = reference.removeprefix(f"{owner.address}.")
    if owner.type == "azurerm_kubernetes_cluster" and not attribute.startswith("kubelet_identity["):
        return ()
    meant = f"{attribute.rpartition('.')[0]}.{_PRINCIPAL_OF[owner.type]}".removeprefix(".")
    wrong, right = (named_in(plan, here.module, owner.address, name) for name in (attribute, meant))
    if not (wrong and right):
        return ()
    place = here.place
    return (
        Say(
            file=place.file,
            line=place.line,
            column=place.column,
            path=("principal_id",),
            value=right,
            instead=wrong,
        ),
    )


def edits_for_principal_of(
    world: World, assignment: Subject[RoleAssignment], identity: Subject[Identity]
) -> tuple[Edit, ...]:
    """The edit that names an identity's principal where its client id is written out."""
    origin = assignment.intent.principal_id.origin
    module = _module_of(origin, instance_at(world.plan, assignment.address), identity.address)
    named = named_in(world.plan, module, identity.address, "principal_id") if module is not None else ""
    if named:
        return instead_of(origin, named)
    known = identity.served is not None and identity.served.principal_id.known
    return instead_of(origin, f'"{identity.live.principal_id.value}"') if known else ()


def edits_for_issuer(
    plan: StaticPlan, credential: Subject[FederatedCredential], clusters: Sequence[Subject[Cluster]]
) -> tuple[Edit, ...]:
    """The edit that takes an issuer that is written out from the cluster: the only one that can be meant."""
    instance = instance_at(plan, clusters[0].address) if len(clusters) == 1 else None
    if instance is None or instance.type != "azurerm_kubernetes_cluster":
        return ()
    origin = credential.intent.issuer.origin
    module = _module_of(origin, instance_at(plan, credential.address), instance.address)
    named = named_in(plan, module, instance.address, "oidc_issuer_url") if module is not None else ""
    return instead_of(origin, named) if named else ()


def audience_meant(world: World) -> str:
    """The audience that Entra documents for the cloud of this world; empty where settings and provider differ in it."""
    clouds = {_CLOUDS.get(world.cloud, "")}
    for name, block in world.plan.providers.items():
        said = block.attribute("environment") if name.rpartition(".")[2] == "azurerm" else None
        if said is not None and not said.is_null:
            clouds.add(said.content if isinstance(said.content, str) else "")
    return _AUDIENCES.get(clouds.pop(), "") if len(clouds) == 1 else ""


_CLOUDS = {"AzureCloud": "public", "AzureUSGovernment": "usgovernment", "AzureChinaCloud": "china"}
"""What the azurerm provider calls a cloud (its argument `environment`)."""
_AUDIENCES = {"public": AUDIENCE, "usgovernment": f"{AUDIENCE}USGov", "china": f"{AUDIENCE}China"}
"""Source: federation.json, audiences."""


def _module_of(origin: Origin | None, user: Instance | None, owner: str) -> str | None:
    """The module in whose source a value stands that reached a resource by way of module arguments alone.

    None where what is to give it instead, at the address `owner`, is in a module that it is passed to: one that is
    given what it makes itself may wait for itself.
    """
    if origin is None or user is None:
        return None
    module = user.module
    for hop in origin.chain():
        if hop.step is Step.MODULE_ARGUMENT:
            if owner.startswith(f"{module}."):
                return None
            module = module_above(module)
    return module
