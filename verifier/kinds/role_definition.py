"""The role definition: what a role of one's own lets its holder do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from verifier.hcl.values import JSON
from verifier.kinds.compare import same_word
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import OBJECTS, Document
from verifier.kinds.stated import Stated, as_texts

Element: TypeAlias = Mapping[str, tuple[str, ...]]
"""One element of a role's permissions, by ARM's names: actions, notActions, dataActions, notDataActions."""

_LISTS = {
    "actions": "actions",
    "not_actions": "notActions",
    "data_actions": "dataActions",
    "not_data_actions": "notDataActions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDefinition:
    """Terraform: azurerm_role_definition, azapi_resource. Live: Microsoft.Authorization/roleDefinitions.

    `name` is the role's display name, by which it is assigned; its id ends in a GUID that only apply gives, unless
    `role_definition_id` says one. `scope` is where it is made; only Terraform says it.
    """

    name: Fact[str]
    permissions: Fact[tuple[Element, ...]]
    scope: Fact[str]
    by_azapi: bool = False


def _stated(says: Stated) -> RoleDefinition:
    return RoleDefinition(
        name=says.text("name", "name", arm=("properties", "roleName")),
        permissions=says.fact(
            "permissions", "permissions", read=_elements, otherwise=(), arm=("properties", "permissions")
        ),
        scope=says.text("parent_id", "parent_id") if says.is_azapi else says.text("scope", "scope"),
        by_azapi=says.is_azapi,
    )


def _served(document: Document) -> RoleDefinition:
    return RoleDefinition(
        name=document.always("roleName", "properties", "roleName"),
        permissions=document.fact("permissions", "properties", "permissions", of=OBJECTS, read=_elements, otherwise=()),
        scope=Fact(name="scope", content="", stated=False),
    )


def _elements(value: JSON) -> tuple[Element, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(_element(entry) for entry in listed if isinstance(entry, dict))


def _element(entry: Mapping[str, JSON]) -> Element:
    return {arm: as_texts(entry.get(ours) or entry.get(arm)) for ours, arm in _LISTS.items()}


def same_permissions(one: object, other: object) -> bool:
    """What two roles let do: by their actions, whose case and order mean nothing."""
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        return False
    return _folded(one) == _folded(other)


def _folded(elements: tuple[Element, ...]) -> list[list[tuple[str, list[str]]]]:
    return sorted(
        [(name, sorted({action.casefold() for action in actions})) for name, actions in sorted(element.items())]
        for element in elements
    )


ROLE_DEFINITION = Kind(
    noun="role definition",
    arm_type="Microsoft.Authorization/roleDefinitions",
    terraform_types=("azurerm_role_definition",),
    from_terraform=_stated,
    from_document=_served,
    compares={"name": same_word, "permissions": same_permissions},
)
