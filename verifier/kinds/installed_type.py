"""Instance types as the cluster has them: the sizes that jobs ask for by name, and whether they can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from verifier.kinds.compare import exactly
from verifier.kinds.compute import InstanceType, as_instance_type
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.manifest import inside
from verifier.kinds.quantity import quantity, same_quantities
from verifier.kinds.served import SETTINGS, Document, at
from verifier.kinds.stated import Stated, as_labels, as_text

GPU = "nvidia.com/gpu"
_NODE_SELECTOR = ("spec", "nodeSelector")
_REQUESTS, _LIMITS = ("spec", "resources", "requests"), ("spec", "resources", "limits")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledType:
    """Terraform: a manifest. Live: InstanceType of amlarc.azureml.com/v1alpha1. `installed_type` reads its size.

    `node_selector` are the labels of the nodes that its jobs run on, `requests` and `limits` quantities by resource.
    """

    name: Fact[str]
    node_selector: Fact[Mapping[str, str]]
    requests: Fact[Mapping[str, str]]
    limits: Fact[Mapping[str, str]]


def installed_type(document: Document) -> tuple[str, InstanceType]:
    """Name and size of an InstanceType of amlarc.azureml.com/v1alpha1."""
    return as_text(at(document.body, ("metadata", "name"))), as_instance_type(at(document.body, ("spec",)))


def gpus_of(size: InstanceType) -> Decimal:
    """How many GPUs a job of that size gets."""
    return quantity(size.limits.get(GPU, "0")) or Decimal(0)


def needs_of(size: InstanceType) -> Mapping[str, str]:
    """What a node has to have for a job of that size: what it requests, or else limits itself to."""
    return {**size.limits, **size.requests}


def overdrawn(size: InstanceType) -> tuple[str, ...]:
    """The resources of which a size requests more than it limits to: Kubernetes takes no such pod."""
    return tuple(name for name, asked in sorted(size.requests.items()) if _more(asked, size.limits.get(name, "")))


def unlike(one: InstanceType, other: InstanceType) -> tuple[str, ...]:
    """In what two sizes differ: their limits, requests or nodeSelector. Without requests, limits stand for them."""
    parts = {
        "limits": same_quantities(one.limits, other.limits),
        "requests": same_quantities(needs_of(one), needs_of(other)),
        "nodeSelector": one.node_selector == other.node_selector,
    }
    return tuple(part for part, same in parts.items() if not same)


def is_named_for_gpus(name: str) -> bool:
    """Whether whoever reads an instance type's name expects a GPU of it."""
    told = name.casefold().replace("-", "").replace("_", "")
    return "gpu" in told and not any(without in told for without in ("nogpu", "nongpu", "withoutgpu"))


def _stated(says: Stated) -> InstalledType:
    def texts(*path: str) -> Fact[Mapping[str, str]]:
        return says.fact(".".join(path), *inside(says, *path), read=as_labels, otherwise={})

    return InstalledType(
        name=says.text("metadata.name", *inside(says, "metadata", "name")),
        node_selector=texts(*_NODE_SELECTOR),
        requests=texts(*_REQUESTS),
        limits=texts(*_LIMITS),
    )


def _served(document: Document) -> InstalledType:
    def texts(*path: str) -> Fact[Mapping[str, str]]:
        return document.fact(".".join(path), *path, of=SETTINGS, read=as_labels, otherwise={})

    return InstalledType(
        name=document.text("metadata.name", "metadata", "name"),
        node_selector=texts(*_NODE_SELECTOR),
        requests=texts(*_REQUESTS),
        limits=texts(*_LIMITS),
    )


def _more(asked: str, limit: str) -> bool:
    wanted, most = quantity(asked), quantity(limit) if limit else None
    return wanted is not None and most is not None and wanted > most


INSTANCE_TYPE = Kind(
    noun="instance type",
    manifest="InstanceType",
    from_terraform=_stated,
    from_document=_served,
    compares={"node_selector": exactly, "requests": same_quantities, "limits": same_quantities},
)
