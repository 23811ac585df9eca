"""The Azure ML workspace: how its datastores authenticate, and which storage account it really uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from verifier.hcl.values import Unknown
from verifier.kinds.besides import LOCATION, Beside, Besides, served_besides, stated_besides
from verifier.kinds.compare import exactly, same_addresses, same_arm_id, same_arm_ids, same_word
from verifier.kinds.fact import Fact
from verifier.kinds.firewall import ALLOW, DENY, ENABLED, addresses_of, as_access
from verifier.kinds.identity import NO_PRINCIPALS, assigned_identities, assigned_ids, noted_principals
from verifier.kinds.kind import Kind
from verifier.kinds.served import OBJECTS, TEXT, Document
from verifier.kinds.stated import Stated, as_text

AUTH_MODE, ACCESS_TYPE = "systemDatastoresAuthMode", "storage_account_access_type"
"""What ARM and what azurerm call how the workspace's own datastores authenticate."""

ACLS, ALLOWLIST = ("properties", "networkAcls"), "ipAllowlist"
"""Where ARM has a workspace's rules for addresses: as rules, and as a list of those alone that are let in."""

PRIMARY = "primaryUserAssignedIdentity"
"""What ARM calls the user-assigned identity that stands for the workspace."""

ACCESS_KEY = "AccessKey"
DEFAULT = "Default"
KEYLESS_MODES = frozenset({"identity", "userdelegationsas"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Terraform: azapi_resource Microsoft.MachineLearningServices/workspaces, azurerm_machine_learning_workspace.

    `auth_mode` is systemDatastoresAuthMode; left out it means AccessKey ("defaults to use of a shared key", Microsoft
    Learn, "Disable shared key access for your workspace's storage"). An azurerm that knows the argument calls it
    storage_account_access_type, AccessKey or Identity, and has AccessKey for its default (terraform-provider-azurerm,
    pull request 32514, June 2026); an older one cannot say it. `says_auth_mode` is whether it, azapi, or an
    azapi_update_resource of the same workspace does.

    `provisioning_state` is Succeeded, Failed, Updating, … and nothing that Terraform says.

    `primary_identity_id` is the one of its user-assigned identities that stands for the workspace. `principals` are as
    a compute has them: the principal ids that the service noted, by ARM id as a key.

    `sort` is the workspace's kind: Default, Hub, Project, FeatureStore. `high_impact`, `isolated` and `legacy` are
    hbiWorkspace, enableDataIsolation and v1LegacyMode: each changes which rules hold for identities and jobs.

    `default_action` is what happens to whom no rule names, Allow or Deny; `addresses` are the IP ranges that rules let
    in (networkAcls, and ipAllowlist, which shuts out everybody else; azurerm can say neither).
    """

    name: Fact[str]
    auth_mode: Fact[str]
    storage_account_id: Fact[str]
    container_registry_id: Fact[str]
    key_vault_id: Fact[str]
    application_insights_id: Fact[str]
    identity_type: Fact[str]
    identity_ids: Fact[tuple[str, ...]]
    primary_identity_id: Fact[str]
    principal_id: Fact[str]
    sort: Fact[str]
    public_access: Fact[str]
    default_action: Fact[str]
    addresses: Fact[tuple[str, ...]]
    high_impact: Fact[bool]
    isolated: Fact[bool]
    legacy: Fact[bool]
    provisioning_state: Fact[str]
    principals: Fact[Mapping[str, str]] = NO_PRINCIPALS
    says_auth_mode: bool = True
    besides: Besides = field(default_factory=dict)

    @property
    def keyless(self) -> bool:
        """Whether the workspace's own datastores authenticate with an identity and not with keys."""
        return self.auth_mode.value.casefold() in KEYLESS_MODES

    @property
    def uses_keys(self) -> bool:
        """Whether the workspace's own datastores authenticate with the account's keys."""
        return self.auth_mode.value.casefold() == ACCESS_KEY.casefold()

    @property
    def ordinary(self) -> bool:
        """Whether it is a workspace as such, not a hub, a hub's project or a feature store."""
        return self.sort.value.casefold() == DEFAULT.casefold()


BESIDES = (
    LOCATION,
    Beside(argument=("sku_name",), arm=("sku", "name"), otherwise="Basic", left_out="Basic"),
    Beside(argument=("friendly_name",), arm=("properties", "friendlyName"), same=exactly),
    Beside(argument=("description",), arm=("properties", "description"), same=exactly, left_out=""),
)


def _stated(says: Stated) -> Workspace:
    auth_mode = says.fact(ACCESS_TYPE, ACCESS_TYPE, read=as_text, otherwise=ACCESS_KEY, arm=("properties", AUTH_MODE))
    block = says.text("identity.type", "identity", 0, "type")
    in_body = says.text("body.identity.type", "body", "identity", "type")
    in_block = block.stated or not in_body.stated
    return Workspace(
        name=says.text("name", "name"),
        auth_mode=auth_mode,
        storage_account_id=says.text("storage_account_id", "storage_account_id", arm=("properties", "storageAccount")),
        container_registry_id=says.text(
            "container_registry_id", "container_registry_id", arm=("properties", "containerRegistry")
        ),
        key_vault_id=says.text("key_vault_id", "key_vault_id", arm=("properties", "keyVault")),
        application_insights_id=says.text(
            "application_insights_id", "application_insights_id", arm=("properties", "applicationInsights")
        ),
        identity_type=block if in_block else in_body,
        identity_ids=says.texts("identity.identity_ids", "identity", 0, "identity_ids")
        if in_block
        else says.fact(
            "body.identity.userAssignedIdentities",
            "body",
            "identity",
            "userAssignedIdentities",
            read=assigned_ids,
            otherwise=(),
        ),
        primary_identity_id=says.text(
            "primary_user_assigned_identity", "primary_user_assigned_identity", arm=("properties", PRIMARY)
        ),
        principal_id=says.computed("identity[0].principal_id", "output.identity.principalId"),
        public_access=says.set_anyway(
            says.fact(
                "public_network_access_enabled",
                "public_network_access_enabled",
                read=as_access,
                otherwise=ENABLED,
                arm=("properties", "publicNetworkAccess"),
            )
        ),
        default_action=_closing(
            says.fact("networkAcls.defaultAction", read=as_text, otherwise=ALLOW, arm=(*ACLS, "defaultAction")),
            says.texts(ALLOWLIST, arm=("properties", ALLOWLIST)),
        ),
        addresses=_either(
            says.fact("networkAcls.ipRules", read=addresses_of, otherwise=(), arm=(*ACLS, "ipRules")),
            says.texts(ALLOWLIST, arm=("properties", ALLOWLIST)),
        ),
        sort=says.fact("kind", "kind", read=as_text, otherwise=DEFAULT, arm=("kind",)),
        high_impact=says.set_anyway(
            says.flag(
                "high_business_impact", "high_business_impact", otherwise=False, arm=("properties", "hbiWorkspace")
            )
        ),
        isolated=says.flag("enableDataIsolation", otherwise=False, arm=("properties", "enableDataIsolation")),
        legacy=says.set_anyway(
            says.flag(
                "v1_legacy_mode_enabled", "v1_legacy_mode_enabled", otherwise=False, arm=("properties", "v1LegacyMode")
            )
        ),
        provisioning_state=Fact(name="provisioningState", content="", stated=False),
        says_auth_mode=says.is_azapi or auth_mode.stated,
        besides=stated_besides(says, BESIDES),
    )


def _served(document: Document) -> Workspace:
    return Workspace(
        name=document.text("name", "name"),
        auth_mode=document.text(AUTH_MODE, "properties", AUTH_MODE, otherwise=ACCESS_KEY),
        storage_account_id=document.text("storageAccount", "properties", "storageAccount"),
        container_registry_id=document.text("containerRegistry", "properties", "containerRegistry"),
        key_vault_id=document.text("keyVault", "properties", "keyVault"),
        application_insights_id=document.text("applicationInsights", "properties", "applicationInsights"),
        identity_type=document.text("identity.type", "identity", "type"),
        identity_ids=assigned_identities(document),
        primary_identity_id=document.text(PRIMARY, "properties", PRIMARY),
        principal_id=document.text("identity.principalId", "identity", "principalId"),
        public_access=document.text("publicNetworkAccess", "properties", "publicNetworkAccess", otherwise=ENABLED),
        default_action=_closing(
            document.text("networkAcls.defaultAction", *ACLS, "defaultAction", otherwise=ALLOW),
            document.texts(ALLOWLIST, "properties", ALLOWLIST),
        ),
        addresses=_either(
            document.fact("networkAcls.ipRules", *ACLS, "ipRules", of=OBJECTS, read=addresses_of, otherwise=()),
            document.texts(ALLOWLIST, "properties", ALLOWLIST),
        ),
        sort=document.text("kind", "kind", otherwise=DEFAULT),
        high_impact=document.flag("hbiWorkspace", "properties", "hbiWorkspace", otherwise=False),
        isolated=document.flag("enableDataIsolation", "properties", "enableDataIsolation", otherwise=False),
        legacy=document.flag("v1LegacyMode", "properties", "v1LegacyMode", otherwise=False),
        provisioning_state=document.fact(
            "provisioningState",
            "properties",
            "provisioningState",
            of=TEXT,
            read=as_text,
            otherwise=Unknown("the service does not say whether the workspace was made whole"),
        ),
        principals=noted_principals(document),
        besides=served_besides(document, BESIDES),
    )


def _closing(default: Fact[str], allowed: Fact[tuple[str, ...]]) -> Fact[str]:
    """What happens to whom no rule names: a list of whom to let in shuts out all others."""
    if isinstance(allowed.content, Unknown):
        return replace(default, name=allowed.name, content=allowed.content)
    if not allowed.content:
        return default
    return Fact(name=allowed.name, content=DENY, origin=allowed.origin, source=allowed.source)


def _either(rules: Fact[tuple[str, ...]], allowed: Fact[tuple[str, ...]]) -> Fact[tuple[str, ...]]:
    """The ranges that somebody said, by whichever name."""
    return rules if isinstance(rules.content, Unknown) or rules.content else allowed


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
    compares={
        "auth_mode": same_word,
        "storage_account_id": same_arm_id,
        "container_registry_id": same_arm_id,
        "key_vault_id": same_arm_id,
        "application_insights_id": same_arm_id,
        "identity_type": same_word,
        "identity_ids": same_arm_ids,
        "primary_identity_id": same_arm_id,
        "sort": same_word,
        "public_access": same_word,
        "default_action": same_word,
        "addresses": same_addresses,
        "high_impact": exactly,
        "isolated": exactly,
        "legacy": exactly,
    },
    aliases={
        "public_access": "Microsoft.MachineLearningServices/workspaces/publicNetworkAccess",
        "high_impact": "Microsoft.MachineLearningServices/workspaces/hbiWorkspace",
    },
    besides=BESIDES,
)
