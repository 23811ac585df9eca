"""The node pool: which nodes a cluster has for pods, how many, and which pods they take.

Terraform says a pool as a resource of its own, as a cluster's default_node_pool, or among the agentPoolProfiles of an
azapi_resource. The service has all of them in the cluster's own document, with the properties of an agentPools one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.besides import Beside, Besides, served_besides, stated_besides
from verifier.kinds.compare import exactly, labels_within, same_arm_id, same_word
from verifier.kinds.extension import Settings
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import NUMBER, OBJECTS, SETTINGS, TEXTS, Document
from verifier.kinds.stated import Stated, Step, as_settings, as_text, as_texts, at

SPOT = "Spot"
SPOT_TAINT = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"
"""AKS taints spot nodes with it, said or not (Microsoft Learn, "Add an Azure Spot node pool to an AKS cluster")."""
SYSTEM_TAINT = "CriticalAddonsOnly=true:NoSchedule"
"""What `only_critical_addons_enabled` stands for."""

_OF_AKS = "kubernetes.azure.com/"
"""What the labels and taints begin with that only AKS gives (Microsoft Learn, "Use labels in an AKS cluster")."""

_CORES = re.compile(r"standard_[a-z]+(\d+)(?:-(\d+))?[a-z]*(?:_[a-z0-9]+)?_v(?:[3-9]|\d\d)", re.IGNORECASE)
"""From the third version on a size says how many virtual CPUs it has, behind a hyphen how many of them are used
(Microsoft Learn, "Azure virtual machine sizes naming conventions")."""
NO_POWER_STATE: Fact[str] = Fact(name="powerState", content="", stated=False)
NO_PROVISIONING_STATE: Fact[str] = Fact(name="provisioningState", content="", stated=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePool:
    """Terraform: azurerm_kubernetes_cluster_node_pool, azapi_resource. Live: …/managedClusters/agentPools.

    `labels` are those that somebody gave the nodes; AKS adds labels of its own. `taints` read `key=value:effect`.
    `count`, `min_count` and `max_count` are whole numbers of nodes; `count` is what autoscaling starts from where
    that is on. `subnet_id` is empty for a network that AKS makes. `power_state` and `provisioning_state` are the
    service's to say; a pool that is stopped has no nodes, and its autoscaler is stopped with it (Microsoft Learn,
    "Start and stop an Azure Kubernetes Service (AKS) node pool").
    """

    name: Fact[str]
    cluster_id: Fact[str]
    vm_size: Fact[str]
    priority: Fact[str]
    labels: Fact[Settings]
    taints: Fact[tuple[str, ...]]
    autoscaling: Fact[bool]
    count: Fact[int]
    min_count: Fact[int]
    max_count: Fact[int]
    subnet_id: Fact[str]
    critical_only: Fact[bool]
    power_state: Fact[str] = NO_POWER_STATE
    provisioning_state: Fact[str] = NO_PROVISIONING_STATE
    besides: Besides = field(default_factory=dict)

    @property
    def cores(self) -> int | None:
        """How many virtual CPUs a node of it has; None for a size whose name does not tell."""
        named = _CORES.fullmatch(self.vm_size.value)
        return int(named[2] or named[1]) if named else None

    @property
    def is_stopped(self) -> bool:
        """Whether somebody stopped it."""
        return same_word(self.power_state.value, "Stopped")

    @property
    def has_failed(self) -> bool:
        """Whether the last thing that was done to it failed."""
        return same_word(self.provisioning_state.value, "Failed")

    @property
    def fixed_count(self) -> Fact[int] | None:
        """How many nodes it has, where nothing but its owner changes that; None for one that scales or is stopped."""
        if self.autoscaling.content is True or self._is_at_rest:
            return None
        unknown = self.autoscaling.content
        return replace(self.count, content=unknown) if isinstance(unknown, Unknown) else self.count

    @property
    def fewest(self) -> Fact[int] | None:
        """The least that it scales to; None for one that does not scale."""
        return None if self.autoscaling.content is False else self.min_count

    @property
    def most(self) -> Fact[int] | None:
        """The most that it scales to; None for one that does not scale."""
        return None if self.autoscaling.content is False else self.max_count

    @property
    def _is_at_rest(self) -> bool:
        return self.power_state.known and same_word(self.power_state.content, "Stopped")

    @property
    def most_nodes(self) -> Fact[int]:
        """How many nodes it can have. Raises NotKnown where it is not known whether it scales."""
        return self.max_count if self.autoscaling.value else self.count

    @property
    def all_taints(self) -> tuple[str, ...]:
        """The taints of its nodes, those included that AKS puts on them by itself. Raises NotKnown."""
        own = [SPOT_TAINT] if same_word(self.priority.value, SPOT) else []
        own += [SYSTEM_TAINT] if self.critical_only.value else []
        return (*self.taints.value, *(taint for taint in own if taint not in self.taints.value))


_OF_EVERY_POOL = (
    Beside(argument=("max_pods",), arm=("properties", "maxPods")),
    Beside(argument=("os_disk_size_gb",), arm=("properties", "osDiskSizeGB")),
    Beside(argument=("os_disk_type",), arm=("properties", "osDiskType")),
    Beside(argument=("os_sku",), arm=("properties", "osSKU")),
    Beside(argument=("upgrade_settings", 0, "max_surge"), arm=("properties", "upgradeSettings", "maxSurge")),
)
_OF_ITS_OWN = (
    Beside(argument=("mode",), arm=("properties", "mode"), otherwise="User"),
    Beside(argument=("os_type",), arm=("properties", "osType"), otherwise="Linux"),
    Beside(argument=("eviction_policy",), arm=("properties", "scaleSetEvictionPolicy"), left_out="Delete"),
)
"""What a cluster's own pool has no word for: it is of Linux, and the system's."""

OF_ITS_CLUSTER: Fact[str] = Fact(name="id", content=Unknown("it is the cluster that says it"))
_LEFT_OUT = Unknown("how many nodes it has is left to the service")


def default_pool(says: Stated) -> NodePool:
    """The pool that an azurerm_kubernetes_cluster says in its own block."""
    return _azurerm(says, OF_ITS_CLUSTER, "default_node_pool", 0)


def profiles(says: Stated) -> Fact[tuple[NodePool, ...]]:
    """The pools among an azapi cluster's properties."""
    path: tuple[Step, ...] = ("body", "properties", "agentPoolProfiles")
    found = at(says.instance.values, path)
    content = () if found is None else found.content
    if isinstance(content, Unknown):
        return Fact(name="agentPoolProfiles", content=content)
    length = len(content) if isinstance(content, list | tuple) else 0
    return Fact(
        name="agentPoolProfiles",
        content=tuple(_arm(says, OF_ITS_CLUSTER, *path, position) for position in range(length)),
        origin=found.origin if found is not None else None,
        stated=found is not None,
    )


