"""The Kubernetes service account and its workload identity annotation, and the namespace it lives in."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.compare import labels_within
from verifier.kinds.extension import Settings
from verifier.kinds.fact import Fact
from verifier.kinds.federation import federation
from verifier.kinds.kind import Kind
from verifier.kinds.manifest import inside
from verifier.kinds.served import SETTINGS, Document
from verifier.kinds.stated import Stated, as_settings

ENDING = "Terminating"
DEFAULT = "default"
DEFAULTS = frozenset({"kubernetes_default_service_account", "kubernetes_default_service_account_v1"})
"""Types that say more of the service account that Kubernetes makes in every namespace: their provider makes none, and
takes that over (its documentation, "kubernetes_default_service_account")."""
CLIENT_ID_ANNOTATION = "azure.workload.identity/client-id"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """Terraform: kubernetes_service_account(_v1), kubernetes_default_service_account(_v1), a manifest.
    Live: core/v1 ServiceAccount.

    `client_id` is the annotation `azure.workload.identity/client-id`; empty without it. Names are case-sensitive.
    `misspelt` pairs each key that looks like one of workload identity's and is none with the one that it looks like.
    """

    namespace: Fact[str]
    name: Fact[str]
    client_id: Fact[str]
    labels: Fact[Settings]
    annotations: Fact[Settings]
    misspelt: Fact[tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """Terraform: kubernetes_namespace(_v1), a manifest. Live: core/v1 Namespace.

    `ending` is whether somebody has deleted it: until all that is in it is gone it is there, and takes nothing new.
    """

    name: Fact[str]
    ending: Fact[bool]
    labels: Fact[Settings]
    annotations: Fact[Settings]


def _stated_service_account(says: Stated) -> ServiceAccount:
    annotations = says.settings("metadata.annotations", *inside(says, "metadata", 0, "annotations"))
    return ServiceAccount(
        namespace=says.text("metadata.namespace", *inside(says, "metadata", 0, "namespace")),
        name=_stated_name(says),
        client_id=client_of(annotations),
        annotations=annotations,
        labels=says.settings("metadata.labels", *inside(says, "metadata", 0, "labels")),
        misspelt=says.fact(
            "metadata.annotations", *inside(says, "metadata", 0, "annotations"), read=_misspelt, otherwise=()
        ),
    )


def client_of(annotations: Fact[Settings]) -> Fact[str]:
    """The client id among the annotations that Terraform states; empty without it."""
    content = annotations.content
    return Fact(
        name=CLIENT_ID_ANNOTATION,
        content=content if isinstance(content, Unknown) else content.get(CLIENT_ID_ANNOTATION, ""),
        origin=annotations.origin,
        sensitive=annotations.sensitive,
    )


def _stated_name(says: Stated) -> Fact[str]:
    if says.instance.type in DEFAULTS:
        return Fact(name="metadata.name", content=DEFAULT, source=says.instance.address)
    return says.text("metadata.name", *inside(says, "metadata", 0, "name"))


def _served_service_account(document: Document) -> ServiceAccount:
    return ServiceAccount(
        namespace=document.text("metadata.namespace", "metadata", "namespace"),
        name=document.text("metadata.name", "metadata", "name"),
        client_id=document.text(CLIENT_ID_ANNOTATION, "metadata", "annotations", CLIENT_ID_ANNOTATION),
        labels=document.fact("metadata.labels", "metadata", "labels", of=SETTINGS, read=as_settings, otherwise={}),
        annotations=document.fact(
            "metadata.annotations", "metadata", "annotations", of=SETTINGS, read=as_settings, otherwise={}
        ),
        misspelt=document.fact(
            "metadata.annotations", "metadata", "annotations", of=SETTINGS, read=_misspelt, otherwise=()
        ),
    )


def _misspelt(annotations: JSON) -> tuple[tuple[str, str], ...]:
    known = {_squeezed(key): key for key in federation().annotations}
    keys = sorted(annotations) if isinstance(annotations, dict) else []
    return tuple((k, known[_squeezed(k)]) for k in keys if known.get(_squeezed(k), k) != k)


def _squeezed(key: str) -> str:
    """A key by its letters alone: what hyphens, dots, underscores and capitals are confused in."""
    return "".join(c for c in key.casefold() if c.isalnum())


def _stated_namespace(says: Stated) -> Namespace:
    return Namespace(
        name=says.text("metadata.name", *inside(says, "metadata", 0, "name")),
        ending=Fact(name="metadata.deletionTimestamp", content=False, stated=False),
        labels=says.settings("metadata.labels", *inside(says, "metadata", 0, "labels")),
        annotations=says.settings("metadata.annotations", *inside(says, "metadata", 0, "annotations")),
    )


def _served_namespace(document: Document) -> Namespace:
    phase = document.text("status.phase", "status", "phase")
    deleted = document.text("metadata.deletionTimestamp", "metadata", "deletionTimestamp")
    told = deleted if deleted.stated else phase
    unknown = phase.content if isinstance(phase.content, Unknown) and not deleted.stated else None
    return Namespace(
        name=document.text("metadata.name", "metadata", "name"),
        ending=Fact(
            name=told.name,
            content=deleted.stated or phase.content == ENDING if unknown is None else unknown,
            source=document.source,
        ),
        labels=document.fact("metadata.labels", "metadata", "labels", of=SETTINGS, read=as_settings, otherwise={}),
        annotations=document.fact(
            "metadata.annotations", "metadata", "annotations", of=SETTINGS, read=as_settings, otherwise={}
        ),
    )


SERVICE_ACCOUNT = Kind(
    noun="service account",
    manifest="ServiceAccount",
    terraform_types=("kubernetes_service_account", "kubernetes_service_account_v1", *sorted(DEFAULTS)),
    from_terraform=_stated_service_account,
    from_document=_served_service_account,
    compares={"labels": labels_within, "annotations": labels_within},
)
NAMESPACE = Kind(
    noun="namespace",
    manifest="Namespace",
    terraform_types=("kubernetes_namespace", "kubernetes_namespace_v1"),
    from_terraform=_stated_namespace,
    from_document=_served_namespace,
    compares={"labels": labels_within, "annotations": labels_within},
)
