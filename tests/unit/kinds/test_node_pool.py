from __future__ import annotations

import pytest

from verifier.kinds.cluster import CLUSTER
from verifier.kinds.fact import NotKnown
from verifier.kinds.node_pool import NODE_POOL
from verifier.kinds.served import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import State

POOL = 'resource "azurerm_kubernetes_cluster_node_pool" "p" {\n  name = "gpu"\n  vm_size = "Standard_D4s_v5"\n  %s\n}'
AZAPI = """
    resource "azapi_resource" "k" {
      type = "Microsoft.ContainerService/managedClusters@2025-01-01"
      name = "k"
      body = %s
    }
"""
TWO = '[{ name = "a", count = 2 }, { name = "b", nodeLabels = { x = "y" } }]'
PROFILES = f"{{ properties = {{ agentPoolProfiles = {TWO} }} }}"


@pytest.mark.parametrize(
    ("source", "most"),
    [
        ("node_count = 2", 2),
        ("auto_scaling_enabled = true\n  min_count = 0\n  max_count = 4", 4),
        ("enable_auto_scaling = true\n  max_count = 5\n  node_count = 1", 5),
        ("auto_scaling_enabled = false\n  max_count = 4\n  node_count = 0", 0),
        ('node_count = "3"', 3),
    ],
)
def test_a_pool_has_at_most_what_it_scales_to_or_counts(state: State, source: str, most: int) -> None:
    assert state(NODE_POOL, POOL % source).most_nodes.value == most


def test_a_count_that_nobody_says_is_not_known(state: State) -> None:
    with pytest.raises(NotKnown, match="left to the service"):
        state(NODE_POOL, POOL % "").most_nodes.value  # noqa: B018 - it raises


def test_whether_it_scales_may_be_not_known(state: State) -> None:
    source = 'resource "terraform_data" "t" {}\n' + POOL % 'auto_scaling_enabled = terraform_data.t.id == "x"'

    with pytest.raises(NotKnown):
        state(NODE_POOL, source).most_nodes  # noqa: B018 - it raises


@pytest.mark.parametrize(
    ("source", "taints"),
    [
        ('node_taints = ["sku=gpu:NoSchedule"]', ("sku=gpu:NoSchedule",)),
        ('priority = "Spot"', ("kubernetes.azure.com/scalesetpriority=spot:NoSchedule",)),
        (
            'priority = "Spot"\n  node_taints = ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]',
            ("kubernetes.azure.com/scalesetpriority=spot:NoSchedule",),
        ),
    ],
)
def test_aks_taints_spot_nodes_whether_said_or_not(state: State, source: str, taints: tuple[str, ...]) -> None:
    assert state(NODE_POOL, POOL % source).all_taints == taints


def test_the_default_pool_is_the_clusters_own(state: State) -> None:
    source = """
        resource "azurerm_kubernetes_cluster" "k" {
          name = "k"
          default_node_pool {
            name                         = "system"
            node_count                   = 3
            only_critical_addons_enabled = true
            node_labels                  = { team = "arm" }
          }
        }
    """

    [own] = state(CLUSTER, source).pools.value

    assert (own.name.value, own.most_nodes.value) == ("system", 3)
    assert own.all_taints == ("CriticalAddonsOnly=true:NoSchedule",)
    assert own.labels.value == {"team": "arm"}


@pytest.mark.parametrize("body", [PROFILES, f"jsonencode({PROFILES})"])
def test_an_azapi_cluster_has_its_pools_in_its_body(state: State, body: str) -> None:
    first, second = state(CLUSTER, AZAPI % body).pools.value

    assert (first.name.value, first.most_nodes.value) == ("a", 2)
    assert (second.name.value, second.labels.value) == ("b", {"x": "y"})


def test_pools_that_are_not_known_are_not_none(state: State) -> None:
    source = 'resource "terraform_data" "t" {}\n' + AZAPI % (
        "{ properties = { agentPoolProfiles = jsondecode(terraform_data.t.id) } }"
    )

    with pytest.raises(NotKnown):
        state(CLUSTER, source).pools.value  # noqa: B018 - it raises


@pytest.mark.parametrize(
    ("size", "cores"),
    [
        ("Standard_D8s_v5", 8),
        ("Standard_NC4as_T4_v3", 4),
        ("standard_nd96amsr_a100_v4", 96),
        ("Standard_E8-4s_v5", 4),
        ("Standard_DS3_v2", None),
        ("Standard_NC6", None),
        ("", None),
    ],
)
def test_the_cores_of_a_size_are_told_where_its_name_tells_them(size: str, cores: int | None) -> None:
    pool = NODE_POOL.from_document(Document({"name": "p", "properties": {"vmSize": size}}, "/c/agentPools/p"))

    assert pool.cores == cores


@pytest.mark.parametrize(
    ("source", "anyway"),
    [(POOL % "", True), (POOL % 'priority = "Regular"', False), (POOL % "priority = null", True)],
)
def test_azurerm_sets_the_priority_that_nobody_says(state: State, source: str, anyway: bool) -> None:
    assert state(NODE_POOL, source).priority.set_anyway is anyway


def test_azapi_leaves_alone_what_it_is_not_told(state: State) -> None:
    assert [pool.priority.set_anyway for pool in state(CLUSTER, AZAPI % PROFILES).pools.value] == [False, False]


@pytest.mark.parametrize(
    ("says", "fixed", "scaled"),
    [
        ("node_count = 3", True, False),
        ("node_count = 3\n  auto_scaling_enabled = true\n  max_count = 4", False, True),
    ],
)
def test_a_number_of_nodes_is_fixed_or_scaled(state: State, says: str, fixed: bool, scaled: bool) -> None:
    pool = state(NODE_POOL, POOL % says)

    assert (pool.fixed_count is not None, pool.fewest is not None, pool.most is not None) == (fixed, scaled, scaled)


@pytest.mark.parametrize(("state_code", "fixed"), [("Running", True), ("Stopped", False)])
def test_a_stopped_pool_has_no_number_of_nodes_to_speak_of(state_code: str, fixed: bool) -> None:
    body = {"properties": {"count": 0, "powerState": {"code": state_code}}}

    assert (NODE_POOL.from_document(Document(body, "/x")).fixed_count is not None) is fixed
