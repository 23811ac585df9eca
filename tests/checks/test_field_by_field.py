"""What a thing is live otherwise than the source states it is told, field by field; another spelling is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, COMPUTE, EXTENSION, WORKSPACE
from tests.checks.proofs.change import with_state
from tests.checks.proofs.network import MAIN, VNET, closed
from tests.checks.proofs.trusted_access import BINDING, without_local_accounts
from tests.checks.proofs.written import FILE, written
from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench

    Change: TypeAlias = Callable[[Bench], None]

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
REGISTRY = "Microsoft.ContainerRegistry/registries"
ENDPOINT = "Microsoft.Network/privateEndpoints"
AZUREML = "modules/sil/azureml.tf"
SIL = "modules/sil/main.tf"
DEFAULT = "    max_count            = 3\n"
REGISTRY_SAYS = "  anonymous_pull_enabled = false\n"
RULES = """
  network_rule_set {
    default_action = "Deny"
    ip_rule {
      action   = "Allow"
      ip_range = "9.9.9.0/24"
    }
  }
"""
CLIENT = "11111111-1111-4111-8111-111111111111"
TYPE = """
resource "kubernetes_manifest" "gpu" {
  manifest = {
    apiVersion = "amlarc.azureml.com/v1alpha1"
    kind       = "InstanceType"
    metadata   = { name = "gpu" }
    spec = {
      nodeSelector = { accelerator = "%s" }
      resources = {
        requests = { cpu = "%s", memory = "16Gi" }
        limits   = { cpu = "3", memory = "%s", "nvidia.com/gpu" = "1" }
      }
    }
  }
}
"""
RUNNER = """
resource "kubernetes_service_account_v1" "runner" {
  metadata {
    name        = "pilot-runner"
    namespace   = "robotics"
    annotations = { "azure.workload.identity/client-id" = "%s" }
    labels      = { "%s" = "pilot-runner" }
  }
}
"""
BY_KUBERNETES = """
resource "kubernetes_default_service_account_v1" "jobs" {
  metadata {
    namespace   = "azureml"
    annotations = { "azure.workload.identity/client-id" = "x" }
  }
}
"""
WRITTEN = """
resource "kubernetes_annotations" "jobs" {
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {
    name      = "%s"
    namespace = "azureml"
  }
  annotations = { "azure.workload.identity/client-id" = "x" }
}
"""
IN_NAMESPACE = """
resource "kubernetes_namespace_v1" "robotics" {
  metadata {
    name   = "robotics"
    labels = { team = "pilots" }
  }
}
"""
NAMED = "app.kubernetes.io/name"
REAL = "ca9bc086-2418-50c2-8d48-b402ed15bf52"


def told(bench: Bench) -> dict[str, str]:
    """What TWS01 disagrees with, by what of; nothing may be unverified."""
    findings = [f for f in bench.run().findings if f.id.startswith("TWS01")]
    assert [f.id for f in findings if f.verdict is Verdict.UNVERIFIED] == []
    return {f.id[6:-1]: " ".join((f.what, *f.notes)) for f in findings if f.verdict is Verdict.DISAGREES}


def pool(name: str, **changed: Any) -> Change:
    """Properties of a live pool."""

    def change(bench: Bench) -> None:
        [found] = [p for p in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"] if p["name"] == name]
        found.update(changed)

    return change


def live(arm_type: str, **changed: Any) -> Change:
    """Properties of the live resource."""
    return lambda bench: bench.resource(arm_type)["properties"].update(changed)


def said(file: str, before: str, text: str) -> Change:
    """Something more that the source says, before something that stands there once."""
    return lambda bench: bench.edit(file, before, text + before)


def added(text: str) -> Change:
    return lambda bench: bench.add("modules/sil/more.tf", text)


def in_registry(text: str) -> Change:
    return said(MAIN, "  admin_enabled       = false\n", text)


def in_default_pool(text: str) -> Change:
    return said(SIL, DEFAULT, text)


def both(*changes: Change) -> Change:
    def change(bench: Bench) -> None:
        for each in changes:
            each(bench)

    return change


def sizes(memory: str) -> Change:
    """The memory that jobs on the compute's GPU size are limited to."""

    def change(bench: Bench) -> None:
        types = bench.resource(COMPUTE)["properties"]["properties"]["instanceTypes"]
        types["gpu"]["resources"]["limits"]["memory"] = memory

    return change


