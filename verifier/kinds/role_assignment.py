"""The role assignment: which principal may do what, where, and under which condition."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """Terraform: azurerm_role_assignment. Live: Microsoft.Authorization/roleAssignments.

    Terraform says the role by name or by definition id; ARM by definition id alone, of which only the last segment,
    a GUID, compares. `condition` is the text of an attribute-based condition, empty without one.
    """

    principal_id: Fact[str]
    role_name: Fact[str]
    role_definition_id: Fact[str]
    scope: Fact[str]
    condition: Fact[str]


def _stated(says: Stated) -> RoleAssignment:
    return RoleAssignment(
        principal_id=says.text("principal_id", "principal_id"),
        role_name=says.text("role_definition_name", "role_definition_name"),
        role_definition_id=says.text("role_definition_id", "role_definition_id"),
        scope=says.text("scope", "scope"),
        condition=says.text("condition", "condition"),
    )


def _served(document: Document) -> RoleAssignment:
    return RoleAssignment(
        principal_id=document.text("principalId", "properties", "principalId"),
        role_name=Fact(name="roleDefinitionName", content="", stated=False),
        role_definition_id=document.text("roleDefinitionId", "properties", "roleDefinitionId"),
        scope=document.text("scope", "properties", "scope"),
        condition=document.text("condition", "properties", "condition"),
    )


ROLE_ASSIGNMENT = Kind(
    noun="role assignment",
    arm_type="Microsoft.Authorization/roleAssignments",
    terraform_types=("azurerm_role_assignment",),
    from_terraform=_stated,
    from_document=_served,
)
