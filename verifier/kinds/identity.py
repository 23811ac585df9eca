"""The user-assigned identity: the principal that roles are granted to, and the client that tokens are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from verifier.hcl.values import JSON
from verifier.kinds.besides import LOCATION, Besides, served_besides, stated_besides
from verifier.kinds.compare import arm_key
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import MEMBERS, Document
from verifier.kinds.stated import Stated, as_text, as_texts

NO_PRINCIPALS: Fact[Mapping[str, str]] = Fact(name="identity.userAssignedIdentities", content={}, stated=False)

_ASSIGNED = ("identity.userAssignedIdentities", "identity", "userAssignedIdentities")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Terraform: azurerm_user_assigned_identity, azapi_resource. Live: …/userAssignedIdentities.

    Recreated under the same name, it has the same resource id and another `principal_id`.
    """

    name: Fact[str]
    principal_id: Fact[str]
    client_id: Fact[str]
    besides: Besides = field(default_factory=dict)


def assigned_identities(document: Document) -> Fact[tuple[str, ...]]:
    """The ARM ids of the user-assigned identities that a live resource has."""
    return document.fact(*_ASSIGNED, of=MEMBERS, read=assigned_ids, otherwise=())


def noted_principals(document: Document) -> Fact[Mapping[str, str]]:
    """The principals that a live resource notes of its user-assigned identities, by ARM id as a key."""
    return document.fact(*_ASSIGNED, of=MEMBERS, read=_principals, otherwise={})


def assigned_ids(value: JSON) -> tuple[str, ...]:
    """Their ids, from ARM's object that has them as names, or from a list."""
    return tuple(value) if isinstance(value, dict) else as_texts(value)


def _principals(value: JSON) -> Mapping[str, str]:
    members = value.items() if isinstance(value, dict) else ()
    return {arm_key(arm_id): found for arm_id, noted in members if (found := _principal(noted))}


def _principal(noted: JSON) -> str:
    return as_text(noted.get("principalId")) if isinstance(noted, dict) else ""


def _stated(says: Stated) -> Identity:
    return Identity(
        name=says.text("name", "name"),
        principal_id=says.computed("principal_id", "output.properties.principalId"),
        client_id=says.computed("client_id", "output.properties.clientId"),
        besides=stated_besides(says, (LOCATION,)),
    )


def _served(document: Document) -> Identity:
    return Identity(
        name=document.text("name", "name"),
        principal_id=document.always("principalId", "properties", "principalId"),
        client_id=document.always("clientId", "properties", "clientId"),
        besides=served_besides(document, (LOCATION,)),
    )


IDENTITY = Kind(
    noun="identity",
    arm_type="Microsoft.ManagedIdentity/userAssignedIdentities",
    terraform_types=("azurerm_user_assigned_identity",),
    from_terraform=_stated,
    from_document=_served,
    computed={
        "principal_id": ("properties", "principalId"),
        "client_id": ("properties", "clientId"),
        "tenant_id": ("properties", "tenantId"),
        "output.properties.principalId": ("properties", "principalId"),
        "output.properties.clientId": ("properties", "clientId"),
        "output.properties.tenantId": ("properties", "tenantId"),
    },
    besides=(LOCATION,),
)
