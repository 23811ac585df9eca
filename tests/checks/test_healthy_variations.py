"""Environments that differ from the reference stack and are as healthy: no check may say otherwise."""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.grants import workspace_as_the_ml_identity
from tests.checks.proofs.network import ENDPOINTS, MAIN, VNET, closed
from tests.checks.proofs.workspace_rights import acting_as_ml, held, reaching_its_cluster
from tests.checks.proofs.written import written
from tests.checks.team_data import granted, live_team_data, planned_team_data
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench

CLUSTER = "Microsoft.ContainerService/managedClusters"
EXTENSION = "Microsoft.KubernetesConfiguration/extensions"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
CREDENTIAL = f"{IDENTITY}/federatedIdentityCredentials"
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
COMPUTE = f"{WORKSPACE}/computes"
DATASTORE = f"{WORKSPACE}/datastores"
VAULT = "Microsoft.KeyVault/vaults"
ACCOUNT = "Microsoft.Storage/storageAccounts"
CONTAINER = f"{ACCOUNT}/blobServices/containers"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
CONTRIBUTORS = "c5d0a1f4-8f0e-4b55-9c5b-2f6f1c7b9a31"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
SUBSCRIPTION = "/subscriptions/3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-armpilot-dev-001"
ML = "id-ml-armpilot-dev-001"
TEAM = "4f6d2c1b-0a9e-4b7d-8c3f-5e1a2b3c4d5e"
LABELLED = """
resource "kubernetes_labels" "robotics" {
  api_version = "v1"
  kind        = "Namespace"
  metadata {
    name = "robotics"
  }
  labels = { team = "pilots" }
}
resource "kubernetes_annotations" "jobs" {
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {
    name      = "default"
    namespace = var.azureml_config.compute.namespace
  }
  annotations = { team = "pilots" }
}
resource "kubernetes_annotations" "config" {
  api_version = "v1"
  kind        = "ConfigMap"
  metadata {
    name      = "settings"
    namespace = "robotics"
  }
  annotations = { team = "pilots" }
}
resource "kubernetes_annotations" "none" {
  count       = 0
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {
    name      = "nobody"
    namespace = "robotics"
  }
  annotations = { team = "pilots" }
}
"""
OTHER_ISSUER = "https://westus3.oic.prod-aks.azure.com/9b1f7c1e-2d54-4f0b-8a3c-4e6d5b7f2a18/another-cluster/"


def like(bench: Bench, arm_type: str, name: str, old: str, new: str) -> dict[str, Any]:
    """A copy of a live resource with one text replaced wherever it stands, added to the world."""
    text = json.dumps(bench.resource(arm_type, name))
    made: dict[str, Any] = json.loads(text.replace(old, new))
    bench.world["resources"].append(made)
    return made


def grant(
    bench: Bench, scope: str, principal: str, role: str = BLOB_CONTRIBUTOR, kind: str = "ServicePrincipal"
) -> None:
    """A live role assignment."""
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, scope + principal + role))
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    properties = {
        "roleDefinitionId": definition,
        "principalId": principal,
        "principalType": kind,
        "scope": scope,
        "createdOn": "2026-11-03T09:00:00Z",
    }
    identifier = f"{scope}/providers/{ASSIGNMENT}/{name}"
    bench.world["resources"].append({"id": identifier, "name": name, "type": ASSIGNMENT, "properties": properties})


def revoke(bench: Bench, principal: str, role: str = BLOB_CONTRIBUTOR) -> None:
    """Take a principal's live assignments of a role away."""
    kept = [
        r
        for r in bench.world["resources"]
        if r["type"] != ASSIGNMENT
        or r["properties"]["principalId"] != principal
        or not r["properties"]["roleDefinitionId"].endswith(role)
    ]
    assert len(kept) < len(bench.world["resources"])
    bench.world["resources"] = kept


def ml_principal(bench: Bench) -> str:
    return str(bench.resource(IDENTITY, ML)["properties"]["principalId"])


def replaced(bench: Bench, *pairs: tuple[str, str]) -> None:
    """Replace texts wherever they stand in the world."""
    text = json.dumps(bench.world)
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    bench.world = json.loads(text)


def azurerm_workspace(bench: Bench) -> None:
    """The workspace as azurerm says it."""
    path = bench.root / "modules/platform/main.tf"
    text = path.read_text("utf-8")
    path.write_text(
        text[: text.index('resource "azapi_resource" "workspace"')]
        + """resource "azurerm_machine_learning_workspace" "workspace" {
  name                    = "mlw-${local.suffix}"
  resource_group_name     = azurerm_resource_group.main.name
  location                = azurerm_resource_group.main.location
  application_insights_id = azurerm_application_insights.main.id
  key_vault_id            = azurerm_key_vault.main.id
  storage_account_id      = azurerm_storage_account.main.id

  identity {
    type = "SystemAssigned"
  }
}
""",
        "utf-8",
    )
    outputs = bench.root / "modules/platform/outputs.tf"
    changed = outputs.read_text("utf-8").replace("azapi_resource.w", "azurerm_machine_learning_workspace.w")
    outputs.write_text(changed, "utf-8")


