from __future__ import annotations

import pytest

from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.fact import NotKnown
from verifier.kinds.stated import Stated, Update
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.kinds.workspace import WORKSPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Instances, Serve, State

ACCOUNT = """
resource "azurerm_storage_account" "st" {
  name                = "st"
  resource_group_name = "rg"
  %s
}
"""
AZAPI = """
resource "azapi_resource" "st" {
  type = "Microsoft.Storage/storageAccounts@2025-01-01"
  name = "st"
  body = { properties = { %s } }
}
"""
RULES = """
resource "azurerm_storage_account_network_rules" "r" {
  storage_account_id         = %s
  default_action             = "Deny"
  ip_rules                   = ["1.2.3.4"]
  virtual_network_subnet_ids = ["/subnets/a"]
  bypass                     = ["Logging", "AzureServices"]
  private_link_access {
    endpoint_resource_id = "/workspaces/w"
  }
}
"""
BLOCK = """
network_rules {
  default_action = "Deny"
  bypass         = ["AzureServices"]
  private_link_access {
    endpoint_resource_id = "/workspaces/w"
  }
}
"""
ACLS = """
publicNetworkAccess = "Disabled"
networkAcls = {
  defaultAction = "Deny", bypass = "Logging, AzureServices", ipRules = [{ value = "1.2.3.4" }]
  virtualNetworkRules = [{ id = "/subnets/a" }], resourceAccessRules = [{ resourceId = "/workspaces/w" }]
}
"""


def test_an_account_that_says_nothing_is_open(state: State) -> None:
    firewall = state(STORAGE_ACCOUNT, ACCOUNT % "").firewall

    assert firewall.public_access.value == "Enabled"
    assert firewall.default_action.value == "Allow"
    assert not any(f.stated for f in (firewall.public_access, firewall.default_action, firewall.bypass))


@pytest.mark.parametrize(("says", "word"), [("true", "Enabled"), ("false", "Disabled")])
def test_azurerm_says_public_access_as_a_boolean(state: State, says: str, word: str) -> None:
    firewall = state(STORAGE_ACCOUNT, ACCOUNT % f"public_network_access_enabled = {says}").firewall

    assert firewall.public_access.value == word


def test_an_accounts_own_block_says_its_rules(state: State) -> None:
    firewall = state(STORAGE_ACCOUNT, ACCOUNT % BLOCK).firewall

    assert firewall.default_action.value == "Deny"
    assert firewall.bypass.value == ("AzureServices",)
    assert firewall.resources.value == ("/workspaces/w",)
    assert not firewall.addresses.stated


def test_rules_can_stand_beside_the_account(state: State) -> None:
    firewall = state(STORAGE_ACCOUNT, ACCOUNT % "" + RULES % "azurerm_storage_account.st.id").firewall

    assert (firewall.default_action.value, firewall.addresses.value) == ("Deny", ("1.2.3.4",))
    assert (firewall.subnets.value, firewall.bypass.value) == (("/subnets/a",), ("Logging", "AzureServices"))
    assert firewall.resources.value == ("/workspaces/w",)


def test_rules_that_may_be_about_another_account_are_not_known(instances: Instances) -> None:
    found = instances(ACCOUNT % "" + RULES % "azurerm_storage_account.st.id")
    update = Update(found["azurerm_storage_account_network_rules.r"], certain=False)
    says = Stated(found["azurerm_storage_account.st"], {}, (update,))

    assert not STORAGE_ACCOUNT.from_terraform(says).firewall.default_action.known


def test_arm_says_the_same_in_its_own_words(state: State) -> None:
    firewall = state(STORAGE_ACCOUNT, AZAPI % ACLS).firewall

    assert (firewall.public_access.value, firewall.default_action.value) == ("Disabled", "Deny")
    assert firewall.bypass.value == ("Logging", "AzureServices")
    assert (firewall.addresses.value, firewall.subnets.value) == (("1.2.3.4",), ("/subnets/a",))
    assert firewall.resources.value == ("/workspaces/w",)


def test_what_the_service_leaves_out_lets_anybody_in(serve: Serve) -> None:
    firewall = serve(STORAGE_ACCOUNT, {"name": "st", "properties": {}}).firewall

    assert (firewall.public_access.value, firewall.default_action.value) == ("Enabled", "Allow")
    assert firewall.bypass.value == ("AzureServices",)


