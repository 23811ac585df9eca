"""Proofs for checks/test_roles.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof

if TYPE_CHECKING:
    from conftest import Bench

ROLES = "modules/platform/roles.tf"
ML_GRANTS = '        grants         = ["blob-data", "file-data", "image-pull"]'
BLOB_ROLE = '      role  = "Storage Blob Data Contributor"'
LATER = "length(azurerm_storage_account.main.primary_file_endpoint)"


def assigned(*, role: str = '"Reader"', principal: str = "azurerm_user_assigned_identity.ml.principal_id") -> str:
    return f"""
resource "azurerm_role_assignment" "more" {{
  scope                = azurerm_storage_account.main.id
  role_definition_name = {role}
  principal_id         = {principal}
}}
"""


def another(text: str) -> Callable[[Bench], object]:
    return lambda bench: bench.add(ROLES, text)


def maybe_another(bench: Bench) -> None:
    bench.add(ROLES, assigned().replace("{\n", f"{{\n  count = {LATER}\n", 1))


def grants(bench: Bench, names: str, role: str) -> None:
    bench.edit(ROLES, ML_GRANTS, f"        grants         = [{names}]")
    bench.edit(ROLES, BLOB_ROLE, f'      role  = "{role}"')


def given_to_an_idle_one(bench: Bench, role: str) -> None:
    """The role that the jobs' identity lacks goes to an identity that nothing runs as."""
    grants(bench, '"file-data", "image-pull"', "Storage Blob Data Contributor")
    bench.add(
        ROLES,
        'resource "azurerm_user_assigned_identity" "idle" {\n  name = "id-idle"\n'
        "  resource_group_name = azurerm_resource_group.main.name\n  location = var.location\n}\n"
        + assigned(role=f'"{role}"', principal="azurerm_user_assigned_identity.idle.principal_id"),
    )


PROOFS = {
    "INT11": Proof(another(assigned(principal="null")), maybe_another),
    "INT19": Proof(
        lambda bench: given_to_an_idle_one(bench, "Storage Blob Data Owner"),
        lambda bench: given_to_an_idle_one(bench, "A Role Of Our Own"),
    ),
    "INT20": Proof(another(assigned(principal="azurerm_user_assigned_identity.ml.client_id")), maybe_another),
    "INT21": Proof(another(assigned(role='"Storage Blob Data Contributer"')), maybe_another),
    "INT22": Proof(
        lambda bench: grants(bench, '"blob-data", "image-pull"', "Owner"),
        lambda bench: grants(bench, '"blob-data", "image-pull"', "A Role Of Our Own"),
    ),
}
