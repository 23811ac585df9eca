"""Scheduling: whether pods of an instance type can land on the nodes of a pool, by labels and taints alone.

Sources: Kubernetes, "Taints and Tolerations" and "Well-Known Labels"; Microsoft Learn, "Reference for configuring
Kubernetes cluster for Azure Machine Learning" for the taints that its workloads tolerate by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verifier.hcl.values import Unknown
from verifier.kinds.extension import Extension
from verifier.kinds.fact import NotKnown
from verifier.kinds.node_pool import NodePool

KEEPS_OUT = frozenset({"noschedule", "noexecute"})
"""The effects that keep a pod out; PreferNoSchedule only prefers."""

_OWN_DOMAINS = ("kubernetes.io", "k8s.io", "kubernetes.azure.com")
_OWN_KEYS = frozenset({"agentpool", "accelerator", "storageprofile", "storagetier"})
_TOLERATION = re.compile(r"workloadtoleration\[(\d+)\]\.(key|operator|value|effect)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toleration:
    """One taint, or several, that pods put up with. An empty key, value or effect stands for any."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""

    def covers(self, taint: str) -> bool:
        """Whether it covers a taint, `key=value:effect`."""
        key, value, effect = parts(taint)
        if self.effect and self.effect.casefold() != effect.casefold():
            return False
        if self.operator.casefold() == "exists":
            return self.key in ("", key)
        return self.key == key and self.value == value


BY_THEMSELVES = tuple(
    Toleration(key=f"ml.azure.com/{name}", operator="Exists")
    for name in ("amlarc", "amlarc-workload", "resource-group", "workspace", "compute")
)
"""What all workloads of Azure ML tolerate. Whose resource group, workspace or compute it is, is not compared."""


def parts(taint: str) -> tuple[str, str, str]:
    """Key, value and effect of a taint: `sku=gpu:NoSchedule`, or `sku:NoSchedule` without a value."""
    labelled, _, effect = taint.rpartition(":")
    key, _, value = labelled.partition("=")
    return key, value, effect


def tolerations_of(extension: Extension) -> tuple[Toleration, ...]:
    """The tolerations that an extension's settings give to all jobs. Raises NotKnown."""
    numbered: dict[int, dict[str, str]] = {}
    for key, value in extension.settings.value.items():
        found = _TOLERATION.fullmatch(key)
        if found is None:
            continue
        if isinstance(value, Unknown):
            raise NotKnown(f"the setting {key} is not known: {value.because}")
        numbered.setdefault(int(found[1]), {})[found[2].casefold()] = value
    return tuple(Toleration(**numbered[number]) for number in sorted(numbered))


def selector_of(extension: Extension) -> Mapping[str, str]:
    """The labels that an extension's settings ask of the nodes of every job. Raises NotKnown."""
    prefix = "nodeSelector."
    found: dict[str, str] = {}
    for key, value in extension.settings.value.items():
        if key.startswith(prefix):
            if isinstance(value, Unknown):
                raise NotKnown(f"the setting {key} is not known: {value.because}")
            found[key[len(prefix) :]] = value
    return found


def missing_labels(pool: NodePool, selector: Mapping[str, str]) -> tuple[str, ...]:
    """The labels, as `key=value`, that a selector asks for and that nobody gave a pool's nodes. Raises NotKnown.

    A label that Kubernetes or AKS gives nodes by itself is not counted as missing, unless it is known to differ.
    """
    given = pool.labels.value
    missing = []
    for key, wanted in sorted(selector.items()):
        found = given.get(key)
        if isinstance(found, Unknown):
            raise NotKnown(f"the label {key} of node pool {pool.name.value} is not known: {found.because}")
        if found is None and _may_be_given(key, wanted, pool):
            continue
        if found != wanted:
            missing.append(f"{key}={wanted}")
    return tuple(missing)


def keeping_out(pool: NodePool, tolerations: Iterable[Toleration]) -> tuple[str, ...]:
    """The taints of a pool's nodes that keep pods with these tolerations out. Raises NotKnown."""
    return taints_keeping_out(pool.all_taints, tolerations)


def taints_keeping_out(taints: Iterable[str], tolerations: Iterable[Toleration]) -> tuple[str, ...]:
    """The taints among these that keep Azure ML's pods with these tolerations out."""
    tolerated = (*tolerations, *BY_THEMSELVES)
    strict = [t for t in taints if parts(t)[2].casefold() in KEEPS_OUT]
    return tuple(taint for taint in strict if not any(t.covers(taint) for t in tolerated))


def _may_be_given(key: str, wanted: str, pool: NodePool) -> bool:
    """Whether Kubernetes or AKS may give nodes this label by themselves.

    `agentpool` is the pool's own name; `accelerator` have only nodes with a GPU, sizes that start with N.
    """
    domain, _, name = key.rpartition("/")
    if key not in _OWN_KEYS and not any(domain == own or domain.endswith("." + own) for own in _OWN_DOMAINS):
        return False
    if name == "accelerator":
        return pool.vm_size.value.casefold().startswith("standard_n")
    return name != "agentpool" or wanted == pool.name.value
