"""Proofs for checks/test_grants.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof, edit
from tests.checks.proofs.roles import ML_GRANTS, ROLES

if TYPE_CHECKING:
    from conftest import Bench

ON_THE_CLUSTER = ("Reader", "Kubernetes Extension Contributor", "Azure Kubernetes Service Cluster Admin Role")
ON_THE_VAULT = ("Contributor", "Key Vault Administrator")


def workspace_as_the_ml_identity(bench: Bench, *roles: str, in_vault: Iterable[str] = ON_THE_VAULT) -> None:
    """The workspace runs as the user-assigned identity, which gets these roles on the cluster and on the vault."""
    bench.edit(
        "modules/platform/main.tf",
        '    type = "SystemAssigned"',
        '    type = "UserAssigned"\n    identity_ids = [azurerm_user_assigned_identity.ml.id]',
    )
    for number, role in enumerate(roles):
        bench.add(
            "modules/sil/main.tf",
            f"""
resource "azurerm_role_assignment" "workspace_{number}" {{
  scope                = azurerm_kubernetes_cluster.main.id
  role_definition_name = "{role}"
  principal_id         = var.ml_identity.principal_id
}}
""",
        )

    for number, role in enumerate(in_vault):
        bench.add(
            "modules/platform/main.tf",
            f"""
resource "azurerm_role_assignment" "vault_{number}" {{
  scope                = azurerm_key_vault.main.id
  role_definition_name = "{role}"
  principal_id         = azurerm_user_assigned_identity.ml.principal_id
}}
""",
        )


PROOFS = {
    "INT43": Proof(
        edit(ROLES, ML_GRANTS, '        grants         = ["blob-data", "file-data"]'),
        edit(
            ROLES,
            '    image-pull = {\n      role  = "AcrPull"',
            '    image-pull = {\n      role  = "A Role Of Our Own"',
        ),
    ),
    "INT44": Proof(
        edit(
            ROLES,
            '      role  = "Storage File Data Privileged Contributor"',
            '      role  = "Storage File Data SMB Share Contributor"',
        ),
        edit(
            "modules/platform/main.tf",
            "  shared_access_key_enabled       = var.should_enable_storage_shared_access_key",
            "  shared_access_key_enabled       = azurerm_key_vault.main.vault_uri == var.location",
        ),
    ),
    "INT45": Proof(
        lambda bench: workspace_as_the_ml_identity(bench, *ON_THE_CLUSTER[:2]),
        lambda bench: workspace_as_the_ml_identity(bench, *ON_THE_CLUSTER[:2], "A Role Of Our Own"),
    ),
}
