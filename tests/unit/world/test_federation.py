from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.kinds.federation import federation
from verifier.live.documents import Denied
from verifier.world.federation import (
    accounts_annotated_for,
    foreign_credentials,
    live_credentials,
    namespaces_known,
    planned_credentials,
)
from verifier.world.training import training

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

STACK = """
    resource "azurerm_user_assigned_identity" "ml" {
      name                = "ml"
      resource_group_name = "rg"
    }
    resource "azurerm_user_assigned_identity" "random" {
      name                = "ml-${terraform_data.later.id}"
      resource_group_name = "rg"
    }
    resource "terraform_data" "later" {}
    resource "azurerm_federated_identity_credential" "f" {
      %s
      name                = "fic"
      resource_group_name = "rg"
      parent_id           = %s
      issuer              = "https://westus3.oic.prod-aks.azure.com/t/aks/"
      subject             = "system:serviceaccount:ns:sa"
      audience            = ["api://AzureADTokenExchange"]
    }
"""
OF_ML = STACK % ("", "azurerm_user_assigned_identity.ml.id")
NAMED = OF_ML.replace("ml-${terraform_data.later.id}", "random")


def test_the_documented_limits_say_where_they_were_read() -> None:
    assert federation().most_credentials == 20
    assert federation().audiences[0] == "api://AzureADTokenExchange"
    assert federation().source.startswith("https://learn.microsoft.com/")
    assert len(federation().date) == 10


@pytest.mark.parametrize(
    ("count", "parent", "of_ml", "of_random"),
    [
        ("", "azurerm_user_assigned_identity.ml.id", 1, 0),
        ("count = 3", "azurerm_user_assigned_identity.ml.id", 3, 0),
        ("count = 0", "azurerm_user_assigned_identity.ml.id", 0, 0),
        ("", "azurerm_user_assigned_identity.random.id", 0, 1),
    ],
)
def test_planned_credentials_are_counted_for_the_identity_that_they_are_of(
    offline: Observe, count: str, parent: str, of_ml: int, of_random: int
) -> None:
    world = offline(STACK % (count, parent))
    by_name = {i.address.rpartition(".")[2]: i for i in world.identities}

    assert len(planned_credentials(world, by_name["ml"])) == of_ml
    assert len(planned_credentials(world, by_name["random"])) == of_random


@pytest.mark.parametrize(
    ("count", "parent"),
    [
        ('count = terraform_data.later.id == "x" ? 1 : 0', "azurerm_user_assigned_identity.ml.id"),
        ("", "terraform_data.later.id"),
    ],
)
def test_a_credential_that_may_be_the_identitys_leaves_the_number_open(
    offline: Observe, count: str, parent: str
) -> None:
    world = offline(STACK % (count, parent))
    ml = next(i for i in world.identities if i.address.endswith(".ml"))

    with pytest.raises(NotKnown, match="not known before apply"):
        planned_credentials(world, ml)


def test_what_only_azure_has_is_foreign(observed: Observe, make: Make) -> None:
    planned = make.credential("fic", "system:serviceaccount:ns:sa")
    hand = make.credential("hand", "system:serviceaccount:ns:other")
    world = observed(NAMED, make.identity(), planned, hand)
    ml = next(i for i in world.identities if i.name == "ml")

    assert sorted(c.name for c in live_credentials(world, ml)) == ["fic", "hand"]
    assert [c.name for c in foreign_credentials(world)] == ["hand"]


def test_a_list_that_was_refused_hides_what_is_foreign(observed: Observe, make: Make) -> None:
    listed = f"list {make.ml}/federatedIdentityCredentials"
    world = observed(NAMED, make.identity(), ends={listed: Denied(permission="fic/read")})
    ml = next(i for i in world.identities if i.name == "ml")

    with pytest.raises(NotKnown):
        live_credentials(world, ml)
    [unread] = foreign_credentials(world)
    with pytest.raises(NotKnown):
        _ = unread.live


def test_the_configuration_knows_what_it_makes_looks_up_and_installs_into(offline: Observe) -> None:
    world = offline(
        """
        resource "kubernetes_namespace_v1" "made" {
          metadata {
            name = "made"
          }
        }
        data "kubernetes_namespace_v1" "found" {
          metadata {
            name = "found"
          }
        }
        resource "helm_release" "chart" {
          name      = "argocd"
          namespace = "argocd"
        }
        """
    )

    assert namespaces_known(world) >= {"made", "found", "argocd", "default", "kube-system"}


def test_an_account_is_annotated_for_the_identity_whose_client_id_it_takes(offline: Observe) -> None:
    world = offline(
        OF_ML
        + """
        resource "kubernetes_service_account_v1" "a" {
          metadata {
            name        = "a"
            namespace   = "ns"
            annotations = { "azure.workload.identity/client-id" = azurerm_user_assigned_identity.ml.client_id }
          }
        }
        resource "kubernetes_service_account_v1" "b" {
          metadata {
            name      = "b"
            namespace = "ns"
          }
        }
        resource "kubernetes_annotations" "c" {
          api_version = "v1"
          kind        = "ServiceAccount"
          metadata {
            name      = "c"
            namespace = "ns"
          }
          annotations = { "azure.workload.identity/client-id" = azurerm_user_assigned_identity.ml.client_id }
        }
        """
    )
    by_name = {i.address.rpartition(".")[2]: i for i in world.identities}

    assert list(accounts_annotated_for(world, by_name["ml"])) == [("ns", "a"), ("ns", "c")]
    assert list(accounts_annotated_for(world, by_name["random"])) == []


def test_training_jobs_are_taken_for_documented_until_somebody_says_otherwise(offline: Observe) -> None:
    assert not training(offline(OF_ML)).federated
