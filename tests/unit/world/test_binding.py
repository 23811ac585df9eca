from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from verifier.hcl.values import JSON, Unknown
from verifier.terraform.bound import Following
from verifier.terraform.configuration import load
from verifier.terraform.plan import StaticPlan
from verifier.world import World
from verifier.world.binding import with_ids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe, Plan

STACK = """
    resource "azurerm_kubernetes_cluster" "k" {
      name                = "aks"
      resource_group_name = "rg"
    }
    resource "azurerm_user_assigned_identity" "ml" {
      name                = "ml"
      resource_group_name = "rg"
    }
    output "issuer" { value = azurerm_kubernetes_cluster.k.oidc_issuer_url }
    output "principal" { value = azurerm_user_assigned_identity.ml.principal_id }
    output "template" { value = "issuer: ${azurerm_kubernetes_cluster.k.oidc_issuer_url}." }
    output "json" { value = jsonencode({ p = azurerm_user_assigned_identity.ml.principal_id }) }
    output "fqdn" { value = azurerm_kubernetes_cluster.k.fqdn }
    output "id" { value = azurerm_kubernetes_cluster.k.id }
"""


def output(world: World, name: str) -> Any:
    return world.plan.outputs[name].content


def test_ids_follow_from_names_before_anything_exists(planned: Plan, make: Make) -> None:
    assert planned(STACK).outputs["id"].content == make.aks


def test_ids_rest_on_ids_as_deep_as_azure_nests_them(planned: Plan, make: Make) -> None:
    plan = planned("""
        resource "azurerm_resource_group" "rg" {
          name = "rg"
        }
        resource "azapi_resource" "w" {
          type      = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
          name      = "mlw"
          parent_id = azurerm_resource_group.rg.id
        }
        resource "azapi_resource" "c" {
          type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
          name      = "k8s"
          parent_id = azapi_resource.w.id
        }
        output "id" { value = azapi_resource.c.id }
    """)

    assert plan.outputs["id"].content == f"{make.mlw}/computes/k8s"


def test_ids_that_rest_on_ids_take_one_evaluation(write: Callable[..., Path], make: Make) -> None:
    configuration = load(
        write("""
            resource "azurerm_resource_group" "rg" {
              name = "rg"
            }
            resource "azurerm_kubernetes_cluster" "k" {
              name                = "aks"
              resource_group_name = azurerm_resource_group.rg.name
            }
            resource "azurerm_kubernetes_cluster_node_pool" "gpu" {
              for_each              = toset(["a", "b"])
              name                  = each.key
              kubernetes_cluster_id = azurerm_kubernetes_cluster.k.id
            }
            output "pools" { value = [for pool in azurerm_kubernetes_cluster_node_pool.gpu : pool.id] }
        """)
    )
    evaluations: list[StaticPlan] = []

    def replan(bound: Mapping[str, JSON], /, following: Following) -> StaticPlan:
        evaluations.append(configuration.plan(bound, following))
        return evaluations[-1]

    plan = with_ids(replan, make.aks.split("/")[2])

    assert [pool.content for pool in plan.outputs["pools"].content] == [
        f"{make.aks}/agentPools/a",
        f"{make.aks}/agentPools/b",
    ]
    assert len(evaluations) == 1


def test_an_id_in_a_subscription_made_from_another_id_is_found_too(planned: Plan) -> None:
    plan = planned("""
        resource "azurerm_resource_group" "rg" {
          name = "rg"
        }
        provider "azurerm" {
          alias           = "other"
          subscription_id = "sub-of-${basename(azurerm_resource_group.rg.id)}"
        }
        resource "azurerm_user_assigned_identity" "ml" {
          provider            = azurerm.other
          name                = "ml"
          resource_group_name = "rg"
        }
        output "id" { value = azurerm_user_assigned_identity.ml.id }
    """)

    assert str(plan.outputs["id"].content).startswith("/subscriptions/sub-of-rg/")


def test_an_issuer_and_a_principal_bind_from_live_and_what_derives_from_them_is_known(
    observed: Observe, make: Make
) -> None:
    world = observed(STACK, make.cluster(), make.identity())

    assert output(world, "issuer") == make.issuer
    assert output(world, "principal") == "principal-of-ml"
    assert output(world, "template") == f"issuer: {make.issuer}."
    assert output(world, "json") == '{"p":"principal-of-ml"}'


def test_nothing_binds_that_live_does_not_have(observed: Observe, make: Make) -> None:
    world = observed(STACK, make.cluster())

    assert isinstance(output(world, "fqdn"), Unknown)
    assert isinstance(output(world, "principal"), Unknown)
    assert isinstance(output(world, "json"), Unknown)


@pytest.mark.parametrize("empty", [None, "", 7])
def test_an_empty_or_odd_value_does_not_bind(observed: Observe, make: Make, empty: Any) -> None:
    cluster = make.cluster()
    cluster["properties"]["oidcIssuerProfile"]["issuerURL"] = empty

    assert isinstance(output(observed(STACK, cluster), "issuer"), Unknown)


