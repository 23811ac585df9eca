from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Absent, Denied, Failed
from verifier.world import NotThere, Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

EXTENSION = """
    resource "azurerm_kubernetes_cluster_extension" "azureml" {
      name           = "azureml"
      cluster_id     = "%s"
      extension_type = "Microsoft.AzureML.Kubernetes"
    }
"""
COMPUTE = """
    resource "azapi_resource" "%s" {
      type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
      name      = "%s"
      parent_id = "%s"
      body      = { properties = { computeType = "Kubernetes", resourceId = %s } }
    }
"""
CREDENTIAL = """
    resource "azurerm_federated_identity_credential" "%s" {
      name                = "%s"
      resource_group_name = "rg"
      parent_id           = "%s"
      issuer              = %s
      subject             = "system:serviceaccount:%s"
      audience            = ["api://AzureADTokenExchange"]
    }
"""


def one(subjects: Sequence[Subject[Any]], address: str = "") -> Subject[Any]:
    [found] = [s for s in subjects if not address or s.address == address]
    return found


def test_an_extension_is_found_by_its_type_under_any_name(observed: Observe, make: Make) -> None:
    installed = make.extension("made-by-hand", "microsoft.azureml.kubernetes")
    found = one(observed(EXTENSION % make.aks, make.cluster(), installed).extensions)

    assert (found.live.name.value, found.arm_id) == ("made-by-hand", installed["id"])


def test_another_extension_of_the_cluster_is_none_of_our_business(observed: Observe, make: Make) -> None:
    found = one(observed(EXTENSION % make.aks, make.cluster(), make.extension("flux", "microsoft.flux")).extensions)

    with pytest.raises(NotThere):
        _ = found.live


def test_an_extension_that_nobody_plans_is_found_on_a_planned_cluster(observed: Observe, make: Make) -> None:
    source = 'resource "azurerm_kubernetes_cluster" "k" {\n  name = "aks"\n  resource_group_name = "rg"\n}'
    found = one(observed(source, make.cluster(), make.extension()).extensions)

    assert (found.planned, found.exists) == (False, True)


def test_an_extension_that_azapi_installs_is_paired_alike(observed: Observe, make: Make) -> None:
    source = f"""
        resource "azapi_resource" "e" {{
          type      = "Microsoft.KubernetesConfiguration/extensions@2023-05-01"
          name      = "azureml"
          parent_id = "{make.aks}"
          body      = {{ properties = {{ extensionType = "microsoft.azureml.kubernetes" }} }}
        }}
    """
    found = one(observed(source, make.cluster(), make.extension("other-name")).extensions)

    assert (found.address, found.live.name.value) == ("azapi_resource.e", "other-name")


def test_a_compute_is_found_by_the_cluster_that_it_attaches(observed: Observe, make: Make) -> None:
    source = COMPUTE % ("c", "meant", make.mlw, f'"{make.aks}"')
    found = one(observed(source, make.workspace(), make.compute("real")).computes)

    assert found.live.name.value == "real"


def test_a_compute_takes_none_that_another_is_named_after(observed: Observe, make: Make) -> None:
    source = COMPUTE % ("a", "a", make.mlw, f'"{make.aks}"') + COMPUTE % ("b", "b", make.mlw, f'"{make.aks}"')
    computes = observed(source, make.workspace(), make.compute("b")).computes

    assert not one(computes, "azapi_resource.a").exists
    assert one(computes, "azapi_resource.b").live.name.value == "b"


def test_a_compute_of_another_cluster_is_found_by_its_name(observed: Observe, make: Make) -> None:
    source = COMPUTE % ("c", "k8s", make.mlw, f'"{make.aks}"')
    found = one(observed(source, make.workspace(), make.compute("K8S", f"{make.aks}-old")).computes)

    assert found.live.cluster_id.value.endswith("-old")


def test_a_compute_whose_cluster_is_not_known_is_not_said_to_be_missing(observed: Observe, make: Make) -> None:
    source = COMPUTE % ("c", "k8s", make.mlw, "x_y.later.id") + 'resource "x_y" "later" {}'
    world = observed(source, make.workspace(), make.compute("another"))
    found = one(world.computes, "azapi_resource.c")

    with pytest.raises(NotKnown, match="whether compute another is it"):
        _ = found.exists


def test_where_nothing_is_left_that_it_could_be_it_is_missing(observed: Observe, make: Make) -> None:
    source = COMPUTE % ("c", "k8s", make.mlw, "x_y.later.id") + 'resource "x_y" "later" {}'

    assert not one(observed(source, make.workspace()).computes).exists


