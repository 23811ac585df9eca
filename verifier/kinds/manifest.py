"""Kubernetes objects as Terraform says them: by a resource of their own, or as a whole manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from verifier.kinds.stated import Stated, Step

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance

MANIFESTS: Mapping[str, str] = {"kubernetes_manifest": "manifest", "kubectl_manifest": "yaml_body"}
"""Terraform types that say any object whole, with the argument in which they do."""

WRITTEN: Mapping[str, str] = {"kubernetes_annotations": "annotations", "kubernetes_labels": "labels"}
"""Terraform types that write on an object which somebody else makes, with what they write."""


def inside(says: Stated, *path: Step) -> tuple[Step, ...]:
    """Where an instance says a field of its object; the path is that of the provider's own resource.

    `"metadata", 0, "name"` of a kubernetes_namespace is `"manifest", "metadata", "name"` of a kubernetes_manifest.
    """
    argument = MANIFESTS.get(says.instance.type)
    return path if argument is None else (argument, *(step for step in path if step != 0))


def manifest_kind(instance: Instance) -> str:
    """The `kind` of the object that a manifest says; empty for any other resource, or while it is not known."""
    if instance.type not in MANIFESTS:
        return ""
    says = Stated(instance)
    declared = says.text("kind", *inside(says, "kind"))
    return declared.value if declared.known else ""
