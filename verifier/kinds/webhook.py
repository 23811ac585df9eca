"""The mutating webhook: who changes pods as they are made. Workload identity is given to them that way."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.hcl.values import JSON
from verifier.kinds.pod import USE_LABEL
from verifier.kinds.served import Document, at
from verifier.kinds.stated import as_labels, as_text

WORKLOAD_IDENTITY = "mutation.azure-workload-identity.io"
"""As Azure/azure-workload-identity names its webhook, which AKS installs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Live: one webhook of a MutatingWebhookConfiguration of admissionregistration.k8s.io/v1."""

    configuration: str
    name: str
    gives_identity: bool


def webhooks_of(document: Document) -> tuple[Webhook, ...]:
    """The webhooks that one configuration has."""
    listed = at(document.body, ("webhooks",))
    configuration = as_text(at(document.body, ("metadata", "name")))
    return tuple(
        Webhook(configuration=configuration, name=as_text(w.get("name")), gives_identity=_gives_identity(w))
        for w in (listed if isinstance(listed, list) else [])
        if isinstance(w, dict)
    )


def _gives_identity(webhook: dict[str, JSON]) -> bool:
    labels = as_labels(at(webhook, ("objectSelector", "matchLabels")))
    asked = labels.get(USE_LABEL)
    return asked == "true" or (asked is None and as_text(webhook.get("name")) == WORKLOAD_IDENTITY)
