"""The real clients read the simulator as they read Azure."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.rest import HttpRequest
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.kubernetesconfiguration import SourceControlConfigurationClient
from azure.mgmt.msi import ManagedServiceIdentityClient
from azure.mgmt.storage import StorageManagementClient

from tests.simulator.conftest import BLOB_READER, ML_PRINCIPAL, STORAGE, WORKSPACE, Azure
from tests.wire_audit import BY_HAND
from verifier.simulator.api_versions import SUPPORTED

GROUP_NAME = "rg-robots"
LEARNING_VERSION = "2025-12-01"


def raw(pipeline_response: Any, _deserialised: Any, _headers: Any) -> Any:
    """The `cls=` hook that keeps the JSON as it came."""
    return json.loads(pipeline_response.http_response.text())


def read_cluster(azure: Azure) -> Any:
    clusters = azure.client(ContainerServiceClient).managed_clusters
    return clusters.get(GROUP_NAME, "aks-robots", cls=raw)


def read_extensions(azure: Azure) -> Any:
    extensions = azure.client(SourceControlConfigurationClient).extensions
    return list(extensions.list(GROUP_NAME, "Microsoft.ContainerService", "managedClusters", "aks-robots"))


def read_identity(azure: Azure) -> Any:
    identities = azure.client(ManagedServiceIdentityClient).user_assigned_identities
    return identities.get(GROUP_NAME, "id-ml", cls=raw)


def read_federated_credentials(azure: Azure) -> Any:
    credentials = azure.client(ManagedServiceIdentityClient).federated_identity_credentials
    return list(credentials.list(GROUP_NAME, "id-ml"))


def read_storage(azure: Azure) -> Any:
    return azure.client(StorageManagementClient).storage_accounts.get_properties(GROUP_NAME, "strobots", cls=raw)


def read_role_assignments(azure: Azure) -> Any:
    assignments = azure.client(AuthorizationManagementClient).role_assignments
    return list(assignments.list_for_scope(STORAGE, filter=f"atScope() and assignedTo('{ML_PRINCIPAL}')"))


def read_role_definition(azure: Azure) -> Any:
    definitions = azure.client(AuthorizationManagementClient).role_definitions
    identifier = f"/providers/Microsoft.Authorization/roleDefinitions/{BLOB_READER}"
    return definitions.get_by_id(identifier, cls=raw)


def read_custom_roles(azure: Azure) -> Any:
    definitions = azure.client(AuthorizationManagementClient).role_definitions
    return list(definitions.list(STORAGE, filter="type eq 'CustomRole'"))


def read_deny_assignments(azure: Azure) -> Any:
    return list(
        azure.client(AuthorizationManagementClient).deny_assignments.list_for_scope(STORAGE, filter="atScope()")
    )


def read_workspace(azure: Azure) -> Any:
    return azure.get(WORKSPACE, **{"api-version": LEARNING_VERSION}).json()


def read_datastores(azure: Azure) -> Any:
    return azure.get(f"{WORKSPACE}/datastores", **{"api-version": LEARNING_VERSION}).json()["value"]


def read_computes(azure: Azure) -> Any:
    return azure.get(f"{WORKSPACE}/computes", **{"api-version": LEARNING_VERSION}).json()["value"]


# What each client of the installed versions sends. When an upgrade changes one, this table and SUPPORTED learn it.
SENT = [
    (read_cluster, "Microsoft.ContainerService/managedClusters", "2026-08-01"),
    (read_extensions, "Microsoft.KubernetesConfiguration/extensions", "2023-05-01"),
    (read_identity, "Microsoft.ManagedIdentity/userAssignedIdentities", "2024-11-30"),
    (
        read_federated_credentials,
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        "2024-11-30",
    ),
    (read_storage, "Microsoft.Storage/storageAccounts", "2026-09-01"),
    (read_role_assignments, "Microsoft.Authorization/roleAssignments", "2022-04-01"),
    (read_role_definition, "Microsoft.Authorization/roleDefinitions", "2022-04-01"),
    (read_deny_assignments, "Microsoft.Authorization/denyAssignments", "2022-04-01"),
    (read_workspace, "Microsoft.MachineLearningServices/workspaces", LEARNING_VERSION),
    (read_datastores, "Microsoft.MachineLearningServices/workspaces/datastores", LEARNING_VERSION),
    (read_computes, "Microsoft.MachineLearningServices/workspaces/computes", LEARNING_VERSION),
]


@pytest.mark.parametrize(("read", "resource_type", "version"), SENT, ids=[row[1] for row in SENT])
def test_the_installed_client_sends_the_api_version_that_the_table_says(
    azure: Azure, read: Callable[[Azure], Any], resource_type: str, version: str
) -> None:
    read(azure)
    sent = {seen.api_version for seen in azure.simulator.requests if "/msi/" not in seen.path}
    assert (sent, version in SUPPORTED[resource_type]) == ({version}, True)


def test_a_cluster_keeps_properties_that_no_client_knows(azure: Azure) -> None:
    assert read_cluster(azure)["properties"]["aPropertyOfTomorrow"] == {"kept": True}


def test_the_client_follows_every_page_of_federated_credentials(azure: Azure) -> None:
    names = [credential.name for credential in read_federated_credentials(azure)]
    assert names == ["default", "training", "inference", "batch", "spare"]
    assert len([seen for seen in azure.simulator.requests if "federatedIdentityCredentials" in seen.path]) == 3


def test_federated_credentials_come_back_with_a_lower_case_resource_group(azure: Azure) -> None:
    assert all("/resourcegroups/" in credential.id for credential in read_federated_credentials(azure))


def test_an_extension_is_listed_under_its_cluster(azure: Azure) -> None:
    assert [extension.extension_type for extension in read_extensions(azure)] == ["Microsoft.AzureML.Kubernetes"]


def test_the_client_follows_every_page_of_role_assignments(azure: Azure) -> None:
    assert len(read_role_assignments(azure)) == 3


def test_a_role_definition_is_found_by_its_guid_in_the_form_without_a_subscription(azure: Azure) -> None:
    assert read_role_definition(azure)["properties"]["roleName"] == "Storage Blob Data Reader"


def test_custom_roles_are_listed_without_the_built_in_ones(azure: Azure) -> None:
    assert [role.role_name for role in read_custom_roles(azure)] == ["Robot Reader"]


def test_an_absent_resource_raises_what_the_client_raises_for_azure(azure: Azure) -> None:
    with pytest.raises(ResourceNotFoundError) as raised:
        azure.client(StorageManagementClient).storage_accounts.get_properties(GROUP_NAME, "stelsewhere")
    assert raised.value.error is not None
    assert raised.value.error.code == "ResourceNotFound"


def test_a_write_is_refused_and_recorded(azure: Azure) -> None:
    response = azure.arm().send_request(HttpRequest("DELETE", azure.simulator.arm_endpoint + STORAGE, headers=BY_HAND))
    assert response.status_code == 405
    assert [seen.method for seen in azure.simulator.requests if not seen.is_read] == ["DELETE"]


def test_listing_keys_is_refused(azure: Azure) -> None:
    with pytest.raises(HttpResponseError) as raised:
        azure.client(StorageManagementClient).storage_accounts.list_keys(GROUP_NAME, "strobots", headers=BY_HAND)
    assert raised.value.status_code == 405


def test_the_log_names_the_client_that_asked(azure: Azure) -> None:
    read_cluster(azure)
    assert azure.simulator.requests[-1].client.startswith("mgmt-containerservice/")
