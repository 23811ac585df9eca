"""Environments that look right and are not, and what must be said of each: all of them once fooled a check."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.grants import workspace_as_the_ml_identity
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
ACCOUNT = "Microsoft.Storage/storageAccounts"
ML = "id-ml-armpilot-dev-001"
OLD_ISSUER = "https://westus3.oic.prod-aks.azure.com/9b1f7c1e-2d54-4f0b-8a3c-4e6d5b7f2a18/an-older-cluster/"
BROKEN = (Verdict.DISAGREES, Verdict.UNVERIFIED)


def like(bench: Bench, arm_type: str, name: str, new: str) -> dict[str, Any]:
    """A copy of a live resource under another name."""
    made: dict[str, Any] = json.loads(json.dumps(bench.resource(arm_type, name)).replace(name, new))
    bench.world["resources"].append(made)
    return made


def an_identity_made_again(bench: Bench) -> None:
    """Its roles were granted again; the compute still has the principal that is gone."""
    assigned = bench.resource(COMPUTE)["identity"]["userAssignedIdentities"]
    for noted in assigned.values():
        noted["principalId"] = "00000000-0000-4000-8000-00000000dead"


def a_second_identity_on_the_compute(bench: Bench) -> None:
    assigned = bench.resource(COMPUTE)["identity"]["userAssignedIdentities"]
    assigned[next(iter(assigned)) + "-more"] = {}


def an_issuer_switched_off(bench: Bench) -> None:
    bench.resource(CLUSTER)["properties"]["oidcIssuerProfile"] = {"enabled": False}


def a_hard_coded_issuer_of_an_older_cluster(bench: Bench) -> None:
    bench.edit("modules/sil/azureml.tf", "= azurerm_kubernetes_cluster.main.oidc_issuer_url", f'= "{OLD_ISSUER}"')
    bench.resource(CREDENTIAL)["properties"]["issuer"] = OLD_ISSUER


def a_subject_that_is_none(bench: Bench) -> None:
    bench.edit("modules/sil/azureml.tf", 'subject             = "system:service', 'subject             = "service')
    bench.resource(CREDENTIAL)["properties"]["subject"] = "serviceaccount:robotics:pilot-runner"


def an_application_in_the_computes_namespace(bench: Bench) -> None:
    """What an application lacks is not Azure ML's, only because both share a namespace."""
    bench.edit(
        "modules/sil/variables.tf",
        '      namespace = optional(string, "azureml")',
        '      namespace = optional(string, "robotics")',
    )
    bench.resource(COMPUTE)["properties"]["properties"]["namespace"] = "robotics"
    bench.world["objects"].remove(bench.kubernetes_object("ServiceAccount", "pilot-runner", "robotics"))


def a_label_in_other_letters(bench: Bench) -> None:
    bench.edit(
        "modules/sil/azureml.tf",
        '      enableInference = "False"\n',
        '      "nodeSelector.pool" = "GPU"\n      enableInference = "False"\n',
    )
    bench.resource(EXTENSION)["properties"]["configurationSettings"]["nodeSelector.pool"] = "gpu"


def a_known_setting_beside_an_unknown_one(bench: Bench) -> None:
    bench.add("modules/sil/azureml.tf", 'resource "random_id" "later" {\n  byte_length = 2\n}\n')
    bench.edit(
        "modules/sil/azureml.tf",
        '      enableInference = "False"\n',
        '      later = random_id.later.hex\n      enableInference = "False"\n',
    )
    bench.resource(EXTENSION)["properties"]["configurationSettings"]["enableTraining"] = "False"


def a_grant_under_a_condition_that_is_not_known(bench: Bench) -> None:
    bench.add("modules/platform/roles.tf", 'resource "random_id" "later" {\n  byte_length = 2\n}\n')
    bench.edit(
        "modules/platform/roles.tf",
        "  principal_type       = each.value.principal_type\n",
        "  principal_type       = each.value.principal_type\n  condition            = random_id.later.hex\n",
    )


