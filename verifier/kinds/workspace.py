"""The Azure ML workspace: how its datastores authenticate, and which storage account it really uses."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import same_arm_id, same_word
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated, as_text

AUTH_MODE = "systemDatastoresAuthMode"
ACCESS_KEY = "AccessKey"
KEYLESS_MODES = frozenset({"identity", "userdelegationsas"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Terraform: azapi_resource Microsoft.MachineLearningServices/workspaces, azurerm_machine_learning_workspace.

    `auth_mode` is systemDatastoresAuthMode; left out it means AccessKey ("defaults to use of a shared key", Microsoft
    Learn, "Disable shared key access for your workspace's storage"). azurerm cannot say it, unless an
    azapi_update_resource says it of the same workspace: `can_state_auth_mode`.
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
    auth_mode = says.fact(AUTH_MODE, read=as_text, otherwise=ACCESS_KEY, arm=("properties", AUTH_MODE))
    return Workspace(
        name=says.text("name", "name"),
        auth_mode=auth_mode,
        storage_account_id=says.text("storage_account_id", "storage_account_id", arm=("properties", "storageAccount")),
        identity_type=says.text("identity.type", "identity", 0, "type"),
        principal_id=says.computed("identity[0].principal_id", "output.identity.principalId"),
        can_state_auth_mode=says.is_azapi or auth_mode.stated,
    )


def _served(document: Document) -> Workspace:
    return Workspace(
        name=document.text("name", "name"),
        auth_mode=document.text(AUTH_MODE, "properties", AUTH_MODE, otherwise=ACCESS_KEY),
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
    compares={"auth_mode": same_word, "storage_account_id": same_arm_id, "identity_type": same_word},
)
