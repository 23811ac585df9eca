from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.cluster import CLUSTER

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
