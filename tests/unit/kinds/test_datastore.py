from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.datastore import DATASTORE, STORAGE
from verifier.kinds.fact import NotKnown
from verifier.live.endpoints import CLOUDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"
CONTAINER = f"{ACCOUNT}/blobServices/default/containers/demos"
BLOB = """
    resource "azurerm_machine_learning_datastore_blobstorage" "d" {
      name                 = "d"
      workspace_id         = "/w"
      storage_container_id = "%s"
      %s
    }
    resource "azurerm_storage_account" "st" {}
    variable "none" {
      type    = string
      default = null
    }
"""
AZAPI = """
    resource "azapi_resource" "d" {
      type      = "Microsoft.MachineLearningServices/workspaces/datastores@2025-12-01"
      name      = "d"
      parent_id = "/w"
      body = { properties = {
        accountName = "st", containerName = "demos", subscriptionId = "s", resourceGroup = "rg"
        %s
      } }
    }
"""
SOURCE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/datastores/d"


@pytest.mark.parametrize(
    ("source", "credentials", "keeps_keys"),
    [
        (BLOB % (CONTAINER, ""), "None", False),
        (BLOB % (CONTAINER, "account_key = var.none"), "None", False),
        (BLOB % (CONTAINER, 'account_key = ""'), "None", False),
        (BLOB % (CONTAINER, 'account_key = "k"'), "AccountKey", True),
        (BLOB % (CONTAINER, "account_key = azurerm_storage_account.st.primary_access_key"), "AccountKey", True),
        (BLOB % (CONTAINER, 'shared_access_signature = "s"'), "Sas", True),
        (AZAPI % "", "None", False),
        (AZAPI % 'credentials = { credentialsType = "AccountKey", secrets = {} }', "AccountKey", True),
        (AZAPI % 'credentials = { credentialsType = "None" }', "None", False),
    ],
)
def test_that_a_key_is_given_says_what_the_datastore_authenticates_with(
    state: State, source: str, credentials: str, keeps_keys: bool
) -> None:
    datastore = state(DATASTORE, source)

    assert (datastore.credentials.value, datastore.keeps_keys) == (credentials, keeps_keys)


@pytest.mark.parametrize(
    "source",
    [
        BLOB % (CONTAINER, ""),
        BLOB % (CONTAINER.replace("storageAccounts", "storageaccounts").replace("blobS", "Blobs"), ""),
        AZAPI % "",
    ],
)
def test_the_account_is_the_one_whose_container_it_is(state: State, source: str) -> None:
    datastore = state(DATASTORE, source)

    assert (datastore.account_name.value, datastore.container.value, datastore.workspace_id.value) == (
        "st",
        "demos",
        "/w",
    )
    assert datastore.account_id.value.casefold() == ACCOUNT.casefold()


def test_the_storage_of_every_cloud_is_known() -> None:
    assert {cloud.blobs.removeprefix("blob."): name for name, cloud in CLOUDS.items()} == STORAGE


def test_a_file_share_has_an_account_too(state: State) -> None:
    share = CONTAINER.replace("blobServices/default/containers", "fileServices/default/shares")
    datastore = state(
        DATASTORE,
        f"""
        resource "azurerm_machine_learning_datastore_fileshare" "d" {{
          name                 = "d"
          workspace_id         = "/w"
          storage_fileshare_id = "{share}"
          account_key          = "k"
        }}
        """,
    )

    assert datastore.account_name.value == "st"
    assert datastore.account_id.value == ACCOUNT


def test_the_account_of_a_container_that_is_not_known_is_not_known(state: State) -> None:
    datastore = state(DATASTORE, BLOB.replace('"%s"', "azurerm_storage_account.st.container") % "")

    assert not datastore.account_name.known
    assert not datastore.account_id.known


@pytest.mark.parametrize(
    ("credentials", "keeps_keys"),
    [("AccountKey", True), ("accountKey", True), ("Sas", True), ("None", False), ("ServicePrincipal", False)],
)
def test_live_credentials_are_told_by_their_type(serve: Serve, credentials: str, keeps_keys: bool) -> None:
    body = {"properties": {"credentials": {"credentialsType": credentials}}}

    assert serve(DATASTORE, body, SOURCE).keeps_keys is keeps_keys


@pytest.mark.parametrize("properties", [{}, {"credentials": None}, {"credentials": {}}])
def test_credentials_that_were_not_sent_are_not_none(serve: Serve, properties: dict[str, Any]) -> None:
    with pytest.raises(NotKnown):
        _ = serve(DATASTORE, {"properties": properties}, SOURCE).keeps_keys


def test_an_account_without_a_group_is_known_by_name_alone(serve: Serve) -> None:
    datastore = serve(DATASTORE, {"properties": {"accountName": "st", "subscriptionId": "s"}}, SOURCE)

    assert (datastore.account_name.value, datastore.account_id.value) == ("st", "")
