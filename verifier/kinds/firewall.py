"""The firewall of an account or a vault: who may reach it over the network, said by either side in its own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.compare import arm_key
from verifier.kinds.fact import Fact
from verifier.kinds.served import OBJECTS, TEXT, WORDS, Document, Shape
from verifier.kinds.stated import Stated, Update, as_text

T = TypeVar("T")

RULES = "azurerm_storage_account_network_rules"
"""Says the rules of an account that another resource makes; its id is the account's."""
ENABLED, DISABLED, PERIMETER = "Enabled", "Disabled", "SecuredByPerimeter"
ALLOW, DENY = "Allow", "Deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Firewall:
    """Terraform: `public_network_access_enabled`, `network_rules` of an account, `network_acls` of a vault; azapi.
    An account's rules may stand in an azurerm_storage_account_network_rules of their own.

    `public_access` is Enabled, Disabled or SecuredByPerimeter. `default_action` is what happens to who is on no list:
    Allow or Deny. `bypass` are the sorts of services that are let in all the same (AzureServices, Logging, Metrics);
    `addresses` are IP ranges, `subnets` and `resources` ARM ids. Left out, live: Enabled, Allow, AzureServices, none
    (REST reference of storage accounts and of vaults, NetworkRuleSet). A vault has no `resources`. `states` says of
    rules for subnets, by the subnet's id, how they are, where that is not Succeeded: Provisioning, Deprovisioning,
    Failed, NetworkSourceDeleted.
    """

    public_access: Fact[str]
    default_action: Fact[str]
    bypass: Fact[tuple[str, ...]]
    addresses: Fact[tuple[str, ...]]
    subnets: Fact[tuple[str, ...]]
    resources: Fact[tuple[str, ...]]
    states: Fact[Mapping[str, str]]

    @property
    def lets_anybody_in(self) -> bool:
        """Whether nobody is refused for where they come from. Raises NotKnown."""
        return (
            self.public_access.value.casefold() == ENABLED.casefold()
            and self.default_action.value.casefold() == ALLOW.casefold()
        )


_UNASKED = Unknown("nobody was asked")
NO_FIREWALL = Firewall(
    public_access=Fact(name="publicNetworkAccess", content=_UNASKED, stated=False),
    default_action=Fact(name="defaultAction", content=_UNASKED, stated=False),
    bypass=Fact(name="bypass", content=_UNASKED, stated=False),
    addresses=Fact(name="ipRules", content=_UNASKED, stated=False),
    subnets=Fact(name="virtualNetworkRules", content=_UNASKED, stated=False),
    resources=Fact(name="resourceAccessRules", content=_UNASKED, stated=False),
    states=Fact(name="virtualNetworkRules", content=_UNASKED, stated=False),
)


def stated_firewall(says: Stated, *, block: str = "network_rules") -> Firewall:
    """What Terraform says, in a block of that name; where it leaves a list unsaid, azurerm keeps what there is."""
    rules = [update for update in says.updates if update.instance.type == RULES]
    beside = rules[-1] if rules else None

    def rule(argument: str, arm: str, read: Callable[[JSON], T], otherwise: T) -> Fact[T]:
        return _rule(says, beside, (block, argument), arm, read, otherwise)

    return Firewall(
        public_access=says.set_anyway(
            says.fact(
                "public_network_access_enabled",
                "public_network_access_enabled",
                read=as_access,
                otherwise=ENABLED,
                arm=("properties", "publicNetworkAccess"),
            )
        ),
        default_action=rule("default_action", "defaultAction", as_text, ALLOW),
        bypass=rule("bypass", "bypass", _words, ("AzureServices",)),
        addresses=rule("ip_rules", "ipRules", _members("value"), ()),
        subnets=rule("virtual_network_subnet_ids", "virtualNetworkRules", _members("id"), ()),
        resources=rule(
            "private_link_access", "resourceAccessRules", _members("resourceId", "endpoint_resource_id"), ()
        ),
        states=Fact(name="virtualNetworkRules.state", content={}, stated=False),
    )


def served_firewall(document: Document) -> Firewall:
    """What the service answers."""

    def rule(name: str, of: Shape, read: Callable[[JSON], T], otherwise: T) -> Fact[T]:
        path = ("properties", "networkAcls", name)
        return document.fact(f"networkAcls.{name}", *path, of=of, read=read, otherwise=otherwise)

    return Firewall(
        public_access=document.text("publicNetworkAccess", "properties", "publicNetworkAccess", otherwise=ENABLED),
        default_action=rule("defaultAction", TEXT, as_text, ALLOW),
        bypass=rule("bypass", WORDS, _words, ("AzureServices",)),
        addresses=_both(
            rule("ipRules", OBJECTS, _members("value"), ()), rule("ipv6Rules", OBJECTS, _members("value"), ())
        ),
        subnets=rule("virtualNetworkRules", OBJECTS, _members("id"), ()),
        resources=rule("resourceAccessRules", OBJECTS, _members("resourceId"), ()),
        states=rule("virtualNetworkRules", OBJECTS, _unready, {}),
    )


def _both(addresses: Fact[tuple[str, ...]], newer: Fact[tuple[str, ...]]) -> Fact[tuple[str, ...]]:
    """The addresses of both IP versions, which storage lists apart from its 2026-09-01 on."""
    return replace(addresses, content=addresses.value + newer.value) if newer.known and newer.value else addresses


def _rule(
    says: Stated, beside: Update | None, path: tuple[str, str], arm: str, read: Callable[[JSON], T], otherwise: T
) -> Fact[T]:
    """A network rule: of the resource that says rules alone, where there is one, else of the thing's own block."""
    block, argument = path
    if beside is None:
        return says.fact(
            f"{block}.{argument}",
            block,
            0,
            argument,
            read=read,
            otherwise=otherwise,
            arm=("properties", "networkAcls", arm),
        )
    said = Stated(beside.instance).fact(argument, argument, read=read, otherwise=otherwise)
    if beside.certain or not said.stated:
        return said
    return replace(said, content=Unknown(f"whether {beside.instance.address} is about {says.instance.address}"))


def as_access(value: JSON) -> str:
    """A word; azurerm says it as a boolean."""
    text = as_text(value)
    return {"true": ENABLED, "false": DISABLED}.get(text.casefold(), text)


def addresses_of(value: JSON) -> tuple[str, ...]:
    """The ranges that rules for addresses name: ARM's `value`, azurerm's `ip_range`."""
    return _members("ip_range", "value")(value)


def _unready(value: JSON) -> Mapping[str, str]:
    """The states of rules that are not in force, by the key of the subnet's id. Left out, a state is Succeeded."""
    rules = [rule for rule in value if isinstance(rule, dict)] if isinstance(value, list) else []
    states = {arm_key(as_text(rule.get("id"))): as_text(rule.get("state")) for rule in rules}
    return {subnet: state for subnet, state in states.items() if state.casefold() not in {"", "succeeded"}}


def _words(value: JSON) -> tuple[str, ...]:
    """A list, or ARM's `Logging, AzureServices`; None is none."""
    words = value if isinstance(value, list) else as_text(value).split(",")
    return tuple(w for each in words if (w := as_text(each).strip()) and w.casefold() != "none")


def _members(*keys: str) -> Callable[[JSON], tuple[str, ...]]:
    """The members of a list of strings, or of objects that have one under one of these keys."""

    def read(value: JSON) -> tuple[str, ...]:
        members = value if isinstance(value, list) else []
        found = (
            next((as_text(m[key]) for key in keys if key in m), "") if isinstance(m, dict) else as_text(m)
            for m in members
        )
        return tuple(text for text in found if text)

    return read
