"""The cluster extension that runs Azure ML on AKS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.compare import exactly, same_word, settings_within
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated, as_settings

AZUREML = "microsoft.azureml.kubernetes"
REDACTED = "(redacted)"
"""What stands in a document where a secret stood."""

Settings: TypeAlias = Mapping[str, str | Unknown]
"""Settings by key. One that is not known before apply leaves the others known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Terraform: azurerm_kubernetes_cluster_extension, azapi_resource. Live: …/providers/…/extensions on the cluster.

    Its instance name is free, so it is found by `extension_type` (case-insensitive). Settings are strings; the
    service and the az CLI add settings of their own. `errors` are the messages of its error statuses. Protected
    settings are never returned and so never compared.
    """

    name: Fact[str]
    extension_type: Fact[str]
    cluster_id: Fact[str]
    settings: Fact[Settings]
    release_namespace: Fact[str]
    provisioning_state: Fact[str]
    errors: Fact[tuple[str, ...]]
    assigned_principal: Fact[str]

    def setting(self, key: str) -> Fact[str]:
        """One setting; empty and unstated where it is not set."""
        settings = self.settings
        found: str | Unknown | None
        if isinstance(settings.content, Unknown):
            found = settings.content
        else:
            found = next((v for k, v in settings.content.items() if k.casefold() == key.casefold()), None)
        return Fact(
            name=key,
            content="" if found is None else found,
            origin=settings.origin,
            source=settings.source,
            stated=found is not None,
            sensitive=settings.sensitive,
        )

    @property
    def is_azureml(self) -> bool:
        """Whether this is the Azure ML extension."""
        return self.extension_type.value.casefold() == AZUREML


def _stated(says: Stated) -> Extension:
    return Extension(
        name=says.text("name", "name"),
        extension_type=says.text("extension_type", "extension_type", arm=("properties", "extensionType")),
        cluster_id=says.text("parent_id", "parent_id") if says.is_azapi else says.text("cluster_id", "cluster_id"),
        settings=says.settings(
            "configuration_settings", "configuration_settings", arm=("properties", "configurationSettings")
        ),
        release_namespace=says.text(
            "release_namespace", "release_namespace", arm=("properties", "scope", "cluster", "releaseNamespace")
        ),
        provisioning_state=Fact(name="provisioningState", content="", stated=False),
        errors=Fact(name="statuses", content=(), stated=False),
        assigned_principal=says.computed(
            "aks_assigned_identity[0].principal_id", "output.properties.aksAssignedIdentity.principalId"
        ),
    )


def _served(document: Document) -> Extension:
    return Extension(
        name=document.text("name", "name"),
        extension_type=document.always("extensionType", "properties", "extensionType"),
        cluster_id=Fact(
            name="id",
            content=document.source.casefold().partition("/providers/microsoft.kubernetesconfiguration/")[0],
            source=document.source,
        ),
        settings=document.fact(
            "configurationSettings", "properties", "configurationSettings", read=_kept_settings, otherwise={}
        ),
        release_namespace=document.text(
            "scope.cluster.releaseNamespace", "properties", "scope", "cluster", "releaseNamespace"
        ),
        provisioning_state=document.text("provisioningState", "properties", "provisioningState"),
        errors=document.fact("statuses", "properties", "statuses", read=_error_messages, otherwise=()),
        assigned_principal=document.text(
            "aksAssignedIdentity.principalId", "properties", "aksAssignedIdentity", "principalId"
        ),
    )


def _kept_settings(value: JSON) -> Settings:
    settings = as_settings(value)
    return {key: Unknown("it is a secret, and was not kept") if v == REDACTED else v for key, v in settings.items()}


def _error_messages(statuses: JSON) -> tuple[str, ...]:
    if not isinstance(statuses, list):
        return ()
    return tuple(
        str(status.get("message") or status.get("code") or "error without a message")
        for status in statuses
        if isinstance(status, dict) and str(status.get("level", "")).casefold() == "error"
    )


EXTENSION = Kind(
    noun="extension",
    arm_type="Microsoft.KubernetesConfiguration/extensions",
    terraform_types=("azurerm_kubernetes_cluster_extension",),
    from_terraform=_stated,
    from_document=_served,
    computed={
        "aks_assigned_identity[0].principal_id": ("properties", "aksAssignedIdentity", "principalId"),
        "output.properties.aksAssignedIdentity.principalId": ("properties", "aksAssignedIdentity", "principalId"),
    },
    compares={"extension_type": same_word, "release_namespace": exactly, "settings": settings_within},
)
