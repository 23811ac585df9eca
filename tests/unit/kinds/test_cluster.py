from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.cluster import CLUSTER, is_public

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = 'resource "azurerm_kubernetes_cluster" "k" {\n  name = "k"\n  %s\n}'
AZAPI = """
    resource "azapi_resource" "k" {
      type = "Microsoft.ContainerService/managedClusters@2025-01-01"
      name = "k"
      body = { properties = { %s } }
    }
"""
BOTH = "oidcIssuerProfile = { enabled = true }, securityProfile = { workloadIdentity = { enabled = true } }"


@pytest.mark.parametrize(
    ("source", "oidc", "workload"),
    [
        (AZURERM % "", False, False),
        (AZURERM % "oidc_issuer_enabled = true\n  workload_identity_enabled = true", True, True),
        (AZURERM % "oidc_issuer_enabled = null", False, False),
        (AZAPI % "", False, False),
        (AZAPI % BOTH, True, True),
        (AZAPI % "oidcIssuerProfile = { enabled = true }", True, False),
    ],
)
def test_issuer_and_workload_identity_are_off_unless_said_to_be_on(
    state: State, source: str, oidc: bool, workload: bool
) -> None:
    cluster = state(CLUSTER, source)

    assert (cluster.oidc_issuer_enabled.value, cluster.workload_identity_enabled.value) == (oidc, workload)


@pytest.mark.parametrize(
    ("properties", "oidc", "workload", "issuer"),
    [
        ({}, False, False, ""),
        ({"oidcIssuerProfile": None, "securityProfile": None}, False, False, ""),
        ({"oidcIssuerProfile": {"enabled": False}, "securityProfile": {}}, False, False, ""),
        ({"oidcIssuerProfile": {"enabled": True, "issuerURL": "https://i/"}}, True, False, "https://i/"),
        ({"securityProfile": {"workloadIdentity": {"enabled": True}}}, False, True, ""),
    ],
)
def test_what_the_service_leaves_out_is_off(
    serve: Serve, properties: dict[str, Any], oidc: bool, workload: bool, issuer: str
) -> None:
    cluster = serve(CLUSTER, {"name": "k", "properties": properties})

    assert (cluster.oidc_issuer_enabled.value, cluster.workload_identity_enabled.value) == (oidc, workload)
    assert cluster.issuer.value == issuer


def test_the_issuer_waits_for_apply_under_the_names_that_sources_use(state: State) -> None:
    assert state(CLUSTER, AZURERM % "").issuer.references == (
        "azurerm_kubernetes_cluster.k.oidc_issuer_url",
        "azurerm_kubernetes_cluster.k.output.properties.oidcIssuerProfile.issuerURL",
    )


IN_BLOCKS = """
    resource "azurerm_kubernetes_cluster" "k" {
      name                    = "k"
      local_account_disabled  = true
      private_cluster_enabled = true
      identity {
        type = "UserAssigned"
      }
      azure_active_directory_role_based_access_control {
        azure_rbac_enabled = true
      }
      api_server_access_profile {
        authorized_ip_ranges = ["203.0.113.0/24"]
      }
    }
"""
IN_BODY = """
    resource "azapi_resource" "k" {
      type = "Microsoft.ContainerService/managedClusters@2025-01-01"
      name = "k"
      body = {
        identity = { type = "UserAssigned" }
        properties = {
          disableLocalAccounts   = true
          aadProfile             = { enableAzureRBAC = true }
          apiServerAccessProfile = { enablePrivateCluster = true, authorizedIPRanges = ["203.0.113.0/24"] }
        }
      }
    }
"""


@pytest.mark.parametrize("source", [IN_BLOCKS, IN_BODY])
def test_who_may_reach_a_cluster_is_read_wherever_it_is_said(state: State, source: str) -> None:
    cluster = state(CLUSTER, source)

    assert cluster.local_accounts_disabled.value
    assert cluster.private.value
    assert cluster.azure_rbac.value
    assert cluster.identity_type.value == "UserAssigned"
    assert cluster.authorized_ranges.value == ("203.0.113.0/24",)
    assert cluster.service_principal.value == ""


@pytest.mark.parametrize(
    ("said", "principal"),
    [
        ('service_principal {\n    client_id     = "c"\n    client_secret = "s"\n  }', "c"),
        ('identity {\n    type = "SystemAssigned"\n  }', ""),
    ],
)
def test_a_service_principal_is_told_from_a_managed_identity(state: State, said: str, principal: str) -> None:
    assert state(CLUSTER, AZURERM % said).service_principal.value == principal


def test_the_ranges_are_also_read_where_an_older_azurerm_has_them(state: State) -> None:
    cluster = state(CLUSTER, AZURERM % 'api_server_authorized_ip_ranges = ["10.0.0.0/8"]')

    assert cluster.authorized_ranges.value == ("10.0.0.0/8",)


@pytest.mark.parametrize(
    ("cidr", "public"),
    [
        ("203.0.114.0/24", True),
        ("8.8.8.8", True),
        ("8.8.8.8/32", True),
        ("10.0.0.0/8", False),
        ("192.168.1.4/32", False),
        ("0.0.0.0/32", False),
        ("0.0.0.0/0", True),
        ("fd00::/8", False),
        ("somewhere", True),
    ],
)
def test_a_range_is_public_unless_it_is_known_not_to_be(cidr: str, public: bool) -> None:
    assert is_public(cidr) is public
