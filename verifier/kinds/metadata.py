"""Annotations and labels that Terraform writes on objects which somebody else makes."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import labels_within
from verifier.kinds.extension import Settings
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.manifest import WRITTEN
from verifier.kinds.served import SETTINGS, Document
from verifier.kinds.service_account import client_of
from verifier.kinds.stated import Stated, as_settings

MANAGER = "Terraform"
UNSAID: Fact[Settings] = Fact(name="metadata", content={}, stated=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Terraform: kubernetes_annotations, kubernetes_labels. Live: the metadata of the object that they write on.

    Only the keys that are stated are Terraform's; the object and all its other keys are somebody else's. Where nothing
    is there to be written on, apply fails. A key that another client set makes it fail, too, unless it is `forced`.
    `manager` is as whom it writes: what this manager no longer states, is taken off (hashicorp/kubernetes provider,
    "kubernetes_annotations"; Kubernetes, "Server-Side Apply").
    """

    object_kind: Fact[str]
    namespace: Fact[str]
    name: Fact[str]
    annotations: Fact[Settings]
    labels: Fact[Settings]
    forced: Fact[bool]
    manager: Fact[str]

    @property
    def client_id(self) -> Fact[str]:
        """The client id that it annotates a service account with; empty where it does not."""
        return client_of(self.annotations)


def _stated(says: Stated) -> Metadata:
    written = WRITTEN[says.instance.type]
    said = says.settings(written, written)
    return Metadata(
        object_kind=says.text("kind", "kind"),
        namespace=says.text("metadata.namespace", "metadata", 0, "namespace"),
        name=says.text("metadata.name", "metadata", 0, "name"),
        annotations=said if written == "annotations" else UNSAID,
        labels=said if written == "labels" else UNSAID,
        forced=says.flag("force", "force", otherwise=False),
        manager=says.fact("field_manager", "field_manager", read=str, otherwise=MANAGER),
    )


def _served(document: Document) -> Metadata:
    return Metadata(
        object_kind=document.text("kind", "kind"),
        namespace=document.text("metadata.namespace", "metadata", "namespace"),
        name=document.text("metadata.name", "metadata", "name"),
        annotations=document.fact(
            "metadata.annotations", "metadata", "annotations", of=SETTINGS, read=as_settings, otherwise={}
        ),
        labels=document.fact("metadata.labels", "metadata", "labels", of=SETTINGS, read=as_settings, otherwise={}),
        forced=Fact(name="force", content=False, stated=False),
        manager=Fact(name="field_manager", content="", stated=False),
    )


METADATA = Kind(
    noun="metadata",
    terraform_types=tuple(WRITTEN),
    written_on=frozenset({"Namespace", "ServiceAccount"}),
    from_terraform=_stated,
    from_document=_served,
    compares={"annotations": labels_within, "labels": labels_within},
)
