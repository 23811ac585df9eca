"""The container registry: who may pull images from it, by which sort of role, and over which network."""

from __future__ import annotations

from dataclasses import dataclass, field

from verifier.kinds.besides import LOCATION, Beside, Besides, served_besides, stated_besides
from verifier.kinds.compare import exactly, same_addresses, same_word
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.firewall import ALLOW, ENABLED, addresses_of, as_access
from verifier.kinds.kind import Kind
from verifier.kinds.served import OBJECTS, Document
from verifier.kinds.stated import Stated, as_text

ANONYMOUS = "anonymousPullEnabled"
BY_REPOSITORY = "AbacRepositoryPermissions"
BY_REGISTRY = "LegacyRegistryPermissions"

RULES = "networkRuleSet"
"""Where ARM has a registry's firewall; a storage account's is called networkAcls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRegistry:
    """Terraform: azurerm_container_registry, azapi_resource. Live: Microsoft.ContainerRegistry/registries.

    With `admin_enabled` the workspace has a password for it. `role_assignment_mode` AbacRepositoryPermissions makes
    the registry ignore AcrPull and AcrPush; its own roles for repositories count instead (Microsoft Learn, "Microsoft
    Entra attribute-based access control for repository permissions"). Left out, AcrPull counts. With `anonymous_pull`
    whoever asks may pull. `public_access` is Enabled or Disabled; left out, it is Enabled. `default_action` is what
    happens to whom no rule names, Allow or Deny, and Allow where nothing says it; `addresses` are the IP ranges that
    rules let in.
    """

    name: Fact[str]
    admin_enabled: Fact[bool]
    anonymous_pull: Fact[bool]
    role_assignment_mode: Fact[str]
    public_access: Fact[str]
    default_action: Fact[str]
    addresses: Fact[tuple[str, ...]]
    besides: Besides = field(default_factory=dict)

    @property
    def pulls_by_repository(self) -> bool:
        """Whether AcrPull counts for nothing here. Raises NotKnown for a mode that nobody has heard of."""
        mode = self.role_assignment_mode.value.casefold()
        if mode not in {"", BY_REGISTRY.casefold(), BY_REPOSITORY.casefold()}:
            raise NotKnown(f"which roles count in the mode {self.role_assignment_mode.value} is not known")
        return mode == BY_REPOSITORY.casefold()


BESIDES = (LOCATION, Beside(argument=("sku",), arm=("sku", "name")))


def _stated(says: Stated) -> ContainerRegistry:
    return ContainerRegistry(
        name=says.text("name", "name"),
        admin_enabled=says.set_anyway(
            says.flag("admin_enabled", "admin_enabled", otherwise=False, arm=("properties", "adminUserEnabled"))
        ),
        anonymous_pull=says.set_anyway(
            says.flag(
                "anonymous_pull_enabled", "anonymous_pull_enabled", otherwise=False, arm=("properties", ANONYMOUS)
            )
        ),
        role_assignment_mode=says.text(
            "role_assignment_mode", "role_assignment_mode", arm=("properties", "roleAssignmentMode")
        ),
        public_access=says.set_anyway(
            says.fact(
                "public_network_access_enabled",
                "public_network_access_enabled",
                read=as_access,
                otherwise=ENABLED,
                arm=("properties", "publicNetworkAccess"),
            )
        ),
        default_action=says.fact(
            "network_rule_set.default_action",
            "network_rule_set",
            0,
            "default_action",
            read=as_text,
            otherwise=ALLOW,
            arm=("properties", RULES, "defaultAction"),
        ),
        addresses=says.fact(
            "network_rule_set.ip_rule",
            "network_rule_set",
            0,
            "ip_rule",
            read=addresses_of,
            otherwise=(),
            arm=("properties", RULES, "ipRules"),
        ),
        besides=stated_besides(says, BESIDES),
    )


def _served(document: Document) -> ContainerRegistry:
    return ContainerRegistry(
        name=document.text("name", "name"),
        admin_enabled=document.flag("adminUserEnabled", "properties", "adminUserEnabled", otherwise=False),
        anonymous_pull=document.flag(ANONYMOUS, "properties", ANONYMOUS, otherwise=False),
        role_assignment_mode=document.text("roleAssignmentMode", "properties", "roleAssignmentMode"),
        public_access=document.text("publicNetworkAccess", "properties", "publicNetworkAccess", otherwise=ENABLED),
        default_action=document.text(f"{RULES}.defaultAction", "properties", RULES, "defaultAction", otherwise=ALLOW),
        addresses=document.fact(
            f"{RULES}.ipRules", "properties", RULES, "ipRules", of=OBJECTS, read=addresses_of, otherwise=()
        ),
        besides=served_besides(document, BESIDES),
    )


CONTAINER_REGISTRY = Kind(
    noun="container registry",
    arm_type="Microsoft.ContainerRegistry/registries",
    terraform_types=("azurerm_container_registry",),
    from_terraform=_stated,
    from_document=_served,
    compares={
        "admin_enabled": exactly,
        "anonymous_pull": exactly,
        "role_assignment_mode": same_word,
        "public_access": same_word,
        "default_action": same_word,
        "addresses": same_addresses,
    },
    aliases={
        "admin_enabled": "Microsoft.ContainerRegistry/registries/adminUserEnabled",
        "anonymous_pull": "Microsoft.ContainerRegistry/registries/anonymousPullEnabled",
        "public_access": "Microsoft.ContainerRegistry/registries/publicNetworkAccess",
        "default_action": "Microsoft.ContainerRegistry/registries/networkRuleSet.defaultAction",
    },
    besides=BESIDES,
)