def test_a_compute_of_virtual_machines_is_no_kubernetes_compute(observed: Observe, make: Make) -> None:
    machines = make.compute("vms")
    machines["properties"]["computeType"] = "AmlCompute"

    assert observed(COMPUTE % ("c", "k8s", make.mlw, f'"{make.aks}"'), make.workspace(), machines).computes[0].planned
    assert len(observed(COMPUTE % ("c", "k8s", make.mlw, f'"{make.aks}"'), make.workspace(), machines).computes) == 1


def test_a_credential_is_found_by_issuer_and_subject(observed: Observe, make: Make) -> None:
    source = CREDENTIAL % ("f", "meant", make.ml, f'"{make.issuer}"', "ns:sa")
    live = make.credential("by-hand", "system:serviceaccount:ns:sa")
    found = one(observed(source, make.cluster(), make.identity(), live).federated_credentials)

    assert found.live.name.value == "by-hand"


def test_credentials_are_paired_by_what_they_are_before_any_by_name(observed: Observe, make: Make) -> None:
    source = CREDENTIAL % ("a", "one", make.ml, f'"{make.issuer}"', "ns:a") + CREDENTIAL % (
        *("b", "two", make.ml, f'"{make.issuer}"', "ns:b"),
    )
    live = make.credential("one", "system:serviceaccount:ns:b")
    credentials = observed(source, make.identity(), live).federated_credentials

    assert not one(credentials, "azurerm_federated_identity_credential.a").exists
    assert one(credentials, "azurerm_federated_identity_credential.b").live.name.value == "one"


@pytest.mark.parametrize("subject", ["system:serviceaccount:ns:SA", "system:serviceaccount:other:sa"])
def test_a_credential_of_the_same_name_is_paired_whatever_it_says(observed: Observe, make: Make, subject: str) -> None:
    source = CREDENTIAL % ("f", "fic", make.ml, f'"{make.issuer}"', "ns:sa")
    found = one(observed(source, make.identity(), make.credential("fic", subject)).federated_credentials)

    assert found.live.subject.value == subject


def test_a_credential_of_an_identity_made_elsewhere_is_looked_for_there(observed: Observe, make: Make) -> None:
    source = CREDENTIAL % ("f", "fic", make.ml, f'"{make.issuer}"', "ns:sa")

    assert not one(observed(source, make.identity()).federated_credentials).exists


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [(Denied(permission="x/read", detail="no"), ("x/read",)), (Failed(because="timed out"), ())],
)
def test_a_list_that_could_not_be_read_is_not_an_absence(
    observed: Observe, make: Make, outcome: Denied | Failed, missing: tuple[str, ...]
) -> None:
    world = observed(EXTENSION % make.aks, make.cluster(), ends={"/extensions": outcome})

    with pytest.raises(NotKnown) as caught:
        _ = one(world.extensions).exists
    assert caught.value.missing == missing


def test_a_list_that_could_not_be_read_gives_a_subject_that_says_so(observed: Observe, make: Make) -> None:
    source = 'resource "azurerm_kubernetes_cluster" "k" {\n  name = "aks"\n  resource_group_name = "rg"\n}'
    world = observed(source, make.cluster(), ends={"/extensions": Denied(permission="x/read")})

    assert [s.label for s in world.extensions] == ["extension (extensions of aks)"]
    with pytest.raises(NotKnown):
        _ = world.extensions[0].exists


def test_what_is_below_something_that_does_not_exist_is_absent(observed: Observe, make: Make) -> None:
    assert not one(observed(EXTENSION % make.aks).extensions).exists
    assert not one(observed(COMPUTE % ("c", "k8s", make.mlw, f'"{make.aks}"')).computes).exists


def test_a_workspace_that_could_not_be_read_hides_nothing_below_it(observed: Observe, make: Make) -> None:
    source = COMPUTE % ("c", "k8s", make.mlw, f'"{make.aks}"')
    ends = {f"get {make.mlw}": Denied(permission="w/read")}
    world = observed(source, make.workspace(), make.compute(), ends=ends)

    assert one(world.computes).exists
    with pytest.raises(NotKnown):
        _ = one(world.workspaces).exists


def test_ids_in_other_letters_are_the_same_ids(observed: Observe, make: Make) -> None:
    source = COMPUTE % ("c", "k8s", make.mlw.replace("resourceGroups", "RESOURCEGROUPS"), f'"{make.aks.upper()}"')
    compute = make.compute(cluster=make.aks.lower())
    compute["id"] = compute["id"].replace("/computes/", "/Computes/")
    found = one(observed(source, make.workspace(), compute).computes)

    assert found.live.name.value == "k8s"
    assert found.live.workspace_id.value == make.mlw


def test_an_identity_that_a_live_compute_uses_is_a_subject(observed: Observe, make: Make) -> None:
    identities = {"type": "UserAssigned", "userAssignedIdentities": {make.ml: {}}}
    source = COMPUTE % ("c", "k8s", make.mlw, f'"{make.aks}"')
    world = observed(source, make.workspace(), make.compute(identity=identities), make.identity())

    assert one(world.identities).live.principal_id.value == "principal-of-ml"


