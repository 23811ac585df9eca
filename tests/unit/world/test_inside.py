"""Of which cluster Kubernetes is read: the one that Azure ML is put on, every one that it can be, or none yet."""

from __future__ import annotations

from pathlib import Path

from verifier.terraform.configuration import load
from verifier.world.binding import with_ids
from verifier.world.pairing import Intended
from verifier.world.targets import targets_of

CLUSTERS = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters"


def cluster(label: str, name: str = "") -> str:
    said = name or f'"aks-{label}"'
    return f"""
resource "azurerm_kubernetes_cluster" "{label}" {{
  name                = {said}
  resource_group_name = "rg"
}}
"""


def extension(label: str, on: str) -> str:
    return f"""
resource "azurerm_kubernetes_cluster_extension" "{label}" {{
  name           = "azureml"
  extension_type = "Microsoft.AzureML.Kubernetes"
  cluster_id     = {on}
}}
"""


CREDENTIAL = """
resource "azurerm_user_assigned_identity" "ml" {
  name                = "id-ml"
  resource_group_name = "rg"
}
resource "azurerm_federated_identity_credential" "ml" {
  name      = "ml"
  parent_id = azurerm_user_assigned_identity.ml.id
  issuer    = azurerm_kubernetes_cluster.b.oidc_issuer_url
  subject   = "system:serviceaccount:azureml:default"
  audience  = ["api://AzureADTokenExchange"]
}
"""
RANDOM = 'resource "random_pet" "name" {}\n'


def inside(root: Path, *parts: str) -> tuple[str, ...]:
    (root / "main.tf").write_text("".join(parts), encoding="utf-8")
    configuration = load(root)
    plan = with_ids(configuration.plan, "s")
    return targets_of(Intended(plan=plan, subscription="s")).inside


def test_it_is_the_only_one_that_is_planned(tmp_path: Path) -> None:
    assert inside(tmp_path, cluster("a")) == (f"{CLUSTERS}/aks-a",)


def test_it_is_the_one_that_the_extension_is_on_and_not_the_others(tmp_path: Path) -> None:
    on = extension("ml", "azurerm_kubernetes_cluster.b.id")
    assert inside(tmp_path, cluster("a"), cluster("b"), on) == (f"{CLUSTERS}/aks-b",)


def test_it_is_the_one_that_a_credential_trusts(tmp_path: Path) -> None:
    assert inside(tmp_path, cluster("a"), cluster("b"), CREDENTIAL) == (f"{CLUSTERS}/aks-b",)


def test_it_can_be_one_that_another_configuration_makes(tmp_path: Path) -> None:
    assert inside(tmp_path, cluster("a"), extension("ml", f'"{CLUSTERS}/other"')) == (f"{CLUSTERS}/other",)


def test_it_can_be_each_of_several_that_are_used(tmp_path: Path) -> None:
    on = (extension(x, f"azurerm_kubernetes_cluster.{x}.id") for x in "ab")
    assert inside(tmp_path, cluster("a"), cluster("b"), *on) == (f"{CLUSTERS}/aks-a", f"{CLUSTERS}/aks-b")


def test_it_is_not_said_as_long_as_a_planned_one_has_no_name(tmp_path: Path) -> None:
    unnamed = cluster("b", "random_pet.name.id")
    assert inside(tmp_path, RANDOM, unnamed) == ()
    assert inside(tmp_path, RANDOM, unnamed, cluster("a")) == ()
    on = extension("ml", "azurerm_kubernetes_cluster.b.id")
    assert inside(tmp_path, RANDOM, unnamed, cluster("a"), on) == ()


def test_another_without_a_name_does_not_matter_where_a_named_one_is_used(tmp_path: Path) -> None:
    on = extension("ml", "azurerm_kubernetes_cluster.a.id")
    assert inside(tmp_path, RANDOM, cluster("b", "random_pet.name.id"), cluster("a"), on) == (f"{CLUSTERS}/aks-a",)


def test_a_configuration_without_a_cluster_says_none(tmp_path: Path) -> None:
    assert inside(tmp_path, RANDOM) == ()
