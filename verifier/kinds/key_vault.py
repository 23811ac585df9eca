"""The key vault: how it grants access to what it keeps, and who may reach it over the network.

What a vault keeps (secrets, keys, certificates) is never read; neither are its access policies.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from verifier.kinds.besides import LOCATION, Beside, Besides, served_besides, stated_besides
from verifier.kinds.compare import exactly, same_addresses, same_arm_ids, same_word, same_words
from verifier.kinds.fact import Fact
from verifier.kinds.firewall import Firewall, served_firewall, stated_firewall
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

ARGUMENT = "rbac_authorization_enabled"
BEFORE_4_42 = "enable_rbac_authorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVault:
    """Terraform: azurerm_key_vault, azapi_resource. Live: Microsoft.KeyVault/vaults.

    With `rbac_authorization` roles grant what it keeps, and access policies count for nothing; without, the other way
    round. Left out it is false on both sides (REST reference of vaults, 2023-07-01, VaultProperties; azurerm).
    `purge_protection` cannot be switched off again. `firewall` is what azurerm calls network_acls.
    """

    name: Fact[str]
    rbac_authorization: Fact[bool]
    purge_protection: Fact[bool]
    firewall: Firewall
    besides: Besides = field(default_factory=dict)


BESIDES = (
    LOCATION,
    Beside(argument=("sku_name",), arm=("properties", "sku", "name")),
    Beside(argument=("soft_delete_retention_days",), arm=("properties", "softDeleteRetentionInDays")),
)


def _stated(says: Stated) -> KeyVault:
    by_roles = ("properties", "enableRbacAuthorization")
    named = says.flag(ARGUMENT, ARGUMENT, otherwise=False, arm=by_roles)
    return KeyVault(
        name=says.text("name", "name"),
        rbac_authorization=named
        if named.stated or says.is_azapi
        else says.flag(BEFORE_4_42, BEFORE_4_42, otherwise=False),
        purge_protection=says.set_anyway(
            says.flag(
                "purge_protection_enabled",
                "purge_protection_enabled",
                otherwise=False,
                arm=("properties", "enablePurgeProtection"),
            )
        ),
        firewall=stated_firewall(says, block="network_acls"),
        besides=stated_besides(says, BESIDES),
    )


def _served(document: Document) -> KeyVault:
    return KeyVault(
        name=document.text("name", "name"),
        rbac_authorization=document.flag(
            "enableRbacAuthorization", "properties", "enableRbacAuthorization", otherwise=False
        ),
        purge_protection=document.flag("enablePurgeProtection", "properties", "enablePurgeProtection", otherwise=False),
        firewall=served_firewall(document),
        besides=served_besides(document, BESIDES),
    )


KEY_VAULT = Kind(
    noun="key vault",
    arm_type="Microsoft.KeyVault/vaults",
    terraform_types=("azurerm_key_vault",),
    from_terraform=_stated,
    from_document=_served,
    compares={
        "rbac_authorization": exactly,
        "purge_protection": exactly,
        "firewall.public_access": same_word,
        "firewall.default_action": same_word,
        "firewall.bypass": same_words,
        "firewall.addresses": same_addresses,
        "firewall.subnets": same_arm_ids,
    },
    aliases={
        "rbac_authorization": "Microsoft.KeyVault/vaults/enableRbacAuthorization",
        "purge_protection": "Microsoft.KeyVault/vaults/enablePurgeProtection",
        "firewall.public_access": "Microsoft.KeyVault/vaults/publicNetworkAccess",
        "firewall.default_action": "Microsoft.KeyVault/vaults/networkAcls.defaultAction",
    },
    besides=BESIDES,
)
