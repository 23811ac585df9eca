"""The Azure ML workspace: how its datastores authenticate, and which storage account it really uses."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind, is_azapi
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

ACCESS_KEY = "AccessKey"
KEYLESS_MODES = frozenset({"identity", "userdelegationsas"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Terraform: azapi_resource Microsoft.MachineLearningServices/workspaces, azurerm_machine_learning_workspace.

    `auth_mode` is systemDatastoresAuthMode; left out it means AccessKey ("defaults to use of a shared key", Microsoft
    Learn, "Disable shared key access for your workspace's storage"). azurerm cannot say it: `can_state_auth_mode`.
    """

    name: Fact[str]
    auth_mode: Fact[str]
    storage_account_id: Fact[str]
    identity_type: Fact[str]
    principal_id: Fact[str]
    can_state_auth_mode: bool = True

    @property
    def keyless(self) -> bool:
        """Whether the workspace's own datastores authenticate with an identity and not with keys."""
        return self.auth_mode.value.casefold() in KEYLESS_MODES


def _stated(says: Stated) -> Workspace:
    if is_azapi(says):
        return Workspace(
            name=says.text("name", "name"),
            auth_mode=says.fact(
                "systemDatastoresAuthMode",
                "body",
                "properties",
                "systemDatastoresAuthMode",
                read=str,
                otherwise=ACCESS_KEY,
            ),
            storage_account_id=says.text("storageAccount", "body", "properties", "storageAccount"),
            identity_type=says.text("identity.type", "identity", 0, "type"),
            principal_id=says.computed("identity[0].principal_id"),
        )
    return Workspace(
        name=says.text("name", "name"),
        auth_mode=Fact(name="systemDatastoresAuthMode", content=ACCESS_KEY, source=says.instance.address, stated=False),
        storage_account_id=says.text("storage_account_id", "storage_account_id"),
        identity_type=says.text("identity.type", "identity", 0, "type"),
        principal_id=says.computed("identity[0].principal_id"),
        can_state_auth_mode=False,
    )


def _served(document: Document) -> Workspace:
    return Workspace(
        name=document.text("name", "name"),
        auth_mode=document.text(
            "systemDatastoresAuthMode", "properties", "systemDatastoresAuthMode", otherwise=ACCESS_KEY
        ),
        storage_account_id=document.text("storageAccount", "properties", "storageAccount"),
        identity_type=document.text("identity.type", "identity", "type"),
        principal_id=document.text("identity.principalId", "identity", "principalId"),
    )


WORKSPACE = Kind(
    noun="workspace",
    arm_type="Microsoft.MachineLearningServices/workspaces",
    terraform_types=("azurerm_machine_learning_workspace",),
    from_terraform=_stated,
    from_document=_served,
    computed={
        "identity[0].principal_id": ("identity", "principalId"),
        "output.identity.principalId": ("identity", "principalId"),
        "output.properties.workspaceId": ("properties", "workspaceId"),
    },
)
