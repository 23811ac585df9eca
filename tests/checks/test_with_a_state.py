"""Runs with Terraform's state: what it adds to source and live, and what it never does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.roles import ML_GRANTS
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict
from verifier.checking.result import RunResult
from verifier.errors import ConfigurationError
from verifier.report.json import render

if TYPE_CHECKING:
    from conftest import Bench

ACCOUNT = "Microsoft.Storage/storageAccounts"
CLUSTER = "Microsoft.ContainerService/managedClusters"
EXTENSION = "Microsoft.KubernetesConfiguration/extensions"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
CREDENTIAL = f"{IDENTITY}/federatedIdentityCredentials"
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
COMPUTE = f"{WORKSPACE}/computes"
REGISTRY = "Microsoft.ContainerRegistry/registries"
VAULT = "Microsoft.KeyVault/vaults"
COMPONENT = "Microsoft.Insights/components"
LOGS = "Microsoft.OperationalInsights/workspaces"
POOL = f"{CLUSTER}/agentPools"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"

ML_IDENTITY = "id-ml-armpilot-dev-001"
GRANTS: Mapping[str, str] = {
    "ml-blob-data": "2b58f480-9361-56f9-9445-08a0b2ac779b",
    "ml-file-data": "fef1eb4d-7e26-5c0a-a7d8-857e85376487",
    "ml-image-pull": "c6cdb026-881a-5d03-9b21-175551d49ca0",
    "robot-learning-blob-data": "307e997d-843e-5ec0-8e06-6f032ec63bdd",
    "robot-learning-file-data": "d1a2cea9-418a-57b2-9da7-75ff2334c8e3",
}
RECORDED: Mapping[str, tuple[str, str]] = {
    "module.platform.azurerm_storage_account.main": (ACCOUNT, ""),
    "module.platform.azurerm_user_assigned_identity.ml": (IDENTITY, ML_IDENTITY),
    "module.platform.azapi_resource.workspace": (WORKSPACE, ""),
    "module.sil.azurerm_kubernetes_cluster.main": (CLUSTER, ""),
    "module.sil.azurerm_kubernetes_cluster_extension.azureml[0]": (EXTENSION, ""),
    "module.sil.azapi_resource.compute[0]": (COMPUTE, ""),
    'module.sil.azurerm_federated_identity_credential.ml["pilot-runner-fic"]': (CREDENTIAL, ""),
    "module.platform.azurerm_application_insights.main": (COMPONENT, ""),
    "module.platform.azurerm_container_registry.main": (REGISTRY, ""),
    "module.platform.azurerm_key_vault.main": (VAULT, ""),
    "module.platform.azurerm_log_analytics_workspace.main": (LOGS, ""),
    'module.sil.azurerm_kubernetes_cluster_node_pool.workload["cpu"]': (POOL, "cpu"),
    'module.sil.azurerm_kubernetes_cluster_node_pool.workload["gpu"]': (POOL, "gpu"),
    **{f'module.platform.azurerm_role_assignment.data["{key}"]': (ASSIGNMENT, guid) for key, guid in GRANTS.items()},
    "module.sil.azurerm_role_assignment.kubelet_image_pull": (ASSIGNMENT, "385a1006-9abc-5274-bea5-243553baed89"),
}
EXTENSION_AT = "module.sil.azurerm_kubernetes_cluster_extension.azureml[0]"
CREDENTIAL_AT = 'module.sil.azurerm_federated_identity_credential.ml["pilot-runner-fic"]'
SECRET = "c2VjcmV0LWtleQ=="


@pytest.fixture
def recorded(bench: Bench) -> dict[str, dict[str, Any]]:
    """What `terraform show -json` has of each thing of the healthy world, by address; free to be changed."""
    return {address: attributes(bench, *wanted) for address, wanted in RECORDED.items()}


def attributes(bench: Bench, arm_type: str, name: str) -> dict[str, Any]:
    if arm_type == POOL:
        return {"id": f"{bench.resource(CLUSTER)['id']}/agentPools/{name}", "name": name}
    live = bench.resource(arm_type, name)
    found: dict[str, Any] = {
        "id": live["id"].replace("/resourcegroups/", "/resourceGroups/"),
        "name": live["name"],
        "primary_access_key": SECRET,
        "type": f"{arm_type}@2025-12-01",
    }
    if arm_type == IDENTITY:
        found |= {"principal_id": live["properties"]["principalId"], "client_id": live["properties"]["clientId"]}
    return found


def state(into: Path, recorded: Mapping[str, dict[str, Any]]) -> Path:
    resources = [
        {"address": address, "mode": "managed", "type": type_of(address), "values": values}
        for address, values in recorded.items()
    ]
    file = into / "state.json"
    document = {"format_version": "1.0", "values": {"root_module": {"resources": resources}}}
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def type_of(address: str) -> str:
    return address.split(".")[-2] if "[" not in address else address.partition("[")[0].split(".")[-2]


def existence(result: RunResult, subject: str) -> Finding:
    [finding] = [f for f in result.findings if f.check == "TWS01" and f.subject == subject]
    return finding


def not_agreeing(result: RunResult) -> list[str]:
    return [f.id for f in result.findings if f.verdict is not Verdict.AGREES]


def test_the_healthy_world_agrees_with_its_state(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    result = bench.run(state=state(tmp_path, recorded))

    assert not_agreeing(result) == []
    assert result.exit_code is ExitCode.AGREES


def test_no_secret_of_a_state_reaches_a_report(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    del recorded[CREDENTIAL_AT]

    assert SECRET not in render(bench.run(state=state(tmp_path, recorded)))


def test_what_the_state_lacks_is_in_the_way_of_the_next_apply(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    arm_id = recorded.pop(CREDENTIAL_AT)["id"]

    result = bench.run(state=state(tmp_path, recorded))

    [cause] = result.causes
    assert cause.finding.id == "TWS01[federated credential pilot-runner-fic]"
    assert "the next apply fails" in cause.finding.what
    assert cause.finding.fix is not None
    assert cause.finding.fix.hcl == f'import {{\n  to = {CREDENTIAL_AT}\n  id = "{arm_id}"\n}}'


def test_with_its_import_block_in_the_source_it_is_in_the_way_no_more(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    arm_id = recorded.pop(CREDENTIAL_AT)["id"]
    bench.add("imports.tf", f'import {{\n  to = {CREDENTIAL_AT}\n  id = "{arm_id}"\n}}\n')

    result = bench.run(state=state(tmp_path, recorded))

    assert not_agreeing(result) == []


def test_what_was_deleted_is_gone_and_explained_by_its_absence(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.remove(EXTENSION)

    result = bench.run(state=state(tmp_path, recorded))

    [cause] = result.causes
    assert cause.finding.check == "EXT01"
    assert "TWS01[extension azureml]" in [f.id for f in cause.explains]
    assert "is gone" in existence(result, "extension azureml").what


WITHOUT_ID = [None, 7, "garbled", ["id"], {}, {"id": None}, {"id": 7}, {"id": ["id"]}, {"id": {"id": "x"}}, {"id": ""}]


@pytest.mark.parametrize("values", WITHOUT_ID, ids=repr)
def test_a_thing_of_which_the_state_has_no_id_is_not_in_sync(
    bench: Bench, tmp_path: Path, recorded: dict[str, Any], values: object
) -> None:
    recorded[EXTENSION_AT] = values
    recorded[BLOB_DATA_AT] = values

    result = bench.run(state=state(tmp_path, recorded))

    for subject, address in (("extension azureml", EXTENSION_AT), (BLOB_DATA, BLOB_DATA_AT)):
        found = existence(result, subject)
        assert found.verdict is Verdict.UNVERIFIED
        assert f"the state {(tmp_path / 'state.json').as_posix()} has {address} without its id" in found.what
    assert result.exit_code is ExitCode.UNVERIFIED


@pytest.mark.parametrize("old", ["azurerm_kubernetes_cluster.old", "azapi_resource.old", "kubernetes_manifest.old"])
def test_what_is_planned_no_more_and_recorded_without_id_is_unverified(
    bench: Bench, tmp_path: Path, recorded: dict[str, Any], old: str
) -> None:
    recorded[old] = None
    recorded["azurerm_public_ip.old"] = None
    recorded["random_id.suffix"] = {"id": 7}

    result = bench.run(state=state(tmp_path, recorded))

    noun = "cluster" if "cluster" in old else "resource"
    assert existence(result, f"{noun} {old}").verdict is Verdict.UNVERIFIED
    assert {f.check for f in result.findings if f.verdict is Verdict.UNVERIFIED} <= {"TWS01", "INT41"}
    assert not [f for f in result.findings if "public_ip" in f.subject or "random_id" in f.subject]


def test_of_a_thing_recorded_without_id_what_differs_is_told(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    recorded["module.platform.azurerm_key_vault.main"]["id"] = None
    bench.resource(VAULT)["properties"]["enableRbacAuthorization"] = False

    assert "drifted: " in existence(bench.run(state=state(tmp_path, recorded)), "key vault kv-armpilot-dev-001").what


def test_nothing_binds_from_an_instance_recorded_without_id(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    recorded["module.platform.azurerm_user_assigned_identity.ml"]["id"] = None
    bench.deny(f"/userAssignedIdentities/{ML_IDENTITY}$")

    result = bench.run(state=state(tmp_path, recorded))

    assert not [b for b in result.bound if "azurerm_user_assigned_identity.ml." in b.address]


def test_an_object_that_a_manifest_says_needs_no_id_in_the_state(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.add(
        "modules/sil/main.tf",
        'resource "kubernetes_manifest" "robotics" {\n'
        '  manifest = { apiVersion = "v1", kind = "Namespace", metadata = { name = "robotics" } }\n}\n',
    )
    said = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "robotics"}}
    recorded["module.sil.kubernetes_manifest.robotics"] = {"manifest": said}
    assert existence(bench.run(state=state(tmp_path, recorded)), "namespace robotics").verdict is Verdict.AGREES

    recorded["module.sil.kubernetes_manifest.robotics"] = {"manifest": None}
    assert existence(bench.run(state=state(tmp_path, recorded)), "namespace robotics").verdict is Verdict.UNVERIFIED


def test_what_is_planned_no_more_is_destroyed_by_the_next_apply(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.edit("terraform.tfvars", "should_integrate_aks_cluster = true\n", "should_integrate_aks_cluster = false\n")

    found = existence(bench.run(state=state(tmp_path, recorded)), "extension azureml")

    assert found.verdict is Verdict.DISAGREES
    assert "the next apply destroys it" in found.what
    assert found.fix is not None
    assert found.fix.command == f"terraform state rm '{EXTENSION_AT}'"


def test_what_neither_source_nor_azure_has_is_only_forgotten(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    arm_id = recorded[CREDENTIAL_AT]["id"].replace("pilot-runner-fic", "old-fic")
    recorded[CREDENTIAL_AT.replace("pilot-runner-fic", "old-fic")] = {"id": arm_id, "name": "old-fic"}

    assert (
        existence(bench.run(state=state(tmp_path, recorded)), "federated credential old-fic").verdict is Verdict.INERT
    )


def test_what_the_state_has_and_could_not_be_looked_for_is_unverified(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.edit("terraform.tfvars", "should_integrate_aks_cluster = true\n", "should_integrate_aks_cluster = false\n")
    bench.deny("/extensions$")

    found = existence(bench.run(state=state(tmp_path, recorded)), "extension azureml")

    assert found.verdict is Verdict.UNVERIFIED


def test_an_identity_that_was_made_again_is_told_from_the_one_terraform_made(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    old = "00000000-0000-4000-8000-000000000001"
    recorded["module.platform.azurerm_user_assigned_identity.ml"]["principal_id"] = old

    result = bench.run(state=state(tmp_path, recorded))

    assert f"the state has {old}" in existence(result, f"identity {ML_IDENTITY}").what
    [bound] = [b for b in result.bound if b.address.endswith("azurerm_user_assigned_identity.ml.principal_id")]
    assert bound.value != old
    assert bound.source.startswith("live, ")
    assert bound.source.endswith(f"; the state still has {old}")


RANDOM_NAME = (
    '  name                            = "st${local.compact}"\n',
    '  name                            = "st${terraform_data.suffix.id}"\n',
)


def test_a_name_with_a_random_part_is_found_through_the_state(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.edit("modules/platform/main.tf", *RANDOM_NAME)
    bench.add("modules/platform/main.tf", 'resource "terraform_data" "suffix" {}\n')

    result = bench.run(state=state(tmp_path, recorded))

    assert not_agreeing(result) == []
    assert "storage account starmpilotdev001" in {f.subject for f in result.findings if f.check == "STO01"}
    [bound] = [b for b in result.bound if b.address == "module.platform.azurerm_storage_account.main.id"]
    assert bound.source.startswith("state, ")


def test_a_local_backends_state_is_found_by_itself_and_said(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    shutil.copy(state(tmp_path, recorded), bench.root / "terraform.tfstate")

    result = bench.run()

    assert result.state == f"{(bench.root / 'terraform.tfstate').as_posix()}, the local backend's"
    assert not_agreeing(result) == []


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("", "pass --state FILE"),
        ('terraform {\n  backend "s3" {}\n}\n', "(backend s3: run `terraform show -json > FILE`"),
        ('terraform {\n  backend "azurerm" {}\n}\n', "pass --backend-config as to terraform init"),
    ],
)
def test_a_report_says_why_it_has_no_state(bench: Bench, block: str, said: str) -> None:
    bench.add("backend.tf", f"{block}locals {{}}\n")

    result = bench.run()

    assert result.state.startswith("not given (")
    assert said in result.state
    assert result.exit_code is ExitCode.AGREES


def test_an_empty_file_where_a_state_moved_away_is_none(bench: Bench) -> None:
    (bench.root / "terraform.tfstate").touch()

    assert bench.run().state.startswith("not given (")


def test_a_state_that_is_none_ends_the_run(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("[]", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="not a Terraform state"):
        bench.run(state=tmp_path / "state.json")


def test_the_source_alone_is_judged_without_a_state(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    result = bench.run(offline=True, state=state(tmp_path, recorded))

    assert result.state == ""
    assert "TWS01" not in {f.check for f in result.findings}


def test_what_somebody_else_is_declared_to_own_is_nobodys_concern(bench: Bench, tmp_path: Path) -> None:
    bench.edit("terraform.tfvars", "should_integrate_aks_cluster = true\n", "should_integrate_aks_cluster = false\n")
    bench.add("verifier.toml", 'owned_elsewhere = ["extension"]\n')

    found = existence(bench.run(state=state(tmp_path, {})), "extension azureml")

    assert found.verdict is Verdict.AGREES
    assert found.reality is not None
    assert found.reality.text.startswith("owned elsewhere")


BLOB_DATA_AT = 'module.platform.azurerm_role_assignment.data["ml-blob-data"]'
BLOB_DATA = f"role assignment {BLOB_DATA_AT}"


def test_an_assignment_that_the_state_lacks_is_in_the_way(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    arm_id = recorded.pop(BLOB_DATA_AT)["id"]

    found = existence(bench.run(state=state(tmp_path, recorded)), BLOB_DATA)

    assert found.verdict is Verdict.DISAGREES
    assert "the next apply fails, as it already exists" in found.what
    assert found.fix is not None
    assert found.fix.hcl == f'import {{\n  to = {BLOB_DATA_AT}\n  id = "{arm_id}"\n}}'


def test_an_assignment_that_was_made_again_by_hand_is_in_the_way_of_terraforms_own(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    old = recorded[BLOB_DATA_AT]["id"].rpartition("/")[0] + "/00000000-0000-4000-8000-000000000001"
    recorded[BLOB_DATA_AT]["id"] = old

    found = existence(bench.run(state=state(tmp_path, recorded)), BLOB_DATA)

    assert found.verdict is Verdict.DISAGREES
    assert found.fix is not None
    assert found.fix.command == f"terraform state rm '{BLOB_DATA_AT}'"
    assert "2b58f480-9361-56f9-9445-08a0b2ac779b" in found.fix.hcl


def test_an_assignment_whose_identity_was_made_again_is_found_by_its_id(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    name = RECORDED[BLOB_DATA_AT][1]
    bench.resource(ASSIGNMENT, name)["properties"]["principalId"] = "00000000-0000-4000-8000-000000000001"

    found = existence(bench.run(state=state(tmp_path, recorded)), BLOB_DATA)

    assert found.verdict is Verdict.DISAGREES
    assert "drifted: principalId is 00000000-0000-4000-8000-000000000001" in found.what


def test_an_assignment_that_was_deleted_is_gone_and_explained_by_whom_it_fails(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.remove(ASSIGNMENT, RECORDED[BLOB_DATA_AT][1])

    result = bench.run(state=state(tmp_path, recorded))

    assert "is gone" in existence(result, BLOB_DATA).what
    [cause] = [c for c in result.causes if c.finding.check == "RBA02"]
    assert f"TWS01[{BLOB_DATA}]" in [f.id for f in cause.explains]


@pytest.mark.parametrize("live", [True, False])
def test_an_assignment_that_is_planned_no_more_is_told_by_the_list_of_its_scope(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]], live: bool
) -> None:
    own = recorded[BLOB_DATA_AT]
    name = own["id"].rpartition("/")[2] if live else "00000000-0000-4000-8000-000000000001"
    recorded["azurerm_role_assignment.old"] = {"id": own["id"].rpartition("/")[0] + f"/{name}|a-tenant", "name": name}
    del recorded[BLOB_DATA_AT]
    bench.edit("modules/platform/roles.tf", ML_GRANTS, ML_GRANTS.replace('"blob-data", ', ""))

    found = existence(bench.run(state=state(tmp_path, recorded)), f"role assignment {name}")

    assert found.verdict is (Verdict.DISAGREES if live else Verdict.INERT)


def test_an_assignment_whose_scope_could_not_be_listed_has_no_word(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.deny("/roleAssignments$")

    found = existence(bench.run(state=state(tmp_path, recorded)), BLOB_DATA)

    assert found.verdict is Verdict.UNVERIFIED
    assert found.missing == ("Microsoft.Authorization/roleAssignments/read",)


def test_a_node_pool_that_was_deleted_by_hand_is_gone(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    properties = bench.resource(CLUSTER)["properties"]
    properties["agentPoolProfiles"] = [p for p in properties["agentPoolProfiles"] if p["name"] != "gpu"]

    assert "is gone" in existence(bench.run(state=state(tmp_path, recorded)), "node pool gpu").what


def test_a_node_pool_of_another_size_has_drifted(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    profiles = bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]
    next(p for p in profiles if p["name"] == "gpu")["vmSize"] = "Standard_D2s_v5"

    assert (
        "drifted: vmSize is Standard_D2s_v5"
        in existence(bench.run(state=state(tmp_path, recorded)), "node pool gpu").what
    )


def test_a_vault_that_grants_by_policies_again_has_drifted(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.resource(VAULT)["properties"]["enableRbacAuthorization"] = False

    found = existence(bench.run(state=state(tmp_path, recorded)), "key vault kv-armpilot-dev-001")

    assert "drifted: enableRbacAuthorization is false, and the source says true" in found.what


@pytest.mark.parametrize(("kind", "arm_type"), [("container registry", REGISTRY), ("key vault", VAULT)])
def test_a_registry_or_vault_that_was_deleted_is_gone(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]], kind: str, arm_type: str
) -> None:
    name = bench.resource(arm_type)["name"]
    bench.remove(arm_type)

    assert "is gone" in existence(bench.run(state=state(tmp_path, recorded)), f"{kind} {name}").what


WORKSPACES_OWN = """
resource "azurerm_role_assignment" "workspace" {
  scope                = azurerm_resource_group.main.id
  role_definition_name = "Contributor"
  principal_id         = azapi_resource.workspace.identity[0].principal_id
}
"""


def test_what_azure_ml_grants_its_workspace_is_called_nobodys_doing(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.add("modules/platform/roles.tf", WORKSPACES_OWN)

    address = "module.platform.azurerm_role_assignment.workspace"
    found = existence(bench.run(state=state(tmp_path, recorded)), f"role assignment {address}")

    assert found.verdict is Verdict.DISAGREES
    assert "the next apply fails" in found.what
    assert any("Azure ML grants a workspace's own identity roles by itself" in note for note in found.notes)


NAMESPACE = """
resource "kubectl_manifest" "robotics" {
  yaml_body = yamlencode({ apiVersion = "v1", kind = "Namespace", metadata = { name = "robotics" } })
}
resource "kubernetes_namespace_v1" "azureml" {
  metadata {
    name = "azureml"
  }
}
"""


def test_what_a_provider_takes_over_is_in_nobodys_way(
    bench: Bench, tmp_path: Path, recorded: dict[str, dict[str, Any]]
) -> None:
    bench.add("modules/sil/main.tf", NAMESPACE)

    result = bench.run(state=state(tmp_path, recorded))

    assert existence(result, "namespace robotics").verdict is Verdict.AGREES
    found = existence(result, "namespace azureml")
    assert found.verdict is Verdict.DISAGREES
    assert found.fix is not None
    assert found.fix.hcl == 'import {\n  to = module.sil.kubernetes_namespace_v1.azureml\n  id = "azureml"\n}'
