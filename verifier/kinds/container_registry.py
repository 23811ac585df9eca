"""The container registry: who may pull images from it, and by which sort of role."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

BY_REPOSITORY = "AbacRepositoryPermissions"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRegistry:
    """Terraform: azurerm_container_registry, azapi_resource. Live: Microsoft.ContainerRegistry/registries.

    With `admin_enabled` the workspace has a password for it. `role_assignment_mode` AbacRepositoryPermissions makes
    the registry ignore AcrPull and AcrPush; its own roles for repositories count instead (Microsoft Learn, "Microsoft
    Entra attribute-based access control for repository permissions"). Left out, AcrPull counts.
    """

    name: Fact[str]
    admin_enabled: Fact[bool]
    role_assignment_mode: Fact[str]

    @property
    def pulls_by_repository(self) -> bool:
        """Whether AcrPull counts for nothing here."""
        return self.role_assignment_mode.value.casefold() == BY_REPOSITORY.casefold()


def _stated(says: Stated) -> ContainerRegistry:
    return ContainerRegistry(
        name=says.text("name", "name"),
        admin_enabled=says.flag(
            "admin_enabled", "admin_enabled", otherwise=False, arm=("properties", "adminUserEnabled")
        ),
        role_assignment_mode=says.text(
            "role_assignment_mode", "role_assignment_mode", arm=("properties", "roleAssignmentMode")
        ),
    )


def _served(document: Document) -> ContainerRegistry:
    return ContainerRegistry(
        name=document.text("name", "name"),
        admin_enabled=document.flag("adminUserEnabled", "properties", "adminUserEnabled", otherwise=False),
        role_assignment_mode=document.text("roleAssignmentMode", "properties", "roleAssignmentMode"),
    )


CONTAINER_REGISTRY = Kind(
    noun="container registry",
    arm_type="Microsoft.ContainerRegistry/registries",
    terraform_types=("azurerm_container_registry",),
    from_terraform=_stated,
    from_document=_served,
)
