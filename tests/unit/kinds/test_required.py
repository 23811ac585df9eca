"""What a resource cannot be without."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from verifier.kinds.every import KINDS
from verifier.kinds.required import required_of

if TYPE_CHECKING:
    from conftest import Instances

TABLE = json.loads(files("verifier.kinds").joinpath("required.json").read_text(encoding="utf-8"))
NOT_IN_IT = {
    # all that their objects need are names, which Kubernetes makes up where nobody says them
    "kubernetes_namespace",
    "kubernetes_namespace_v1",
    "kubernetes_service_account",
    "kubernetes_service_account_v1",
    "kubernetes_default_service_account",
    "kubernetes_default_service_account_v1",
    "kubernetes_pod",
    "kubernetes_pod_v1",
}


def azapi(arm_type: str, body: str, parent: str = "/subscriptions/s/resourceGroups/rg") -> str:
    said = "null" if not parent else f'"{parent}"'
    return (
        f'resource "azapi_resource" "x" {{\n  type = "{arm_type}@2025-01-01"\n  name = "x"\n  parent_id = {said}\n'
        f"  body = {body}\n}}\n"
    )


COMPUTES = "Microsoft.MachineLearningServices/workspaces/computes"
CREDENTIALS = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"
ENDPOINT = """
resource "azurerm_private_endpoint" "x" {{
  name                = "x"
  resource_group_name = "rg"
  location            = "l"
  subnet_id           = "s"
{}}}
"""
CONTAINER = 'resource "azurerm_storage_container" "x" {{\n  name = "x"\n  {}\n}}\n'


def test_every_kind_has_its_row_and_every_row_its_source() -> None:
    types = {of_type for kind in KINDS for of_type in kind.terraform_types}
    assert types - NOT_IN_IT <= TABLE["types"].keys()
    assert {kind.arm_type for kind in KINDS if kind.arm_type} == TABLE["azapi"]["bodies"].keys()
    rows = (*TABLE["types"].values(), *TABLE["azapi"]["bodies"].values(), TABLE["azapi"])
    assert [row for row in rows if not row["source"].startswith("https://")] == []


@pytest.mark.parametrize(
    ("source", "lacks"),
    [
        (ENDPOINT.format(""), ["private_connection_resource_id"]),
        (ENDPOINT.format('  private_service_connection {\n    private_connection_resource_id = "t"\n  }\n'), []),
        (
            ENDPOINT.format("  private_service_connection {\n    private_connection_resource_id = null\n  }\n"),
            ["private_connection_resource_id"],
        ),
        (ENDPOINT.format('  private_service_connection {\n    private_connection_resource_alias = "a"\n  }\n'), []),
        (CONTAINER.format('storage_account_name = "st"'), []),
        (CONTAINER.format("storage_account_id = null"), ["storage_account_id"]),
        (azapi(COMPUTES, '{ properties = { computeType = "Kubernetes", resourceId = null } }'), ["resourceId"]),
        (azapi(COMPUTES, '{ properties = { computeType = "Kubernetes", resourceId = "c" } }'), []),
        (azapi(COMPUTES, '{ properties = { computeType = "AmlCompute" } }'), []),
        (azapi(COMPUTES, "{ properties = {} }"), ["computeType"]),
        (azapi(COMPUTES, '{ properties = { computeType = "AmlCompute" } }', parent=""), ["parent_id"]),
        (azapi(CREDENTIALS, 'jsonencode({ properties = { issuer = "i", audiences = ["a"] } })'), ["subject"]),
        (azapi("Microsoft.Web/sites", "{}", parent=""), []),
    ],
)
def test_what_is_null_empty_or_not_there_says_nothing(instances: Instances, source: str, lacks: list[str]) -> None:
    (instance,) = instances(source).values()
    unsaid = [r.name for r in required_of(instance) if not any(f.value for f in r.facts(instance))]
    assert [name for name in unsaid if not any(part in name for part in lacks)] == []
    assert len(unsaid) == len(lacks)
