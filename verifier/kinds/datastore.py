"""The datastore: which account and container it stands for, and what it authenticates with."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.hcl.values import Unknown
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind, is_azapi
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

NO_CREDENTIALS = "None"
KEY_CREDENTIALS = frozenset({"accountkey", "sas"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Datastore:
    """Terraform: azurerm_machine_learning_datastore_*, azapi_resource …/datastores. Live: …/workspaces/datastores.

    `credentials` is None, AccountKey, Sas, ServicePrincipal or Certificate; the key itself is never looked at.
    """

    name: Fact[str]
    workspace_id: Fact[str]
    account_name: Fact[str]
    container: Fact[str]
    credentials: Fact[str]

    @property
    def keeps_keys(self) -> bool:
        """Whether it authenticates with the account's key, or a signature made with it."""
        return self.credentials.value.casefold() in KEY_CREDENTIALS


def _stated(says: Stated) -> Datastore:
    if is_azapi(says):
        properties = ("body", "properties")
        return Datastore(
            name=says.text("name", "name"),
            workspace_id=says.text("parent_id", "parent_id"),
            account_name=says.text("accountName", *properties, "accountName"),
            container=says.text("containerName", *properties, "containerName"),
            credentials=says.fact(
                "credentialsType",
                *properties,
                "credentials",
                "credentialsType",
                read=str,
                otherwise=NO_CREDENTIALS,
            ),
        )
    return Datastore(
        name=says.text("name", "name"),
        workspace_id=says.text("workspace_id", "workspace_id"),
        account_name=says.text("storage_container_id", "storage_container_id"),
        container=says.text("storage_container_id", "storage_container_id"),
        credentials=_stated_credentials(says),
    )


def _stated_credentials(says: Stated) -> Fact[str]:
    for attribute, credentials in (("account_key", "AccountKey"), ("shared_access_signature", "Sas")):
        key = says.text(attribute, attribute)
        if key.stated and (isinstance(key.content, Unknown) or key.content):
            # the key is never kept: that one is given says enough
            return Fact(name=attribute, content=credentials, origin=key.origin)
    return Fact(name="credentials", content=NO_CREDENTIALS, source=says.instance.address, stated=False)


def _served(document: Document) -> Datastore:
    return Datastore(
        name=document.text("name", "name"),
        workspace_id=Fact(name="id", content=document.source.rpartition("/datastores/")[0], source=document.source),
        account_name=document.text("accountName", "properties", "accountName"),
        container=document.text("containerName", "properties", "containerName"),
        credentials=document.text(
            "credentials.credentialsType", "properties", "credentials", "credentialsType", otherwise=NO_CREDENTIALS
        ),
    )


DATASTORE = Kind(
    noun="datastore",
    arm_type="Microsoft.MachineLearningServices/workspaces/datastores",
    terraform_types=(
        "azurerm_machine_learning_datastore_blobstorage",
        "azurerm_machine_learning_datastore_fileshare",
        "azurerm_machine_learning_datastore_datalake_gen2",
    ),
    from_terraform=_stated,
    from_document=_served,
)