def another_registry(bench: Bench) -> None:
    registry = copy.deepcopy(bench.resource(REGISTRY))
    registry.update(id=registry["id"].replace("acrarmpilotdev001", "acrother"), name="acrother")
    bench.world["resources"].append(registry)
    bench.resource(WORKSPACE)["properties"]["containerRegistry"] = registry["id"]


def endpoint_elsewhere(bench: Bench) -> None:
    closed(bench)
    [blob] = [r for r in bench.world["resources"] if r["type"] == ENDPOINT and r["name"] == "pe-blob"]
    blob["properties"]["subnet"]["id"] = f"{VNET}/subnets/others"


def granted_to_a(sort: str) -> Change:
    return lambda bench: bench.edit(SIL, '= "ServicePrincipal"', f'= "{sort}"')


def roles(*spelt: str) -> Change:
    def change(bench: Bench) -> None:
        without_local_accounts(bench)
        bench.resource(BINDING)["properties"]["roles"] = list(spelt)

    return change


CLUSTER_NAME = "cluster aks-armpilot-dev-001"
WORKSPACE_NAME = "workspace mlw-armpilot-dev-001"
REGISTRY_NAME = "container registry acrarmpilotdev001"
OTHER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.X/y/other"


@pytest.mark.parametrize(
    ("change", "thing", "what"),
    [
        (another_registry, WORKSPACE_NAME, "containerRegistry is "),
        (live(WORKSPACE, applicationInsights=OTHER), WORKSPACE_NAME, "applicationInsights is "),
        (live(WORKSPACE, publicNetworkAccess="Disabled"), WORKSPACE_NAME, "publicNetworkAccess is Disabled"),
        (
            both(in_registry(REGISTRY_SAYS), live(REGISTRY, anonymousPullEnabled=True)),
            REGISTRY_NAME,
            "anonymousPullEnabled is true, and the source says false",
        ),
        (
            live(REGISTRY, anonymousPullEnabled=True),
            REGISTRY_NAME,
            "anonymousPullEnabled is true, and the source says nothing, which means false",
        ),
        (
            pool("system", scaleSetPriority="Spot"),
            CLUSTER_NAME,
            "node pool system: scaleSetPriority is Spot, and the source says nothing, which means Regular",
        ),
        (in_registry(RULES), REGISTRY_NAME, "networkRuleSet.defaultAction is Allow, and the source says Deny"),
        (in_registry(RULES), REGISTRY_NAME, "networkRuleSet.ipRules is none, and the source says 9.9.9.0/24"),
        (pool("gpu", nodeLabels={}), "node pool gpu", "nodeLabels is not what the source says of accelerator"),
        (pool("cpu", nodeTaints=["a=b:NoSchedule"]), "node pool cpu", "nodeTaints is a=b:NoSchedule"),
        (pool("cpu", scaleSetPriority="Spot"), "node pool cpu", "scaleSetPriority is Spot, and the source says"),
        (pool("cpu", minCount=0), "node pool cpu", "minCount is 0, and the source says 1"),
        (pool("gpu", maxCount=1), "node pool gpu", "maxCount is 1, and the source says 4"),
        (
            pool("system", vmSize="Standard_D2s_v5"),
            CLUSTER_NAME,
            "node pool system: vmSize is Standard_D2s_v5, and the source says Standard_D4s_v5",
        ),
        (
            in_default_pool('    node_labels = { a = "b" }\n'),
            CLUSTER_NAME,
            "node pool system: nodeLabels is not what the source says of a",
        ),
        (
            in_default_pool("    only_critical_addons_enabled = true\n"),
            CLUSTER_NAME,
            "CriticalAddonsOnly=true:NoSchedule among nodeTaints is false, and the source says true",
        ),
        (sizes("99Gi"), "compute k8s-dev-001", "instanceTypes is not what the source says of gpu"),
        (added(TYPE % ("nvidia", "2", "77Gi")), "instance type gpu", "limits is not what the source says of memory"),
        (added(TYPE % ("nvidia", "1", "24Gi")), "instance type gpu", "requests is not what the source says of cpu"),
        (added(TYPE % ("amd", "2", "24Gi")), "instance type gpu", "nodeSelector is not what the source says of acc"),
        (
            added(RUNNER % (CLIENT, NAMED)),
            "service account robotics/pilot-runner",
            "metadata.annotations is not what the source says of azure.workload.identity/client-id",
        ),
        (
            added(RUNNER % (REAL, "a")),
            "service account robotics/pilot-runner",
            "metadata.labels is not what the source says of a",
        ),
        (
            added(BY_KUBERNETES),
            "service account azureml/default",
            "metadata.annotations is not what the source says of azure.workload.identity/client-id",
        ),
        (
            added(WRITTEN % "default"),
            "metadata of service account azureml/default",
            "metadata.annotations is not what the source says of azure.workload.identity/client-id",
        ),
        (
            added(WRITTEN % "default"),
            "metadata of service account azureml/default",
            "that apply fails with a conflict until it says force = true",
        ),
        (
            added(WRITTEN % "nobody"),
            "metadata of service account azureml/nobody",
            "service account azureml/nobody does not exist, and module.sil.kubernetes_annotations.jobs only writes on",
        ),
        (added(IN_NAMESPACE), "namespace robotics", "metadata.labels is not what the source says of team"),
        (endpoint_elsewhere, "private endpoint pe-blob", "subnet.id is "),
        (
            both(
                lambda bench: bench.edit(AZUREML, "= var.azureml_config.extension.version", '= "1.1.60"'),
                live(EXTENSION, version="1.1.60"),
            ),
            "extension azureml",
            "autoUpgradeMinorVersion is true, and the source says false",
        ),
        (
            both(
                said(MAIN, "  shared_access_key_enabled       =", "  is_hns_enabled = false\n"),
                live(ACCOUNT, isHnsEnabled=True),
            ),
            "storage account starmpilotdev001",
            "isHnsEnabled is true, and the source says false",
        ),
    ],
)
def test_what_is_live_otherwise_than_stated_is_told(bench: Bench, change: Change, thing: str, what: str) -> None:
    change(bench)

    assert what in told(bench)[thing]


