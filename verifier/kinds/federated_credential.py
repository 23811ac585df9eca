"""The federated identity credential: which Kubernetes service account may become the identity."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import exactly, same_set
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

SUBJECT_PREFIX = "system:serviceaccount:"
AUDIENCE = "api://AzureADTokenExchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """Terraform: azurerm_federated_identity_credential, azapi_resource. Live: …/federatedIdentityCredentials.

    Issuer and subject compare byte for byte; audiences as a set. ARM says `audiences`, azurerm `audience`.
    """

    name: Fact[str]
    identity_id: Fact[str]
    issuer: Fact[str]
    subject: Fact[str]
    audiences: Fact[tuple[str, ...]]


def service_account_of(subject: str) -> tuple[str, str] | None:
    """(namespace, service account) of a Kubernetes subject, or None for any other (a CI system's)."""
    if not subject.startswith(SUBJECT_PREFIX):
        return None
    namespace, _, name = subject.removeprefix(SUBJECT_PREFIX).partition(":")
    return (namespace, name) if namespace and name else None


def _stated(says: Stated) -> FederatedCredential:
    parent = says.text("user_assigned_identity_id", "user_assigned_identity_id")
    return FederatedCredential(
        name=says.text("name", "name"),
        identity_id=parent if parent.stated else says.text("parent_id", "parent_id"),
        issuer=says.text("issuer", "issuer", arm=("properties", "issuer")),
        subject=says.text("subject", "subject", arm=("properties", "subject")),
        audiences=says.texts("audience", "audience", arm=("properties", "audiences")),
    )


def _served(document: Document) -> FederatedCredential:
    return FederatedCredential(
        name=document.text("name", "name"),
        identity_id=document.parent("federatedIdentityCredentials"),
        issuer=document.always("issuer", "properties", "issuer"),
        subject=document.always("subject", "properties", "subject"),
        audiences=document.texts("audiences", "properties", "audiences"),
    )


FEDERATED_CREDENTIAL = Kind(
    noun="federated credential",
    arm_type="Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    terraform_types=("azurerm_federated_identity_credential",),
    from_terraform=_stated,
    from_document=_served,
    compares={"issuer": exactly, "subject": exactly, "audiences": same_set},
)
