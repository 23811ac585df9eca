"""The storage account: whether its keys may be used."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import exactly
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageAccount:
    """Terraform: azurerm_storage_account, azapi_resource. Live: Microsoft.Storage/storageAccounts.

    `shared_key_access` left out or null means **true** on both sides (Azure.Provisioning.Storage reference,
    `AllowSharedKeyAccess`: "default value is null, which is equivalent to true"; azurerm `shared_access_key_enabled`).
    """

    name: Fact[str]
    shared_key_access: Fact[bool]


def _stated(says: Stated) -> StorageAccount:
    return StorageAccount(
        name=says.text("name", "name"),
        shared_key_access=says.flag(
            "shared_access_key_enabled",
            "shared_access_key_enabled",
            otherwise=True,
            arm=("properties", "allowSharedKeyAccess"),
        ),
    )


def _served(document: Document) -> StorageAccount:
    return StorageAccount(
        name=document.text("name", "name"),
        shared_key_access=document.flag("allowSharedKeyAccess", "properties", "allowSharedKeyAccess", otherwise=True),
    )


STORAGE_ACCOUNT = Kind(
    noun="storage account",
    arm_type="Microsoft.Storage/storageAccounts",
    terraform_types=("azurerm_storage_account",),
    from_terraform=_stated,
    from_document=_served,
    computed={"primary_blob_endpoint": ("properties", "primaryEndpoints", "blob")},
    compares={"shared_key_access": exactly},
)
