"""A small configuration and what is live, read through a reader of documents in memory, joined into a world."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from verifier.config import Options, settings
from verifier.live.documents import Absent, Documents, Found, Outcome, Request, kubernetes_path
from verifier.terraform.configuration import load
from verifier.terraform.plan import StaticPlan
from verifier.world import World
from verifier.world.binding import with_ids
from verifier.world.join import join
from verifier.world.observe import observe

SUBSCRIPTION = "5e0c9d1f-0000-4000-8000-000000000001"
Observe = Callable[..., World]
Plan = Callable[..., StaticPlan]
ASSIGNMENTS = "/providers/microsoft.authorization/roleassignments"
DENIALS = "/providers/microsoft.authorization/denyassignments"


class Cloud:
    """What is live, as a reader. `ends` are how reads end otherwise, by a part of their path, case ignored."""

    def __init__(self, documents: Iterable[Mapping[str, Any]], ends: Mapping[str, Outcome]) -> None:
        self._documents = list(documents)
        self._ends = ends

    def read(self, request: Request, /) -> Outcome:
        for part, outcome in self._ends.items():
            if part.casefold() in str(request).casefold():
                return outcome
        if request.plane == "kubernetes":
            return self._objects(request.path)
        return self._resource(request.path) if request.operation == "get" else self._collection(request)

    def _resource(self, path: str) -> Outcome:
        found = [d for d in self._documents if str(d.get("id", "")).casefold() == path.casefold()]
        return Found(documents=tuple(found)) if found else Absent(code="ResourceNotFound")

    def _collection(self, request: Request) -> Outcome:
        folded = request.path.casefold()
        if folded.endswith(ASSIGNMENTS):
            return Found(documents=tuple(self._assignments(folded.removesuffix(ASSIGNMENTS), request.assigned_to)))
        if folded.endswith(DENIALS):
            return Found(documents=())
        below = [d for d in self._documents if str(d.get("id", "")).casefold().rpartition("/")[0] == folded]
        owner = folded.rpartition("/")[0].partition("/providers/microsoft.kubernetesconfiguration")[0]
        there = bool(below) or isinstance(self._resource(owner), Found)
        return Found(documents=tuple(below)) if there else Absent(code="ParentResourceNotFound")

    def _assignments(self, scope: str, principal: str) -> Iterable[Mapping[str, Any]]:
        for document in self._documents:
            at, _, name = str(document.get("id", "")).casefold().partition(ASSIGNMENTS + "/")
            if name and scope.startswith(at) and principal in ("", document["properties"]["principalId"]):
                yield document

    def _objects(self, path: str) -> Outcome:
        return Found(documents=tuple(d for d in self._documents if kubernetes_path(d).rpartition("/")[0] == path))


def resource(path: str, properties: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An ARM resource; `path` is below resource group rg, `Microsoft.Storage/storageAccounts/st`."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
    return {
        "id": path if path.startswith("/") else f"{group}/providers/{path}",
        "name": path.rpartition("/")[2],
        "properties": dict(properties or {}),
        **more,
    }


def kubernetes(kind: str, name: str, namespace: str = "", **annotations: str) -> dict[str, Any]:
    """A Kubernetes object; `client_id` annotates a service account."""
    metadata: dict[str, Any] = {"name": name} | ({"namespace": namespace} if namespace else {})
    if annotations:
        metadata["annotations"] = {"azure.workload.identity/client-id": annotations["client_id"]}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


class Make:
    """The documents of a small world."""

    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
    aks = f"{group}/providers/Microsoft.ContainerService/managedClusters/aks"
    ml = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ml"
    mlw = f"{group}/providers/Microsoft.MachineLearningServices/workspaces/mlw"
    st = f"{group}/providers/Microsoft.Storage/storageAccounts/st"
    issuer = "https://westus3.oic.prod-aks.azure.com/t/aks/"
    resource = staticmethod(resource)
    kubernetes = staticmethod(kubernetes)

    def cluster(self, name: str = "aks", issuer: str = "") -> dict[str, Any]:
        profile = {"enabled": True, "issuerURL": issuer or self.issuer}
        return resource(f"Microsoft.ContainerService/managedClusters/{name}", {"oidcIssuerProfile": profile})

    def extension(
        self, name: str = "azureml", kind: str = "Microsoft.AzureML.Kubernetes", on: str = ""
    ) -> dict[str, Any]:
        path = f"{on or self.aks}/providers/Microsoft.KubernetesConfiguration/extensions/{name}"
        return resource(path, {"extensionType": kind, "provisioningState": "Succeeded"})

    def identity(self, name: str = "ml") -> dict[str, Any]:
        ids = {"principalId": f"principal-of-{name}", "clientId": f"client-of-{name}"}
        return resource(f"Microsoft.ManagedIdentity/userAssignedIdentities/{name}", ids)

    def credential(self, name: str, subject: str, issuer: str = "", of: str = "") -> dict[str, Any]:
        path = f"{of or self.ml}/federatedIdentityCredentials/{name}"
        audiences = ["api://AzureADTokenExchange"]
        return resource(path, {"issuer": issuer or self.issuer, "subject": subject, "audiences": audiences})

    def workspace(self, name: str = "mlw", **properties: Any) -> dict[str, Any]:
        said = {"storageAccount": self.st, "systemDatastoresAuthMode": "Identity"} | properties
        return resource(f"Microsoft.MachineLearningServices/workspaces/{name}", said)

    def compute(self, name: str = "k8s", cluster: str = "", namespace: str = "azureml", **top: Any) -> dict[str, Any]:
        inner = {"namespace": namespace}
        said = {"computeType": "Kubernetes", "resourceId": cluster or self.aks, "properties": inner}
        return resource(f"{self.mlw}/computes/{name}", said, **top)

    def datastore(self, name: str, credentials: str = "None", **properties: Any) -> dict[str, Any]:
        said = {"accountName": "st", "credentials": {"credentialsType": credentials}} | properties
        return resource(f"{self.mlw}/datastores/{name}", said)

    def account(self, name: str = "st", **properties: Any) -> dict[str, Any]:
        return resource(f"Microsoft.Storage/storageAccounts/{name}", properties)

    def assignment(self, principal: str, role: str, scope: str = "", **properties: Any) -> dict[str, Any]:
        at = scope or self.st
        path = f"{at}/providers/Microsoft.Authorization/roleAssignments/{principal}-{role}"
        definition = f"/providers/Microsoft.Authorization/roleDefinitions/{role}"
        return resource(path, {"principalId": principal, "roleDefinitionId": definition, "scope": at} | properties)


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write files of a root module; a single text is main.tf."""

    def write_files(files: Mapping[str, str] | str) -> Path:
        for name, content in ({"main.tf": files} if isinstance(files, str) else files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content), encoding="utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def planned(write: Callable[..., Path]) -> Plan:
    """The static plan of a configuration, ids filled in."""

    def plan(files: Mapping[str, str] | str, **variables: str) -> StaticPlan:
        configuration = load(write(files), inputs=tuple(variables.items()))
        return with_ids(configuration.plan, SUBSCRIPTION)

    return plan


@pytest.fixture
def offline(planned: Plan) -> Observe:
    """The world of a configuration alone."""

    def see(files: Mapping[str, str] | str, **variables: str) -> World:
        return join(planned(files, **variables), Documents(), SUBSCRIPTION, offline=True)

    return see


@pytest.fixture
def observed(write: Callable[..., Path]) -> Observe:
    """The world of a configuration and of what is live; `ends` are reads that end otherwise."""

    def see(
        files: Mapping[str, str] | str, *documents: Mapping[str, Any], ends: Mapping[str, Outcome] | None = None
    ) -> World:
        options = Options(root=write(files), subscription=SUBSCRIPTION)
        return observe(settings(options, {}), reader=Cloud(documents, ends or {}))

    return see
