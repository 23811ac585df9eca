"""The cluster extension that runs Azure ML on AKS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.compare import REDACTED, exactly, same_word, settings_within
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import OBJECT, OBJECTS, SETTINGS, Document
from verifier.kinds.stated import Stated, as_settings

AZUREML = "microsoft.azureml.kubernetes"
"""What stands in a document where a secret stood."""

_NEVER_RETURNED = Unknown("the service never returns protected settings")

Settings: TypeAlias = Mapping[str, str | Unknown]
"""Settings by key. One that is not known before apply leaves the others known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Terraform: azurerm_kubernetes_cluster_extension, azapi_resource. Live: …/providers/…/extensions on the cluster.

    Its instance name is free, so it is found by `extension_type` (case-insensitive). Settings are strings, and become
    values of a Helm chart: their keys are case-sensitive (MicrosoftDocs/azure-ai-docs, pull request 458). The service
    and the az CLI add settings of their own. `errors` are the messages of its error statuses and of its errorInfo.
    Protected settings are never returned and so never compared; of them only the keys are kept. `version` is the one
    that is pinned, empty where the extension is upgraded by itself; `release_train` compares without regard to case.
    """

    name: Fact[str]
    extension_type: Fact[str]
    cluster_id: Fact[str]
    settings: Fact[Settings]
    release_namespace: Fact[str]
    provisioning_state: Fact[str]
    errors: Fact[tuple[str, ...]]
    assigned_principal: Fact[str]
    version: Fact[str]
    release_train: Fact[str]
    auto_upgrade: Fact[bool]
    protected_keys: Fact[tuple[str, ...]]

    def setting(self, key: str) -> Fact[str]:
        """One setting, by its key in these very letters; empty and unstated where it is not set."""
        settings = self.settings
        said = settings.content
        found = said if isinstance(said, Unknown) else said.get(key)
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

    @property
    def means_azureml(self) -> bool:
        """Whether this is the Azure ML extension, or meant to be and misspelt."""
        letters = "".join(c for c in self.extension_type.value.casefold() if c.isalnum())
        return self.is_azureml or any(word in letters for word in ("azureml", "machinelearning"))


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
        version=says.text("version", "version", arm=("properties", "version")),
        release_train=says.text("release_train", "release_train", arm=("properties", "releaseTrain")),
        auto_upgrade=_auto_upgrade(says),
        protected_keys=says.fact(
            "configuration_protected_settings",
            "configuration_protected_settings",
            read=_keys,
            otherwise=(),
            arm=("properties", "configurationProtectedSettings"),
        ),
    )


def _auto_upgrade(says: Stated) -> Fact[bool]:
    """Azurerm has no word for it: it switches upgrades off where a version is pinned."""
    if says.is_azapi:
        path = ("body", "properties", "autoUpgradeMinorVersion")
        return says.flag("autoUpgradeMinorVersion", *path, otherwise=True)
    pinned = says.text("version", "version")
    content = pinned.content if isinstance(pinned.content, Unknown) else not pinned.content
    return Fact(name="version", content=content, origin=pinned.origin, stated=pinned.stated)


def _keys(value: JSON) -> tuple[str, ...]:
    return tuple(sorted(value)) if isinstance(value, dict) else ()


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
            "configurationSettings",
            "properties",
            "configurationSettings",
            of=SETTINGS,
            read=_kept_settings,
            otherwise={},
        ),
        release_namespace=document.text(
            "scope.cluster.releaseNamespace", "properties", "scope", "cluster", "releaseNamespace"
        ),
        provisioning_state=document.text("provisioningState", "properties", "provisioningState"),
        errors=_errors(document),
        assigned_principal=_assigned(document),
        version=document.text("version", "properties", "version"),
        release_train=document.text("releaseTrain", "properties", "releaseTrain"),
        auto_upgrade=document.flag("autoUpgradeMinorVersion", "properties", "autoUpgradeMinorVersion", otherwise=True),
        protected_keys=Fact(name="configurationProtectedSettings", content=_NEVER_RETURNED, stated=False),
    )


def _assigned(document: Document) -> Fact[str]:
    """The principal of the extension's own identity, which newer api-versions may call its object id."""
    path = ("properties", "aksAssignedIdentity")
    principal = document.text("aksAssignedIdentity.principalId", *path, "principalId")
    newer = document.text("aksAssignedIdentity.objectId", *path, "objectId")
    return newer if newer.stated and not principal.stated else principal


def _kept_settings(value: JSON) -> Settings:
    settings = as_settings(value)
    return {key: Unknown("it is a secret, and was not kept") if v == REDACTED else v for key, v in settings.items()}


def _errors(document: Document) -> Fact[tuple[str, ...]]:
    """What it reports by itself and what its agent in the cluster met: the latter is errorInfo."""
    nothing: tuple[str, ...] = ()
    reported = document.fact("statuses", "properties", "statuses", of=OBJECTS, read=_error_messages, otherwise=nothing)
    met = document.fact("errorInfo", "properties", "errorInfo", of=OBJECT, read=_error_message, otherwise=nothing)
    return met if reported.known and not reported.value and (not met.known or met.value) else reported


def _error_message(error: JSON) -> tuple[str, ...]:
    told = (error.get("message") or error.get("code")) if isinstance(error, dict) else None
    return (str(told),) if told else ()


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
    compares={
        "extension_type": same_word,
        "release_namespace": exactly,
        "settings": settings_within,
        "version": exactly,
        "release_train": same_word,
        "auto_upgrade": exactly,
    },
)
