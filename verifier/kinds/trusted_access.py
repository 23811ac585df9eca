"""The Trusted Access role binding: a workspace that a cluster's API server lets in without its local accounts."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import same_arm_id, same_words
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

WORKLOAD_ROLE = "Microsoft.MachineLearningServices/workspaces/mlworkload"
"""The role that a workspace needs (Azure/AML-Kubernetes, docs/azureml-aks-ta-support.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedAccess:
    """Terraform: azurerm_kubernetes_cluster_trusted_access_role_binding, azapi_resource.
    Live: …/managedClusters/trustedAccessRoleBindings.

    `source_id` is the ARM id of what is let in, a workspace for Azure ML; `roles` compare without regard to case.
    `created_at` is ISO 8601 and seldom said: the service mostly leaves systemData out.
    """

    name: Fact[str]
    cluster_id: Fact[str]
    source_id: Fact[str]
    roles: Fact[tuple[str, ...]]
    created_at: Fact[str]

    def lets_in(self, workspace_id: str) -> bool:
        """Whether it lets this workspace run jobs. Raises NotKnown."""
        if not same_arm_id(self.source_id.value, workspace_id):
            return False
        return any(role.casefold() == WORKLOAD_ROLE.casefold() for role in self.roles.value)


def _stated(says: Stated) -> TrustedAccess:
    return TrustedAccess(
        name=says.text("name", "name"),
        cluster_id=says.text("parent_id", "parent_id")
        if says.is_azapi
        else says.text("kubernetes_cluster_id", "kubernetes_cluster_id"),
        source_id=says.text("source_resource_id", "source_resource_id", arm=("properties", "sourceResourceId")),
        roles=says.texts("roles", "roles", arm=("properties", "roles")),
        created_at=Fact(name="systemData.createdAt", content="", stated=False),
    )


def _served(document: Document) -> TrustedAccess:
    return TrustedAccess(
        name=document.text("name", "name"),
        cluster_id=document.parent("trustedAccessRoleBindings"),
        source_id=document.always("sourceResourceId", "properties", "sourceResourceId"),
        roles=document.texts("roles", "properties", "roles"),
        created_at=document.text("systemData.createdAt", "systemData", "createdAt"),
    )


TRUSTED_ACCESS = Kind(
    noun="trusted access binding",
    arm_type="Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
    terraform_types=("azurerm_kubernetes_cluster_trusted_access_role_binding",),
    from_terraform=_stated,
    from_document=_served,
    compares={"source_id": same_arm_id, "roles": same_words},
)