def the_flags_off_by_choice(bench: Bench) -> None:
    bench.edit(
        "main.tf",
        "    should_federate_ml_identity = var.should_integrate_aks_cluster\n",
        "    should_federate_ml_identity = false\n",
    )
    settings = bench.resource(EXTENSION)["properties"]["configurationSettings"]
    del settings["identityType"], settings["userAssignedIdentityResourceId"]
    bench.remove(CREDENTIAL)


def the_cluster_beside_the_workspace(bench: Bench) -> None:
    bench.edit("terraform.tfvars", "should_integrate_aks_cluster = true", "should_integrate_aks_cluster = false")
    bench.remove(EXTENSION)
    bench.remove(COMPUTE)
    bench.remove(CREDENTIAL)


def no_cluster_at_all(bench: Bench) -> None:
    text = (bench.root / "main.tf").read_text("utf-8")
    (bench.root / "main.tf").write_text(text[: text.index('module "sil" {')], "utf-8")
    (bench.root / "outputs.tf").unlink()
    undeclare(
        bench,
        "should_integrate_aks_cluster",
        "kubernetes_version",
        "node_pools",
        "instance_types",
        "workloads",
    )
    for arm_type in (CLUSTER, EXTENSION, COMPUTE, CREDENTIAL):
        bench.remove(arm_type)
    bench.world["objects"] = []


def undeclare(bench: Bench, *names: str) -> None:
    """Take variables out of the root module, and the values that its var file gives them."""
    for file, item in (("variables.tf", r'^variable "(?:%s)" \{\n.*?^\}\n'), ("terraform.tfvars", GIVEN)):
        path = bench.root / file
        path.write_text(re.sub(item % "|".join(names), "", path.read_text("utf-8"), flags=re.M | re.S), "utf-8")


GIVEN = r"^(?:%s) *= (?:\{\n.*?^\}\n|[^{\n]*\n)"


def other_names(bench: Bench) -> None:
    bench.edit("terraform.tfvars", '"armpilot"', '"gripper"')
    bench.edit("terraform.tfvars", '= "dev"', '= "prd"\ninstance = "042"')
    replaced(
        bench,
        ("armpilot-dev-001", "gripper-prd-042"),
        ("armpilotdev001", "gripperprd042"),
        ("k8s-dev-001", "k8s-prd-042"),
    )
    bench.resource(VAULT)["properties"]["enablePurgeProtection"] = True
    bench.resource(CLUSTER)["sku"]["tier"] = "Standard"
    bench.resource(ACCOUNT)["sku"]["name"] = "Standard_ZRS"
    bench.resource("Microsoft.OperationalInsights/workspaces")["properties"]["retentionInDays"] = 90


def ids_in_other_letters(bench: Bench) -> None:
    replaced(
        bench,
        ("/resourceGroups/", "/RESOURCEGROUPS/"),
        ("/providers/Microsoft.Storage/storageAccounts/", "/providers/microsoft.storage/StorageAccounts/"),
        (
            "/providers/Microsoft.ContainerService/managedClusters/",
            "/providers/microsoft.containerservice/ManagedClusters/",
        ),
        ("/federatedIdentityCredentials/", "/federatedidentitycredentials/"),
        ("/computes/", "/Computes/"),
        ("/datastores/", "/Datastores/"),
    )


def keys_on_and_an_azurerm_workspace(bench: Bench) -> None:
    azurerm_workspace(bench)
    bench.add("terraform.tfvars", "\nshould_enable_storage_shared_access_key = true\n")
    bench.resource(ACCOUNT)["properties"]["allowSharedKeyAccess"] = None
    bench.resource(WORKSPACE)["properties"].pop("systemDatastoresAuthMode")
    for resource in bench.world["resources"]:
        if resource["type"] == DATASTORE:
            resource["properties"]["credentials"] = {"credentialsType": "AccountKey"}


def the_auth_mode_from_an_update_resource(bench: Bench) -> None:
    azurerm_workspace(bench)
    bench.add(
        "modules/platform/main.tf",
        """
resource "azapi_update_resource" "keyless" {
  type        = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
  resource_id = azurerm_machine_learning_workspace.workspace.id

  body = { properties = { systemDatastoresAuthMode = "identity" } }
}
""",
    )


def the_auth_mode_from_a_newer_azurerm(bench: Bench) -> None:
    azurerm_workspace(bench)
    bench.edit(
        "modules/platform/main.tf",
        "  storage_account_id      = azurerm_storage_account.main.id\n",
        '  storage_account_id      = azurerm_storage_account.main.id\n\n  storage_account_access_type = "Identity"\n',
    )


