"""Documents: one read each, ended as found, absent, denied or failed.

A document is one ARM resource or Kubernetes object as JSON, exactly as the service sent it. What could not be read
is kept with its reason: "could not look" is an outcome, never an absence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from verifier.live.arm_id import type_of

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"
Document: TypeAlias = Mapping[str, JSON]
"""One ARM resource (`id`, `type`, `properties`, …) or Kubernetes object (`kind`, `metadata`, …)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing to read.

    `plane` azure: `path` is an ARM id, or for a list the id of the collection (`…/id-ml/federatedIdentityCredentials`,
    `{scope}/providers/Microsoft.Authorization/roleAssignments`).
    `plane` kubernetes: `path` is the API path (`/api/v1/namespaces/azureml/serviceaccounts`).
    `assigned_to` is for role assignments only: the object id of the principal whose assignments (direct, through
    groups, inherited) are asked for. Paths compare without regard to case on the azure plane.
    `clusters` are for the kubernetes plane only: the ARM ids of those that can be meant, usually one. They say where to
    look, and not for what, so that no two requests differ by them.
    """

    plane: Literal["azure", "kubernetes"]
    operation: Literal["get", "list"]
    path: str
    assigned_to: str = ""
    clusters: tuple[str, ...] = field(default=(), compare=False)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What two requests for the same thing have in common."""
        path = self.path.casefold() if self.plane == "azure" else self.path
        return (self.plane, self.operation, path.rstrip("/"), self.assigned_to.casefold())

    def __str__(self) -> str:
        asked = f" assigned to {self.assigned_to}" if self.assigned_to else ""
        return f"{self.operation} {self.path}{asked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The service answered with what was asked for: one document for a get, all pages' for a list (maybe none)."""

    documents: tuple[Document, ...]
    api_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """The service says that this very thing does not exist. `code` is its word: ResourceNotFound, NotFound, …"""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The service refused. `permission` is the action that is missing (`Microsoft.…/read`, `list serviceaccounts`)."""

    permission: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Nothing usable came back: timed out, refused, throttled, not JSON, another resource, not asked at all."""

    because: str


Outcome: TypeAlias = Found | Absent | Denied | Failed
NOT_READ = Failed(because="this was not read")


@dataclass(frozen=True, slots=True)
class Documents:
    """All reads of one environment. What was not asked for is Failed, not absent."""

    outcomes: Mapping[tuple[str, str, str, str], tuple[Request, Outcome]] = field(default_factory=dict)
    _sorted_out: dict[str, tuple[Document, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The resources by type, once somebody has asked."""

    def outcome(self, request: Request) -> Outcome:
        """How that read ended; NOT_READ when it was never made."""
        entry = self.outcomes.get(request.key)
        return entry[1] if entry else NOT_READ

    def get(self, path: str, *, plane: Literal["azure", "kubernetes"] = "azure") -> Outcome:
        """How reading one resource or object ended. A found list that holds it counts as found.

        A list that was read whole and lacks it does not make it absent: only its own read does.
        """
        request = Request(plane=plane, operation="get", path=path)
        if request.key in self.outcomes:
            return self.outcomes[request.key][1]
        return self._within_lists(request) or NOT_READ

    def list(self, path: str, *, plane: Literal["azure", "kubernetes"] = "azure", assigned_to: str = "") -> Outcome:
        """How listing a collection ended."""
        return self.outcome(Request(plane=plane, operation="list", path=path, assigned_to=assigned_to))

    def of_type(self, arm_type: str) -> tuple[Document, ...]:
        """Every resource of an ARM type that was found, by whichever read; the first, where several found it."""
        if not self._sorted_out and self.outcomes:
            self._sorted_out.update(self._by_type())
        return self._sorted_out.get(arm_type.casefold(), ())

    def _by_type(self) -> dict[str, tuple[Document, ...]]:
        found: dict[str, dict[str, Document]] = {}
        for request, outcome in self:
            for document in outcome.documents if request.plane == "azure" and isinstance(outcome, Found) else ():
                identifier = document.get("id")
                if isinstance(identifier, str):
                    found.setdefault(type_of(identifier), {}).setdefault(identifier.casefold(), document)
        return {of: tuple(members[i] for i in sorted(members)) for of, members in found.items()} or {"": ()}

    def __iter__(self) -> Iterator[tuple[Request, Outcome]]:
        """Every read, sorted by plane, operation and path."""
        return (self.outcomes[key] for key in sorted(self.outcomes))

    def with_more(self, more: Mapping[Request, Outcome]) -> Documents:
        """These documents and the outcomes of more reads."""
        return Documents({**self.outcomes, **{r.key: (r, o) for r, o in more.items()}})

    def _within_lists(self, wanted: Request) -> Found | None:
        for request, outcome in self.outcomes.values():
            if request.plane != wanted.plane or request.operation != "list" or not isinstance(outcome, Found):
                continue
            for document in outcome.documents:
                path = document.get("id") if wanted.plane == "azure" else kubernetes_path(document)
                if Request(plane=wanted.plane, operation="get", path=str(path)).key == wanted.key:
                    return Found(documents=(document,), api_version=outcome.api_version)
        return None


_KUBERNETES_COLLECTIONS = {
    "Event": ("/api/v1", "events"),
    "InstanceType": ("/apis/amlarc.azureml.com/v1alpha1", "instancetypes"),
    "MutatingWebhookConfiguration": ("/apis/admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations"),
    "Namespace": ("/api/v1", "namespaces"),
    "Node": ("/api/v1", "nodes"),
    "Pod": ("/api/v1", "pods"),
    "ServiceAccount": ("/api/v1", "serviceaccounts"),
}


OPENID_CONFIGURATION = "/.well-known/openid-configuration"
"""Where an API server says who issues its service accounts' tokens: by that it can be told from any other."""


def kubernetes_path(document: Document) -> str:
    """The API path of an object that is read, `/api/v1/namespaces/azureml/serviceaccounts/default`; else empty."""
    if document.get("kind") == "OpenIDConfiguration":
        return OPENID_CONFIGURATION
    metadata = document.get("metadata")
    collection = _KUBERNETES_COLLECTIONS.get(str(document.get("kind")))
    if not isinstance(metadata, dict) or collection is None:
        return ""
    root, plural = collection
    namespace = metadata.get("namespace")
    prefix = f"{root}/namespaces/{namespace}" if namespace else root
    return f"{prefix}/{plural}/{metadata.get('name')}"