def test_the_accounts_that_workspaces_and_datastores_use_are_subjects(observed: Observe, make: Make) -> None:
    source = COMPUTE % ("c", "k8s", make.mlw, f'"{make.aks}"')
    archive = make.datastore(
        "archive", "AccountKey", accountName="starchive", subscriptionId=make.group.split("/")[2], resourceGroup="rg"
    )
    world = observed(source, make.workspace(), archive, make.account(), make.account("starchive"))
    datastore = one(world.datastores)

    assert [a.name for a in world.storage_accounts] == ["st", "starchive"]
    assert world.account_behind(datastore).label == "storage account starchive"


def test_an_answer_without_properties_is_kept_and_not_known(observed: Observe, make: Make) -> None:
    bare = make.extension()
    del bare["properties"]
    source = 'resource "azurerm_kubernetes_cluster" "k" {\n  name = "aks"\n  resource_group_name = "rg"\n}'
    found = one(observed(source, make.cluster(), bare).extensions)

    with pytest.raises(NotKnown):
        _ = found.live.provisioning_state.value


def test_a_service_that_says_it_does_not_exist_is_believed(observed: Observe, make: Make) -> None:
    source = 'resource "azurerm_storage_account" "s" {\n  name = "st"\n  resource_group_name = "rg"\n}'
    world = observed(source, make.account(), ends={make.st: Absent(code="ResourceNotFound")})

    with pytest.raises(NotThere, match="storage account st does not exist"):
        _ = one(world.storage_accounts).live


def test_something_whose_name_and_group_are_not_known_is_not_looked_for(observed: Observe, make: Make) -> None:
    source = """
        resource "x_y" "later" {}
        resource "azurerm_storage_account" "s" {
          name                = x_y.later.name
          resource_group_name = x_y.later.group
        }
    """

    with pytest.raises(NotKnown):
        _ = one(observed(source, make.account()).storage_accounts, "azurerm_storage_account.s").exists


def test_ids_follow_the_subscription_of_the_provider_that_is_used(observed: Observe, make: Make) -> None:
    source = """
        provider "azurerm" {
          alias           = "hub"
          subscription_id = "11111111-2222-4333-8444-555555555555"
        }
        resource "azurerm_storage_account" "s" {
          provider            = azurerm.hub
          name                = "st"
          resource_group_name = "rg"
        }
    """

    assert one(observed(source, make.account()).storage_accounts).arm_id.split("/")[2].startswith("11111111")


def test_the_subscription_of_a_provider_may_not_be_known(observed: Observe, make: Make) -> None:
    source = """
        resource "x_y" "later" {}
        provider "azurerm" {
          alias           = "hub"
          subscription_id = x_y.later.id
        }
        resource "azurerm_storage_account" "s" {
          provider            = azurerm.hub
          name                = "st"
          resource_group_name = "rg"
        }
    """
    found = one(observed(source, make.account()).storage_accounts, "azurerm_storage_account.s")

    assert found.arm_id == ""
    with pytest.raises(NotKnown):
        _ = found.exists


UPDATE = """
    resource "azurerm_machine_learning_workspace" "w" {
      name                = "mlw"
      resource_group_name = "rg"
    }
    resource "x_y" "later" {}
    resource "azapi_update_resource" "u" {
      %s
      type = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
      body = { properties = { systemDatastoresAuthMode = "identity" } }
    }
"""


@pytest.mark.parametrize(
    "target",
    [
        "resource_id = azurerm_machine_learning_workspace.w.id",
        'name = "MLW"\n parent_id = "/subscriptions/5E0C9D1F-0000-4000-8000-000000000001/resourcegroups/RG"',
    ],
)
def test_an_update_resource_counts_for_what_it_is_about(observed: Observe, make: Make, target: str) -> None:
    assert one(observed(UPDATE % target, make.workspace()).workspaces).intent.keyless


@pytest.mark.parametrize(
    "target", ['resource_id = "/another"', "count = 0\n resource_id = azurerm_machine_learning_workspace.w.id"]
)
def test_an_update_resource_of_something_else_or_of_nothing_does_not_count(
    observed: Observe, make: Make, target: str
) -> None:
    assert not one(observed(UPDATE % target, make.workspace()).workspaces).intent.keyless


@pytest.mark.parametrize(
    "target",
    ["resource_id = x_y.later.id", "count = x_y.later.count\n resource_id = azurerm_machine_learning_workspace.w.id"],
)
def test_an_update_resource_that_may_be_about_it_leaves_it_open(observed: Observe, make: Make, target: str) -> None:
    intent = one(observed(UPDATE % target, make.workspace()).workspaces).intent

    with pytest.raises(NotKnown):
        _ = intent.keyless
