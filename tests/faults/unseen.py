"""What of the healthy world's documents a run does not look at, and why. docs/unseen.md shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeAlias

Reasons: TypeAlias = Mapping[str, str]
"""Patterns of leaves, several in one text, by the reason that they share."""

WHICH = "a thing is told by its id, or by what it does, and not by this word"
TAGS = "Terraform's tags and the service's are not compared: no right and no job hangs on one"
WHEN = "when it was made, changed or started"
WHO = "who made it, and who changed it"
COUNTED = "the service counts its versions by it"
GIVEN = "a number, an address or a word that the service gives it, and that nothing here refers to"
DIRECTORY = "which directory it is in: the source asks for that only when it is applied"
FOLLOWS = "it follows from another field, which is compared"
UNSTATED = "the example's source does not say how it is to be, and nothing in the example rests on it"
RECORDED = "apply gives it: it is compared with a state, and the example has none"
ENDED = "how a last change ended is judged of cluster, workspace, compute and extension, and of nothing else"
ENCRYPTION = "how what is kept is encrypted"
SECRET = "a secret: it is let go as soon as it is read"
MOVING = "it changes by itself: an autoscaler, an upgrade, or whoever uses it does"
CONTAINERS = "the workspace makes these for itself: asked is whether they are there"
OWN_POOL = "of a cluster's own pool azurerm says neither mode nor system"
ANOTHER_POOL = "asked of a pool where jobs of some instance type can run on no other"
OTHERS = "nothing here plans this one, and nobody that is judged needs it"
YOUNG = "asked of the assignments alone that something here waits for: those may be too young to be in force"
NAMESPACES = "asked of the namespace of the compute alone: of another, whether the service account in it is there"
PODS = "pods come and go: asked is whether they get tokens, and not whether they are well"
NODES = "nodes come and go: asked is whether there is one, or a pool that makes one, for what jobs ask for"
WEBHOOK = "AKS looks after its webhook: asked is whether it is there, and which pods it takes"
STUDIO = "what the service itself looks at, for the studio, hangs on it, and no job"
ANY_DEFAULT = "every datastore is judged, whichever is the default"
PROTOCOL = "how a datastore's address begins: whether the account takes https alone is judged of the account"

MEANT = "left out, it means what is meant in the example"
WELL = "left out, it says of nothing that it went wrong"
ELSEWHERE = "its id, or its name, says the same"
BY_NAME = "left out, the webhook is told by its name"
UNNOTED = "left out, the service noted none, and there is none to be another than the extension's"

COMMON: Reasons = {
    WHICH: "name type metadata.name",
    TAGS: "tags.*",
    WHO: "systemData.createdBy systemData.createdByType systemData.lastModifiedBy systemData.lastModifiedByType",
    WHEN: "systemData.createdAt systemData.lastModifiedAt metadata.creationTimestamp",
    COUNTED: "etag metadata.resourceVersion metadata.uid",
}
"""Of every document that has it."""

UNSEEN: Mapping[str, Reasons] = {
    "Microsoft.Authorization/roleAssignments": {
        OTHERS: "- properties.roleDefinitionId properties.principalId properties.principalType properties.scope "
        "properties.condition",
        YOUNG: "properties.updatedOn",
        WHICH: "id",
        WHO: "properties.createdBy properties.updatedBy",
        WHEN: "properties.createdOn",
        FOLLOWS: "properties.conditionVersion",
        UNSTATED: "properties.description properties.delegatedManagedIdentityResourceId",
    },
    "Microsoft.ContainerRegistry/registries": {
        ENDED: "properties.provisioningState",
        FOLLOWS: "sku.tier",
        GIVEN: "properties.loginServer",
        UNSTATED: "properties.networkRuleBypassOptions properties.zoneRedundancy",
        WHEN: "properties.creationDate",
    },
    "Microsoft.ContainerService/ManagedClusters": {
        ANOTHER_POOL: "properties.agentPoolProfiles.*.powerState.code properties.agentPoolProfiles.*.provisioningState",
        DIRECTORY: "identity.tenantId properties.aadProfile.tenantID",
        FOLLOWS: "properties.identityProfile.kubeletidentity.resourceId "
        "properties.identityProfile.kubeletidentity.clientId properties.servicePrincipalProfile.clientId",
        GIVEN: "properties.fqdn properties.azurePortalFQDN properties.resourceUID properties.maxAgentPools "
        "properties.nodeResourceGroup",
        MOVING: "properties.agentPoolProfiles.*.count properties.currentKubernetesVersion "
        "properties.agentPoolProfiles.*.currentOrchestratorVersion",
        OWN_POOL: "properties.agentPoolProfiles.*.mode properties.agentPoolProfiles.*.osType",
        RECORDED: "identity.principalId",
        UNSTATED: "sku.name properties.kubernetesVersion properties.enableRBAC properties.supportPlan "
        "properties.agentPoolProfiles.*.orchestratorVersion properties.agentPoolProfiles.*.enableNodePublicIP "
        "properties.agentPoolProfiles.*.kubeletDiskType properties.agentPoolProfiles.*.maxPods "
        "properties.agentPoolProfiles.*.osDiskSizeGB properties.agentPoolProfiles.*.osDiskType "
        "properties.agentPoolProfiles.*.osSKU properties.agentPoolProfiles.*.scaleDownMode "
        "properties.agentPoolProfiles.*.type properties.aadProfile.adminGroupObjectIDs properties.aadProfile.managed "
        "properties.networkProfile.networkDataplane properties.networkProfile.loadBalancerSku "
        "properties.networkProfile.outboundType properties.networkProfile.podCidr "
        "properties.networkProfile.serviceCidr properties.networkProfile.dnsServiceIP "
        "properties.networkProfile.ipFamilies properties.networkProfile.ipFamilies.* "
        "properties.storageProfile.diskCSIDriver.enabled properties.storageProfile.fileCSIDriver.enabled "
        "properties.storageProfile.snapshotController.enabled",
    },
    "Microsoft.KeyVault/vaults": {
        DIRECTORY: "properties.tenantId",
        ENDED: "properties.provisioningState",
        GIVEN: "properties.vaultUri",
        UNSTATED: "properties.sku.family properties.accessPolicies properties.enabledForDeployment "
        "properties.enableSoftDelete",
    },
    "Microsoft.KubernetesConfiguration/extensions": {
        DIRECTORY: "properties.aksAssignedIdentity.tenantId",
        GIVEN: "properties.isSystemExtension properties.packageUri properties.aksAssignedIdentity.type",
        MOVING: "properties.version properties.currentVersion",
        SECRET: "properties.configurationProtectedSettings",
        UNSTATED: "properties.autoUpgradeMinorVersion properties.customLocationSettings",
    },
    "Microsoft.MachineLearningServices/workspaces": {
        DIRECTORY: "identity.tenantId properties.tenantId",
        FOLLOWS: "sku.tier properties.storageHnsEnabled",
        GIVEN: "properties.workspaceId properties.mlFlowTrackingUri properties.discoveryUrl",
        UNSTATED: "properties.description properties.imageBuildCompute properties.privateEndpointConnections "
        "properties.allowRoleAssignmentOnRG properties.enableSoftwareBillOfMaterials "
        "properties.managedNetwork.isolationMode",
        WHEN: "properties.creationTime",
    },
    "Microsoft.MachineLearningServices/workspaces/computes": {
        FOLLOWS: "identity.userAssignedIdentities.*.clientId",
        GIVEN: "properties.isAttachedCompute properties.properties.extensionInstanceReleaseTrain "
        "properties.properties.vcName",
        SECRET: "properties.properties.relayConnectionString properties.properties.serviceBusConnectionString",
        UNSTATED: "properties.computeLocation properties.disableLocalAuth",
        WHEN: "properties.createdOn properties.modifiedOn",
    },
    "Microsoft.MachineLearningServices/workspaces/datastores": {
        PROTOCOL: "properties.protocol",
        STUDIO: "properties.serviceDataAccessAuthIdentity",
        ANY_DEFAULT: "properties.isDefault",
        UNSTATED: "properties.description properties.tags properties.properties",
    },
    "Microsoft.ManagedIdentity/userAssignedIdentities": {DIRECTORY: "properties.tenantId"},
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials": {},
    "Microsoft.OperationalInsights/workspaces": {
        ENDED: "properties.provisioningState",
        GIVEN: "properties.customerId",
        UNSTATED: "properties.publicNetworkAccessForIngestion properties.publicNetworkAccessForQuery",
    },
    "Microsoft.Storage/storageAccounts": {
        ENCRYPTION: "properties.encryption.*",
        ENDED: "properties.provisioningState",
        FOLLOWS: "properties.primaryLocation",
        GIVEN: "properties.primaryEndpoints.* properties.statusOfPrimary",
        UNSTATED: "properties.accessTier properties.allowCrossTenantReplication properties.dnsEndpointType "
        "properties.privateEndpointConnections properties.networkAcls.bypass properties.networkAcls.ipRules "
        "properties.networkAcls.ipv6Rules "
        "properties.networkAcls.virtualNetworkRules",
        WHEN: "properties.creationTime properties.keyCreationTime.*",
    },
    "Microsoft.Storage/storageAccounts/blobServices/containers": {
        CONTAINERS: "properties.publicAccess properties.hasImmutabilityPolicy properties.hasLegalHold "
        "properties.deleted properties.remainingRetentionDays",
        ENCRYPTION: "properties.defaultEncryptionScope properties.denyEncryptionScopeOverride",
        MOVING: "properties.leaseStatus properties.leaseState",
        WHEN: "properties.lastModifiedTime",
    },
    "Microsoft.Storage/storageAccounts/fileServices/shares": {
        CONTAINERS: "properties.accessTier properties.enabledProtocols properties.shareQuota",
        MOVING: "properties.leaseStatus properties.leaseState",
        WHEN: "properties.lastModifiedTime",
    },
    "microsoft.insights/components": {
        DIRECTORY: "properties.TenantId",
        ENDED: "properties.provisioningState",
        FOLLOWS: "kind",
        GIVEN: "properties.ApplicationId",
        SECRET: "properties.InstrumentationKey properties.ConnectionString",
        UNSTATED: "properties.IngestionMode",
    },
    "InstanceType": {
        OTHERS: "- spec.resources.*",
    },
    "MutatingWebhookConfiguration": {
        WEBHOOK: "metadata.labels.* webhooks.*.name webhooks.*.failurePolicy webhooks.*.clientConfig.*",
    },
    "Namespace": {
        NAMESPACES: "- status.phase metadata.labels.* spec.finalizers spec.finalizers.*",
    },
    "Node": {
        NODES: "- metadata.labels.* spec status.*",
    },
    "Pod": {
        PODS: "- metadata.labels.app.kubernetes.io/name metadata.labels.pod-template-hash metadata.ownerReferences "
        "metadata.ownerReferences.* spec.serviceAccountName spec.nodeName spec.containers.*.name "
        "spec.containers.*.image spec.containers.*.resources.* spec.containers.*.env.*.name spec.volumes "
        "spec.volumes.* status.*",
    },
    "ServiceAccount": {
        OTHERS: "-",
        UNSTATED: "metadata.labels.*",
    },
}
"""By type or kind. `-` is the whole document. Where several are of a type, it is enough that one is not looked at."""

LEFT_OUT: Mapping[str, Reasons] = {
    "Microsoft.ContainerRegistry/registries": {
        MEANT: "properties.adminUserEnabled properties.anonymousPullEnabled properties.publicNetworkAccess "
        "properties.roleAssignmentMode",
    },
    "Microsoft.ContainerService/ManagedClusters": {
        MEANT: "sku.tier properties.agentPoolProfiles.*.minCount properties.disableLocalAccounts",
    },
    "Microsoft.KeyVault/vaults": {MEANT: "properties.publicNetworkAccess"},
    "Microsoft.KubernetesConfiguration/extensions": {WELL: "properties.statuses"},
    "Microsoft.MachineLearningServices/workspaces": {
        MEANT: "kind properties.hbiWorkspace properties.v1LegacyMode properties.publicNetworkAccess "
        "properties.enableDataIsolation sku.name",
    },
    "Microsoft.MachineLearningServices/workspaces/computes": {
        MEANT: "properties.properties.instanceTypes.*.nodeSelector",
        UNNOTED: "properties.properties.extensionPrincipalId",
    },
    "Microsoft.MachineLearningServices/workspaces/datastores": {
        ELSEWHERE: "properties.subscriptionId properties.resourceGroup",
        MEANT: "properties.endpoint",
    },
    "Microsoft.Storage/storageAccounts": {
        MEANT: "properties.isHnsEnabled properties.networkAcls.defaultAction properties.publicNetworkAccess "
        "properties.supportsHttpsTrafficOnly",
    },
    "MutatingWebhookConfiguration": {BY_NAME: "webhooks.*.objectSelector.matchLabels.azure.workload.identity/use"},
}
"""What is looked at, and is agreed with where it is left out."""

NOT_READ = {
    "Microsoft.ManagedIdentity/userAssignedIdentities": "AKS makes these for itself, and their ids are in the cluster",
    "Microsoft.Resources/resourceGroups": "what is read in a group shows that it is there",
    "ServiceAccount": "those of namespaces that neither a compute nor a credential names",
}
"""Of these, the example has some that no read asks for."""


def patterns(reasons: Reasons) -> Iterator[tuple[str, str]]:
    """Each pattern with its reason."""
    for reason, several in reasons.items():
        for pattern in several.split():
            yield pattern, reason


def fits(leaf: str, pattern: str) -> bool:
    """Whether a leaf is of a pattern: a `*` at its end stands for all below, elsewhere for one place."""
    return _matching(pattern).fullmatch(leaf) is not None


@cache
def _matching(pattern: str) -> re.Pattern[str]:
    if pattern == "-":
        return re.compile("")
    above = re.escape(pattern.removesuffix(".*")).replace(r"\*", "[^.]+")
    return re.compile(above + (r"\..+" if pattern.endswith(".*") else ""))
