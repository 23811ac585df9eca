"""What is taken of the kubeconfig that Azure gives for a cluster: where its API server is, and who signs for it.

A cluster with Entra integration gives one that holds an `exec` entry for kubelogin and no secret. Any other gives a
client's certificate and key. So an answer that holds more than that entry is refused as a whole: nothing of it is kept,
and no message repeats any of it.

Sources: https://learn.microsoft.com/rest/api/aks/managed-clusters/list-cluster-user-credentials (`format` applies to
clusters with Entra integration alone, and gives an exec entry); https://azure.github.io/kubelogin/concepts/aks.html.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from verifier.live.documents import JSON

USER_CREDENTIAL = "Microsoft.ContainerService/managedClusters/listClusterUserCredential"
WITHOUT_SECRET = frozenset({"exec"})
"""What a kubeconfig's user may say: the command that gets a token, which is not run here."""

LARGEST = 64 * 1024
"""In characters of base64. One cluster's takes a tenth of that; reading more would only take time."""


class NotTaken(Exception):
    """An answer of which nothing is taken; its text says why, and nothing that is in the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An API server's URL, and the certificates in PEM form that its own is signed by."""

    server: str
    authority: str


def place_of(body: Mapping[str, JSON]) -> Place:
    """What an answer of listClusterUserCredential says of the API server. Raises NotTaken."""
    content = _kubeconfig(body)
    users = _entries(content, "users", "user")
    if held := sorted({str(name) for user in users for name in user if name not in WITHOUT_SECRET and user[name]}):
        raise NotTaken(f"the kubeconfig that Azure gave holds a credential ({_settings(held)}): nothing of it is taken")
    if any(isinstance(plugin := user.get("exec"), Mapping) and plugin.get("env") for user in users):
        raise NotTaken("the kubeconfig that Azure gave holds an environment with values: nothing of it is taken")
    clusters = _entries(content, "clusters", "cluster")
    if len(clusters) != 1:
        raise NotTaken(f"the kubeconfig that Azure gave names {len(clusters) or 'no'} clusters, and not one")
    server, authority = clusters[0].get("server"), clusters[0].get("certificate-authority-data")
    if not (isinstance(server, str) and server and isinstance(authority, str) and authority):
        raise NotTaken("the kubeconfig that Azure gave does not say where the API server is and who signs for it")
    return Place(server=server, authority=_decoded(authority))


def _kubeconfig(body: Mapping[str, JSON]) -> Mapping[str, JSON]:
    import yaml

    given = body.get("kubeconfigs")
    value = given[0].get("value") if isinstance(given, list) and len(given) == 1 and isinstance(given[0], dict) else ""
    if not (isinstance(value, str) and 0 < len(value) <= LARGEST):
        raise NotTaken("the answer does not hold one kubeconfig")
    try:
        content = yaml.safe_load(_decoded(value))
    except (yaml.YAMLError, RecursionError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise NotTaken("what Azure gave as a kubeconfig is none")
    return content


def _entries(content: Mapping[str, JSON], collection: str, inner: str) -> list[Mapping[str, JSON]]:
    """What each entry of a kubeconfig's collection says. Raises NotTaken for what is no entry."""
    listed = content.get(collection)
    entries: list[Mapping[str, JSON]] = []
    for entry in listed if isinstance(listed, list) else [] if listed is None else [listed]:
        values = entry.get(inner) if isinstance(entry, dict) else None
        if not isinstance(values, dict):
            raise NotTaken(f"the kubeconfig that Azure gave has {collection} that are none")
        entries.append(values)
    return entries


def _decoded(text: str) -> str:
    try:
        decoded = base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        decoded = ""
    if not decoded.strip():  # nothing as an authority would be every public one
        raise NotTaken("what Azure gave as a kubeconfig is not in base64, or not text")
    return decoded


_KNOWN = frozenset(
    {"client-certificate", "client-certificate-data", "client-key", "client-key-data"}
    | {"auth-provider", "password", "token", "tokenFile", "username"}
)


def _settings(names: list[str]) -> str:
    """The names of settings as far as they are kubeconfigs' own: what else stands there may be anything."""
    return ", ".join(name if name in _KNOWN else "another setting" for name in names)