def served_profiles(document: Document) -> Fact[tuple[NodePool, ...]]:
    """The pools in a live cluster's document."""
    return document.fact(
        "agentPoolProfiles",
        "properties",
        "agentPoolProfiles",
        of=OBJECTS,
        read=lambda value: _served_profiles(value, document.source),
        otherwise=(),
    )


def _served_profiles(value: JSON, cluster_id: str) -> tuple[NodePool, ...]:
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return tuple(
        _served(Document({"name": item.get("name"), "properties": item}, f"{cluster_id}/agentPools/{item.get('name')}"))
        for item in items
    )


def _stated(says: Stated) -> NodePool:
    if says.is_azapi:
        return _arm(says, says.text("parent_id", "parent_id"), "body", "properties")
    return _azurerm(says, says.text("kubernetes_cluster_id", "kubernetes_cluster_id"))


def _azurerm(says: Stated, cluster_id: Fact[str], *block: Step) -> NodePool:
    autoscaling = says.flag("auto_scaling_enabled", *block, "auto_scaling_enabled", otherwise=False)
    if not autoscaling.stated:
        # as azurerm 3 calls it
        autoscaling = says.flag("enable_auto_scaling", *block, "enable_auto_scaling", otherwise=False)
    return NodePool(
        name=says.text("name", *block, "name"),
        cluster_id=cluster_id,
        vm_size=says.text("vm_size", *block, "vm_size"),
        priority=says.set_anyway(says.fact("priority", *block, "priority", read=as_text, otherwise="Regular")),
        labels=says.settings("node_labels", *block, "node_labels"),
        taints=says.texts("node_taints", *block, "node_taints"),
        autoscaling=says.set_anyway(autoscaling),
        count=says.fact("node_count", *block, "node_count", read=_number, otherwise=_LEFT_OUT),
        min_count=says.fact("min_count", *block, "min_count", read=_number, otherwise=0),
        max_count=says.fact("max_count", *block, "max_count", read=_number, otherwise=_LEFT_OUT),
        subnet_id=says.text("vnet_subnet_id", *block, "vnet_subnet_id"),
        critical_only=says.flag(
            "only_critical_addons_enabled", *block, "only_critical_addons_enabled", otherwise=False
        ),
        besides=stated_besides(says, _OF_EVERY_POOL if block else (*_OF_EVERY_POOL, *_OF_ITS_OWN), *block),
    )