def test_what_the_source_says_itself_is_never_overwritten(observed: Observe, make: Make) -> None:
    source = 'resource "azurerm_user_assigned_identity" "ml" {\n  name = "ml"\n  resource_group_name = "rg"\n  %s\n}\n'
    shown = 'output "o" {\n  value = azurerm_user_assigned_identity.ml.client_id\n}\n'
    world = observed(source % 'client_id = "said"' + shown, make.identity())

    assert output(world, "o") == "said"


AZAPI = """
    resource "azapi_resource" "ml" {
      type      = "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31"
      name      = "ml"
      parent_id = "/subscriptions/5e0c9d1f-0000-4000-8000-000000000001/resourceGroups/rg"
    }
    output "principal" { value = %s }
"""


def test_azapis_output_binds_where_it_is_read_as_an_object(observed: Observe, make: Make) -> None:
    world = observed(AZAPI % "azapi_resource.ml.output.properties.principalId", make.identity())

    assert output(world, "principal") == "principal-of-ml"


def test_azapis_output_stays_a_string_where_it_is_read_as_one(observed: Observe, make: Make) -> None:
    world = observed(AZAPI % "jsondecode(azapi_resource.ml.output).properties.principalId", make.identity())

    assert isinstance(output(world, "principal"), Unknown)
    assert world.plan.complete


def test_what_a_condition_hides_binds_when_the_condition_is_known(observed: Observe, make: Make) -> None:
    either = """
        output "either" {
          value = azurerm_kubernetes_cluster.k.fqdn == "" ? "" : azapi_resource.ml.output.properties.principalId
        }
    """
    cluster = make.cluster()
    cluster["properties"]["fqdn"] = "aks.example"
    world = observed(STACK + either + AZAPI.partition("output")[0], cluster, make.identity())

    assert output(world, "either") == "principal-of-ml"


LOOKED_UP = """
    data "azurerm_resource_group" "rg" {
      name = "rg"
    }
    data "azurerm_kubernetes_cluster" "k" {
      name                = "aks"
      resource_group_name = data.azurerm_resource_group.rg.name
    }
    data "azurerm_user_assigned_identity" "ml" {
      name                = "ml"
      resource_group_name = data.azurerm_resource_group.rg.name
    }
    data "azurerm_client_config" "me" {}
    data "azurerm_subscription" "this" {}
    resource "azurerm_federated_identity_credential" "f" {
      name                = "fic"
      resource_group_name = "rg"
      parent_id           = data.azurerm_user_assigned_identity.ml.id
      issuer              = data.azurerm_kubernetes_cluster.k.oidc_issuer_url
      subject             = "system:serviceaccount:ns:sa"
      audience            = ["api://AzureADTokenExchange"]
    }
    output "group" { value = data.azurerm_resource_group.rg.id }
    output "mine" { value = data.azurerm_client_config.me.subscription_id }
    output "this" { value = data.azurerm_subscription.this.id }
    output "tenant" { value = data.azurerm_client_config.me.tenant_id }
"""


def test_what_data_sources_look_up_follows_from_names_or_is_read(observed: Observe, make: Make) -> None:
    live = make.credential("fic", "system:serviceaccount:ns:sa")
    world = observed(LOOKED_UP, make.cluster(), make.identity(), live)

    assert output(world, "group") == make.group
    assert output(world, "mine") == make.group.split("/")[2]
    assert output(world, "this") == make.group.rpartition("/resourceGroups")[0]
    assert isinstance(output(world, "tenant"), Unknown)
    assert world.federated_credentials[0].intent.issuer.value == make.issuer


def test_offline_no_subscription_is_made_up(write: Any) -> None:
    from verifier.config import Options, settings
    from verifier.world.observe import observe

    world = observe(settings(Options(root=write(LOOKED_UP), offline=True), {}))

    assert isinstance(output(world, "mine"), Unknown)
    assert isinstance(output(world, "this"), Unknown)


def test_the_run_tells_what_it_bound_and_from_where(observed: Observe, make: Make) -> None:
    source = STACK + CREDENTIAL
    world = observed(source, make.cluster(), make.identity())

    assert [(b.address, b.value) for b in world.bound] == [
        ("azurerm_kubernetes_cluster.k.oidc_issuer_url", make.issuer)
    ]
    assert make.aks in world.bound[0].source


CREDENTIAL = """
    resource "azurerm_federated_identity_credential" "f" {
      name                = "fic"
      resource_group_name = "rg"
      parent_id           = azurerm_user_assigned_identity.ml.id
      issuer              = azurerm_kubernetes_cluster.k.oidc_issuer_url
      subject             = "system:serviceaccount:ns:sa"
      audience            = ["api://AzureADTokenExchange"]
    }
"""
