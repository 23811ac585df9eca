"""The role assignment: which principal may do what, where, and under which condition."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import same_arm_id, same_text, same_word
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import TEXT, Document
from verifier.kinds.stated import Stated, as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """Terraform: azurerm_role_assignment, azapi_resource. Live: Microsoft.Authorization/roleAssignments.

    Terraform says the role by name or by definition id; ARM by definition id alone, of which only the last segment,
    a GUID, compares. `condition` is the text of an attribute-based condition, empty without one. `principal_type` is
    User, Group, ServicePrincipal (managed identities are those) or empty. An assignment stands at its scope, so its
    id says the scope too. `changed_on` is when it was made or last changed, ISO 8601; the service alone says it.
    `delegated` is the ARM id of an identity in another tenant, through which the principal acts; mostly empty.
    """

    principal_id: Fact[str]
    principal_type: Fact[str]
    role_name: Fact[str]
    role_definition_id: Fact[str]
    scope: Fact[str]
    condition: Fact[str]
    changed_on: Fact[str]
    delegated: Fact[str]


def _stated(says: Stated) -> RoleAssignment:
    return RoleAssignment(
        principal_id=says.text("principal_id", "principal_id", arm=("properties", "principalId")),
        principal_type=says.text("principal_type", "principal_type", arm=("properties", "principalType")),
        role_name=says.text("role_definition_name", "role_definition_name"),
        role_definition_id=says.text(
            "role_definition_id", "role_definition_id", arm=("properties", "roleDefinitionId")
        ),
        scope=says.text("parent_id", "parent_id") if says.is_azapi else says.text("scope", "scope"),
        condition=says.text("condition", "condition", arm=("properties", "condition")),
        changed_on=Fact(name="updatedOn", content="", stated=False),
        delegated=says.text(
            "delegated_managed_identity_resource_id",
            "delegated_managed_identity_resource_id",
            arm=("properties", "delegatedManagedIdentityResourceId"),
        ),
    )


def _served(document: Document) -> RoleAssignment:
    return RoleAssignment(
        principal_id=document.always("principalId", "properties", "principalId"),
        principal_type=document.text("principalType", "properties", "principalType"),
        role_name=Fact(name="roleDefinitionName", content="", stated=False),
        role_definition_id=document.always("roleDefinitionId", "properties", "roleDefinitionId"),
        scope=_scope(document),
        condition=document.text("condition", "properties", "condition"),
        changed_on=_changed_on(document),
        delegated=document.text(
            "delegatedManagedIdentityResourceId", "properties", "delegatedManagedIdentityResourceId"
        ),
    )


def _changed_on(document: Document) -> Fact[str]:
    updated = document.text("updatedOn", "properties", "updatedOn")
    return updated if updated.stated else document.text("createdOn", "properties", "createdOn")


def _scope(document: Document) -> Fact[str]:
    above = document.parent("providers/Microsoft.Authorization/roleAssignments")
    at_root = document.source.casefold().startswith("/providers/microsoft.authorization/")
    return document.fact(
        "scope", "properties", "scope", of=TEXT, read=as_text, otherwise="/" if at_root else above.content
    )


ROLE_ASSIGNMENT = Kind(
    noun="role assignment",
    arm_type="Microsoft.Authorization/roleAssignments",
    terraform_types=("azurerm_role_assignment",),
    from_terraform=_stated,
    from_document=_served,
    compares={"principal_id": same_word, "principal_type": same_word, "condition": same_text, "delegated": same_arm_id},
)
