"""Naming: what Azure takes as the name of a resource, by its type."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from verifier.kinds.identify import IN_RESOURCE_GROUP
from verifier.kinds.kind import azapi_type
from verifier.kinds.stated import ACTING, UPDATING

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance

_GROUP = "Microsoft.Resources/resourceGroups"
_BELOW: Mapping[str, str] = {
    "azurerm_federated_identity_credential": (
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"
    ),
    "azurerm_storage_container": "Microsoft.Storage/storageAccounts/blobServices/containers",
    "azurerm_storage_share": "Microsoft.Storage/storageAccounts/fileServices/shares",
}
"""Of the Terraform types whose id hangs below a parent's, those whose names have a rule here, with their ARM type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule:
    """What a type's names are made of: how many characters, and which, `says` in words."""

    arm_type: str
    shortest: int
    longest: int
    pattern: re.Pattern[str]
    says: str

    def refusal(self, name: str) -> str:
        """Why Azure refuses a name, as the end of a sentence; empty for one that it takes."""
        if not self.shortest <= len(name) <= self.longest:
            return f"has {len(name)} characters, and {self.shortest} to {self.longest} are allowed"
        if self.pattern.fullmatch(name) is None:
            return f"is not made of {self.says}"
        return ""


def name_rule(instance: Instance) -> NameRule | None:
    """The rule for the name of a Terraform instance; None where none is known, or the name is somebody else's."""
    if instance.type in (UPDATING, ACTING):
        return None
    known = {"azurerm_resource_group": _GROUP, **IN_RESOURCE_GROUP, **_BELOW}
    return name_rules().get((known.get(instance.type) or azapi_type(instance)).casefold())


@cache
def name_rules() -> Mapping[str, NameRule]:
    """The rules by ARM type, folded. Source and date stand in name_rules.json."""
    table = json.loads(files("verifier.kinds").joinpath("name_rules.json").read_text(encoding="utf-8"))
    rules = (
        NameRule(
            arm_type=r["type"],
            shortest=r["shortest"],
            longest=r["longest"],
            pattern=re.compile(r["pattern"]),
            says=r["says"],
        )
        for r in table["rules"]
    )
    return {rule.arm_type.casefold(): rule for rule in rules}
