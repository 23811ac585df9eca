"""A small world that is all right, a simulator that serves it, and a reader that reads it through the real clients."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from verifier.live import wire
from verifier.live.connect import connect
from verifier.live.endpoints import Endpoints
from verifier.live.reader import Reader
from verifier.live.targets import Targets
from verifier.simulator.server import Simulator

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-robots"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-robots"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-ml"
COMPUTE_IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-compute"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw-robots"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/strobots"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/acrrobots"
ML_PRINCIPAL = "aaaaaaaa-0000-0000-0000-000000000001"
COMPUTE_PRINCIPAL = "aaaaaaaa-0000-0000-0000-000000000002"
WORKSPACE_PRINCIPAL = "aaaaaaaa-0000-0000-0000-000000000003"
CUSTOM_ROLE = "cccccccc-0000-0000-0000-000000000001"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"


def resource(identifier: str, arm_type: str, properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    named = {"id": identifier, "name": identifier.rpartition("/")[2], "type": arm_type}
    return {**named, "properties": {**(properties or {}), "aFutureProperty": {"kept": True}}, **more}


def assignment(number: int, *, scope: str, principal: str, role: str = BLOB_CONTRIBUTOR) -> dict[str, Any]:
    return resource(
        f"{scope}/providers/Microsoft.Authorization/roleAssignments/dddddddd-0000-0000-0000-00000000000{number}",
        "Microsoft.Authorization/roleAssignments",
        {
            "scope": scope,
            "principalId": principal,
            "principalType": "ServicePrincipal",
            "roleDefinitionId": (
                f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
            ),
        },
    )


def service_account(namespace: str, name: str, **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace, **metadata},
    }


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between attempts, so that a test of what goes wrong every time is short."""
    monkeypatch.setattr(wire, "PAUSES_SECONDS", (0.01, 0.01))


@pytest.fixture
def world() -> dict[str, Any]:
    """A fresh copy, to break one thing in."""
    return copy.deepcopy(_WORLD)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Simulator]]:
    """Serve a world until the test ends, with an environment in which azure-identity gets its tokens there."""
    with ExitStack() as servers:

        def start(world: dict[str, Any], **settings: Any) -> Simulator:
            simulator = servers.enter_context(Simulator(world, **settings))
            for name, value in simulator.identity_environment().items():
                monkeypatch.setenv(name, value)
            return simulator

        yield start


@pytest.fixture
def reader_of() -> Callable[[Simulator], Reader]:
    """A reader of what a simulator serves, through the same way in as a real run's."""

    def reader(simulator: Simulator) -> Reader:
        return connect(Endpoints(arm=simulator.arm_endpoint, kubernetes=simulator.kubernetes_endpoint))

    return reader


@pytest.fixture
def targets() -> Targets:
    """What an intent for that world names."""
    return Targets(
        subscription=SUBSCRIPTION,
        clusters=(CLUSTER,),
        inside=(CLUSTER,),
        identities=(IDENTITY,),
        workspaces=(WORKSPACE,),
        storage_accounts=(STORAGE,),
        namespaces=("azureml",),
        job_namespaces=("azureml",),
        known_roles=frozenset({BLOB_CONTRIBUTOR}),
    )


@pytest.fixture
def ids() -> dict[str, str]:
    """The names of the things in the world."""
    return {
        "subscription": SUBSCRIPTION,
        "group": GROUP,
        "cluster": CLUSTER,
        "identity": IDENTITY,
        "compute_identity": COMPUTE_IDENTITY,
        "workspace": WORKSPACE,
        "storage": STORAGE,
        "registry": REGISTRY,
        "ml_principal": ML_PRINCIPAL,
        "compute_principal": COMPUTE_PRINCIPAL,
        "workspace_principal": WORKSPACE_PRINCIPAL,
        "custom_role": CUSTOM_ROLE,
    }


@pytest.fixture
def add_assignment(world: dict[str, Any]) -> Callable[..., None]:
    """Give one more role to somebody in the world."""

    def add(number: int, *, scope: str, principal: str, role: str = BLOB_CONTRIBUTOR) -> None:
        world["resources"].append(assignment(number, scope=scope, principal=principal, role=role))

    return add


