"""The node: what it can still hold, what it is labelled with, and whom it keeps away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from verifier.hcl.values import JSON
from verifier.kinds.quantity import quantity
from verifier.kinds.served import Document, at
from verifier.kinds.stated import as_labels, as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Live: core/v1 Node. Terraform makes pools of them, never one.

    `taints` read `key=value:effect`. `allocatable` are quantities by resource.
    """

    name: str
    labels: Mapping[str, str]
    taints: tuple[str, ...]
    allocatable: Mapping[str, str]
    ready: bool
    schedulable: bool

    @property
    def pool(self) -> str:
        """The node pool that it is of; empty for a node of none, as auto provisioning makes them."""
        return self.labels.get("kubernetes.azure.com/agentpool") or self.labels.get("agentpool", "")

    def offers(self, resource: str) -> Decimal:
        """How much of a resource its pods may take in all."""
        return quantity(self.allocatable.get(resource, "0")) or Decimal(0)

    def lacks(self, selector: Mapping[str, str]) -> tuple[str, ...]:
        """The labels, as `key=value`, that a selector asks for and the node has not."""
        return tuple(f"{key}={wanted}" for key, wanted in sorted(selector.items()) if self.labels.get(key) != wanted)


def node(document: Document) -> Node:
    """A node as the API server has it."""
    return Node(
        name=as_text(at(document.body, ("metadata", "name"))),
        labels=as_labels(at(document.body, ("metadata", "labels"))),
        taints=_taints(at(document.body, ("spec", "taints"))),
        allocatable=as_labels(at(document.body, ("status", "allocatable"))),
        ready=_is_ready(at(document.body, ("status", "conditions"))),
        schedulable=at(document.body, ("spec", "unschedulable")) is not True,
    )


def _taints(value: JSON) -> tuple[str, ...]:
    listed = [taint for taint in value if isinstance(taint, dict)] if isinstance(value, list) else []
    return tuple(_written(as_text(t.get("key")), as_text(t.get("value")), as_text(t.get("effect"))) for t in listed)


def _written(key: str, value: str, effect: str) -> str:
    return f"{key}={value}:{effect}" if value else f"{key}:{effect}"


def _is_ready(conditions: JSON) -> bool:
    return any(
        isinstance(c, dict) and c.get("type") == "Ready" and c.get("status") == "True"
        for c in (conditions if isinstance(conditions, list) else [])
    )