def a_system_assigned_compute(bench: Bench) -> None:
    path = bench.root / "modules/sil/azureml.tf"
    text = path.read_text("utf-8")
    start, end = text.index('  dynamic "identity" {'), text.index("  body = {")
    path.write_text(text[:start] + '  identity {\n    type = "SystemAssigned"\n  }\n\n' + text[end:], "utf-8")
    bench.add(
        "modules/sil/outputs.tf",
        """
output "compute_principals" {
  value = azapi_resource.compute[*].identity[0].principal_id
}
""",
    )
    bench.add(
        "main.tf",
        """
resource "azurerm_role_assignment" "compute" {
  count = length(module.sil.compute_principals)

  scope                = module.platform.storage_account.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = module.sil.compute_principals[count.index]
}

resource "azurerm_role_assignment" "compute_images" {
  count = length(module.sil.compute_principals)

  scope                = module.platform.container_registry.id
  role_definition_name = "AcrPull"
  principal_id         = module.sil.compute_principals[count.index]
}
""",
    )
    principal = "4b2b7d54-3c38-4e0c-9a35-1f6f0d7a2c91"
    bench.resource(COMPUTE)["identity"] = {"type": "SystemAssigned", "principalId": principal}
    grant(bench, bench.resource(ACCOUNT)["id"], principal)
    grant(bench, f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/acrarmpilotdev001", principal, ACR_PULL)


def a_second_cluster_for_something_else(bench: Bench) -> None:
    bench.add(
        "main.tf",
        """
resource "azurerm_kubernetes_cluster" "apps" {
  name                = "aks-apps"
  resource_group_name = module.platform.resource_group.name
  location            = module.platform.resource_group.location
  dns_prefix          = "apps"
  oidc_issuer_enabled = true
  default_node_pool {
    name                 = "system"
    auto_scaling_enabled = true
    min_count            = 1
    max_count            = 3
  }
  identity {
    type = "SystemAssigned"
  }
}
""",
    )
    cluster = like(bench, CLUSTER, "", "aks-armpilot-dev-001", "aks-apps")
    cluster["properties"]["oidcIssuerProfile"] = {"enabled": True, "issuerURL": OTHER_ISSUER}
    cluster["properties"]["securityProfile"] = {}
    cluster["properties"]["dnsPrefix"] = "apps"


def a_second_workspace_that_keeps_keys(bench: Bench) -> None:
    bench.add(
        "modules/platform/main.tf",
        """
resource "azurerm_storage_account" "legacy" {
  name                     = "stlegacy001"
  resource_group_name      = azurerm_resource_group.main.name
  location                 = azurerm_resource_group.main.location
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_machine_learning_workspace" "legacy" {
  name                    = "mlw-legacy"
  resource_group_name     = azurerm_resource_group.main.name
  location                = azurerm_resource_group.main.location
  application_insights_id = azurerm_application_insights.main.id
  key_vault_id            = azurerm_key_vault.main.id
  storage_account_id      = azurerm_storage_account.legacy.id

  identity {
    type = "SystemAssigned"
  }
}
""",
    )
    like(bench, ACCOUNT, "", "starmpilotdev001", "stlegacy001")["properties"].pop("allowSharedKeyAccess")
    workspace = like(bench, WORKSPACE, "", "mlw-armpilot-dev-001", "mlw-legacy")
    workspace["properties"]["storageAccount"] = bench.resource(ACCOUNT, "stlegacy001")["id"]
    workspace["properties"]["systemDatastoresAuthMode"] = "accesskey"
    for name in ("artifactstore", "blobstore", "filestore", "workingdirectory"):
        store = like(bench, DATASTORE, f"workspace{name}", "mlw-armpilot-dev-001", "mlw-legacy")
        store["properties"] |= {"accountName": "stlegacy001", "credentials": {"credentialsType": "AccountKey"}}
    for place in [r for r in bench.world["resources"] if "/starmpilotdev001/" in r["id"] and "/default/" in r["id"]]:
        bench.world["resources"].append(json.loads(json.dumps(place).replace("starmpilotdev001", "stlegacy001")))


def a_storage_account_of_another_configuration(bench: Bench) -> None:
    path = bench.root / "modules/platform/main.tf"
    text = path.read_text("utf-8")
    start = text.index('resource "azurerm_storage_account" "main"')
    end = text.index('resource "azurerm_container_registry" "main"')
    looked_up = """data "azurerm_storage_account" "main" {
  name                = "stshared001"
  resource_group_name = "rg-shared"
}

"""
    path.write_text(text[:start] + looked_up + text[end:], "utf-8")
    for file in ("main.tf", "outputs.tf", "roles.tf"):
        source = bench.root / "modules/platform" / file
        changed = source.read_text("utf-8").replace(
            "= azurerm_storage_account.main.", "= data.azurerm_storage_account.main."
        )
        source.write_text(changed, "utf-8")
    undeclare(bench, "should_enable_storage_shared_access_key")
    bench.edit(
        "main.tf",
        "  should_enable_storage_shared_access_key = var.should_enable_storage_shared_access_key\n",
        "",
    )
    replaced(
        bench,
        (
            f"{GROUP}/providers/Microsoft.Storage/storageAccounts/starmpilotdev001",
            f"{SUBSCRIPTION}/resourceGroups/rg-shared/providers/Microsoft.Storage/storageAccounts/stshared001",
        ),
        ("starmpilotdev001", "stshared001"),
    )
    for resource in bench.world["resources"]:
        if resource["type"] == DATASTORE:
            resource["properties"]["resourceGroup"] = "rg-shared"


def an_identity_of_another_configuration(bench: Bench) -> None:
    identity = f"{SUBSCRIPTION}/resourceGroups/rg-shared/providers/{IDENTITY}/id-shared"
    bench.edit(
        "main.tf",
        "      identity              = { id = module.platform.ml_identity.id }\n",
        f'      identity              = {{ id = "{identity}" }}\n',
    )
    made = like(
        bench,
        IDENTITY,
        ML,
        f"{SUBSCRIPTION}/resourcegroups/rg-armpilot-dev-001",
        f"{SUBSCRIPTION}/resourcegroups/rg-shared",
    )
    made["id"], made["name"] = identity, "id-shared"
    made["properties"] |= {"principalId": "90d4e6b0-5c43-41f3-8f0a-6a1f3a4c7f10", "clientId": str(uuid.uuid4())}
    noted = {"principalId": made["properties"]["principalId"]}
    bench.resource(COMPUTE)["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity: noted}}
    grant(bench, bench.resource(ACCOUNT)["id"], made["properties"]["principalId"])
    registry = bench.resource("Microsoft.ContainerRegistry/registries")["id"]
    grant(bench, registry, made["properties"]["principalId"], ACR_PULL)


def a_credential_for_a_ci_system(bench: Bench) -> None:
    bench.add(
        "modules/platform/main.tf",
        """
resource "azurerm_federated_identity_credential" "ci" {
  name                = "ci-fic"
  resource_group_name = azurerm_resource_group.main.name
  parent_id           = azurerm_user_assigned_identity.ml.id
  issuer              = "https://token.actions.githubusercontent.com"
  subject             = "repo:robot-learning/pilot:environment:dev"
  audience            = ["api://AzureADTokenExchange"]
}
""",
    )
    made = like(bench, CREDENTIAL, "", "pilot-runner-fic", "ci-fic")
    made["properties"]["issuer"] = "https://token.actions.githubusercontent.com"
    made["properties"]["subject"] = "repo:robot-learning/pilot:environment:dev"


def a_credential_for_another_cluster(bench: Bench) -> None:
    bench.add(
        "modules/platform/main.tf",
        f"""
resource "azurerm_federated_identity_credential" "elsewhere" {{
  name                = "elsewhere"
  resource_group_name = azurerm_resource_group.main.name
  parent_id           = azurerm_user_assigned_identity.ml.id
  issuer              = "{OTHER_ISSUER}"
  subject             = "system:serviceaccount:robotics:pilot-runner"
  audience            = ["api://AzureADTokenExchange"]
}}
""",
    )
    like(bench, CREDENTIAL, "", "pilot-runner-fic", "elsewhere")["properties"]["issuer"] = OTHER_ISSUER


def two_configurations_in_one_group(bench: Bench) -> None:
    """Another root has a cluster here, attached to the same workspace, and credentials on the same identity."""
    like(bench, CLUSTER, "", "aks-armpilot-dev-001", "aks-other")["properties"]["oidcIssuerProfile"] = {
        "enabled": True,
        "issuerURL": OTHER_ISSUER,
    }
    extension = like(bench, EXTENSION, "azureml", "aks-armpilot-dev-001", "aks-other")
    extension["name"] = "azureml-other"
    extension["properties"]["configurationSettings"] = {"enableTraining": "True"}
    like(bench, EXTENSION, "azureml", "/extensions/azureml", "/extensions/flux")["properties"] = {
        "extensionType": "microsoft.flux",
        "provisioningState": "Failed",
    }
    compute = like(bench, COMPUTE, "", "k8s-dev-001", "k8s-other")
    compute["properties"]["resourceId"] = f"{GROUP}/providers/{CLUSTER}/aks-other"
    compute["properties"]["properties"]["namespace"] = "other-jobs"
    credential = like(bench, CREDENTIAL, "", "pilot-runner-fic", "other-fic")
    credential["properties"] |= {"issuer": OTHER_ISSUER, "subject": "system:serviceaccount:other:runner"}
    like(bench, ACCOUNT, "", "starmpilotdev001", "stother001")["properties"].pop("allowSharedKeyAccess")
    like(bench, IDENTITY, ML, ML, "id-other")


def settings_that_the_installer_added(bench: Bench) -> None:
    settings = bench.resource(EXTENSION)["properties"]["configurationSettings"]
    settings |= {"clusterPurpose": "DevTest", "inferenceRouterHA": "false", "nginxIngress.enabled": "true"}
    settings["enableTraining"], settings["enableInference"] = "true", "false"
    settings["clusterId"] = settings["clusterId"].replace("resourceGroups", "resourcegroups").upper()


def a_role_from_the_group_and_one_of_our_own(bench: Bench) -> None:
    bench.edit(
        "modules/platform/roles.tf",
        '      role  = "Storage Blob Data Contributor"\n      scope = azurerm_storage_account.main.id\n',
        '      role  = "blobs"\n      scope = azurerm_resource_group.main.id\n',
    )
    bench.add(
        "modules/platform/roles.tf",
        """
resource "azurerm_role_definition" "blobs" {
  name  = "blobs"
  scope = azurerm_resource_group.main.id

  permissions {
    data_actions = ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"]
  }
}
""",
    )
    principal = ml_principal(bench)
    revoke(bench, principal)
    revoke(bench, CONTRIBUTORS)
    role = "0d5f3c1e-7b1c-4c7e-9b0e-2a4f8c6d1e55"
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    data = ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"]
    permissions = [{"actions": [], "notActions": [], "dataActions": data, "notDataActions": []}]
    bench.world["resources"].append(
        {
            "id": definition,
            "name": role,
            "type": "Microsoft.Authorization/roleDefinitions",
            "properties": {"roleName": "blobs", "type": "CustomRole", "permissions": permissions},
        }
    )
    grant(bench, GROUP, principal, role)
    grant(bench, GROUP, CONTRIBUTORS, role, "Group")


def bodies_written_as_json(bench: Bench) -> None:
    """As azapi's first version takes them, the identity among the rest."""
    path = bench.root / "modules/sil/azureml.tf"
    text = path.read_text("utf-8")
    start, middle = text.index('  dynamic "identity" {'), text.index("  body = {\n")
    end = text.index("  # A default instance type that nobody set")
    body = text[middle:end].replace("  body = {\n", "  body = jsonencode({\n", 1).rstrip()
    identity = """    identity = {
      type                   = "UserAssigned"
      userAssignedIdentities = { (var.azureml_config.compute.identity.id) = {} }
    }
"""
    body = body.replace("jsonencode({\n", "jsonencode({\n" + identity) + ")\n\n"
    path.write_text(text[:start] + body + text[end:], "utf-8")


def datastores_of_our_own(bench: Bench) -> None:
    """One without a key on the keyless account, one with a key on an account that has keys."""
    bench.add(
        "modules/platform/main.tf",
        """
resource "azurerm_storage_account" "archive" {
  name                      = "starchive001"
  resource_group_name       = azurerm_resource_group.main.name
  location                  = azurerm_resource_group.main.location
  account_tier              = "Standard"
  account_replication_type  = "LRS"
  shared_access_key_enabled = true
}

resource "azurerm_storage_container" "this" {
  for_each = { demos = azurerm_storage_account.main.id, archive = azurerm_storage_account.archive.id }

  name               = each.key
  storage_account_id = each.value
}

resource "azurerm_machine_learning_datastore_blobstorage" "demos" {
  name                 = "demos"
  workspace_id         = azapi_resource.workspace.id
  storage_container_id = azurerm_storage_container.this["demos"].resource_manager_id
}

resource "azurerm_machine_learning_datastore_blobstorage" "archive" {
  name                 = "archive"
  workspace_id         = azapi_resource.workspace.id
  storage_container_id = azurerm_storage_container.this["archive"].resource_manager_id
  account_key          = azurerm_storage_account.archive.primary_access_key
}
""",
    )
    like(bench, ACCOUNT, "", "starmpilotdev001", "starchive001")["properties"]["allowSharedKeyAccess"] = True
    demos = like(bench, DATASTORE, "workspaceblobstore", "workspaceblobstore", "demos")
    demos["properties"] |= {"containerName": "demos"}
    for account, name in (("starmpilotdev001", "demos"), ("starchive001", "archive")):
        made = like(bench, CONTAINER, "azureml", "/azureml", f"/{name}")
        made |= {"id": made["id"].replace("starmpilotdev001", account), "name": name}
    archive = like(bench, DATASTORE, "workspaceblobstore", "workspaceblobstore", "archive")
    archive["properties"] |= {
        "accountName": "starchive001",
        "containerName": "archive",
        "credentials": {"credentialsType": "AccountKey"},
    }


def data_of_a_team(bench: Bench) -> None:
    """A datastore without a credential on an account that jobs may only read."""
    planned_team_data(bench)
    live_team_data(bench)
    granted(bench)


def a_module_with_its_own_defaults(bench: Bench) -> None:
    """Parts that are on or off by default, beside each other: nobody lost anything."""
    bench.add(
        "variables.tf",
        """
variable "extras" {
  type = object({
    should_keep_logs = optional(bool, true)
    should_mirror    = optional(bool, false)
    is_public        = optional(bool, false)
  })
  default = {}
}
""",
    )
    bench.add("terraform.tfvars", "\nextras = {}\n")
    bench.add(
        "main.tf",
        """
resource "terraform_data" "logs" {
  count = var.extras.should_keep_logs ? 1 : 0
}

resource "terraform_data" "mirror" {
  count = var.extras.should_mirror ? 1 : 0
}

resource "terraform_data" "public" {
  count = var.extras.is_public ? 1 : 0
}
""",
    )


def an_object_that_nobody_gave(bench: Bench) -> None:
    bench.add(
        "main.tf",
        """
variable "mirror" {
  type = object({
    should_copy   = optional(bool)
    should_verify = optional(bool, false)
  })
  default = null
}

resource "terraform_data" "mirror" {
  count = try(var.mirror.should_copy, false) == true ? 1 : 0
}
""",
    )


def an_application_in_the_computes_namespace(bench: Bench) -> None:
    bench.edit(
        "modules/sil/variables.tf",
        '      namespace = optional(string, "azureml")',
        '      namespace = optional(string, "robotics")',
    )
    bench.resource(COMPUTE)["properties"]["properties"]["namespace"] = "robotics"


def jobs_at_work(bench: Bench) -> None:
    """One runs, one is done, and for one a node is being added."""
    for name, phase in (("plum", "Running"), ("fig", "Succeeded"), ("pear", "Pending")):
        bench.world["objects"].append(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": name, "namespace": "azureml"},
                "spec": {"containers": [{"name": "job", "env": [{"name": "AZUREML_RUN_ID", "value": name}]}]},
                "status": {"phase": phase},
            }
        )
    told = (
        ("FailedScheduling", "Warning", "pear"),
        ("TriggeredScaleUp", "Normal", "pear"),
        ("BackOff", "Warning", "fig"),
    )
    for reason, kind, about in told:
        bench.world["objects"].append(
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {"name": f"{about}.{reason}".casefold(), "namespace": "azureml"},
                "type": kind,
                "reason": reason,
                "message": reason,
                "involvedObject": {"kind": "Pod", "name": about},
            }
        )


