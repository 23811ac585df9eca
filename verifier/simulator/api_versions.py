"""Which api-versions each type has.

Strict as ARM is: a type without this table's row is served only if the world holds one, at any well-formed version.
Each row has the version that the SDK in use sends, first, and neighbours that other tools send.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from verifier.simulator import arm_errors
from verifier.simulator.arm_path import RESOURCES
from verifier.simulator.wire import Answer

_CLUSTER = (
    "2026-08-01",
    "2025-05-01",
    "2025-04-01",
    "2025-03-01",
    "2025-02-01",
    "2025-01-01",
    "2024-09-01",
    "2024-08-01",
)
_IDENTITY = ("2024-11-30", "2023-01-31", "2018-11-30")
_EXTENSION = ("2023-05-01", "2025-03-01", "2024-11-01", "2022-11-01", "2022-07-01", "2022-03-01", "2021-09-01")
_STORAGE = ("2026-09-01", "2025-01-01", "2024-01-01", "2023-05-01", "2023-04-01", "2023-01-01", "2022-09-01")
_LEARNING = (
    "2025-12-01",
    "2025-09-01",
    "2025-06-01",
    "2024-10-01",
    "2024-04-01",
    "2024-01-01",
    "2023-10-01",
    "2023-04-01",
)
_NETWORK = ("2024-05-01", "2024-07-01", "2024-03-01", "2023-11-01", "2023-09-01")
_RESOURCE_GROUP = ("2025-04-01", "2024-11-01", "2024-07-01", "2022-09-01", "2021-04-01", "2020-10-01", "2020-06-01")
_SUBSCRIPTION = ("2022-12-01", "2022-09-01", "2021-01-01", "2020-01-01", "2019-06-01", "2016-06-01")

SUPPORTED: dict[str, tuple[str, ...]] = {
    "Microsoft.Authorization/denyAssignments": ("2022-04-01", "2024-07-01-preview", "2018-07-01-preview"),
    "Microsoft.Authorization/policyAssignments": ("2022-06-01", "2023-04-01", "2021-06-01"),
    "Microsoft.Authorization/policyDefinitions": ("2021-06-01", "2023-04-01", "2020-09-01"),
    "Microsoft.Authorization/roleAssignments": ("2022-04-01", "2020-10-01-preview", "2020-04-01-preview", "2015-07-01"),
    "Microsoft.Authorization/roleDefinitions": ("2022-04-01", "2022-05-01-preview", "2018-01-01-preview", "2015-07-01"),
    "Microsoft.ContainerRegistry/registries": (
        "2025-11-01",
        "2023-07-01",
        "2023-11-01-preview",
        "2022-12-01",
        "2019-05-01",
    ),
    "Microsoft.ContainerService/managedClusters": _CLUSTER,
    "Microsoft.ContainerService/managedClusters/agentPools": _CLUSTER,
    "Microsoft.ContainerService/managedClusters/listClusterUserCredential": _CLUSTER,
    "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings": _CLUSTER,
    "Microsoft.Insights/components": ("2020-02-02", "2015-05-01"),
    "Microsoft.KeyVault/vaults": ("2023-07-01", "2022-07-01", "2021-10-01"),
    "Microsoft.KubernetesConfiguration/extensions": _EXTENSION,
    "Microsoft.MachineLearningServices/workspaces": _LEARNING,
    "Microsoft.MachineLearningServices/workspaces/computes": _LEARNING,
    "Microsoft.MachineLearningServices/workspaces/datastores": _LEARNING,
    "Microsoft.ManagedIdentity/userAssignedIdentities": _IDENTITY,
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials": ("2024-11-30", "2023-01-31"),
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": ("2020-06-01", "2024-06-01", "2018-09-01"),
    "Microsoft.Network/privateEndpoints": _NETWORK,
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": _NETWORK,
    "Microsoft.Network/virtualNetworks": _NETWORK,
    "Microsoft.OperationalInsights/workspaces": ("2023-09-01", "2022-10-01", "2021-06-01", "2020-08-01"),
    "Microsoft.PolicyInsights/policyStates/queryResults": ("2019-10-01", "2024-10-01", "2018-04-04"),
    "Microsoft.Resources/subscriptions": _SUBSCRIPTION,
    "Microsoft.Resources/subscriptions/resourceGroups": _RESOURCE_GROUP,
    "Microsoft.Resources/subscriptions/resources": _RESOURCE_GROUP,
    "Microsoft.Resources/subscriptions/resourceGroups/resources": _RESOURCE_GROUP,
    "Microsoft.Storage/storageAccounts": _STORAGE,
    "Microsoft.Storage/storageAccounts/blobServices": _STORAGE,
    "Microsoft.Storage/storageAccounts/blobServices/containers": _STORAGE,
    "Microsoft.Storage/storageAccounts/fileServices": _STORAGE,
    "Microsoft.Storage/storageAccounts/fileServices/shares": _STORAGE,
}

_BY_TYPE = {resource_type.casefold(): versions for resource_type, versions in SUPPORTED.items()}
_WELL_FORMED = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z]+)?", re.IGNORECASE)


def refusal(resource_type: str, given: str | None, *, held: bool, location: Callable[[], str]) -> Answer | None:
    """ARM's refusal of a request at api-version `given`, or None.

    `held` says whether the world holds a resource of that type; `location` tells where ARM says that it looked.
    """
    if not given:
        return arm_errors.missing_api_version()
    if not _WELL_FORMED.fullmatch(given):
        return arm_errors.invalid_api_version(given, ())
    supported = _BY_TYPE.get(resource_type.casefold())
    if supported is None:
        return None if held else arm_errors.invalid_resource_type(resource_type, given)
    if given.casefold() in supported:
        return None
    if resource_type.casefold().startswith(f"{RESOURCES}/".casefold()):
        return arm_errors.invalid_api_version(given, supported)
    return arm_errors.no_registered_provider(given, resource_type, supported, location=location())