def _arm(says: Stated, cluster_id: Fact[str], *block: Step) -> NodePool:
    own = len(block) == 2
    return NodePool(
        name=says.text("name", "name") if own else says.text("name", *block, "name"),
        cluster_id=cluster_id,
        vm_size=says.text("vmSize", *block, "vmSize"),
        priority=says.fact("scaleSetPriority", *block, "scaleSetPriority", read=as_text, otherwise="Regular"),
        labels=says.settings("nodeLabels", *block, "nodeLabels"),
        taints=says.texts("nodeTaints", *block, "nodeTaints"),
        autoscaling=says.flag("enableAutoScaling", *block, "enableAutoScaling", otherwise=False),
        count=says.fact("count", *block, "count", read=_number, otherwise=_LEFT_OUT),
        min_count=says.fact("minCount", *block, "minCount", read=_number, otherwise=0),
        max_count=says.fact("maxCount", *block, "maxCount", read=_number, otherwise=_LEFT_OUT),
        subnet_id=says.text("vnetSubnetID", *block, "vnetSubnetID"),
        critical_only=Fact(name="nodeTaints", content=False, stated=False),
    )


def _served(document: Document) -> NodePool:
    def number(name: str, otherwise: int | Unknown) -> Fact[int]:
        return document.fact(name, "properties", name, of=NUMBER, read=_number, otherwise=otherwise)

    return NodePool(
        name=document.text("name", "name"),
        cluster_id=document.parent("agentPools"),
        vm_size=document.text("vmSize", "properties", "vmSize"),
        priority=document.text("scaleSetPriority", "properties", "scaleSetPriority", otherwise="Regular"),
        labels=document.fact("nodeLabels", "properties", "nodeLabels", of=SETTINGS, read=as_settings, otherwise={}),
        taints=document.texts("nodeTaints", "properties", "nodeTaints"),
        autoscaling=document.flag("enableAutoScaling", "properties", "enableAutoScaling", otherwise=False),
        count=number("count", _LEFT_OUT),
        min_count=number("minCount", 0),
        max_count=number("maxCount", _LEFT_OUT),
        subnet_id=document.text("vnetSubnetID", "properties", "vnetSubnetID"),
        critical_only=document.fact(
            f"{SYSTEM_TAINT} among nodeTaints",
            "properties",
            "nodeTaints",
            of=TEXTS,
            read=lambda taints: SYSTEM_TAINT in as_texts(taints),
            otherwise=False,
        ),
        power_state=document.text("powerState.code", "properties", "powerState", "code"),
        provisioning_state=document.text("provisioningState", "properties", "provisioningState"),
        besides=served_besides(document, (*_OF_EVERY_POOL, *_OF_ITS_OWN)),
    )


def same_taints(stated: object, served: object) -> bool:
    """Taints whose order means nothing; the one of spot nodes is there whether it is said or not.

    What AKS puts on nodes by itself is its own matter.
    """
    if not isinstance(stated, tuple) or not isinstance(served, tuple):
        return False
    meant = {*map(str, stated)} - {SPOT_TAINT}
    return meant == {t for t in map(str, served) if t in meant or not t.startswith(_OF_AKS)}


def _same_labels(stated: object, served: object) -> bool:
    """Labels, of which AKS gives more, and its own whether they are said or not."""
    if not isinstance(stated, Mapping) or not isinstance(served, Mapping):
        return False
    return labels_within({k: v for k, v in stated.items() if k in served or not k.startswith(_OF_AKS)}, served)


def _number(value: JSON) -> int:
    if isinstance(value, str) and value.strip().isdigit():
        return int(value)
    return int(value) if isinstance(value, int | float) else 0


NODE_POOL = Kind(
    noun="node pool",
    arm_type="Microsoft.ContainerService/managedClusters/agentPools",
    terraform_types=("azurerm_kubernetes_cluster_node_pool",),
    from_terraform=_stated,
    from_document=_served,
    compares={
        "vm_size": same_word,
        "priority": same_word,
        "labels": _same_labels,
        "taints": same_taints,
        "critical_only": exactly,
        "autoscaling": exactly,
        "fixed_count": exactly,
        "fewest": exactly,
        "most": exactly,
        "subnet_id": same_arm_id,
    },
    besides=(*_OF_EVERY_POOL, *_OF_ITS_OWN),
)