def an_issuer_left_to_the_service(bench: Bench) -> None:
    bench.edit("modules/sil/main.tf", "  oidc_issuer_enabled       = true\n", "")


def a_second_subscription(bench: Bench) -> None:
    """The registry and an identity stand in a hub's subscription, by a provider of their own."""
    hub = "11111111-2222-4333-8444-555555555555"
    bench.add(
        "providers.tf",
        f"""
provider "azurerm" {{
  alias           = "hub"
  subscription_id = "{hub}"
  features {{}}
}}

resource "azurerm_user_assigned_identity" "hub" {{
  provider            = azurerm.hub
  name                = "id-hub"
  resource_group_name = "rg-hub"
  location            = "westus3"
}}
""",
    )
    made = like(bench, IDENTITY, ML, ML, "id-hub")
    made["id"] = f"/subscriptions/{hub}/resourceGroups/rg-hub/providers/{IDENTITY}/id-hub"


BY_AZAPI = """
provider "azapi" {
  subscription_id = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
}

resource "azapi_resource" "group" {
  type     = "Microsoft.Resources/resourceGroups@2024-03-01"
  name     = "rg-armpilot-dev-001"
  location = "westus3"
}

resource "azapi_resource" "account" {
  type      = "Microsoft.Storage/storageAccounts@2023-05-01"
  name      = "starmpilotdev001"
  parent_id = azapi_resource.group.id
  body      = { properties = { allowSharedKeyAccess = false } }
}

resource "azapi_resource" "ml" {
  type                   = "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31"
  name                   = "id-ml-armpilot-dev-001"
  parent_id              = azapi_resource.group.id
  response_export_values = ["properties.principalId"]
}

resource "azapi_resource" "grant" {
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  name      = "2b58f480-9361-56f9-9445-08a0b2ac779b"
  parent_id = azapi_resource.account.id
  body = { properties = {
    principalId      = azapi_resource.ml.output.properties.principalId
    principalType    = "ServicePrincipal"
    roleDefinitionId = "/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe"
  } }
}

resource "azapi_resource" "workspace" {
  type      = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
  name      = "mlw-armpilot-dev-001"
  parent_id = azapi_resource.group.id
  identity {
    type = "SystemAssigned"
  }
  body = { properties = { storageAccount = azapi_resource.account.id, systemDatastoresAuthMode = "Identity" } }
}

resource "azapi_resource" "cluster" {
  type                   = "Microsoft.ContainerService/managedClusters@2025-01-01"
  name                   = "aks-armpilot-dev-001"
  parent_id              = azapi_resource.group.id
  response_export_values = ["properties.oidcIssuerProfile.issuerURL"]
  body = { properties = {
    oidcIssuerProfile = { enabled = true }
    securityProfile   = { workloadIdentity = { enabled = true } }
  } }
}

resource "azapi_resource" "extension" {
  type      = "Microsoft.KubernetesConfiguration/extensions@2023-05-01"
  name      = "azureml"
  parent_id = azapi_resource.cluster.id
  body = { properties = {
    extensionType         = "microsoft.azureml.kubernetes"
    scope                 = { cluster = { releaseNamespace = "azureml" } }
    configurationSettings = { enableTraining = "True", identityType = "UserAssigned" }
  } }
}

resource "azapi_resource" "compute" {
  type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
  name      = "k8s-dev-001"
  parent_id = azapi_resource.workspace.id
  identity {
    type         = "UserAssigned"
    identity_ids = [azapi_resource.ml.id]
  }
  body = { properties = {
    computeType = "Kubernetes"
    resourceId  = azapi_resource.cluster.id
    properties  = { namespace = "azureml" }
  } }
}

resource "azapi_resource" "credential" {
  type      = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31"
  name      = "pilot-runner-fic"
  parent_id = azapi_resource.ml.id
  body = { properties = {
    issuer    = azapi_resource.cluster.output.properties.oidcIssuerProfile.issuerURL
    subject   = "system:serviceaccount:robotics:pilot-runner"
    audiences = ["api://AzureADTokenExchange"]
  } }
}
"""


