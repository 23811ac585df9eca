"""What `listClusterUserCredential` answers: a cluster's kubeconfig, in base64.

With Entra integration it holds a server, its authority, and how to get a token: an `exec` entry for kubelogin, or with
`format=azure` the older auth-provider. Without, it holds a client's certificate, key and token, as secrets; and where
local accounts are off, too, it is refused, since then there is nothing to give. A world may say another one for a
cluster (`kubeconfigs`).

Sources: https://learn.microsoft.com/rest/api/aks/managed-clusters/list-cluster-user-credentials,
https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from verifier.simulator import arm_errors, arm_path
from verifier.simulator.tokens import KUBERNETES_AUDIENCES
from verifier.simulator.wire import JSON, Answer, Document
from verifier.simulator.world import World

CLUSTER = "microsoft.containerservice/managedclusters"
FORMATS = ("exec", "azure")
PUBLIC_CLIENT = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"
"""The application that a person signs in with."""
NO_AUTHORITY = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
"""Where this server speaks plain http, nobody signs for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServer:
    """This server as the API server of its world's clusters: its URL, and in PEM form who signed its certificate."""

    url: str
    authority: str = NO_AUTHORITY


def at_home(world: World, host: str) -> World:
    """The world, its clusters that do not say what their API server is called at this server's own host."""
    return replace(world, resources=tuple(_named(resource, host) for resource in world.resources))


def _named(resource: Document, host: str) -> Document:
    path, properties = arm_path.parse(str(resource["id"])), resource.get("properties")
    says: Mapping[str, JSON] = properties if isinstance(properties, Mapping) else {}
    if path is None or path.type.casefold() != CLUSTER or says.get("fqdn") or says.get("privateFQDN"):
        return resource
    return {**resource, "properties": {**says, "fqdn": host}}


def answer(world: World, cluster: Document, asked_format: str | None, server: ApiServer) -> Answer:
    """The answer to a caller who may ask for a cluster's kubeconfig."""
    if asked_format is not None and asked_format not in FORMATS:
        message = f"The value of parameter format is invalid: '{asked_format}'. Allowed values: {', '.join(FORMATS)}."
        return arm_errors.error(400, "InvalidParameter", message)
    properties = cluster.get("properties")
    says: Mapping[str, JSON] = properties if isinstance(properties, Mapping) else {}
    integrated = _is_integrated(says)
    if not integrated and says.get("disableLocalAccounts") is True:
        message = "Getting static credential is not allowed because this cluster is set to disable local accounts."
        return arm_errors.error(400, "BadRequest", message)
    given = world.kubeconfigs.get(arm_path.same(str(cluster["id"])))
    name = str(cluster["id"]).rpartition("/")[2]
    user = _entra_user(says, asked_format or "exec") if integrated else _local_user()
    text = given if isinstance(given, str) else json.dumps(given or _kubeconfig(name, server, user))
    entry: JSON = {"name": "clusterUser", "value": _base64(text)}
    return Answer(status=200, body={"kubeconfigs": [entry]})


def _is_integrated(properties: Mapping[str, JSON]) -> bool:
    profile = properties.get("aadProfile")
    return isinstance(profile, Mapping) and profile.get("managed") is True


def _kubeconfig(name: str, server: ApiServer, user: JSON) -> JSON:
    whose = f"clusterUser_{name}"
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": name,
                "cluster": {"certificate-authority-data": _base64(server.authority), "server": server.url},
            }
        ],
        "users": [{"name": whose, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": whose}}],
        "current-context": name,
        "preferences": {},
    }


def _entra_user(properties: Mapping[str, JSON], asked_format: str) -> JSON:
    profile = properties["aadProfile"]
    tenant = str(profile.get("tenantID", "")) if isinstance(profile, Mapping) else ""
    (audience,) = KUBERNETES_AUDIENCES
    if asked_format == "azure":
        settings: JSON = {"apiserver-id": audience, "client-id": PUBLIC_CLIENT, "config-mode": "1", "tenant-id": tenant}
        return {"auth-provider": {"name": "azure", "config": settings}}
    given = {"environment": "AzurePublicCloud", "server-id": audience, "client-id": PUBLIC_CLIENT, "tenant-id": tenant}
    args: list[JSON] = ["get-token", "--login", "devicecode"]
    for option, value in given.items():
        args += [f"--{option}", value]
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "kubelogin",
            "args": args,
            "env": None,
            "installHint": "https://azure.github.io/kubelogin",
            "provideClusterInfo": False,
        }
    }


def _local_user() -> JSON:
    """What a cluster without integration gives away, though none that opens anything."""
    return {
        "client-certificate-data": _base64("a client's certificate"),
        "client-key-data": _base64("a client's private key"),
        "token": "a-client-s-static-token",
    }


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