@pytest.mark.parametrize(("word", "bypass"), [("None", ()), ("AzureServices", ("AzureServices",)), ("", ())])
def test_a_bypass_of_none_is_none(serve: Serve, word: str, bypass: tuple[str, ...]) -> None:
    acls = {"bypass": word, "virtualNetworkRules": [{"id": "/subnets/a"}], "ipRules": None}
    firewall = serve(STORAGE_ACCOUNT, {"name": "st", "properties": {"networkAcls": acls}}).firewall

    assert firewall.bypass.value == bypass
    assert (firewall.subnets.value, firewall.addresses.value) == (("/subnets/a",), ())


def test_addresses_of_both_ip_versions_are_let_in(serve: Serve) -> None:
    acls = {"ipRules": [{"value": "1.2.3.4"}], "ipv6Rules": [{"value": "2001:db8::/64"}]}
    firewall = serve(STORAGE_ACCOUNT, {"name": "st", "properties": {"networkAcls": acls}}).firewall

    assert firewall.addresses.value == ("1.2.3.4", "2001:db8::/64")


REGISTRY_BLOCK = """
    resource "azurerm_container_registry" "r" {
      name = "acr"
      network_rule_set {
        default_action = "Deny"
        ip_rule {
          action   = "Allow"
          ip_range = "1.2.3.0/24"
        }
      }
    }
"""
REGISTRY_BODY = """
    resource "azapi_resource" "r" {
      type = "Microsoft.ContainerRegistry/registries@2025-11-01"
      name = "acr"
      body = { properties = { networkRuleSet = {
        defaultAction = "Deny"
        ipRules       = [{ action = "Allow", value = "1.2.3.0/24" }]
      } } }
    }
"""


@pytest.mark.parametrize("source", [REGISTRY_BLOCK, REGISTRY_BODY])
def test_a_registrys_rules_are_read_where_azurerm_and_arm_have_them(state: State, source: str) -> None:
    registry = state(CONTAINER_REGISTRY, source)

    assert (registry.default_action.value, registry.addresses.value) == ("Deny", ("1.2.3.0/24",))


def test_a_registry_without_rules_lets_anybody_in(serve: Serve) -> None:
    registry = serve(CONTAINER_REGISTRY, {"name": "acr", "properties": {}})

    assert (registry.public_access.value, registry.default_action.value) == ("Enabled", "Allow")


def test_a_firewall_that_was_not_sent_is_not_known(serve: Serve) -> None:
    with pytest.raises(NotKnown):
        serve(STORAGE_ACCOUNT, {"name": "st"}).firewall.public_access.value  # noqa: B018 - it raises


def test_a_rule_that_is_not_in_force_has_its_state(serve: Serve) -> None:
    rules = [{"id": "/Subnets/A", "state": "Failed"}, {"id": "/subnets/b", "state": "succeeded"}, {"id": "/subnets/c"}]
    found = serve(STORAGE_ACCOUNT, {"name": "st", "properties": {"networkAcls": {"virtualNetworkRules": rules}}})

    assert found.firewall.states.value == {"/subnets/a": "Failed"}
    assert found.firewall.subnets.value == ("/Subnets/A", "/subnets/b", "/subnets/c")


@pytest.mark.parametrize(
    ("properties", "action", "addresses"),
    [
        ({}, "Allow", ()),
        ({"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "1.2.3.4"}]}}, "Deny", ("1.2.3.4",)),
        ({"ipAllowlist": ["1.2.3.4"]}, "Deny", ("1.2.3.4",)),
        ({"ipAllowlist": []}, "Allow", ()),
    ],
)
def test_a_workspace_may_let_in_some_addresses_alone(
    serve: Serve, properties: dict[str, object], action: str, addresses: tuple[str, ...]
) -> None:
    found = serve(WORKSPACE, {"name": "mlw", "properties": properties})

    assert (found.default_action.value, found.addresses.value) == (action, addresses)


def test_a_workspaces_list_that_is_not_known_leaves_open_whom_it_shuts_out(state: State) -> None:
    source = """
variable "allowed" {
  type = list(string)
}

resource "azapi_resource" "mlw" {
  type = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
  name = "mlw"
  body = { properties = { ipAllowlist = var.allowed } }
}
"""
    found = state(WORKSPACE, source)

    assert not found.default_action.known
    assert not found.addresses.known