def everything_by_azapi(bench: Bench) -> None:
    for file in [*bench.root.glob("*.tf"), *bench.root.glob("*.tfvars")]:
        file.unlink()
    bench.add("main.tf", BY_AZAPI)


def a_firewall_beside_the_account(bench: Bench) -> None:
    """Who may come in is said by another resource, in other letters and another order than the service answers."""
    bench.add(
        "modules/platform/main.tf",
        """
locals {
  subnet = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/a"
}

resource "azurerm_storage_account_network_rules" "main" {
  storage_account_id         = azurerm_storage_account.main.id
  default_action             = "Deny"
  bypass                     = ["Logging", "AzureServices"]
  ip_rules                   = ["203.0.113.7", "198.51.100.0/24"]
  virtual_network_subnet_ids = [local.subnet]

  private_link_access {
    endpoint_resource_id = azapi_resource.workspace.id
  }
}
""",
    )
    subnet = "/subscriptions/s/resourcegroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/a"
    for pool in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]:
        pool["vnetSubnetID"] = subnet
    bench.resource(ACCOUNT)["properties"]["networkAcls"] = {
        "defaultAction": "Deny",
        "bypass": "AzureServices, Logging",
        "ipRules": [{"value": "198.51.100.0/24", "action": "Allow"}, {"value": "203.0.113.7", "action": "Allow"}],
        "virtualNetworkRules": [{"id": subnet, "action": "Allow", "state": "Succeeded"}],
        "resourceAccessRules": [{"resourceId": bench.resource(WORKSPACE)["id"], "tenantId": "t"}],
    }


