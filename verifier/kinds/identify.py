"""Which ARM id a Terraform instance will have: its subscription, group, type and name decide it before apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.kind import azapi_type
from verifier.kinds.stated import Stated

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance

IN_RESOURCE_GROUP: Mapping[str, str] = {
    "azurerm_application_insights": "Microsoft.Insights/components",
    "azurerm_container_registry": "Microsoft.ContainerRegistry/registries",
    "azurerm_key_vault": "Microsoft.KeyVault/vaults",
    "azurerm_kubernetes_cluster": "Microsoft.ContainerService/managedClusters",
    "azurerm_log_analytics_workspace": "Microsoft.OperationalInsights/workspaces",
    "azurerm_machine_learning_workspace": "Microsoft.MachineLearningServices/workspaces",
    "azurerm_network_security_group": "Microsoft.Network/networkSecurityGroups",
    "azurerm_private_dns_zone": "Microsoft.Network/privateDnsZones",
    "azurerm_private_endpoint": "Microsoft.Network/privateEndpoints",
    "azurerm_storage_account": "Microsoft.Storage/storageAccounts",
    "azurerm_user_assigned_identity": "Microsoft.ManagedIdentity/userAssignedIdentities",
    "azurerm_virtual_network": "Microsoft.Network/virtualNetworks",
}
"""Terraform types whose id is made from resource_group_name and name, with their ARM type."""

BELOW_PARENT: Mapping[str, tuple[tuple[str, ...], str]] = {
    "azurerm_federated_identity_credential": (
        ("user_assigned_identity_id", "parent_id"),
        "federatedIdentityCredentials",
    ),
    "azurerm_kubernetes_cluster_extension": (
        ("cluster_id",),
        "providers/Microsoft.KubernetesConfiguration/extensions",
    ),
    "azurerm_kubernetes_cluster_node_pool": (("kubernetes_cluster_id",), "agentPools"),
    "azurerm_kubernetes_cluster_trusted_access_role_binding": (("kubernetes_cluster_id",), "trustedAccessRoleBindings"),
    "azurerm_machine_learning_datastore_blobstorage": (("workspace_id",), "datastores"),
    "azurerm_machine_learning_datastore_datalake_gen2": (("workspace_id",), "datastores"),
    "azurerm_machine_learning_datastore_fileshare": (("workspace_id",), "datastores"),
    "azurerm_storage_container": (("storage_account_id",), "blobServices/default/containers"),
    "azurerm_storage_share": (("storage_account_id",), "fileServices/default/shares"),
}
"""Terraform types whose id is made from a parent's id (the first of these attributes that is stated) and name."""


IN_A_ZONE = {"azurerm_private_dns_zone_virtual_network_link": "virtualNetworkLinks"}
"""Terraform types whose id is made from resource_group_name, private_dns_zone_name and name."""

BY_GUID = {"azurerm_role_assignment": "roleAssignments"}
"""Terraform types of Microsoft.Authorization whose name is a GUID that apply makes up, unless one is stated."""

OF_ANOTHER: Mapping[str, str] = {"azurerm_storage_account_network_rules": "storage_account_id"}
"""Terraform types that say more of another thing and have its id, with the argument that says it."""


def arm_id(instance: Instance, subscription: str) -> str:
    """The ARM id of a planned instance, or of what an azapi_update_resource is about; empty for other types.

    Empty also where apply makes a name up.

    Raises NotKnown when its name, group or parent is known only after apply.
    """
    says = Stated(instance)
    if instance.type == "azurerm_resource_group":
        return f"/subscriptions/{subscription}/resourceGroups/{_stated(says.text('name', 'name'))}"
    if instance.type in OF_ANOTHER:
        return _stated(says.text(OF_ANOTHER[instance.type], OF_ANOTHER[instance.type]))
    if instance.type in BY_GUID:
        guid = says.text("name", "name")
        above = f"/providers/Microsoft.Authorization/{BY_GUID[instance.type]}/"
        return f"{_stated(says.text('scope', 'scope')).rstrip('/')}{above}{guid.value}" if guid.stated else ""
    if instance.type in IN_RESOURCE_GROUP:
        group = _stated(says.text("resource_group_name", "resource_group_name"))
        name = _stated(says.text("name", "name"))
        return (
            f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{IN_RESOURCE_GROUP[instance.type]}/{name}"
        )
    if instance.type in IN_A_ZONE:
        group, zone, name = (
            _stated(says.text(argument, argument))
            for argument in ("resource_group_name", "private_dns_zone_name", "name")
        )
        above = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/privateDnsZones"
        return f"{above}/{zone}/{IN_A_ZONE[instance.type]}/{name}"
    if instance.type in BELOW_PARENT:
        parents, collection = BELOW_PARENT[instance.type]
        facts = [says.text(attribute, attribute) for attribute in parents]
        parent = next((f for f in facts if f.stated), facts[0])
        return f"{_stated(parent)}/{collection}/{_stated(says.text('name', 'name'))}"
    return _azapi_id(says, azapi_type(instance), subscription)


def resource_group_of(instance: Instance, subscription: str) -> str:
    """The ARM id of the resource group that an instance is put into; empty for one that is put into none.

    Raises NotKnown when that is known only after apply.
    """
    says = Stated(instance)
    if instance.type in IN_RESOURCE_GROUP:
        group = _stated(says.text("resource_group_name", "resource_group_name"))
        return f"/subscriptions/{subscription}/resourceGroups/{group}"
    if azapi_type(instance).count("/") != 1:
        return ""
    parent = _stated(says.text("parent_id", "parent_id"))
    return parent if parent.rpartition("/")[0].casefold().endswith("/resourcegroups") else ""


def _azapi_id(says: Stated, arm_type: str, subscription: str) -> str:
    if not arm_type:
        return ""
    whole = says.text("resource_id", "resource_id")
    if whole.stated:
        return whole.value
    name = _stated(says.text("name", "name"))
    parent = says.text("parent_id", "parent_id")
    if arm_type.casefold() == "microsoft.resources/resourcegroups":
        return f"{parent.value if parent.stated else f'/subscriptions/{subscription}'}/resourceGroups/{name}"
    namespace, _, path = arm_type.partition("/")
    if "/" in path:
        return f"{_stated(parent)}/{path.rpartition('/')[2]}/{name}"
    return f"{_stated(parent)}/providers/{namespace}/{path}/{name}"


def _stated(fact: Fact[str]) -> str:
    if not fact.value:
        raise NotKnown(f"{fact.name} is not stated")
    return fact.value
