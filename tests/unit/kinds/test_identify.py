from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.kinds.identify import arm_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Instances

RG = "/subscriptions/s/resourceGroups/rg"
GROUP_ELSEWHERE = """
    resource "azapi_resource" "x" {
      type      = "microsoft.resources/resourcegroups@2024-03-01"
      name      = "rg"
      parent_id = "/o"
    }
"""
ZONE_LINK = """
    resource "azurerm_private_dns_zone_virtual_network_link" "x" {
      name                  = "l"
      private_dns_zone_name = "z"
      resource_group_name   = "rg"
    }
"""
TABLE = [
    ('resource "azurerm_resource_group" "x" {\n name = "rg"\n}', RG),
    (
        'resource "azurerm_storage_account" "x" {\n name = "st"\n resource_group_name = "rg"\n}',
        f"{RG}/providers/Microsoft.Storage/storageAccounts/st",
    ),
    (
        'data "azurerm_user_assigned_identity" "x" {\n name = "id"\n resource_group_name = "rg"\n}',
        f"{RG}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id",
    ),
    (
        'resource "azurerm_kubernetes_cluster_extension" "x" {\n name = "e"\n cluster_id = "/aks"\n}',
        "/aks/providers/Microsoft.KubernetesConfiguration/extensions/e",
    ),
    (
        'resource "azurerm_federated_identity_credential" "x" {\n name = "f"\n parent_id = "/id"\n}',
        "/id/federatedIdentityCredentials/f",
    ),
    (
        'resource "azurerm_federated_identity_credential" "x" {\n name = "f"\n user_assigned_identity_id = "/id"\n}',
        "/id/federatedIdentityCredentials/f",
    ),
    (
        'resource "azurerm_storage_container" "x" {\n name = "c"\n storage_account_id = "/st"\n}',
        "/st/blobServices/default/containers/c",
    ),
    (
        ZONE_LINK,
        f"{RG}/providers/Microsoft.Network/privateDnsZones/z/virtualNetworkLinks/l",
    ),
    (
        'resource "azapi_resource" "x" {\n type = "Microsoft.A/b@1"\n name = "n"\n parent_id = "/rg"\n}',
        "/rg/providers/Microsoft.A/b/n",
    ),
    (
        'resource "azapi_resource" "x" {\n type = "Microsoft.A/b/c@1"\n name = "n"\n parent_id = "/b"\n}',
        "/b/c/n",
    ),
    (
        'resource "azapi_resource" "x" {\n type = "Microsoft.Resources/resourceGroups@2024-03-01"\n name = "rg"\n}',
        RG,
    ),
    (
        GROUP_ELSEWHERE,
        "/o/resourceGroups/rg",
    ),
    (
        'resource "azapi_update_resource" "x" {\n type = "Microsoft.A/b@1"\n resource_id = "/whole"\n}',
        "/whole",
    ),
    (
        'resource "azapi_update_resource" "x" {\n type = "Microsoft.A/b@1"\n name = "n"\n parent_id = "/rg"\n}',
        "/rg/providers/Microsoft.A/b/n",
    ),
    ('resource "terraform_data" "x" {}', ""),
]


@pytest.mark.parametrize(("source", "identifier"), TABLE)
def test_an_id_follows_from_what_the_source_says(instances: Instances, source: str, identifier: str) -> None:
    [instance] = instances(source).values()

    assert arm_id(instance, "s") == identifier


@pytest.mark.parametrize(
    "source",
    [
        'resource "azurerm_storage_account" "x" {\n name = x_y.later.name\n resource_group_name = "rg"\n}',
        'resource "azurerm_storage_account" "x" {\n name = "st"\n resource_group_name = x_y.later.name\n}',
        'resource "azurerm_storage_account" "x" {\n name = "st"\n}',
        'resource "azapi_resource" "x" {\n type = "Microsoft.A/b@1"\n name = "n"\n}',
        'resource "azapi_resource" "x" {\n type = "Microsoft.A/b@1"\n parent_id = "/rg"\n}',
        'resource "azurerm_kubernetes_cluster_extension" "x" {\n name = "e"\n cluster_id = x_y.later.id\n}',
        'resource "azapi_update_resource" "x" {\n type = "Microsoft.A/b@1"\n resource_id = x_y.later.id\n}',
    ],
)
def test_an_id_of_which_a_part_is_not_known_is_not_made_up(instances: Instances, source: str) -> None:
    found = instances(source + '\nresource "x_y" "later" {}')
    [instance] = [i for a, i in found.items() if a != "x_y.later"]

    with pytest.raises(NotKnown):
        arm_id(instance, "s")
