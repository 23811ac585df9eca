from __future__ import annotations

import pytest

from verifier.kinds.key_vault import KEY_VAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

VAULT = """
resource "azurerm_key_vault" "kv" {
  name                = "kv"
  resource_group_name = "rg"
  %s
}
"""
AZAPI = """
resource "azapi_resource" "kv" {
  type = "Microsoft.KeyVault/vaults@2023-07-01"
  name = "kv"
  body = { properties = { %s } }
}
"""


@pytest.mark.parametrize(
    ("source", "by_roles"),
    [
        (VAULT % "rbac_authorization_enabled = true", True),
        (VAULT % "enable_rbac_authorization = true", True),
        (VAULT % "", False),
        (AZAPI % "enableRbacAuthorization = true", True),
        (AZAPI % "", False),
    ],
)
def test_roles_grant_what_a_vault_keeps_only_where_somebody_says_so(state: State, source: str, by_roles: bool) -> None:
    assert state(KEY_VAULT, source).rbac_authorization.value is by_roles


def test_a_vault_says_its_firewall_in_a_block_of_its_own_name(state: State) -> None:
    block = """
    public_network_access_enabled = false
    network_acls {
      bypass                     = "AzureServices"
      default_action             = "Deny"
      ip_rules                   = ["203.0.113.7"]
      virtual_network_subnet_ids = ["/subnets/a"]
    }
    """
    firewall = state(KEY_VAULT, VAULT % block).firewall
    said = (firewall.public_access, firewall.default_action, firewall.bypass, firewall.addresses, firewall.subnets)
    assert [fact.value for fact in said] == [
        "Disabled",
        "Deny",
        ("AzureServices",),
        ("203.0.113.7",),
        ("/subnets/a",),
    ]


def test_both_sides_of_a_firewall_compare(state: State, serve: Serve) -> None:
    block = 'network_acls {\n bypass = "AzureServices"\n default_action = "Deny"\n ip_rules = ["203.0.113.7"]\n}'
    acls = {"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": [{"value": "203.0.113.7/32"}]}
    stated = state(KEY_VAULT, VAULT % block)
    served = serve(KEY_VAULT, {"name": "kv", "properties": {"networkAcls": acls}})
    for field in ("default_action", "bypass", "addresses"):
        same = KEY_VAULT.compares[f"firewall.{field}"]
        assert same(getattr(stated.firewall, field).value, getattr(served.firewall, field).value)


def test_a_vault_that_says_nothing_is_open_and_grants_by_policies(serve: Serve) -> None:
    served = serve(KEY_VAULT, {"name": "kv", "properties": {}})
    assert (served.firewall.public_access.value, served.firewall.default_action.value) == ("Enabled", "Allow")
    assert (served.rbac_authorization.value, served.purge_protection.value) == (False, False)


def test_an_answer_without_properties_says_nothing_of_a_vault(serve: Serve) -> None:
    served = serve(KEY_VAULT, {"name": "kv", "properties": None})
    facts = (served.rbac_authorization, served.purge_protection, served.firewall.public_access)
    assert not any(fact.known for fact in facts)
