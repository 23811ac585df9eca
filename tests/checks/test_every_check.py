"""Every check passes in the healthy world, fails in a broken one, and is unverified when its facts are denied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from verifier.checking.finding import Verdict
from verifier.checking.result import ExitCode

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
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
BLOB_ROLE = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"

INSTALL = "    should_install_extension    = var.should_integrate_aks_cluster\n"
UNKNOWN_FLAG = (
    'resource "terraform_data" "later" {}\n',
    '    should_install_extension    = terraform_data.later.id == "x"\n',
)


class Proof(NamedTuple):
    """How one check's world is broken, and how its facts are kept from it."""

    breaks: Callable[[Bench], object]
    hides: Callable[[Bench], object]


def live(arm_type: str, change: Callable[[dict[str, Any]], object], name: str = "") -> Callable[[Bench], object]:
    return lambda bench: change(bench.resource(arm_type, name)["properties"])


def edit(file: str, old: str, new: str) -> Callable[[Bench], object]:
    return lambda bench: bench.edit(file, old, new)


def deny(path: str) -> Callable[[Bench], object]:
    return lambda bench: bench.deny(path)


def gone(arm_type: str, name: str = "") -> Callable[[Bench], object]:
    return lambda bench: bench.remove(arm_type, name)


def hide_install(bench: Bench) -> None:
    bench.add("main.tf", UNKNOWN_FLAG[0])
    bench.edit("main.tf", INSTALL, UNKNOWN_FLAG[1])


