"""Things with a random part in their names: found by their type in their resource group, or said not to be."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.breaking import ACCOUNT, CONTAINER, IDENTITY, WORKSPACE
from tests.checks.test_with_a_state import state
from tests.faults.worlds import LATER, names_not_known
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

MAIN = "modules/platform/main.tf"
VAULT = "Microsoft.KeyVault/vaults"
REGISTRY = "Microsoft.ContainerRegistry/registries"


def of(bench: Bench, subject: str, check: str = "TWS01", *, state: Path | None = None) -> Finding:
    """What a check says of something, by how that is called or begins to be."""
    return next(f for f in bench.run(state=state).findings if f.check == check and f.subject.startswith(subject))


def is_taken_for(bench: Bench, subject: str, address: str) -> bool:
    """Whether a live thing is taken for a planned one, and agrees with it."""
    finding = of(bench, subject)
    return finding.verdict is Verdict.AGREES and address in finding.concerns


def another(bench: Bench, arm_type: str, name: str) -> None:
    """A second thing of a type, beside the first in the stack's resource group."""
    here = [r for r in bench.world["resources"] if "/rg-armpilot-dev-001/" in r["id"]]
    twin = copy.deepcopy(next(r for r in here if r["type"].casefold() == arm_type.casefold()))
    twin["id"], twin["name"] = f"{twin['id'].rpartition('/')[0]}/{name}", name
    bench.world["resources"].append(twin)


def test_all_that_hangs_on_what_is_found_so_is_judged(bench: Bench) -> None:
    names_not_known(bench)

    result = bench.run()

    assert [(f.id, f.what) for f in result.findings if f.verdict is not Verdict.AGREES] == []
    assert result.exit_code is ExitCode.AGREES
    bound = {b.address: b.source for b in result.bound}
    assert bound["module.platform.azapi_resource.workspace.id"] == (
        "live, the one workspace in its resource group whose name begins with mlw- that is planned under no name"
    )


def test_a_vault_and_a_registry_are_found_so_too(bench: Bench) -> None:
    bench.add(MAIN, LATER)
    bench.edit(MAIN, '"kv-${local.suffix}"', "random_id.later.hex")
    bench.edit(MAIN, '"acr${local.compact}"', '"acr${random_id.later.hex}"')

    result = bench.run()

    assert [(f.id, f.what) for f in result.findings if f.verdict is not Verdict.AGREES] == []


def test_the_report_says_that_its_type_alone_tells_which_one_it_is(bench: Bench) -> None:
    names_not_known(bench)

    [note] = of(bench, "workspace mlw-armpilot-dev-001").notes

    assert note == (
        "that it is this one follows from its type alone: the one workspace in its resource group whose name begins "
        "with mlw- that is planned under no name"
    )


def test_what_is_in_the_found_one_is_read(bench: Bench) -> None:
    names_not_known(bench)
    bench.add(
        MAIN,
        'resource "azurerm_storage_container" "more" {\n  name = "more"\n'
        "  storage_account_id = azurerm_storage_account.main.id\n}\n",
    )

    assert "is planned, and not live" in of(bench, "container more").what
    account = bench.resource(ACCOUNT)["id"]
    bench.world["resources"].append(
        {"id": f"{account}/blobServices/default/containers/more", "name": "more", "type": CONTAINER, "properties": {}}
    )
    assert of(bench, "container more").verdict is Verdict.AGREES


def test_of_two_that_it_may_be_none_is_taken(bench: Bench) -> None:
    names_not_known(bench)
    another(bench, ACCOUNT, "starmpilotdev002")

    finding = of(bench, "storage account module.platform.azurerm_storage_account.main", "STO01")

    assert finding.verdict is Verdict.UNVERIFIED
    assert "it may be starmpilotdev001 or starmpilotdev002: a state tells (--state FILE)" in finding.what


def test_one_that_is_called_otherwise_is_another(bench: Bench) -> None:
    names_not_known(bench)
    another(bench, WORKSPACE, "other-workspace")

    assert is_taken_for(bench, "workspace mlw-armpilot-dev-001", "module.platform.azapi_resource.workspace")


def test_one_that_is_planned_by_its_name_is_another(bench: Bench) -> None:
    names_not_known(bench)
    another(bench, IDENTITY, "id-ml-named")
    named = (
        'resource "azurerm_user_assigned_identity" "named" {\n  name = "id-ml-named"\n  location = "westus3"\n'
        "  resource_group_name = azurerm_resource_group.main.name\n}\n"
    )
    bench.add(MAIN, named)

    assert is_taken_for(bench, "identity id-ml-armpilot-dev-001", "module.platform.azurerm_user_assigned_identity.ml")


def test_where_two_may_be_the_same_one_neither_is(bench: Bench) -> None:
    names_not_known(bench)
    second = (
        'resource "azurerm_user_assigned_identity" "second" {\n  name = random_id.later.id\n  location = "westus3"\n'
        "  resource_group_name = azurerm_resource_group.main.name\n}\n"
    )
    bench.add(MAIN, second)

    for address in ("ml", "second"):
        finding = of(bench, f"identity module.platform.azurerm_user_assigned_identity.{address}")
        assert finding.verdict is Verdict.UNVERIFIED
        assert "it may be id-ml-armpilot-dev-001: a state tells" in finding.what