def without_local_accounts(bench: Bench) -> None:
    """The workspace is let in by Trusted Access; the service does not say since when."""
    bench.edit("modules/sil/main.tf", "  local_account_disabled = false\n", "  local_account_disabled = true\n")
    bench.add(
        "modules/sil/main.tf",
        """
resource "azurerm_kubernetes_cluster_trusted_access_role_binding" "workspace" {
  kubernetes_cluster_id = azurerm_kubernetes_cluster.main.id
  name                  = "mlw"
  roles                 = ["Microsoft.MachineLearningServices/workspaces/mlworkload"]
  source_resource_id    = var.ml_workspace.id
}
""",
    )
    cluster = bench.resource(CLUSTER)
    cluster["properties"]["disableLocalAccounts"] = True
    bench.world["resources"].append(
        {
            "id": f"{cluster['id']}/trustedAccessRoleBindings/mlw",
            "name": "mlw",
            "type": f"{CLUSTER}/trustedAccessRoleBindings",
            "systemData": None,
            "properties": {
                "provisioningState": "Succeeded",
                "sourceResourceId": bench.resource(WORKSPACE)["id"].lower(),
                "roles": ["Microsoft.MachineLearningServices/workspaces/mlworkload"],
            },
        }
    )


def inference_on_spot_nodes(bench: Bench) -> None:
    """Settings as people write them: typed booleans, other letters, tolerations by number."""
    bench.edit(
        "modules/sil/azureml.tf",
        '      enableInference = "False"\n',
        """      enableInference                   = tostring(true)
      inferenceRouterServiceType        = "LoadBalancer"
      internalLoadBalancerProvider      = "azure"
      allowInsecureConnections          = "true"
      "workLoadToleration[0].key"       = "kubernetes.azure.com/scalesetpriority"
      "workLoadToleration[0].operator"  = "Equal"
      "workLoadToleration[0].value"     = "spot"
      "workLoadToleration[0].effect"    = "NoSchedule"
""",
    )
    bench.edit("terraform.tfvars", "    max_count = 4\n", '    max_count = 4\n    priority  = "Spot"\n')
    [pool] = [p for p in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"] if p["name"] == "gpu"]
    pool["scaleSetPriority"] = "Spot"
    pool["nodeLabels"] |= {"kubernetes.azure.com/scalesetpriority": "spot"}
    pool["nodeTaints"] = ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]
    settings = bench.resource(EXTENSION)["properties"]["configurationSettings"]
    settings |= {
        "enableInference": "True",
        "inferenceRouterServiceType": "LoadBalancer",
        "internalLoadBalancerProvider": "azure",
        "allowInsecureConnections": "True",
        "workLoadToleration[0].key": "kubernetes.azure.com/scalesetpriority",
        "workLoadToleration[0].operator": "Equal",
        "workLoadToleration[0].value": "spot",
        "workLoadToleration[0].effect": "NoSchedule",
    }


