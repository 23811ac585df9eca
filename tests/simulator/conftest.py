from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.pipeline.transport import HttpRequest as HTTPRequest
from azure.core.pipeline.transport import HttpResponse as HTTPResponse
from azure.core.rest import HttpRequest
from azure.identity import ManagedIdentityCredential
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from tests.wire_audit import BY_HAND
from verifier.simulator import Simulator

SUBSCRIPTION = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-robots"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-robots"
EXTENSION = f"{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions/azureml"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-ml"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/strobots"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw-robots"
ROOT_GROUP = "/providers/Microsoft.Management/managementGroups/contoso"
BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
ML_PRINCIPAL = "b5f6a7c8-0000-4000-8000-000000000001"
ML_CLIENT = "b5f6a7c8-0000-4000-8000-0000000000c1"
OTHER_PRINCIPAL = "b5f6a7c8-0000-4000-8000-000000000002"
TEAM = "b5f6a7c8-0000-4000-8000-000000000003"
DEPARTMENT = "b5f6a7c8-0000-4000-8000-000000000004"


def resource(identifier: str, properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One ARM document; its type is read off its id."""
    namespace_and_pairs = identifier.rpartition("/providers/")[2].split("/")
    kind = "/".join([namespace_and_pairs[0], *namespace_and_pairs[1::2]])
    name = identifier.rpartition("/")[2]
    return {"id": identifier, "name": name, "type": kind, "properties": properties or {}, **more}


def assignment(scope: str, number: int, principal: str, **properties: Any) -> dict[str, Any]:
    """A role assignment at a scope."""
    name = f"00000000-0000-4000-8000-{number:012d}"
    return resource(
        f"{scope.rstrip('/')}/providers/Microsoft.Authorization/roleAssignments/{name}",
        {
            "scope": scope,
            "principalId": principal,
            "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/"
            + BLOB_READER,
            **properties,
        },
    )


def credential(name: str) -> dict[str, Any]:
    """A federated credential of id-ml."""
    return resource(
        f"{IDENTITY}/federatedIdentityCredentials/{name}",
        {
            "issuer": "https://westus3.oic.prod-aks.azure.com/tenant/issuer/",
            "subject": f"system:serviceaccount:azureml:{name}",
            "audiences": ["api://AzureADTokenExchange"],
        },
    )


def kubernetes_object(kind: str, name: str, namespace: str = "") -> dict[str, Any]:
    """A core/v1 object."""
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


def world() -> dict[str, Any]:
    """A small healthy world of its own: five credentials (three pages), assignments on every level, a group graph."""
    return copy.deepcopy(_WORLD)


_WORLD: dict[str, Any] = {
    "schema": "verify-infra/snapshot/1",
    "subscription": SUBSCRIPTION,
    "resources": [
        resource(
            CLUSTER,
            {
                "currentKubernetesVersion": "1.33.2",
                "oidcIssuerProfile": {
                    "enabled": True,
                    "issuerURL": "https://westus3.oic.prod-aks.azure.com/tenant/issuer/",
                },
                "aPropertyOfTomorrow": {"kept": True},
            },
            location="westus3",
        ),
        resource(
            EXTENSION,
            {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": {"enableTraining": "True"}},
        ),
        resource(
            IDENTITY, {"principalId": ML_PRINCIPAL, "clientId": ML_CLIENT, "tenantId": SUBSCRIPTION}, location="westus3"
        ),
        *(credential(name) for name in ("default", "training", "inference", "batch", "spare")),
        resource(STORAGE, {"allowSharedKeyAccess": False}, location="westus3"),
        resource(WORKSPACE, {"systemDatastoresAuthMode": "identity"}, location="westus3"),
        *(
            resource(f"{WORKSPACE}/datastores/{name}", {"datastoreType": "AzureBlob"})
            for name in ("workspaceblobstore", "workspaceartifactstore", "workspacefilestore")
        ),
        resource(
            f"{WORKSPACE}/computes/k8s",
            {"computeType": "Kubernetes", "resourceId": CLUSTER},
            identity={"type": "SystemAssigned", "principalId": OTHER_PRINCIPAL},
        ),
        assignment(STORAGE, 1, ML_PRINCIPAL),
        assignment(GROUP, 2, ML_PRINCIPAL),
        assignment(f"/subscriptions/{SUBSCRIPTION}", 3, OTHER_PRINCIPAL),
        assignment(ROOT_GROUP, 4, DEPARTMENT),
        assignment("/", 5, OTHER_PRINCIPAL),
        assignment(f"{STORAGE}/blobServices/default/containers/models", 6, ML_PRINCIPAL),
        assignment(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-robots2", 7, ML_PRINCIPAL),
        resource(
            f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{BLOB_READER}",
            {"roleName": "Storage Blob Data Reader", "type": "BuiltInRole", "assignableScopes": ["/"]},
        ),
        resource(
            f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{TEAM}",
            {
                "roleName": "Robot Reader",
                "type": "CustomRole",
                "assignableScopes": [f"/subscriptions/{SUBSCRIPTION}"],
            },
        ),
    ],
    "objects": [
        kubernetes_object("Namespace", "azureml"),
        kubernetes_object("Namespace", "default"),
        kubernetes_object("Namespace", "robots"),
        kubernetes_object("ServiceAccount", "default", "azureml"),
        kubernetes_object("ServiceAccount", "training", "azureml"),
        kubernetes_object("ServiceAccount", "default", "robots"),
    ],
    "groups": {TEAM: [ML_PRINCIPAL], DEPARTMENT: [TEAM]},
    "management_groups": [ROOT_GROUP],
}


@pytest.fixture
def simulate() -> Iterator[Callable[..., Simulator]]:
    """Start simulators that end with the test."""
    with ExitStack() as running:
        yield lambda given=None, **options: running.enter_context(Simulator(given or world(), **options))


class AllowHttp(SansIOHTTPPolicy[HTTPRequest, HTTPResponse]):
    """Lets a token go over http, which is right only towards a loopback server in a test."""

    def on_request(self, request: PipelineRequest[HTTPRequest]) -> None:
        request.context.options["enforce_https"] = False


class Azure:
    """The real Azure clients, pointed at one simulator, with azure-identity's own managed identity credential."""

    def __init__(self, simulator: Simulator, running: ExitStack) -> None:
        self.simulator = simulator
        self._running = running
        self.credential = running.enter_context(ManagedIdentityCredential())

    def client(self, kind: Callable[..., Any]) -> Any:
        """A management client for the world's subscription, that tries once."""
        made = kind(
            self.credential,
            SUBSCRIPTION,
            base_url=self.simulator.arm_endpoint,
            per_call_policies=[AllowHttp()],
            retry_total=0,
        )
        return self._running.enter_context(made)

    def arm(self) -> ARMPipelineClient:
        """A plain ARM pipeline, as for what no SDK reads."""
        challenge = ARMChallengeAuthenticationPolicy(self.credential, "https://management.azure.com/.default")
        made: ARMPipelineClient = ARMPipelineClient(
            base_url=self.simulator.arm_endpoint, policies=[AllowHttp(), challenge]
        )
        return self._running.enter_context(made)

    def get(self, path: str, **parameters: str) -> Any:
        """The response to one GET of an ARM path."""
        request = HttpRequest("GET", self.simulator.arm_endpoint + path, params=parameters)
        return self.arm().send_request(request)


@pytest.fixture
def azure_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Simulator], Azure]]:
    """Point the real clients at a simulator; they are closed with the test."""
    with ExitStack() as running:

        def point(simulator: Simulator) -> Azure:
            for name, value in simulator.identity_environment().items():
                monkeypatch.setenv(name, value)
            return Azure(simulator, running)

        yield point


@pytest.fixture
def azure(simulate: Callable[..., Simulator], azure_at: Callable[[Simulator], Azure]) -> Azure:
    """The real clients, pointed at the small world."""
    return azure_at(simulate())


def fetch(url: str, *, method: str = "GET", **headers: str) -> requests.Response:
    """One request by hand, without any client's help."""
    named = {**BY_HAND, **{name.replace("_", "-"): value for name, value in headers.items()}}
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, headers=named, timeout=10)


def arm_fetch(simulator: Simulator, path_and_query: str, *, method: str = "GET") -> requests.Response:
    """One request by hand of the Azure plane, with a token."""
    return fetch(simulator.arm_endpoint + path_and_query, method=method, Authorization=f"Bearer {simulator.token()}")


def code_of(response: requests.Response) -> tuple[int, str]:
    """The status and ARM's error code of a refusal."""
    return response.status_code, response.json()["error"]["code"]
