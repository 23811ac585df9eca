"""Reading a cluster at its own API server with an Entra token: Azure says where the server is, and who signs for it.

The authority that signs an AKS API server's certificate is not among what Azure says of a cluster. It is in the
kubeconfig that `listClusterUserCredential` gives, as `az aks get-credentials` takes it. With Entra integration that
holds a server, its authority and a command that gets a token; without, a client's key. So it is asked for only after
the cluster was read and says that it is integrated, and a token is sent only to a server of the cluster's own name.

Sources: https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id,
https://learn.microsoft.com/azure/aks/private-clusters (two names, of which a kubeconfig has the private one).
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeAlias

from verifier.errors import AccessError
from verifier.live.arm_id import ArmId
from verifier.live.azure.kubeconfig import USER_CREDENTIAL
from verifier.live.deadline import seconds_left
from verifier.live.documents import JSON, Absent, Denied, Document, Failed, Found, Outcome, Request
from verifier.live.kubernetes.reader import Connection, KubernetesReader
from verifier.live.reader import Reader
from verifier.live.trace import Trace

CLUSTER = "Microsoft.ContainerService/managedClusters"
INSTEAD = "pass --kube-context or --kubernetes-endpoint"
NAMES = ("fqdn", "privateFQDN")
"""Where a cluster says what its API server is called. Its `azurePortalFQDN` is for the portal alone."""

SERVER = re.compile(r"https://(?P<host>[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?/?", re.IGNORECASE)
"""An API server's address in whole, as AKS gives it: without a path, and without anybody's name."""
MOST_PORTS = 65535

Way: TypeAlias = KubernetesReader | Denied | Failed
"""How a cluster is read, or why it is not."""


@dataclass(slots=True)
class _Known:
    """What is known of one cluster. The first who asks finds out, and the others wait for it."""

    lock: Lock = field(default_factory=Lock)
    way: Way | None = None


class OwnServers:
    """Reads each cluster at its own server. Safe to use from many threads, and for many clusters.

    Where a request does not say which cluster it is of, or says several, it fails: none is guessed. `azure` reads what
    Azure says of a cluster; `token` gives one for any AKS API server, and is asked once there is where to send it.
    """

    def __init__(self, azure: Reader, token: Callable[[], str], *, trace: Trace | None = None) -> None:
        self._azure = azure
        self._token = token
        self._trace = trace
        self._lock = Lock()
        self._clusters: dict[str, _Known] = {}

    def read(self, request: Request, /) -> Outcome:
        """How reading this ended."""
        if len(request.clusters) != 1:
            return _undecided(request.clusters)
        way = self._way(request.clusters[0])
        return way.read(request) if isinstance(way, KubernetesReader) else way

    def _way(self, cluster: str) -> Way:
        with self._lock:
            known = self._clusters.setdefault(cluster.casefold().rstrip("/"), _Known())
        with known.lock:
            if known.way is not None:
                return known.way
            way = self._found(cluster)
            if seconds_left() > 0:  # what only came too late for one reading is asked again by the next
                known.way = way
            return way

    def _found(self, cluster: str) -> Way:
        parsed = ArmId.parse(cluster)
        if parsed is None or not parsed.is_a(CLUSTER) or not parsed.name:
            return Failed(because=f"{cluster} is not a cluster of AKS: to look into it, {INSTEAD}")
        try:
            document = self._document(Request(plane="azure", operation="get", path=cluster))
            if isinstance(document, Denied | Failed):
                return document
            if unfit := _unfit(document):
                return Failed(because=f"cluster {parsed.name} {unfit}")
            action = USER_CREDENTIAL.rpartition("/")[2]
            place = self._document(Request(plane="azure", operation="list", path=f"{cluster.rstrip('/')}/{action}"))
        except AccessError as error:
            return Failed(because=error.what)
        return place if isinstance(place, Denied | Failed) else self._reader(parsed.name, document, place)

    def _document(self, request: Request) -> Document | Denied | Failed:
        match self._azure.read(request):
            case Found(documents=(document,)):
                return document
            case Found():
                return Failed(because="Azure does not say where the cluster's API server is")
            case Absent(code=code):
                return Failed(because=f"there is no such cluster ({code}): {request.path}")
            case Failed(because=because):
                return Failed(because=f"where the cluster's API server is could not be learned: {because}")
            case Denied() as denied:
                return denied

    def _reader(self, name: str, document: Document, place: Document) -> KubernetesReader | Failed:
        server = str(place.get("server"))
        own = [called for key in NAMES if isinstance(called := _property(document, key), str) and called]
        address = SERVER.fullmatch(server)
        if address is None or int(address["port"] or 443) > MOST_PORTS:
            return Failed(because=f"Azure gave no https address of cluster {name}'s API server; no token is sent there")
        if address["host"].casefold() not in {called.casefold() for called in own}:
            called = " or ".join(own) or "without a name"
            return Failed(
                because=f"{server} is not cluster {name}'s own server, which is {called}; no token is sent there"
            )
        try:
            tls = ssl.create_default_context(cadata=str(place.get("certificateAuthority")))
        except (ssl.SSLError, ValueError):
            return Failed(because=f"Azure gave no certificates that can be read for the API server of cluster {name}")
        connection = Connection(server=server, tls=tls, token=self._token)
        return KubernetesReader(lambda: connection, trace=self._trace, unreachable=_why_unreachable(document))


def _undecided(clusters: tuple[str, ...]) -> Failed:
    names = ", ".join(sorted(cluster.rpartition("/")[2] for cluster in clusters))
    if names:
        return Failed(because=f"several clusters can be meant ({names}), and none is guessed: {INSTEAD}")
    return Failed(because=f"which cluster is meant is not known, and none is guessed: {INSTEAD}")


def _unfit(document: Document) -> str:
    """Why a cluster's own server is not asked; empty where it is."""
    profile = _property(document, "aadProfile")
    if not isinstance(profile, Mapping) or profile.get("managed") is not True:
        return f"is not integrated with Entra, so no token of it opens the API server: {INSTEAD}"
    power = _property(document, "powerState")
    if isinstance(power, Mapping) and str(power.get("code")).casefold() == "stopped":
        return "is stopped: its API server does not answer until it is started"
    return ""


def _why_unreachable(document: Document) -> str:
    """Why no connection may come about from here, as far as the cluster says."""
    profile = _property(document, "apiServerAccessProfile")
    access: Mapping[str, JSON] = profile if isinstance(profile, Mapping) else {}
    if access.get("enablePrivateCluster") is True:
        return "the cluster's API server is private; run from a network that reaches it"
    if access.get("authorizedIPRanges"):
        return "the cluster's API server lets in some addresses only; run from one of them"
    return ""


def _property(document: Document, name: str) -> JSON:
    properties = document.get("properties")
    return properties.get(name) if isinstance(properties, Mapping) else None
