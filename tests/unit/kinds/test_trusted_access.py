from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.kinds.trusted_access import TRUSTED_ACCESS, WORKLOAD_ROLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

WORKSPACE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
AZURERM = """
    resource "azurerm_kubernetes_cluster_trusted_access_role_binding" "b" {
      name                  = "b"
      kubernetes_cluster_id = "/c"
      source_resource_id    = "%s"
      roles                 = ["%s"]
    }
"""
AZAPI = """
    resource "azapi_resource" "b" {
      type      = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-01-01"
      name      = "b"
      parent_id = "/c"
      body      = { properties = { sourceResourceId = "%s", roles = ["%s"] } }
    }
"""


@pytest.mark.parametrize("source", [AZURERM, AZAPI])
@pytest.mark.parametrize(
    ("workspace", "role", "let_in"),
    [
        (WORKSPACE, WORKLOAD_ROLE, True),
        (WORKSPACE.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), WORKLOAD_ROLE.lower(), True),
        (WORKSPACE + "2", WORKLOAD_ROLE, False),
        (WORKSPACE, "Microsoft.MachineLearningServices/workspaces/inference-v1", False),
    ],
)
def test_a_binding_lets_in_the_workspace_that_it_names(
    state: State, source: str, workspace: str, role: str, let_in: bool
) -> None:
    binding = state(TRUSTED_ACCESS, source % (workspace, role))

    assert binding.cluster_id.value == "/c"
    assert binding.lets_in(WORKSPACE) is let_in


def test_whom_a_live_binding_lets_in_is_never_guessed(serve: Serve) -> None:
    binding = serve(
        TRUSTED_ACCESS, {"name": "b", "properties": {"roles": [WORKLOAD_ROLE]}}, "/c/trustedAccessRoleBindings/b"
    )

    with pytest.raises(NotKnown):
        binding.lets_in(WORKSPACE)


def test_roles_compare_without_regard_to_case_or_order() -> None:
    same = TRUSTED_ACCESS.compares["roles"]

    assert same((WORKLOAD_ROLE, "Microsoft.X/y/z"), ("microsoft.x/Y/z", WORKLOAD_ROLE.lower()))
    assert not same((WORKLOAD_ROLE,), ())
