"""What the services send, in the shapes of their published examples, as the kinds read it.

Each file in payloads/ says the api-version and the document that shows the shape; ids and names are our own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from verifier.hcl.values import Unknown
from verifier.kinds.every import KINDS
from verifier.kinds.fact import Fact
from verifier.kinds.served import Document

PAYLOADS = Path(__file__).parent / "payloads"
GROUP = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-arm"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-arm"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw-arm"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/starm"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-arm"
ENDPOINTS = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-arm/subnets/endpoints"
CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
ISSUER = "77777777-1111-4222-8333-444444444444"
BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
NOT_SAID = "(not known)"

EXPECTED: dict[str, list[dict[str, object]]] = {
    "application-insights-2020-02-02": [
        {
            "name": "appi-arm",
            "logs_id": f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-arm".casefold(),
        }
    ],
    "log-analytics-2023-09-01": [{"name": "log-arm"}],
    "zone-link-2020-06-01": [
        {
            "name": "aks",
            "network_id": f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-arm",
            "registers": False,
            "state": "Completed",
        }
    ],
    "cluster-2026-08-01": [
        {
            "name": "aks-arm",
            "oidc_issuer_enabled": False,
            "workload_identity_enabled": False,
            "issuer": "",
            "local_accounts_disabled": False,
            "power_state": NOT_SAID,
            "authorized_ranges": (),
            "private": False,
            "identity_type": "",
            "service_principal": "99999999-0000-4111-8222-333333333333",
            "kubelet_principal": "",
            "azure_rbac": False,
        }
    ],
    "cluster-managed-2026-08-01": [
        {
            "oidc_issuer_enabled": True,
            "workload_identity_enabled": True,
            "issuer": f"https://westus3.oic.prod-aks.azure.com/66666666-7777-4888-8999-aaaaaaaaaaaa/{ISSUER}/",
            "local_accounts_disabled": True,
            "power_state": "Stopped",
            "authorized_ranges": ("203.0.113.0/24",),
            "identity_type": "SystemAssigned",
            "service_principal": "",
            "kubelet_principal": "23232323-4545-4676-8898-010101010101",
            "azure_rbac": True,
        }
    ],
    "trusted-access-2026-08-01": [
        {
            "cluster_id": CLUSTER,
            "source_id": WORKSPACE,
            "roles": ("Microsoft.MachineLearningServices/workspaces/mlworkload",),
            "created_at": "",
        },
        {"roles": ("Microsoft.DataProtection/backupVaults/backup-operator",), "created_at": ""},
    ],
    "identity-2024-11-30": [
        {
            "name": "id-arm",
            "principal_id": "cdcdcdcd-0505-4606-8707-808080808080",
            "client_id": "abababab-0101-4202-8303-404040404040",
        }
    ],
    "federated-credential-2024-11-30": [
        {
            "name": "runner",
            "issuer": f"https://oidc.prod-aks.azure.com/66666666-7777-4888-8999-aaaaaaaaaaaa/{ISSUER}",
            "subject": "system:serviceaccount:arm:runner",
            "audiences": ("api://AzureADTokenExchange",),
        }
    ],
    "extension-2023-05-01": [
        {
            "name": "azureml",
            "extension_type": "microsoft.azureml.kubernetes",
            "release_namespace": "azureml",
            "provisioning_state": "Succeeded",
            "errors": (),
            "assigned_principal": "efefefef-1313-4242-8585-676767676767",
            "version": "1.1.95",
            "release_train": "Preview",
            "auto_upgrade": False,
            "protected_keys": NOT_SAID,
            "settings": {"enableTraining": "True", "cluster_name": CLUSTER},
        },
        {
            "provisioning_state": "Failed",
            "errors": ("Timed out waiting for the resource to come to a ready state",),
            "assigned_principal": "",
        },
    ],
    "extension-2025-03-01": [
        {"provisioning_state": "Creating", "errors": (), "assigned_principal": ""},
        {
            "provisioning_state": "Succeeded",
            "assigned_principal": "efefefef-1313-4242-8585-676767676767",
            "version": "",
            "release_train": "Stable",
            "auto_upgrade": True,
        },
    ],
    "compute-2024-10-01": [
        {
            "name": "k8s",
            "workspace_id": WORKSPACE,
            "compute_type": "Kubernetes",
            "cluster_id": CLUSTER.replace("resourceGroups", "resourcegroups"),
            "namespace": "default",
            "identity_type": "",
            "identity_ids": (),
            "principal_id": "",
            "provisioning_state": "Succeeded",
            "default_instance_type": "defaultInstanceType",
            "local_auth_disabled": False,
            "extension_principal": "",
            "created_on": "2026-05-04T10:20:30.0000000+00:00",
        }
    ],
    "compute-2025-12-01": [
        {
            "namespace": "azureml",
            "identity_type": "SystemAssigned,UserAssigned",
            "identity_ids": (IDENTITY,),
            "principal_id": "31313131-5252-4737-8989-212121212121",
            "principals": {IDENTITY.casefold(): "cdcdcdcd-0505-4606-8707-808080808080"},
            "provisioning_state": "Failed",
            "local_auth_disabled": True,
            "extension_principal": "efefefef-1313-4242-8585-676767676767",
        },
        {"compute_type": "AmlCompute", "identity_type": "", "instance_types": {}},
    ],
    "workspace-2024-10-01": [
        {
            "name": "mlw-arm",
            "auth_mode": "AccessKey",
            "storage_account_id": ACCOUNT,
            "identity_type": "SystemAssigned,UserAssigned",
            "principal_id": "41414141-6262-4838-8090-323232323232",
        }
    ],
    "workspace-2025-12-01": [{"auth_mode": "UserDelegationSAS", "identity_type": "SystemAssigned"}],
    "datastores-2024-10-01": [
        {"name": "by_key", "credentials": "AccountKey", "account_name": "starm", "workspace_id": WORKSPACE},
        {"name": "by_sas", "credentials": "Sas", "account_name": "starm"},
        {"name": "by_principal", "credentials": "ServicePrincipal"},
        {"name": "by_certificate", "credentials": "Certificate"},
        {"name": "by_identity", "credentials": "None", "account_id": ACCOUNT},
    ],
    "datastores-2025-12-01": [
        {
            "name": "workspaceblobstore",
            "workspace_id": WORKSPACE,
            "account_id": ACCOUNT,
            "container": "azureml-blobstore-0",
            "credentials": "None",
            "service": "blob",
        },
        {"account_id": "", "account_name": "starm", "container": "code-0", "credentials": "Sas", "service": "file"},
        {"container": "recorded", "credentials": "None", "service": "blob"},
        {"account_name": "", "container": "", "credentials": "None", "sort": "OneLake", "service": ""},
    ],
    "container-2026-09-01": [{"name": "demos"}],
    "container-registry-2025-11-01": [
        {
            "name": "acrarm",
            "admin_enabled": False,
            "anonymous_pull": False,
            "pulls_by_repository": False,
            "public_access": "Enabled",
            "default_action": "Allow",
            "addresses": (),
        },
        {
            "admin_enabled": True,
            "anonymous_pull": True,
            "pulls_by_repository": True,
            "public_access": "Disabled",
            "default_action": "Deny",
            "addresses": ("203.0.113.0/24",),
        },
    ],
    "private-endpoint-2024-05-01": [
        {"name": "pe-blob", "targets": (ACCOUNT,), "groups": ("blob",), "subnet_id": ENDPOINTS, "zones": NOT_SAID},
        {"targets": (WORKSPACE,), "groups": ("amlworkspace",)},
    ],
    "role-definition-2022-04-01": [
        {
            "name": "Demo Reader",
            "permissions": (
                {
                    "actions": (f"{CONTAINERS}/read",),
                    "notActions": (),
                    "dataActions": (f"{CONTAINERS}/blobs/*",),
                    "notDataActions": (f"{CONTAINERS}/blobs/delete",),
                },
            ),
        },
        {
            "name": "Everything In Two Parts",
            "permissions": (
                {
                    "actions": ("*",),
                    "notActions": ("Microsoft.Authorization/*/Write",),
                    "dataActions": (),
                    "notDataActions": (),
                },
                {
                    "actions": ("Microsoft.Authorization/*/read",),
                    "notActions": (),
                    "dataActions": (),
                    "notDataActions": (),
                },
            ),
        },
    ],
    "storage-account-2026-09-01": [
        {"name": "starm", "shared_key_access": True},
        {"name": "stkeyless", "shared_key_access": False},
    ],
    "key-vault-2023-07-01": [{"name": "kv-arm", "rbac_authorization": False, "purge_protection": False}],
    "role-assignment-2022-04-01": [
        {
            "principal_id": "cdcdcdcd-0505-4606-8707-808080808080",
            "principal_type": "ServicePrincipal",
            "role_definition_id": f"/providers/Microsoft.Authorization/roleDefinitions/{BLOB_READER}",
            "scope": "/subscriptions/11111111-2222-4333-8444-555555555555",
            "condition": "",
        },
        {
            "principal_type": "Group",
            "scope": GROUP,
            "condition": "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] "
            "StringEquals 'demos'",
        },
    ],
}
CASES = [(name, number) for name, documents in EXPECTED.items() for number in range(len(documents))]


def payload(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def said(fact: Fact[object] | object) -> object:
    if not isinstance(fact, Fact):
        return fact
    return NOT_SAID if isinstance(fact.content, Unknown) else fact.value


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_published_shape_is_read(name: str, number: int) -> None:
    served = payload(name)
    [kind] = [k for k in KINDS if k.noun == served["kind"]]
    document = served["documents"][number]

    read = kind.from_document(Document(document, document["id"]))

    assert {field: said(getattr(read, field)) for field in EXPECTED[name][number]} == EXPECTED[name][number]


def test_every_payload_is_read_whole_and_says_where_its_shape_is_published() -> None:
    files = {file.stem for file in PAYLOADS.glob("*.json")}
    assert files == set(EXPECTED)
    for name in files:
        served = payload(name)
        assert len(served["documents"]) == len(EXPECTED[name])
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", served["api_version"])
        assert name.endswith(served["api_version"])
        assert served["see"].startswith("https://")


def test_the_pools_of_a_cluster_are_read_from_its_own_document() -> None:
    [document] = payload("cluster-managed-2026-08-01")["documents"]
    [kind] = [k for k in KINDS if k.noun == "cluster"]

    general, gpu = kind.from_document(Document(document, document["id"])).pools.value  # type: ignore[attr-defined]

    assert (general.name.value, general.most_nodes.value, general.all_taints) == ("pool1", 3, ())
    assert (gpu.vm_size.value, gpu.most_nodes.value, gpu.min_count.value) == ("Standard_NC4as_T4_v3", 4, 0)
    assert gpu.labels.value == {"accelerator": "nvidia"}
    assert gpu.all_taints == ("kubernetes.azure.com/scalesetpriority=spot:NoSchedule",)
    assert gpu.subnet_id.value.endswith("/subnets/nodes")
    assert gpu.cluster_id.value == document["id"]


def test_an_instance_type_leaves_out_what_is_null() -> None:
    [document] = payload("compute-2024-10-01")["documents"]
    [kind] = [k for k in KINDS if k.noun == "compute"]

    [size] = kind.from_document(Document(document, document["id"])).instance_types.value.values()  # type: ignore[attr-defined]

    assert (size.node_selector, size.requests) == ({}, {"cpu": "1", "memory": "4Gi"})
