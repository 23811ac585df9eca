"""The container and the share: the places inside a storage account that datastores stand for."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

CONTAINERS = "blobServices/default/containers"
SHARES = "fileServices/default/shares"
COLLECTIONS = {"blob": CONTAINERS, "file": SHARES}
"""By service, where Azure Resource Manager lists an account's places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Terraform: azurerm_storage_container, azurerm_storage_share, azapi_resource. Live: the types named below.

    Both sides by Azure Resource Manager: what lies inside is never looked at. `account_name` is how azurerm says the
    account where it does not say its id (`storage_account_name`, before azurerm 5).
    """

    name: Fact[str]
    account_name: Fact[str]


def place_in(account_id: str, service: str, name: str) -> str:
    """The ARM id of a container or share; empty where the service has neither, or something is not said."""
    collection = COLLECTIONS.get(service, "")
    return f"{account_id}/{collection}/{name}" if account_id and collection and name else ""


def _stated(says: Stated) -> Container:
    return Container(
        name=says.text("name", "name"), account_name=says.text("storage_account_name", "storage_account_name")
    )


def _served(document: Document) -> Container:
    return Container(
        name=document.text("name", "name"), account_name=Fact(name="accountName", content="", stated=False)
    )


RECORDED = {"resource_manager_id": ("id",)}
"""What azurerm notes beside an id that may be an address in the account."""

CONTAINER = Kind(
    noun="container",
    arm_type="Microsoft.Storage/storageAccounts/blobServices/containers",
    terraform_types=("azurerm_storage_container",),
    from_terraform=_stated,
    from_document=_served,
    computed=RECORDED,
)
SHARE = Kind(
    noun="share",
    arm_type="Microsoft.Storage/storageAccounts/fileServices/shares",
    terraform_types=("azurerm_storage_share",),
    from_terraform=_stated,
    from_document=_served,
    computed=RECORDED,
)
