"""What is kept of a Kubernetes object: what is asked of it, and nothing else.

A job's pod holds tokens in its environment and its arguments. Of a pod the names of its variables are kept, so that it
can be told which pods are jobs, and whether workload identity reached them; no value is, and no argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, Union

from verifier.live.documents import JSON, Document

Shape: TypeAlias = Union[bool, "Mapping[str, Shape]"]
"""True keeps a value whole; a mapping keeps these members, of a list those of each of its objects."""

_NAMED: Shape = {"name": True, "namespace": True, "uid": True, "creationTimestamp": True, "labels": True}
_CONTAINER: Shape = {"name": True, "image": True, "resources": True, "env": {"name": True}}
_CONTAINER_STATUS: Shape = {
    "name": True,
    "ready": True,
    "state": {"waiting": {"reason": True}, "terminated": {"reason": True, "exitCode": True}, "running": True},
}
_OWNERS: Shape = {"kind": True, "name": True, "controller": True}
_SELECTOR: Shape = {"matchLabels": True, "matchExpressions": True}

KEPT: Mapping[str, Shape] = {
    "Pod": {
        "metadata": {"name": True, "namespace": True, "uid": True, "labels": True, "ownerReferences": _OWNERS},
        "spec": {
            "serviceAccountName": True,
            "nodeName": True,
            "nodeSelector": True,
            "tolerations": True,
            "containers": _CONTAINER,
            "initContainers": _CONTAINER,
            "volumes": {"name": True},
        },
        "status": {"phase": True, "reason": True, "containerStatuses": _CONTAINER_STATUS},
    },
    "Event": {
        "metadata": _NAMED,
        "type": True,
        "reason": True,
        "message": True,
        "count": True,
        "lastTimestamp": True,
        "eventTime": True,
        "involvedObject": {"kind": True, "namespace": True, "name": True},
    },
    "Node": {
        "metadata": _NAMED,
        "spec": {"taints": True, "unschedulable": True},
        "status": {"allocatable": True, "conditions": {"type": True, "status": True}},
    },
    "InstanceType": {"metadata": _NAMED, "spec": {"nodeSelector": True, "resources": True}},
    "MutatingWebhookConfiguration": {
        "metadata": _NAMED,
        "webhooks": {
            "name": True,
            "failurePolicy": True,
            "objectSelector": _SELECTOR,
            "namespaceSelector": _SELECTOR,
            "clientConfig": {"service": {"name": True, "namespace": True}},
        },
    },
}
"""By the kind of object; of a kind that is not here, everything is kept that is no secret."""


def kept(document: Document) -> Document:
    """A Kubernetes object with nothing in it that is not asked for. Doing it again changes nothing."""
    shape = KEPT.get(str(document.get("kind")))
    if shape is None or isinstance(shape, bool):
        return document
    named = {"apiVersion": document.get("apiVersion"), "kind": document.get("kind")}
    return {**named, **_members(document, shape)}


def _pruned(value: JSON, shape: Shape) -> JSON:
    if isinstance(shape, bool):
        return value
    if isinstance(value, dict):
        return _members(value, shape)
    if isinstance(value, list):
        return [_members(item, shape) for item in value if isinstance(item, dict)]
    return None


def _members(value: Mapping[str, JSON], shape: Mapping[str, Shape]) -> dict[str, JSON]:
    return {name: _pruned(value[name], inner) for name, inner in shape.items() if name in value}
