"""Recorded ids: what a provider notes in the state of a thing, as the id by which its service knows it."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.kinds.manifest import MANIFESTS, WRITTEN

WITH_MORE = frozenset({"azurerm_role_assignment", "azurerm_role_definition"})
"""Whose ids have something behind a bar: a tenant, a scope (azurerm provider, services/authorization/parse)."""
OBJECTS: Mapping[str, str] = {
    "kubernetes_namespace": "Namespace",
    "kubernetes_namespace_v1": "Namespace",
    "kubernetes_default_service_account": "ServiceAccount",
    "kubernetes_default_service_account_v1": "ServiceAccount",
    "kubernetes_service_account": "ServiceAccount",
    "kubernetes_service_account_v1": "ServiceAccount",
}
ON = "#"
"""What stands between an object's path and what is written on it."""
COLLECTIONS: Mapping[str, str] = {
    "Namespace": "/api/v1/namespaces",
    "ServiceAccount": "/api/v1/namespaces/{namespace}/serviceaccounts",
    "InstanceType": "/apis/amlarc.azureml.com/v1alpha1/instancetypes",
}
"""By a manifest's kind, where the API server lists its objects."""
SAID_IN: Mapping[str, tuple[str, str, str]] = {
    "kubernetes_manifest": ("manifest.kind", "manifest.metadata.namespace", "manifest.metadata.name"),
    "kubectl_manifest": ("kind", "namespace", "name"),
}
"""By Terraform type, where a state says an object's kind, namespace and name."""


def service_id(of_type: str, attributes: Mapping[str, str]) -> str:
    """The ARM id, or the API path of a Kubernetes object; empty for what a state does not say enough of.

    Of a container whose account is said by name, azurerm notes the address as its id, and the ARM id beside it.
    """
    identifier = attributes.get("id", "")
    if identifier.startswith("https://"):
        return attributes.get("resource_manager_id", "")
    if of_type in WITH_MORE:
        return identifier.partition("|")[0]
    if of_type in OBJECTS:
        namespace, _, name = identifier.rpartition("/")
        return object_path(OBJECTS[of_type], namespace, name)
    if of_type in WRITTEN:
        said = dict(part.partition("=")[::2] for part in identifier.split(","))
        return written_path(of_type, said.get("kind", ""), said.get("namespace", ""), said.get("name", ""))
    if of_type in MANIFESTS:
        kind, namespace, name = (attributes.get(path, "") for path in SAID_IN[of_type])
        return object_path(kind, namespace, name)
    return identifier


def says_which(of_type: str, attributes: Mapping[str, str]) -> bool:
    """Whether a state says which thing it has: by an id, or a manifest by its object's kind and name.

    Every type of a kind has an id, but for a whole manifest (the providers' schemas).
    """
    if of_type in MANIFESTS:
        kind, _, name = SAID_IN[of_type]
        return bool(attributes.get(kind) and attributes.get(name))
    identifier = attributes.get("id", "")
    return bool(attributes.get("resource_manager_id") if identifier.startswith("https://") else identifier)


def recorded_manifest(of_type: str, attributes: Mapping[str, str]) -> str:
    """The kind of the object that a recorded manifest is; empty for any other resource."""
    return attributes.get(SAID_IN[of_type][0], "") if of_type in SAID_IN else ""


def object_path(kind: str, namespace: str, name: str) -> str:
    """The API path of an object; empty for a kind that is not read, or without a name."""
    collection = COLLECTIONS.get(kind, "")
    if not collection or not name:
        return ""
    return f"{collection.format(namespace=namespace or 'default')}/{name}"


def written_path(of_type: str, kind: str, namespace: str, name: str) -> str:
    """The API path of an object, and what is written on it; empty where that of the object is."""
    path = object_path(kind, namespace, name)
    return f"{path}{ON}{WRITTEN[of_type]}" if path else ""


def import_id(of_type: str, kind: str, namespace: str, name: str) -> str:
    """What an object is imported by: each provider has a form of its own (their documentation, "Import").

    `namespace` is empty for what is of the whole cluster.
    """
    if of_type == "kubernetes_manifest" or of_type in WRITTEN:
        within = f"namespace={namespace}," if namespace else ""
        return f"apiVersion={_version(kind)},kind={kind},{within}name={name}"
    if of_type == "kubectl_manifest":
        return "//".join((_version(kind), kind, name, *([namespace] if namespace else [])))
    return f"{namespace}/{name}" if namespace else name


def _version(kind: str) -> str:
    return "amlarc.azureml.com/v1alpha1" if kind == "InstanceType" else "v1"
