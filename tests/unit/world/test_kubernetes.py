from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Denied
from verifier.world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

CLUSTER = 'resource "azurerm_kubernetes_cluster" "%s" {\n  name = "%s"\n  resource_group_name = "rg"\n}\n'
COMPUTE = """
    resource "azapi_resource" "%s" {
      type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
      name      = "%s"
      parent_id = "%s"
      body = { properties = {
        computeType = "Kubernetes"
        resourceId  = azurerm_kubernetes_cluster.%s.id
        properties  = { namespace = "%s" }
      } }
    }
"""
CREDENTIAL = """
    resource "azurerm_federated_identity_credential" "f" {
      name                = "fic"
      resource_group_name = "rg"
      parent_id           = "%s"
      issuer              = azurerm_kubernetes_cluster.aks.oidc_issuer_url
      subject             = "system:serviceaccount:%s"
      audience            = ["api://AzureADTokenExchange"]
    }
"""
AKS = CLUSTER % ("aks", "aks")
TWO = AKS + CLUSTER % ("two", "two")


def compute(make: Make, name: str = "k8s", cluster: str = "aks", namespace: str = "azureml") -> str:
    return COMPUTE % (name, name, make.mlw, cluster, namespace)


def namespaces(world: World) -> list[str]:
    return [n.name for n in world.namespaces]


def test_the_namespace_of_a_planned_compute_is_looked_for(observed: Observe, make: Make) -> None:
    world = observed(AKS + compute(make), make.cluster(), make.workspace(), make.kubernetes("Namespace", "other"))

    assert namespaces(world) == ["azureml"]
    assert not world.namespaces[0].exists


def test_names_in_kubernetes_keep_their_letters(observed: Observe, make: Make) -> None:
    world = observed(AKS + compute(make), make.cluster(), make.workspace(), make.kubernetes("Namespace", "AzureML"))

    assert not world.namespaces[0].exists


def test_a_live_computes_namespace_is_looked_for_too(observed: Observe, make: Make) -> None:
    live = make.compute(namespace="moved")
    world = observed(AKS + compute(make), make.cluster(), make.workspace(), live)

    assert namespaces(world) == ["azureml", "moved"]


def test_a_compute_on_another_cluster_has_its_namespace_there(observed: Observe, make: Make) -> None:
    other = make.compute("other", cluster=make.aks + "-other", namespace="elsewhere")
    world = observed(AKS + compute(make), make.cluster(), make.workspace(), make.compute(), other)

    assert namespaces(world) == ["azureml"]
    assert world.is_azuremls("azureml", "default")
    assert not world.is_azuremls("elsewhere", "default")


@pytest.mark.parametrize(
    ("namespace", "name", "own"),
    [
        ("azureml", "training", True),
        ("jobs", "default", True),
        ("jobs", "pilot-runner", False),
        ("robotics", "default", False),
    ],
)
def test_an_application_may_share_the_namespace_of_a_compute(
    observed: Observe, make: Make, namespace: str, name: str, own: bool
) -> None:
    world = observed(AKS + compute(make, namespace="jobs"), make.cluster(), make.workspace())

    assert world.is_azuremls(namespace, name) is own


def test_of_several_clusters_that_are_used_it_is_not_known_which_was_read(observed: Observe, make: Make) -> None:
    source = TWO + compute(make) + compute(make, "b", "two", "jobs")
    objects = make.kubernetes("Namespace", "azureml"), make.kubernetes("Namespace", "jobs")
    world = observed(source, make.cluster(), make.cluster("two", "https://two/"), make.workspace(), *objects)

    assert namespaces(world) == ["azureml", "jobs"]
    for namespace in world.namespaces:
        with pytest.raises(NotKnown, match="several clusters"):
            _ = namespace.exists


def test_a_cluster_that_nothing_of_azure_ml_uses_changes_nothing(observed: Observe, make: Make) -> None:
    objects = (make.kubernetes("Namespace", "azureml"),)
    world = observed(
        TWO + compute(make), make.cluster(), make.cluster("two", "https://two/"), make.workspace(), *objects
    )

    assert world.namespaces[0].exists