def beside(arm_type: str, path: str, content: Any, name: str = "") -> Change:
    """A field of the live resource, by its path, is something else; gone where that is None."""

    def change(bench: Bench) -> None:
        *above, last = path.split(".")
        found: Any = bench.resource(arm_type, name)
        for step in above:
            found = found[step]
        if content is None:
            del found[last]
        else:
            found[last] = content

    return change


def minor_version(version: str) -> Change:
    return lambda bench: bench.edit(SIL, "= var.kubernetes_version", f'= "{version}"')


def compute_type(says: str) -> Change:
    return lambda bench: bench.edit(AZUREML, '      computeType = "Kubernetes"\n', says)


ACCOUNT_NAME = "storage account starmpilotdev001"
VAULT = "Microsoft.KeyVault/vaults"
ML = "id-ml-armpilot-dev-001"


@pytest.mark.parametrize(
    ("change", "thing", "what"),
    [
        (beside(ACCOUNT, "location", "eastus2"), ACCOUNT_NAME, "location is eastus2, and the source says westus3"),
        (beside(CLUSTER, "location", "eastus2"), CLUSTER_NAME, "location is eastus2"),
        (beside(WORKSPACE, "location", "eastus2"), WORKSPACE_NAME, "location is eastus2"),
        (beside(REGISTRY, "location", "eastus2"), REGISTRY_NAME, "location is eastus2"),
        (beside(VAULT, "location", "eastus2"), "key vault kv-armpilot-dev-001", "location is eastus2"),
        (beside(COMPUTE, "location", "eastus2"), "compute k8s-dev-001", "location is eastus2"),
        (beside(IDENTITY, "location", "eastus2", ML), f"identity {ML}", "location is eastus2"),
        (beside(ACCOUNT, "kind", "BlockBlobStorage"), ACCOUNT_NAME, "kind is BlockBlobStorage, and the source says"),
        (beside(ACCOUNT, "sku.tier", "Premium"), ACCOUNT_NAME, "sku.tier is Premium, and the source says Standard"),
        (beside(ACCOUNT, "sku.name", "Standard_GRS"), ACCOUNT_NAME, "sku.name is GRS, and the source says LRS"),
        (
            beside(ACCOUNT, "properties.minimumTlsVersion", None),
            ACCOUNT_NAME,
            "minimumTlsVersion is TLS1_0, and the source says TLS1_2",
        ),
        (
            beside(ACCOUNT, "properties.allowBlobPublicAccess", True),
            ACCOUNT_NAME,
            "allowBlobPublicAccess is true, and the source says false",
        ),
        (
            beside(ACCOUNT, "properties.defaultToOAuthAuthentication", None),
            ACCOUNT_NAME,
            "defaultToOAuthAuthentication is false, and the source says true",
        ),
        (
            beside(ACCOUNT, "properties.supportsHttpsTrafficOnly", False),
            ACCOUNT_NAME,
            "supportsHttpsTrafficOnly is false, and the source says nothing, which means true",
        ),
        (beside(CLUSTER, "sku.tier", "Premium"), CLUSTER_NAME, "sku.tier is Premium, and the source says Free"),
        (
            live(CLUSTER, apiServerAccessProfile={"enablePrivateCluster": True}),
            CLUSTER_NAME,
            "enablePrivateCluster is true, and the source says nothing, which means false",
        ),
        (beside(CLUSTER, "properties.dnsPrefix", "other"), CLUSTER_NAME, "dnsPrefix is other"),
        (
            beside(CLUSTER, "properties.networkProfile.networkPolicy", None),
            CLUSTER_NAME,
            "networkProfile.networkPolicy is not set, and the source says azure",
        ),
        (
            minor_version("1.3"),
            CLUSTER_NAME,
            "kubernetesVersion is 1.33, and the source says 1.3",
        ),
        (
            pool("system", upgradeSettings={"maxSurge": "50%"}),
            CLUSTER_NAME,
            "node pool system: upgradeSettings.maxSurge is 50%, and the source says 10%",
        ),
        (pool("cpu", mode="System"), "node pool cpu", "mode is System, and the source says nothing, which means User"),
        (pool("gpu", osType="Windows"), "node pool gpu", "osType is Windows, and the source says nothing"),
        (
            beside(VAULT, "properties.softDeleteRetentionInDays", 90),
            "key vault kv-armpilot-dev-001",
            "softDeleteRetentionInDays is 90, and the source says 7",
        ),
        (beside(VAULT, "properties.sku.name", "premium"), "key vault kv-armpilot-dev-001", "sku.name is premium"),
        (beside(REGISTRY, "sku.name", "Premium"), REGISTRY_NAME, "sku.name is Premium, and the source says Standard"),
        (
            compute_type('      computeType = "VirtualMachine"\n'),
            "compute k8s-dev-001",
            "computeType is Kubernetes, and the source says VirtualMachine",
        ),
        (
            granted_to_a("User"),
            "role assignment module.sil.azurerm_role_assignment.kubelet_image_pull",
            "principalType is ServicePrincipal, and the source says User",
        ),
        (beside(WORKSPACE, "sku.name", "Free"), WORKSPACE_NAME, "sku.name is Free, and the source says Basic"),
        (
            beside(WORKSPACE, "properties.friendlyName", "x"),
            WORKSPACE_NAME,
            "friendlyName is x, and the source",
        ),
        (
            beside(COMPUTE, "properties.description", None),
            "compute k8s-dev-001",
            "description is not set, and the source says Nodes of aks-armpilot-dev-001",
        ),
    ],
)
def test_what_nothing_else_hangs_on_is_compared_as_well(bench: Bench, change: Change, thing: str, what: str) -> None:
    change(bench)

    assert what in told(bench)[thing]