def an_account_reached_through_a_hub(bench: Bench) -> None:
    """The account is closed, its endpoints are in a hub's network, and the cluster's is peered with that."""
    closed(bench)
    source = bench.root / MAIN
    source.write_text(source.read_text("utf-8").replace(f"{VNET}/subnets/", f"{VNET}-hub/subnets/"), "utf-8")
    for made in bench.world["resources"]:
        if made["type"] == ENDPOINTS:
            made["properties"]["subnet"]["id"] = f"{VNET}-hub/subnets/endpoints"
    peering = {"remoteVirtualNetwork": {"id": f"{VNET}-hub"}, "peeringState": "Connected"}
    bench.resource("Microsoft.Network/virtualNetworks")["properties"]["virtualNetworkPeerings"] = [
        {"name": "hub", "properties": {**peering, "allowVirtualNetworkAccess": True, "peeringSyncLevel": "FullyInSync"}}
    ]


def what_is_written_on_objects_of_others(bench: Bench) -> None:
    """Annotations and labels on what Kubernetes, a script and an application made, which have more of their own."""
    written(bench)
    bench.add("modules/sil/written.tf", LABELLED)
    namespace = bench.kubernetes_object("Namespace", "robotics")["metadata"]
    namespace["labels"] = {**namespace.get("labels", {}), "team": "pilots"}
    default = bench.kubernetes_object("ServiceAccount", "default", "azureml")["metadata"]
    default["annotations"] = {"team": "pilots", "of": "others"}