def test_a_list_that_was_refused_is_not_an_absence(observed: Observe, make: Make) -> None:
    ends = {"list /api/v1/namespaces": Denied(permission="list namespaces")}
    world = observed(AKS + compute(make), make.cluster(), make.workspace(), ends=ends)

    with pytest.raises(NotKnown) as caught:
        _ = world.namespaces[0].exists
    assert caught.value.missing == ("list namespaces",)


def accounts(world: World) -> dict[str, bool]:
    return {s.name: s.exists for s in world.service_accounts}


def test_the_service_account_that_a_credential_names_is_looked_for(observed: Observe, make: Make) -> None:
    source = AKS + CREDENTIAL % (make.ml, "ns:sa")
    sa = make.kubernetes("ServiceAccount", "sa", "ns", client_id="c")

    assert accounts(observed(source, make.cluster(), make.identity(), sa)) == {"ns/sa": True}
    assert accounts(observed(source, make.cluster(), make.identity())) == {"ns/sa": False}


def test_one_that_differs_by_case_is_another_and_is_told(observed: Observe, make: Make) -> None:
    source = AKS + CREDENTIAL % (make.ml, "ns:Sa")
    world = observed(source, make.cluster(), make.identity(), make.kubernetes("ServiceAccount", "sa", "ns"))

    assert accounts(world) == {"ns/Sa": False}
    assert world.service_account_but_for_case("ns", "Sa") == "ns/sa"


def test_annotated_service_accounts_beside_it_are_subjects_too(observed: Observe, make: Make) -> None:
    source = AKS + CREDENTIAL % (make.ml, "ns:sa")
    beside = make.kubernetes("ServiceAccount", "b", "ns", client_id="c"), make.kubernetes("ServiceAccount", "x", "ns")

    assert accounts(observed(source, make.cluster(), make.identity(), *beside)) == {"ns/b": True, "ns/sa": False}


def test_service_accounts_that_could_not_be_listed_give_a_subject_that_says_so(observed: Observe, make: Make) -> None:
    ends = {"serviceaccounts": Denied(permission="list serviceaccounts")}
    world = observed(AKS + compute(make), make.cluster(), make.workspace(), ends=ends)

    assert [s.name for s in world.service_accounts] == ["(service accounts of azureml)"]
    with pytest.raises(NotKnown):
        _ = world.service_accounts[0].exists


def test_a_credential_of_another_cluster_names_nothing_here(observed: Observe, make: Make) -> None:
    elsewhere = make.credential("other", "system:serviceaccount:else:where", issuer="https://another/")
    world = observed(AKS + CREDENTIAL % (make.ml, "ns:sa"), make.cluster(), make.identity(), elsewhere)

    assert [s.name for s in world.service_accounts] == ["ns/sa"]


def test_while_the_issuer_cannot_be_told_its_service_account_stays_in_question(observed: Observe, make: Make) -> None:
    by_hand = make.credential("by-hand", "system:serviceaccount:ns:other")
    ends = {f"get {make.aks}": Denied(permission="x/read")}
    world = observed(AKS + CREDENTIAL % (make.ml, "ns:sa"), make.cluster(), make.identity(), by_hand, ends=ends)

    assert [s.name for s in world.service_accounts] == ["ns/other", "ns/sa"]


def test_the_identities_that_trust_a_service_account_are_found_by_its_credentials(
    observed: Observe, make: Make
) -> None:
    live = make.credential("fic", "system:serviceaccount:ns:sa")
    world = observed(AKS + CREDENTIAL % (make.ml, "ns:sa"), make.cluster(), make.identity(), live)

    assert [i.name for i in world.identities_trusting("ns", "sa")] == ["ml"]
    assert world.identities_trusting("ns", "other") == ()


def test_credentials_that_could_not_be_listed_may_hold_more(observed: Observe, make: Make) -> None:
    source = AKS + 'resource "azurerm_user_assigned_identity" "ml" {\n  name = "ml"\n  resource_group_name = "rg"\n}'
    ends = {"federatedIdentityCredentials": Denied(permission="f/read")}
    world = observed(source, make.cluster(), make.identity(), ends=ends)

    with pytest.raises(NotKnown):
        world.refuse_unread_credentials()