def test_a_compute_that_does_not_say_what_it_is_is_judged_all_the_same(bench: Bench) -> None:
    compute_type("")(bench)

    assert {"CMP01", "INT16", "INT18"} <= {f.check for f in bench.run().findings if "k8s-dev-001" in f.subject}


WORKLOAD = "Microsoft.MachineLearningServices/workspaces/mlworkload"


@pytest.mark.parametrize(
    "change",
    [
        roles(WORKLOAD.lower()),
        sizes(str(24 * 1024**3)),
        sizes("24576Mi"),
        added(TYPE % ("nvidia", "2000m", "24576Mi")),
        added(RUNNER % (REAL, NAMED)),
        pool("gpu", count=3),
        pool("gpu", nodeLabels={"accelerator": "nvidia", "kubernetes.azure.com/mode": "user"}),
        pool("gpu", nodeTaints=["kubernetes.azure.com/mode=gateway:NoSchedule"]),
        pool("system", nodeLabels={"kubernetes.azure.com/mode": "system"}, count=3),
        pool("cpu", scaleSetPriority="regular", vmSize="standard_d8s_v5"),
        beside(ACCOUNT, "location", "West US 3"),
        both(minor_version("1.33"), live(CLUSTER, kubernetesVersion="1.33.5")),
    ],
    ids=[
        "roles in other letters",
        "a size in bytes",
        "a size in other units",
        "an instance type in other units",
        "an account with more annotations",
        "a count that the autoscaler changes",
        "a label of AKS",
        "a taint of AKS",
        "a label of AKS on the default pool",
        "words in other letters",
        "a region by its other name",
        "a patch that AKS chose",
    ],
)
def test_another_spelling_and_what_others_add_is_no_difference(bench: Bench, change: Change) -> None:
    change(bench)

    assert told(bench) == {}


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ("all", False),
        ("[default_node_pool]", False),
        ("[default_node_pool[0].max_count]", False),
        ("[default_node_pool[0].min_count]", True),
        ("[tags]", True),
    ],
)
def test_what_terraform_is_told_to_ignore_is_not_compared(bench: Bench, ignored: str, left: bool) -> None:
    pool("system", maxCount=9)(bench)
    said(SIL, "  sku_tier ", f"  lifecycle {{\n    ignore_changes = {ignored}\n  }}\n")(bench)

    assert (CLUSTER_NAME in told(bench)) is left


@pytest.mark.parametrize("client", [REAL, CLIENT])
def test_an_annotation_that_is_not_the_identitys_is_mended_where_it_is_written(bench: Bench, client: str) -> None:
    written(bench)
    bench.edit(FILE, f'"{REAL}"', f'"{client}"')
    account = bench.kubernetes_object("ServiceAccount", "pilot-runner", "robotics")
    account["metadata"]["annotations"]["azure.workload.identity/client-id"] = CLIENT

    [found] = [f for f in bench.run().findings if f.check == "K8S01" and f.verdict is Verdict.DISAGREES]

    assert found.fix is not None
    assert (found.fix.place, found.fix.command) == (f"{FILE}:9", "")


def test_what_the_next_apply_takes_over_is_compared_as_well(bench: Bench) -> None:
    added(BY_KUBERNETES)(bench)
    with_state(bench)

    assert "metadata.annotations is not what the source says" in told(bench)["service account azureml/default"]