def a_workspace_with_an_identity_that_holds_its_roles_from_the_group(bench: Bench) -> None:
    """The user-assigned identity is Contributor of the resource group, and so of the cluster and the vault."""
    workspace_as_the_ml_identity(bench, in_vault=["Key Vault Administrator"])
    bench.add(
        "modules/platform/main.tf",
        """
resource "azurerm_role_assignment" "everything" {
  scope                = azurerm_resource_group.main.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_user_assigned_identity.ml.principal_id
}
""",
    )
    acting_as_ml(bench)
    held(bench, GROUP, "b24988ac-6180-42a0-ab88-20f7382dd24c")


def a_workspace_with_an_identity_of_another_configuration(bench: Bench) -> None:
    """It is in a group that holds what it needs; nothing here says who granted it."""
    there = f"{SUBSCRIPTION}/resourceGroups/rg-shared/providers/{IDENTITY}"
    primary = f"{there}/id-workspaces"
    bench.edit(
        "modules/platform/main.tf",
        '    type = "SystemAssigned"',
        f'    type = "UserAssigned"\n    identity_ids = ["{primary}"]',
    )
    made = like(bench, IDENTITY, ML, "/nothing/", "/nothing/")
    whom = "90d4e6b0-5c43-41f3-8f0a-6a1f3a4c7f10"
    made |= {"id": primary, "name": "id-workspaces", "properties": {**made["properties"], "principalId": whom}}
    workspace = bench.resource(WORKSPACE)
    workspace["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {primary: {"principalId": whom}}}
    workspace["properties"]["primaryUserAssignedIdentity"] = primary
    bench.world.setdefault("groups", {})[TEAM] = [whom]
    for role in ("b24988ac-6180-42a0-ab88-20f7382dd24c", BLOB_CONTRIBUTOR):
        grant(bench, GROUP, TEAM, role, "Group")


VARIATIONS: list[Callable[[Bench], None]] = [
    jobs_at_work,
    a_credential_for_a_ci_system,
    a_credential_for_another_cluster,
    a_firewall_beside_the_account,
    a_module_with_its_own_defaults,
    a_role_from_the_group_and_one_of_our_own,
    a_second_cluster_for_something_else,
    a_second_subscription,
    a_second_workspace_that_keeps_keys,
    a_storage_account_of_another_configuration,
    a_system_assigned_compute,
    an_account_reached_through_a_hub,
    an_application_in_the_computes_namespace,
    an_identity_of_another_configuration,
    an_issuer_left_to_the_service,
    an_object_that_nobody_gave,
    a_workspace_with_an_identity_of_another_configuration,
    a_workspace_with_an_identity_that_holds_its_roles_from_the_group,
    reaching_its_cluster,
    bodies_written_as_json,
    everything_by_azapi,
    inference_on_spot_nodes,
    what_is_written_on_objects_of_others,
    without_local_accounts,
    data_of_a_team,
    datastores_of_our_own,
    ids_in_other_letters,
    keys_on_and_an_azurerm_workspace,
    no_cluster_at_all,
    other_names,
    settings_that_the_installer_added,
    the_auth_mode_from_an_update_resource,
    the_auth_mode_from_a_newer_azurerm,
    the_cluster_beside_the_workspace,
    the_flags_off_by_choice,
    two_configurations_in_one_group,
]


QUIET = {Verdict.AGREES, Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize("vary", VARIATIONS, ids=lambda vary: vary.__name__)
def test_a_healthy_environment_is_said_to_be_healthy(bench: Bench, vary: Callable[[Bench], None]) -> None:
    vary(bench)
    before = copy.deepcopy(bench.world)

    result = bench.run()

    assert [str(d) for d in result.diagnostics if d.severity == "error"] == []
    assert [(f.id, f.verdict.value, f.what) for f in result.findings if f.verdict not in QUIET] == []
    assert result.exit_code is ExitCode.AGREES
    assert len(result.findings) > 20
    assert bench.world == before


@pytest.mark.parametrize("vary", VARIATIONS, ids=lambda vary: vary.__name__)
def test_the_gate_lets_a_healthy_configuration_pass(bench: Bench, vary: Callable[[Bench], None]) -> None:
    vary(bench)

    result = bench.run(offline=True)

    assert [(f.id, f.verdict.value, f.what) for f in result.findings if f.verdict not in QUIET] == []
    assert result.exit_code is ExitCode.AGREES
