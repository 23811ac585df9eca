"""The storage account: whether its keys may be used, and whether its blobs lie in directories with ACLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.besides import LOCATION, Beside, Besides, served_besides, stated_besides
from verifier.kinds.compare import exactly, same_addresses, same_arm_ids, same_word, same_words, settings_within
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.firewall import NO_FIREWALL, RULES, Firewall, served_firewall, stated_firewall
from verifier.kinds.kind import Kind
from verifier.kinds.served import MEMBERS, Document
from verifier.kinds.stated import Stated, as_bool, as_text

SERVICES = ("blob", "file", "queue", "table")
_UNASKED = Unknown("nobody was asked")
NO_SERVICE_KEYS: Fact[Mapping[str, bool]] = Fact(name="allowSharedKeyAccessForServices", content=_UNASKED, stated=False)
NO_NAMESPACE: Fact[bool] = Fact(name="isHnsEnabled", content=_UNASKED, stated=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageAccount:
    """Terraform: azurerm_storage_account, azapi_resource. Live: Microsoft.Storage/storageAccounts.

    `shared_key_access` left out or null means **true** on both sides (Azure.Provisioning.Storage reference,
    `AllowSharedKeyAccess`: "default value is null, which is equivalent to true"; azurerm `shared_access_key_enabled`).
    `service_keys` is what `allowSharedKeyAccessForServices` says of single services (blob, file, queue, table), which
    azurerm cannot say. `hierarchical` is isHnsEnabled: paths are then guarded by ACLs, too.
    """

    name: Fact[str]
    shared_key_access: Fact[bool]
    service_keys: Fact[Mapping[str, bool]] = NO_SERVICE_KEYS
    hierarchical: Fact[bool] = NO_NAMESPACE
    firewall: Firewall = NO_FIREWALL
    besides: Besides = field(default_factory=dict)

    def keys_for(self, service: str) -> Fact[bool]:
        """Whether keys work for one service. Raises NotKnown.

        A service may be closed to keys on an account that allows them. Which counts where only the account is closed
        is not documented.
        """
        account, said = self.shared_key_access, self.service_keys.value.get(service)
        if said is None or said == account.value:
            return account
        if said:
            raise NotKnown(f"{account.name} is false, and {self.service_keys.name} says true for {service}")
        return replace(account, name=f"{self.service_keys.name}.{service}.enabled", content=False, stated=True)


def _replication(value: JSON) -> str:
    """`LRS`, of which ARM makes one word with the tier: `Standard_LRS`."""
    return as_text(value).rpartition("_")[2]


BESIDES = (
    LOCATION,
    Beside(argument=("account_kind",), arm=("kind",), otherwise="StorageV2"),
    Beside(argument=("account_tier",), arm=("sku", "tier")),
    Beside(argument=("account_replication_type",), arm=("sku", "name"), read=_replication),
    Beside(
        argument=("min_tls_version",), arm=("properties", "minimumTlsVersion"), otherwise="TLS1_2", left_out="TLS1_0"
    ),
    Beside(argument=("allow_nested_items_to_be_public",), arm=("properties", "allowBlobPublicAccess")),
    Beside(
        argument=("default_to_oauth_authentication",),
        arm=("properties", "defaultToOAuthAuthentication"),
        left_out="false",
    ),
    Beside(
        argument=("https_traffic_only_enabled",),
        arm=("properties", "supportsHttpsTrafficOnly"),
        otherwise="true",
        left_out="true",
    ),
)


def _stated(says: Stated) -> StorageAccount:
    return StorageAccount(
        name=says.text("name", "name"),
        shared_key_access=says.set_anyway(
            says.flag(
                "shared_access_key_enabled",
                "shared_access_key_enabled",
                otherwise=True,
                arm=("properties", "allowSharedKeyAccess"),
            )
        ),
        service_keys=says.fact(
            "allowSharedKeyAccessForServices",
            read=_services,
            otherwise={},
            arm=("properties", "allowSharedKeyAccessForServices"),
        ),
        hierarchical=says.set_anyway(
            says.flag("is_hns_enabled", "is_hns_enabled", otherwise=False, arm=("properties", "isHnsEnabled"))
        ),
        firewall=stated_firewall(says),
        besides=stated_besides(says, BESIDES),
    )


def _served(document: Document) -> StorageAccount:
    return StorageAccount(
        name=document.text("name", "name"),
        shared_key_access=document.flag("allowSharedKeyAccess", "properties", "allowSharedKeyAccess", otherwise=True),
        service_keys=document.fact(
            "allowSharedKeyAccessForServices",
            "properties",
            "allowSharedKeyAccessForServices",
            of=MEMBERS,
            read=_services,
            otherwise={},
        ),
        hierarchical=document.flag("isHnsEnabled", "properties", "isHnsEnabled", otherwise=False),
        firewall=served_firewall(document),
        besides=served_besides(document, BESIDES),
    )


def _services(value: JSON) -> Mapping[str, bool]:
    """The services of which anything is said."""
    said = value if isinstance(value, dict) else {}
    found = {service: said[service] for service in SERVICES if service in said}
    return {s: as_bool(e["enabled"]) for s, e in found.items() if isinstance(e, dict) and e.get("enabled") is not None}


STORAGE_ACCOUNT = Kind(
    noun="storage account",
    arm_type="Microsoft.Storage/storageAccounts",
    terraform_types=("azurerm_storage_account",),
    beside=(RULES,),
    from_terraform=_stated,
    from_document=_served,
    computed={"primary_blob_endpoint": ("properties", "primaryEndpoints", "blob")},
    compares={
        "shared_key_access": exactly,
        "service_keys": settings_within,
        "hierarchical": exactly,
        "firewall.public_access": same_word,
        "firewall.default_action": same_word,
        "firewall.bypass": same_words,
        "firewall.addresses": same_addresses,
        "firewall.subnets": same_arm_ids,
        "firewall.resources": same_arm_ids,
    },
    aliases={
        "shared_key_access": "Microsoft.Storage/storageAccounts/allowSharedKeyAccess",
        "firewall.public_access": "Microsoft.Storage/storageAccounts/publicNetworkAccess",
        "firewall.default_action": "Microsoft.Storage/storageAccounts/networkAcls.defaultAction",
        "firewall.bypass": "Microsoft.Storage/storageAccounts/networkAcls.bypass",
    },
    besides=BESIDES,
)