def a_grant_to_somebody_who_is_not_known(bench: Bench) -> None:
    bench.add(
        "modules/platform/roles.tf",
        """
resource "random_id" "later" {
  byte_length = 2
}

locals {
  ml   = azurerm_user_assigned_identity.ml.principal_id
  whom = random_id.later.hex == "a" ? local.ml : random_id.later.hex
}
""",
    )
    bench.edit(
        "modules/platform/roles.tf",
        "        principal_id   = azurerm_user_assigned_identity.ml.principal_id\n",
        "        principal_id   = local.whom\n",
    )


def an_identity_block_of_none(bench: Bench) -> None:
    bench.edit(
        "modules/sil/azureml.tf",
        '      type         = "UserAssigned"\n      identity_ids = [identity.value.id]\n',
        '      type = "None"\n',
    )


def a_key_on_a_datastore_of_another_workspace(bench: Bench) -> None:
    """It stands for a container of the keyless account, and belongs to a workspace on an account with keys."""
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

resource "azurerm_storage_container" "demos" {
  name               = "demos"
  storage_account_id = azurerm_storage_account.main.id
}

resource "azurerm_machine_learning_datastore_blobstorage" "demos" {
  name                 = "demos"
  workspace_id         = azurerm_machine_learning_workspace.legacy.id
  storage_container_id = azurerm_storage_container.demos.id
  account_key          = azurerm_storage_account.main.primary_access_key
}
""",
    )


def a_deny_assignment_without_its_body(bench: Bench) -> None:
    account = bench.resource(ACCOUNT)["id"]
    name = "5f1e7f0c-2b0c-4b0e-9a55-0c8a4c2f7a11"
    kind = "Microsoft.Authorization/denyAssignments"
    bench.world["resources"].append({"id": f"{account}/providers/{kind}/{name}", "type": kind, "name": name})


def a_datastore_that_does_not_say_what_it_authenticates_with(bench: Bench) -> None:
    del bench.resource(DATASTORE, "workspaceblobstore")["properties"]["credentials"]


def a_workspace_without_its_properties(bench: Bench) -> None:
    del bench.resource(WORKSPACE)["properties"]


def ids_that_end_in_other_letters(bench: Bench) -> None:
    """The service account is still held against the identity that its credential belongs to."""
    text = json.dumps(bench.world).replace("/federatedIdentityCredentials/", "/federatedidentitycredentials/")
    bench.world = json.loads(text)
    annotations = bench.kubernetes_object("ServiceAccount", "pilot-runner", "robotics")["metadata"]["annotations"]
    annotations["azure.workload.identity/client-id"] = "00000000-0000-4000-8000-000000000000"


CASES: list[tuple[Callable[[Bench], None], str, Verdict, str]] = [
    (an_identity_made_again, "RBA01", Verdict.DISAGREES, "was made again since compute k8s-dev-001 was attached"),
    (a_second_identity_on_the_compute, "CMP02", Verdict.DISAGREES, "has the identity"),
    (a_second_identity_on_the_compute, "RBA01", Verdict.UNVERIFIED, "has several identities"),
    (an_issuer_switched_off, "FIC02", Verdict.DISAGREES, "has no issuer"),
    (a_hard_coded_issuer_of_an_older_cluster, "FIC02", Verdict.DISAGREES, "the cluster's issuer is"),
    (a_subject_that_is_none, "FIC03", Verdict.DISAGREES, "not of the form"),
    (an_application_in_the_computes_namespace, "FIC03", Verdict.DISAGREES, "no service account robotics/pilot-runner"),
    (an_application_in_the_computes_namespace, "K8S01", Verdict.DISAGREES, "no service account robotics/pilot-runner"),
    (a_label_in_other_letters, "EXT04", Verdict.DISAGREES, "nodeSelector.pool is gpu, not GPU"),
    (a_known_setting_beside_an_unknown_one, "EXT04", Verdict.DISAGREES, "enableTraining is False, not True"),
    (a_grant_under_a_condition_that_is_not_known, "INT18", Verdict.UNVERIFIED, "is not known before apply"),
    (a_grant_to_somebody_who_is_not_known, "INT18", Verdict.UNVERIFIED, "is not known before apply"),
    (an_identity_block_of_none, "INT16", Verdict.DISAGREES, "declares no identity"),
    (a_key_on_a_datastore_of_another_workspace, "INT12", Verdict.DISAGREES, "while datastore demos keeps a key"),
    (a_deny_assignment_without_its_body, "RBA01", Verdict.UNVERIFIED, "whom the deny assignment"),
    (a_datastore_that_does_not_say_what_it_authenticates_with, "DST01", Verdict.UNVERIFIED, "credentialsType"),
    (a_workspace_without_its_properties, "WKS01", Verdict.UNVERIFIED, "has no properties"),
    (ids_that_end_in_other_letters, "K8S01", Verdict.DISAGREES, "is annotated with"),
]


@pytest.mark.parametrize(("trouble", "check", "verdict", "what"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_what_looks_right_is_found_out(
    bench: Bench, trouble: Callable[[Bench], None], check: str, verdict: Verdict, what: str
) -> None:
    trouble(bench)

    said = [(f.verdict, f.what) for f in bench.run().findings if f.check == check and f.verdict in BROKEN]

    assert any(v is verdict and what in text for v, text in said), said


def bare_compute_beside(bench: Bench) -> None:
    """Another compute in the workspace has an identity that was granted nothing; ours is granted nothing either."""
    other = like(bench, COMPUTE, "k8s-dev-001", "k8s-other")
    other["identity"] = {"type": "SystemAssigned", "principalId": "4b2b7d54-3c38-4e0c-9a35-1f6f0d7a2c91"}
    bench.edit(
        "modules/platform/roles.tf",
        '        grants         = ["blob-data", "file-data", "image-pull"]',
        '        grants         = ["file-data", "image-pull"]',
    )


def test_one_computes_missing_grant_does_not_explain_anothers(bench: Bench) -> None:
    bare_compute_beside(bench)

    causes = {cause.finding.id: [f.id for f in cause.explains] for cause in bench.run().causes}

    assert "RBA01[compute k8s-other]" in causes
    assert "RBA01[compute k8s-other]" not in causes["INT18[compute k8s-dev-001]"]


@pytest.mark.parametrize(
    ("endpoint", "verdict", "what"),
    [
        ("core.chinacloudapi.cn", Verdict.DISAGREES, "in AzureChinaCloud, and it is in AzureCloud"),
        ("core.windows.example", Verdict.UNVERIFIED, "which cloud has storage accounts at core.windows.example"),
        ("Core.Windows.Net", Verdict.AGREES, ""),
        (None, Verdict.AGREES, ""),
    ],
)
def test_a_datastore_finds_its_account_in_its_own_cloud_alone(
    bench: Bench, endpoint: str | None, verdict: Verdict, what: str
) -> None:
    bench.resource(DATASTORE, "workspaceblobstore")["properties"]["endpoint"] = endpoint

    [finding] = [f for f in bench.run().findings if f.id == "DST02[datastore workspaceblobstore]"]

    assert finding.verdict is verdict
    assert what in finding.what


def test_a_key_of_a_datastore_of_ones_own_is_not_explained_by_the_auth_mode(bench: Bench) -> None:
    mine = like(bench, DATASTORE, "workspaceblobstore", "mine")
    mine["properties"]["credentials"] = {"credentialsType": "AccountKey"}
    bench.resource(DATASTORE, "workspacefilestore")["properties"]["credentials"] = {"credentialsType": "AccountKey"}
    bench.edit("main.tf", '  system_datastores_auth_mode             = "identity"\n', "")

    causes = {cause.finding.id: [f.id for f in cause.explains] for cause in bench.run().causes}

    assert "DST01[datastore workspacefilestore]" in causes["INT12[storage account starmpilotdev001]"]
    assert "DST01[datastore mine]" in causes


def test_the_fix_of_a_custom_datastore_is_its_own(bench: Bench) -> None:
    like(bench, DATASTORE, "workspaceblobstore", "mine")["properties"]["credentials"] = {"credentialsType": "Sas"}

    [finding] = [f for f in bench.run().findings if f.id == "DST01[datastore mine]"]

    assert finding.fix is not None
    assert finding.fix.action == "make the datastore again, without a key"


def test_an_implied_setting_is_said_in_the_source_and_not_applied(bench: Bench) -> None:
    """The flag implies identityType; where the settings do not say it, no apply will set it."""
    bench.edit("modules/sil/azureml.tf", "    local.identity_settings,\n", "")
    settings = bench.resource(EXTENSION)["properties"]["configurationSettings"]
    del settings["identityType"], settings["userAssignedIdentityResourceId"]

    [finding] = [f for f in bench.run().findings if f.check == "EXT07"]

    assert finding.verdict is Verdict.DISAGREES
    assert finding.fix is not None
    assert finding.fix.action.startswith("say identityType in configuration_settings")


def test_a_secret_setting_is_not_shown(bench: Bench) -> None:
    bench.add(
        "variables.tf", 'variable "token" {\n  type      = string\n  default   = "very-secret"\n  sensitive = true\n}\n'
    )
    bench.edit(
        "main.tf", "    compute = {\n", "    extension = { settings = { token = var.token } }\n\n    compute = {\n"
    )

    said = [repr(f) for f in bench.run().findings]

    assert any("EXT04" in text and "the setting token" in text for text in said)
    assert not any("very-secret" in text for text in said)


def test_a_credential_found_under_another_name_says_what_the_next_apply_does(bench: Bench) -> None:
    credential = bench.resource(CREDENTIAL)
    credential["id"] = credential["id"].replace("pilot-runner-fic", "by-hand")
    credential["name"] = "by-hand"

    [finding] = [f for f in bench.run().findings if f.check == "FIC01"]

    assert finding.verdict is Verdict.AGREES
    assert any("it exists as by-hand" in note for note in finding.notes)


@pytest.mark.parametrize("live", [{"enabled": True, "issuerURL": OLD_ISSUER}, {}])
def test_an_issuer_that_terraform_leaves_to_the_service_is_as_the_service_has_it(
    bench: Bench, live: dict[str, Any]
) -> None:
    bench.edit("modules/sil/main.tf", "  oidc_issuer_enabled       = true\n", "")
    bench.resource(CLUSTER)["properties"]["oidcIssuerProfile"] = live

    [finding] = [f for f in bench.run().findings if f.check == "AKS01"]

    assert finding.verdict is Verdict.AGREES


@pytest.mark.parametrize(("whose", "verdict"), [(ML, Verdict.AGREES), (f"{ML}-more", Verdict.DISAGREES)])
def test_a_workspace_has_the_very_identity_that_is_meant(bench: Bench, whose: str, verdict: Verdict) -> None:
    workspace_as_the_ml_identity(bench)
    identity = bench.resource(IDENTITY, ML)["id"].replace(ML, whose).upper()
    bench.resource(WORKSPACE)["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}

    assert {f.verdict for f in bench.run().findings if f.check == "WKS03"} == {verdict}


@pytest.mark.parametrize(
    ("state", "verdict", "what"),
    [
        ("Deleting", Verdict.DISAGREES, "is being deleted"),
        ("Failed", Verdict.UNVERIFIED, "the last thing that was done to cluster aks-armpilot-dev-001 failed"),
        ({}, Verdict.UNVERIFIED, "provisioningState is not known"),
        (None, Verdict.UNVERIFIED, "provisioningState is not known"),
        ("Upgrading", Verdict.AGREES, ""),
    ],
)
def test_a_cluster_that_is_going_or_broken_does_not_run(
    bench: Bench, state: object, verdict: Verdict, what: str
) -> None:
    bench.resource(CLUSTER)["properties"]["provisioningState"] = state

    [finding] = [f for f in bench.run().findings if f.check == "AKS03"]

    assert finding.verdict is verdict
    assert what in finding.what
