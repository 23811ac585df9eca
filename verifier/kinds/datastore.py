"""The datastore: which account and container it stands for, and what it authenticates with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from verifier.hcl.values import Unknown
from verifier.kinds.compare import exactly, name_of, same_word
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated, as_text

NO_CREDENTIALS = "None"
CREDENTIALS = ("properties", "credentials", "credentialsType")
KEY_CREDENTIALS = frozenset({"accountkey", "sas"})
OTHER_CREDENTIALS = frozenset({NO_CREDENTIALS.casefold(), "serviceprincipal", "certificate"})
HDFS = "hdfs"
"""A sort of datastore that no storage account is behind; it has credentials of its own."""
SERVICES = {"azureblob": "blob", "azuredatalakegen2": "blob", "azurefile": "file"}
STORAGE = {
    "core.windows.net": "AzureCloud",
    "core.usgovcloudapi.net": "AzureUSGovernment",
    "core.chinacloudapi.cn": "AzureChinaCloud",
}
"""Where each cloud, by the name that the az CLI gives it, has its storage accounts."""
SORTS = {
    "azurerm_machine_learning_datastore_blobstorage": "AzureBlob",
    "azurerm_machine_learning_datastore_datalake_gen2": "AzureDataLakeGen2",
    "azurerm_machine_learning_datastore_fileshare": "AzureFile",
}
CONTAINER_NAMES = ("containerName", "filesystem", "fileShareName")
"""What ARM calls a blob datastore's container, a data lake's, and a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datastore:
    """Terraform: azurerm_machine_learning_datastore_*, azapi_resource …/datastores. Live: …/workspaces/datastores.

    `credentials` is None, AccountKey, Sas, ServicePrincipal or Certificate; the key itself is never looked at. The
    names of storage accounts are unique in all of Azure, so `account_name` says which one it is; `account_id` is empty
    where the datastore does not say in which group that account is (the workspace's own). `sort` is datastoreType:
    AzureBlob, AzureFile, AzureDataLakeGen2, or something that is no storage account; `container` is the container, the
    share or the file system. `endpoint` is what follows the account's name in its address, `core.windows.net`; left
    out, it is the workspace's own cloud's.
    """

    name: Fact[str]
    workspace_id: Fact[str]
    account_id: Fact[str]
    account_name: Fact[str]
    container: Fact[str]
    credentials: Fact[str]
    sort: Fact[str]
    endpoint: Fact[str]

    @property
    def cloud(self) -> str:
        """The cloud in whose storage it looks for the account; empty where it does not say. Raises NotKnown."""
        said = self.endpoint.value.casefold()
        if said and said not in STORAGE:
            raise NotKnown(f"which cloud has storage accounts at {self.endpoint.value} is not known")
        return STORAGE.get(said, "")

    @property
    def service(self) -> str:
        """The account's service that it stands in, `blob` or `file`; empty where it stands for no account."""
        return SERVICES.get(self.sort.value.casefold(), "")

    @property
    def keeps_nothing(self) -> bool:
        """Whether it has no credential: whoever reads through it is asked who he is."""
        return self.credentials.value.casefold() == NO_CREDENTIALS.casefold()

    @property
    def keeps_keys(self) -> bool:
        """Whether it authenticates with the account's key, or a signature made with it.

        Raises NotKnown for a sort of credential that nobody has heard of.
        """
        word = self.credentials.value.casefold()
        if word in KEY_CREDENTIALS:
            return True
        if word in OTHER_CREDENTIALS or (self.sort.value.casefold() == HDFS and word.startswith("kerberos")):
            return False
        raise NotKnown(f"whether {self.credentials.value} credentials are made with a key of the account is not known")


