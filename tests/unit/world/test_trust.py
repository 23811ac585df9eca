from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Denied
from verifier.world import World
from verifier.world.trust import cluster_trusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

STACK = """
    resource "azurerm_kubernetes_cluster" "k" {
      name                = "aks"
      resource_group_name = "rg"
    }
    resource "azurerm_federated_identity_credential" "f" {
      name                = "fic"
      resource_group_name = "rg"
      parent_id           = "/subscriptions/5e0c9d1f-0000-4000-8000-000000000001/resourceGroups/rg/providers/%s/ml"
      issuer              = %s
      subject             = %s
      audience            = ["api://AzureADTokenExchange"]
    }
    resource "x_y" "later" {}
"""
OURS = "azurerm_kubernetes_cluster.k.oidc_issuer_url"
ACCOUNT = '"system:serviceaccount:ns:sa"'
REPO = '"repo:a/b:ref:refs/heads/main"'
ELSEWHERE = "https://westus3.oic.prod-aks.azure.com/t/another/"


def stack(issuer: str, subject: str = ACCOUNT) -> str:
    return STACK % ("Microsoft.ManagedIdentity/userAssignedIdentities", issuer, subject)


def trusted(world: World) -> str:
    cluster = cluster_trusted(world.federated_credentials[0], world.clusters)
    return cluster.name if cluster is not None else ""


def meant(world: World) -> str:
    planned = next(c for c in world.federated_credentials if c.planned)
    cluster = world.cluster_meant(planned)
    return cluster.name if cluster is not None else ""


@pytest.mark.parametrize(
    ("issuer", "subject", "name"),
    [
        (OURS, ACCOUNT, "aks"),
        ('"https://westus3.oic.prod-aks.azure.com/t/aks/"', ACCOUNT, "aks"),
        ('"https://westus3.oic.prod-aks.azure.com/t/aks"', ACCOUNT, "aks"),
        ('"https://westus3.oic.prod-aks.azure.com/t/aks/"', REPO, "aks"),
        (f'"{ELSEWHERE}"', ACCOUNT, ""),
        ('"https://token.actions.githubusercontent.com"', REPO, ""),
        ('"https://oidc.eks.eu-west-1.amazonaws.com/id/1"', ACCOUNT, ""),
    ],
)
def test_a_credential_trusts_the_cluster_whose_issuer_it_names(
    observed: Observe, make: Make, issuer: str, subject: str, name: str
) -> None:
    assert trusted(observed(stack(issuer, subject), make.cluster(), make.identity())) == name


def test_a_reference_tells_the_cluster_before_it_exists_or_when_it_cannot_be_read(
    observed: Observe, make: Make
) -> None:
    assert trusted(observed(stack(OURS), make.identity())) == "aks"
    denied = {make.aks: Denied(permission="x/read")}
    assert trusted(observed(stack(OURS), make.cluster(), make.identity(), ends=denied)) == "aks"


def test_a_literal_leaves_it_open_where_the_cluster_cannot_be_read(observed: Observe, make: Make) -> None:
    denied = {make.aks: Denied(permission="x/read")}
    world = observed(stack(f'"{make.issuer}"'), make.cluster(), make.identity(), ends=denied)

    with pytest.raises(NotKnown, match="could not be read"):
        trusted(world)


def test_a_cluster_that_does_not_say_its_issuer_leaves_it_open(observed: Observe, make: Make) -> None:
    cluster = make.cluster()
    del cluster["properties"]
    world = observed(stack(f'"{make.issuer}"'), cluster, make.identity())

    with pytest.raises(NotKnown):
        trusted(world)


def test_a_ci_system_is_none_whatever_could_not_be_read(observed: Observe, make: Make) -> None:
    denied = {make.aks: Denied(permission="x/read")}
    source = stack('"https://token.actions.githubusercontent.com"', REPO)

    assert trusted(observed(source, make.cluster(), make.identity(), ends=denied)) == ""


@pytest.mark.parametrize(("issuer", "subject"), [("x_y.later.issuer", ACCOUNT), ('"https://i/"', "x_y.later.subject")])
def test_what_is_not_known_before_apply_leaves_it_open(
    observed: Observe, make: Make, issuer: str, subject: str
) -> None:
    world = observed(stack(issuer, subject), make.cluster(), make.identity())

    with pytest.raises(NotKnown):
        trusted(world)


def test_a_live_credential_counts_by_its_own_issuer(observed: Observe, make: Make) -> None:
    source = 'resource "azurerm_user_assigned_identity" "ml" {\n  name = "ml"\n  resource_group_name = "rg"\n}'
    live = make.credential("by-hand", "system:serviceaccount:ns:sa", issuer=ELSEWHERE)
    cluster = 'resource "azurerm_kubernetes_cluster" "k" {\n  name = "aks"\n  resource_group_name = "rg"\n}\n'

    assert trusted(observed(cluster + source, make.cluster(), make.identity(), live)) == ""


def test_an_aks_issuer_that_is_nobodys_is_taken_for_an_old_one_of_the_only_cluster(
    observed: Observe, make: Make
) -> None:
    world = observed(stack(f'"{ELSEWHERE}"'), make.cluster(), make.identity())

    assert (trusted(world), meant(world)) == ("", "aks")


def test_beside_a_credential_that_trusts_the_cluster_it_is_for_another_one(observed: Observe, make: Make) -> None:
    beside = make.credential("beside", "system:serviceaccount:ns:sa")
    live = make.credential("fic", "system:serviceaccount:ns:sa", issuer=ELSEWHERE)
    world = observed(stack(f'"{ELSEWHERE}"'), make.cluster(), make.identity(), beside, live)

    assert meant(world) == ""


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [
        ('"https://oidc.eks.eu-west-1.amazonaws.com/id/1"', ACCOUNT),
        (f'"{ELSEWHERE}"', REPO),
    ],
)
def test_an_issuer_of_another_sort_is_not_taken_for_the_clusters(
    observed: Observe, make: Make, issuer: str, subject: str
) -> None:
    assert meant(observed(stack(issuer, subject), make.cluster(), make.identity())) == ""


def test_of_several_clusters_none_is_taken_for_the_one_that_was_meant(observed: Observe, make: Make) -> None:
    another = 'resource "azurerm_kubernetes_cluster" "b" {\n  name = "b"\n  resource_group_name = "rg"\n}\n'
    world = observed(
        another + stack(f'"{ELSEWHERE}"'), make.cluster(), make.cluster("b", "https://b/"), make.identity()
    )

    assert meant(world) == ""