def test_one_of_which_there_is_none_is_not_live(bench: Bench) -> None:
    names_not_known(bench)
    bench.world["resources"] = [r for r in bench.world["resources"] if "/workspaces/mlw-" not in r["id"]]

    finding = of(bench, "workspace module.platform.azapi_resource.workspace")

    assert finding.verdict is Verdict.DISAGREES
    assert "is planned, and not live: the source has not been applied" in finding.what


def test_one_in_a_group_that_could_not_be_listed_is_not_known(bench: Bench) -> None:
    names_not_known(bench)
    bench.deny("/providers/Microsoft.MachineLearningServices/workspaces$")

    finding = of(bench, "workspace module.platform.azapi_resource.workspace")

    assert finding.verdict is Verdict.UNVERIFIED
    assert finding.missing == ("Microsoft.MachineLearningServices/workspaces/read",)


def test_one_in_a_group_that_is_not_known_is_not_looked_for_in_others(bench: Bench) -> None:
    names_not_known(bench)
    block = '"id-ml-${random_id.later.hex}"\n  resource_group_name = azurerm_resource_group.main.name'
    bench.edit(MAIN, block, block.replace("azurerm_resource_group.main.name", "random_id.later.dec"))

    assert of(bench, "identity module.platform").verdict is Verdict.UNVERIFIED


def test_a_state_that_does_not_have_it_is_believed(bench: Bench, tmp_path: Path) -> None:
    names_not_known(bench)

    finding = of(bench, "workspace module.platform.azapi_resource.workspace", state=state(tmp_path, {}))

    assert finding.verdict is Verdict.UNVERIFIED
    assert "it may be mlw-armpilot-dev-001" in finding.what


@pytest.mark.parametrize("group", ["rg-armpilot-dev-001", "RG-ARMPILOT-DEV-001"])
def test_it_is_looked_for_in_a_group_that_is_made_elsewhere(bench: Bench, group: str) -> None:
    bench.add(MAIN, LATER)
    old = '"id-ml-${local.suffix}"\n  resource_group_name = azurerm_resource_group.main.name'
    bench.edit(MAIN, old, f'"id-ml-${{random_id.later.hex}}"\n  resource_group_name = "{group}"')

    assert is_taken_for(bench, "identity id-ml-armpilot-dev-001", "module.platform.azurerm_user_assigned_identity.ml")


def test_kubernetes_is_not_judged_by_where_no_cluster_has_a_name(bench: Bench) -> None:
    names_not_known(bench)
    bench.deny("/providers/Microsoft.ContainerService/managedClusters")
    bench.deny("/workspaces/[^/]+/computes")

    inside = [f for f in bench.run().findings if f.check.startswith("K8S") and f.verdict is Verdict.AGREES]

    assert inside == []


def test_the_cluster_that_computes_are_attached_to_is_the_one_that_has_no_name(bench: Bench) -> None:
    names_not_known(bench)
    bench.deny("/resourceGroups/[^/]+/providers/Microsoft.ContainerService/managedClusters$")

    assert of(bench, "namespace azureml", "K8S06").verdict is Verdict.AGREES
    bench.deny("/managedClusters/[^/]+$")
    assert of(bench, "namespace azureml", "K8S06").verdict is Verdict.UNVERIFIED


SECOND = """
%s "azurerm_user_assigned_identity" "second" {
  %s
  name                = %s
  resource_group_name = %s
}
"""
GROUP = "azurerm_resource_group.main.name"


def without_a_name(bench: Bench) -> None:
    """The identity of jobs alone has a name that is known only after apply."""
    bench.add(MAIN, LATER)
    bench.edit(MAIN, '"id-ml-${local.suffix}"', '"id-ml-${random_id.later.hex}"')


@pytest.mark.parametrize(
    "second",
    [
        SECOND % ("resource", 'location = "westus3"', "random_id.later.id", "random_id.later.dec"),
        SECOND % ("resource", "count = length(random_id.later.hex) - 8", "random_id.later.id", GROUP),
    ],
    ids=["in a group that is not known", "of which it is not known whether it is planned"],
)
def test_one_that_may_be_something_elses_is_not_taken(bench: Bench, second: str) -> None:
    without_a_name(bench)
    bench.add(MAIN, second)

    assert of(bench, "identity module.platform.azurerm_user_assigned_identity.ml").verdict is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    "second",
    [
        SECOND % ("data", "", '"id-ml-other"', GROUP),
        SECOND % ("resource", "count = 0", '"id-ml-other"', GROUP),
    ],
    ids=["looked up", "kept out"],
)
def test_one_that_goes_by_a_name_here_is_another(bench: Bench, second: str) -> None:
    without_a_name(bench)
    another(bench, IDENTITY, "id-ml-other")
    bench.add(MAIN, second)

    assert is_taken_for(bench, "identity id-ml-armpilot-dev-001", "module.platform.azurerm_user_assigned_identity.ml")