def _stated(says: Stated) -> Datastore:
    place = _place(says)
    return Datastore(
        name=says.text("name", "name"),
        workspace_id=says.text("parent_id", "parent_id")
        if says.is_azapi
        else says.text("workspace_id", "workspace_id"),
        account_id=_account_id(lambda name: says.text(name, arm=("properties", name)))
        if says.is_azapi
        else _part(place, _account_before),
        account_name=says.text("accountName", arm=("properties", "accountName"))
        if says.is_azapi
        else _part(place, _account_name),
        container=_first(lambda name: says.text(name, arm=("properties", name)))
        if says.is_azapi
        else _part(place, name_of),
        credentials=_stated_credentials(says),
        sort=says.text("datastoreType", arm=("properties", "datastoreType"))
        if says.is_azapi
        else Fact(name="type", content=SORTS[says.instance.type], source=says.instance.address),
        endpoint=says.text("endpoint", arm=("properties", "endpoint")),
    )


def _place(says: Stated) -> Fact[str]:
    """The id of the container or share that azurerm's datastore stands for."""
    container = says.text("storage_container_id", "storage_container_id")
    return container if container.stated else says.text("storage_fileshare_id", "storage_fileshare_id")


def _account_id(said: Callable[[str], Fact[str]]) -> Fact[str]:
    """The account's id from the parts in which ARM says it; empty where one is left out."""
    name = said("accountName")
    parts = (said("subscriptionId"), said("resourceGroup"), name)
    missing = next((part for part in parts if isinstance(part.content, Unknown) or not part.content), None)
    if missing is not None:
        return missing
    subscription, group, account = (part.value for part in parts)
    path = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{account}"
    return replace(name, content=path)


def _part(arm_id: Fact[str], part: Callable[[str], str]) -> Fact[str]:
    """A part of an id that a fact holds; what is not known of the id is not known of the part."""
    return arm_id if isinstance(arm_id.content, Unknown) else replace(arm_id, content=part(arm_id.content))


def _account_before(container: str) -> str:
    """The id of the account that a container's or share's id starts with."""
    below = re.search(r"/(?:blob|file)services/", container, re.IGNORECASE)
    return container[: below.start()] if below else ""


def _account_name(container: str) -> str:
    return name_of(_account_before(container))


def _first(said: Callable[[str], Fact[str]]) -> Fact[str]:
    """The container under the one of its names that is said."""
    facts = [said(name) for name in CONTAINER_NAMES]
    return next((fact for fact in facts if fact.stated), facts[0])


_SECRETS = (("account_key", "AccountKey"), ("shared_access_signature", "Sas"), ("client_secret", "ServicePrincipal"))


def _stated_credentials(says: Stated) -> Fact[str]:
    if says.is_azapi:
        return says.fact("", read=as_text, otherwise=NO_CREDENTIALS, arm=CREDENTIALS)
    for attribute, credentials in _SECRETS:
        key = says.text(attribute, attribute)
        if key.stated and (isinstance(key.content, Unknown) or key.content):
            # the key is never kept: that one is given says enough
            return Fact(name=attribute, content=credentials, origin=key.origin)
    return Fact(name="credentials", content=NO_CREDENTIALS, source=says.instance.address, stated=False)


def _served(document: Document) -> Datastore:
    return Datastore(
        name=document.text("name", "name"),
        workspace_id=document.parent("datastores"),
        account_id=_account_id(lambda name: document.text(name, "properties", name)),
        account_name=document.text("accountName", "properties", "accountName"),
        container=_first(lambda name: document.text(name, "properties", name)),
        credentials=document.always("credentials.credentialsType", *CREDENTIALS),
        sort=document.always("datastoreType", "properties", "datastoreType"),
        endpoint=document.text("endpoint", "properties", "endpoint"),
    )


DATASTORE = Kind(
    noun="datastore",
    arm_type="Microsoft.MachineLearningServices/workspaces/datastores",
    terraform_types=tuple(SORTS),
    from_terraform=_stated,
    from_document=_served,
    compares={
        "account_name": same_word,
        "container": exactly,
        "credentials": same_word,
        "sort": same_word,
        "endpoint": same_word,
    },
)