def hide_passed(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "azureml" {\n  type = any\n}\n')
    text = (bench.root / "main.tf").read_text(encoding="utf-8")
    start = text.index("  azureml_config = {")
    end = text.index("  # The roles must have been granted")
    (bench.root / "main.tf").write_text(text[:start] + "  azureml_config = var.azureml\n\n" + text[end:], "utf-8")


def drop_attribute(bench: Bench) -> None:
    bench.edit("main.tf", INSTALL, INSTALL + "    should_instal_extension     = true\n")


def without_blob_grant(bench: Bench) -> None:
    bench.edit(
        "modules/platform/roles.tf",
        '        grants         = ["blob-data", "file-data", "image-pull"]',
        '        grants         = ["file-data", "image-pull"]',
    )


def unknown_grant(bench: Bench) -> None:
    bench.edit(
        "modules/platform/roles.tf",
        '      role  = "Storage Blob Data Contributor"',
        '      role  = "A Role Of Our Own"',
    )


def azurerm_workspace(bench: Bench) -> None:
    path = bench.root / "modules/platform/main.tf"
    text = path.read_text(encoding="utf-8")
    start = text.index('resource "azapi_resource" "workspace"')
    path.write_text(
        text[:start]
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
        encoding="utf-8",
    )
    outputs = bench.root / "modules/platform/outputs.tf"
    outputs.write_text(
        outputs.read_text(encoding="utf-8").replace(
            "azapi_resource.workspace", "azurerm_machine_learning_workspace.workspace"
        ),
        encoding="utf-8",
    )


def azurerm_workspace_elsewhere(bench: Bench) -> None:
    azurerm_workspace(bench)
    bench.add("variables.tf", 'variable "account_id" {\n  type = string\n}\n')
    bench.edit(
        "main.tf",
        '  source = "./modules/platform"\n',
        '  source = "./modules/platform"\n\n  account_id = var.account_id\n',
    )
    bench.add("modules/platform/variables.tf", 'variable "account_id" {\n  type = string\n}\n')
    bench.edit(
        "modules/platform/main.tf",
        "  storage_account_id      = azurerm_storage_account.main.id\n",
        "  storage_account_id      = var.account_id\n",
    )


def hidden_keys(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "keys" {\n  type = bool\n}\n')
    bench.edit(
        "main.tf",
        "  should_enable_storage_shared_access_key = var.should_enable_storage_shared_access_key\n",
        "  should_enable_storage_shared_access_key = var.keys\n",
    )


def hidden_identity(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "ml_identity" {\n  type = object({ id = string })\n}\n')
    bench.edit(
        "main.tf",
        "      identity              = { id = module.platform.ml_identity.id }\n",
        "      identity = var.ml_identity\n",
    )


def broken_source(bench: Bench) -> None:
    bench.add("broken.tf", 'variable "half" {\n')


def bare_compute(bench: Bench) -> None:
    bench.resource(COMPUTE).pop("identity")


def other_identity(bench: Bench) -> None:
    bench.kubernetes_object("ServiceAccount", "pilot-runner", "robotics")["metadata"]["annotations"][
        "azure.workload.identity/client-id"
    ] = "00000000-0000-4000-8000-000000000000"


def without_object(kind: str, name: str, namespace: str | None = None) -> Callable[[Bench], object]:
    return lambda bench: bench.world["objects"].remove(bench.kubernetes_object(kind, name, namespace))


def without_live_blob_grant(bench: Bench) -> None:
    principal = bench.resource(IDENTITY, "id-ml-armpilot-dev-001")["properties"]["principalId"]
    bench.world["resources"] = [
        r
        for r in bench.world["resources"]
        if r["type"] != ASSIGNMENT
        or r["properties"]["principalId"] != principal
        or not r["properties"]["roleDefinitionId"].endswith(BLOB_ROLE)
    ]


def under_another_name(bench: Bench) -> None:
    extension = bench.resource(EXTENSION)
    extension.update(id=extension["id"].replace("/extensions/azureml", "/extensions/by-hand"), name="by-hand")


PROOFS = {
    "INT01": Proof(edit("main.tf", INSTALL, ""), hide_install),
    "INT02": Proof(drop_attribute, hide_passed),
    "INT03": Proof(edit("main.tf", INSTALL, ""), hide_install),
    "INT05": Proof(edit("main.tf", INSTALL, ""), hide_install),
    "INT08": Proof(lambda b: b.add("terraform.tfvars", "\nshould_integrate = true\n"), broken_source),
    "INT12": Proof(edit("main.tf", '  system_datastores_auth_mode             = "identity"\n', ""), hidden_keys),
    "INT13": Proof(azurerm_workspace, azurerm_workspace_elsewhere),
    "INT16": Proof(
        edit("main.tf", "      identity              = { id = module.platform.ml_identity.id }\n", ""), hidden_identity
    ),
    "INT18": Proof(without_blob_grant, unknown_grant),
    "AKS01": Proof(
        live(CLUSTER, lambda p: p["oidcIssuerProfile"].update(enabled=False)), deny("managedClusters/aks-[^/]+$")
    ),
    "EXT01": Proof(gone(EXTENSION), deny("/extensions$")),
    "EXT03": Proof(live(EXTENSION, lambda p: p.update(provisioningState="Failed")), deny("/extensions$")),
    "EXT04": Proof(
        live(EXTENSION, lambda p: p["configurationSettings"].update(enableTraining="False")), deny("/extensions$")
    ),
    "EXT05": Proof(live(EXTENSION, lambda p: p.update(aksAssignedIdentity=None)), deny("/extensions$")),
    "EXT07": Proof(
        live(EXTENSION, lambda p: p["configurationSettings"].update(identityType="SystemAssigned")),
        deny("/extensions$"),
    ),
    "FIC01": Proof(gone(CREDENTIAL), deny("/federatedIdentityCredentials$")),
    "FIC02": Proof(
        live(CREDENTIAL, lambda p: p.update(issuer=p["issuer"].rstrip("/"))), deny("/federatedIdentityCredentials$")
    ),
    "FIC03": Proof(without_object("ServiceAccount", "pilot-runner", "robotics"), deny("/serviceaccounts$")),
    "CMP01": Proof(live(COMPUTE, lambda p: p.update(resourceId=p["resourceId"] + "-old")), deny("/computes$")),
    "CMP02": Proof(bare_compute, deny("/computes$")),
    "WKS01": Proof(
        live(WORKSPACE, lambda p: p.update(systemDatastoresAuthMode="AccessKey")), deny("/workspaces/mlw-[^/]+$")
    ),
    "DST01": Proof(
        live(DATASTORE, lambda p: p.update(credentials={"credentialsType": "AccountKey"}), "workspaceblobstore"),
        deny("/datastores$"),
    ),
    "STO01": Proof(live(ACCOUNT, lambda p: p.update(allowSharedKeyAccess=None)), deny("/storageAccounts/[^/]+$")),
    "RBA01": Proof(without_live_blob_grant, deny("/roleAssignments$")),
    "K8S01": Proof(other_identity, deny("/serviceaccounts$")),
    "TWS01": Proof(under_another_name, deny("/providers/")),
    "K8S06": Proof(without_object("Namespace", "azureml"), deny("/namespaces$")),
}


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """The ids of all bundled checks, as their files say them."""
    import re

    folder = Path(__file__).parents[2] / "checks"
    return {i for f in folder.glob("test_*.py") for i in re.findall(r'^    id="(\w+)"', f.read_text("utf-8"), re.M)}


def test_every_check_has_its_proofs(collected: set[str]) -> None:
    assert collected == set(PROOFS)


def test_in_the_healthy_world_every_check_agrees(bench: Bench, collected: set[str]) -> None:
    result = bench.run()

    assert [(f.id, f.what) for f in result.findings if f.verdict is not Verdict.AGREES] == []
    assert {f.check for f in result.findings} == collected
    assert result.exit_code is ExitCode.AGREES


@pytest.mark.parametrize("check", sorted(PROOFS))
def test_in_its_broken_world_the_check_disagrees(bench: Bench, check: str) -> None:
    PROOFS[check].breaks(bench)

    verdicts = {f.verdict for f in bench.run().findings if f.check == check}

    assert Verdict.DISAGREES in verdicts


@pytest.mark.parametrize("check", sorted(PROOFS))
def test_without_its_facts_the_check_is_unverified(bench: Bench, check: str) -> None:
    PROOFS[check].hides(bench)

    result = bench.run()

    verdicts = {f.verdict for f in result.findings if f.check == check}
    assert Verdict.UNVERIFIED in verdicts
    assert Verdict.AGREES not in verdicts or check.startswith("INT")
    assert result.exit_code in {ExitCode.DISAGREES, ExitCode.UNVERIFIED, ExitCode.UNREADABLE}


def test_a_deny_assignment_takes_a_granted_role_away(bench: Bench) -> None:
    account = bench.resource(ACCOUNT)["id"]
    bench.world["resources"].append(
        {
            "id": f"{account}/providers/Microsoft.Authorization/denyAssignments/5f1e7f0c-2b0c-4b0e-9a55-0c8a4c2f7a11",
            "type": "Microsoft.Authorization/denyAssignments",
            "name": "5f1e7f0c-2b0c-4b0e-9a55-0c8a4c2f7a11",
            "properties": {
                "denyAssignmentName": "stack armpilot",
                "scope": account,
                "doNotApplyToChildScopes": False,
                "permissions": [{"dataActions": ["Microsoft.Storage/storageAccounts/blobServices/*"]}],
                "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
                "excludePrincipals": [],
            },
        }
    )

    [finding] = [f for f in bench.run().findings if f.verdict is Verdict.DISAGREES]

    assert finding.check == "RBA01"
    assert "the deny assignment stack armpilot takes it away" in finding.what


def test_deny_assignments_that_could_not_be_read_leave_a_grant_unverified(bench: Bench) -> None:
    bench.deny("/denyAssignments$")

    [finding] = [f for f in bench.run().findings if f.verdict is not Verdict.AGREES]

    assert (finding.check, finding.verdict) == ("RBA01", Verdict.UNVERIFIED)
    assert finding.missing == ("Microsoft.Authorization/denyAssignments/read",)