_WORLD: dict[str, Any] = {
    "schema": "verify-infra/snapshot/1",
    "taken": "2026-11-21T20:00:00Z",
    "cloud": "AzureCloud",
    "subscription": SUBSCRIPTION,
    "resources": [
        resource(
            CLUSTER.replace("resourceGroups", "resourcegroups"),
            "Microsoft.ContainerService/ManagedClusters",
            {"oidcIssuerProfile": {"enabled": True, "issuerURL": "https://westus3.oic.prod-aks.azure.com/t/i/"}},
            location="westus3",
        ),
        *(
            resource(
                f"{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions/{name}",
                "Microsoft.KubernetesConfiguration/extensions",
                {"extensionType": kind, "configurationSettings": {"enableTraining": "True"}},
            )
            for name, kind in (
                ("azureml", "Microsoft.AzureML.Kubernetes"),
                ("flux", "Microsoft.Flux"),
                ("dapr", "Dapr"),
            )
        ),
        resource(
            f"{CLUSTER}/trustedAccessRoleBindings/robots",
            "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
            {"sourceResourceId": WORKSPACE, "roles": ["Microsoft.MachineLearningServices/workspaces/mlworkload"]},
        ),
        resource(
            IDENTITY,
            "Microsoft.ManagedIdentity/userAssignedIdentities",
            {"principalId": ML_PRINCIPAL, "clientId": "bbbbbbbb-0000-0000-0000-000000000001"},
            location="westus3",
        ),
        resource(
            COMPUTE_IDENTITY,
            "Microsoft.ManagedIdentity/userAssignedIdentities",
            {"principalId": COMPUTE_PRINCIPAL, "clientId": "bbbbbbbb-0000-0000-0000-000000000002"},
            location="westus3",
        ),
        *(
            resource(
                f"{IDENTITY.replace('resourceGroups', 'resourcegroups')}/federatedIdentityCredentials/{name}",
                "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
                {
                    "issuer": "https://westus3.oic.prod-aks.azure.com/t/i/",
                    "subject": f"system:serviceaccount:{namespace}:default",
                    "audiences": ["api://AzureADTokenExchange"],
                },
            )
            for name, namespace in (("aml-fic", "azureml"), ("pilot-fic", "pilots"), ("web-fic", "pilots"))
        ),
        resource(
            WORKSPACE,
            "Microsoft.MachineLearningServices/workspaces",
            {"storageAccount": STORAGE, "containerRegistry": REGISTRY, "systemDatastoresAuthMode": "identity"},
            identity={"type": "SystemAssigned", "principalId": WORKSPACE_PRINCIPAL, "tenantId": "t"},
            location="westus3",
        ),
        resource(
            f"{WORKSPACE}/computes/aks-compute",
            "Microsoft.MachineLearningServices/workspaces/computes",
            {
                "computeType": "Kubernetes",
                "provisioningState": "Succeeded",
                "resourceId": CLUSTER.replace("resourceGroups", "resourcegroups"),
                "properties": {"namespace": "training"},
            },
            identity={
                "type": "UserAssigned",
                "userAssignedIdentities": {
                    COMPUTE_IDENTITY: {
                        "principalId": COMPUTE_PRINCIPAL,
                        "clientId": "bbbbbbbb-0000-0000-0000-000000000002",
                    }
                },
            },
            location="westus3",
        ),
        *(
            resource(
                f"{WORKSPACE}/datastores/{name}",
                "Microsoft.MachineLearningServices/workspaces/datastores",
                {"datastoreType": "AzureBlob", "accountName": "strobots", "credentials": {"credentialsType": "None"}},
            )
            for name in ("workspaceblobstore", "workspaceartifactstore", "workspacefilestore")
        ),
        resource(
            STORAGE,
            "Microsoft.Storage/storageAccounts",
            {"allowSharedKeyAccess": False},
            location="westus3",
            sku={"name": "Standard_LRS"},
            kind="StorageV2",
        ),
        resource(
            f"{STORAGE}/blobServices/default/containers/azureml",
            "Microsoft.Storage/storageAccounts/blobServices/containers",
            {"publicAccess": "None"},
        ),
        resource(
            f"{STORAGE}/fileServices/default/shares/code",
            "Microsoft.Storage/storageAccounts/fileServices/shares",
            {"shareQuota": 5120},
        ),
        *(
            resource(f"{GROUP}/providers/Microsoft.Network/{path}", f"Microsoft.Network/{kind}")
            for path, kind in (
                ("privateEndpoints/pe", "privateEndpoints"),
                ("privateEndpoints/pe/privateDnsZoneGroups/default", "privateEndpoints/privateDnsZoneGroups"),
                ("privateDnsZones/z", "privateDnsZones"),
                ("privateDnsZones/z/virtualNetworkLinks/l", "privateDnsZones/virtualNetworkLinks"),
            )
        ),
        resource(REGISTRY, "Microsoft.ContainerRegistry/registries", location="westus3"),
        assignment(1, scope=STORAGE, principal=COMPUTE_PRINCIPAL),
        assignment(2, scope=GROUP, principal=ML_PRINCIPAL),
        assignment(3, scope=GROUP, principal=COMPUTE_PRINCIPAL),
        assignment(4, scope=f"/subscriptions/{SUBSCRIPTION}", principal=COMPUTE_PRINCIPAL),
    ],
    "objects": [
        *(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n}}
            for n in ("azureml", "pilots", "training")
        ),
        service_account("azureml", "default", annotations={"azure.workload.identity/client-id": "bbbbbbbb"}),
        service_account("pilots", "default"),
        service_account("training", "default"),
        service_account("training", "extra"),
        service_account("training", "third"),
    ],
}
