from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.compute import COMPUTE, InstanceType, as_instance_type, wrong_in_name
from verifier.kinds.fact import NotKnown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZAPI = """
    resource "azapi_resource" "c" {
      type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
      name      = "c"
      parent_id = "/w"
      %s
    }
    resource "x_y" "later" {}
"""
BODY = """
      body = {
        properties = {
          computeType = "Kubernetes"
          resourceId  = "/aks"
          properties  = { namespace = "jobs" }
        }
      }
"""
SOURCE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/computes/c"


def identity(compute: Any) -> tuple[str, tuple[str, ...]]:
    return compute.identity_type.value, compute.identity_ids.value


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (BODY, ("", ())),
        (BODY + '\nidentity {\n type = "SystemAssigned"\n}', ("SystemAssigned", ())),
        (BODY + '\nidentity {\n type = "UserAssigned"\n identity_ids = ["/id"]\n}', ("UserAssigned", ("/id",))),
        (BODY + '\nidentity = {\n type = "UserAssigned"\n identity_ids = ["/id"]\n}', ("UserAssigned", ("/id",))),
        (BODY + '\nidentity {\n type = "None"\n}', ("", ())),
        ('body = { identity = { type = "SystemAssigned" } }', ("SystemAssigned", ())),
        ('body = { identity = { type = "none" } }', ("", ())),
        (
            'body = { identity = { type = "UserAssigned", userAssignedIdentities = { "/id" = {} } } }',
            ("UserAssigned", ("/id",)),
        ),
        (
            'body = jsonencode({ identity = { type = "UserAssigned", userAssignedIdentities = { "/id" = {} } } })',
            ("UserAssigned", ("/id",)),
        ),
    ],
)
def test_the_identity_is_read_from_the_block_or_from_the_body(
    state: State, said: str, meant: tuple[str, tuple[str, ...]]
) -> None:
    assert identity(state(COMPUTE, AZAPI % said)) == meant


def test_an_identity_block_counts_where_the_body_is_not_known(state: State) -> None:
    compute = state(COMPUTE, AZAPI % 'body = x_y.later.body\nidentity {\n type = "SystemAssigned"\n}')

    assert identity(compute) == ("SystemAssigned", ())


def test_an_identity_that_hangs_on_something_unknown_is_not_said_to_be_missing(state: State) -> None:
    dynamic = 'dynamic "identity" {\n for_each = x_y.later.ids\n content {\n type = "UserAssigned"\n }\n}\n'

    for said in (dynamic + BODY, "body = x_y.later.body"):
        with pytest.raises(NotKnown):
            _ = state(COMPUTE, AZAPI % said).identity_type.value


def test_what_a_compute_is_attached_to_stands_in_its_body(state: State) -> None:
    compute = state(COMPUTE, AZAPI % BODY)

    assert (compute.cluster_id.value, compute.namespace.value, compute.workspace_id.value) == ("/aks", "jobs", "/w")
    assert compute.is_kubernetes


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, ("", ())),
        ({"identity": None}, ("", ())),
        ({"identity": {"type": "None"}}, ("", ())),
        ({"identity": {"type": "none", "userAssignedIdentities": None}}, ("", ())),
        ({"identity": {"type": "SystemAssigned", "principalId": "p"}}, ("SystemAssigned", ())),
        ({"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/ID": {}}}}, ("UserAssigned", ("/ID",))),
    ],
)
def test_none_null_and_absent_all_mean_no_identity(
    serve: Serve, body: dict[str, Any], found: tuple[str, tuple[str, ...]]
) -> None:
    assert identity(serve(COMPUTE, {"properties": {"computeType": "Kubernetes"}, **body}, SOURCE)) == found


@pytest.mark.parametrize(
    ("properties", "namespace"),
    [
        ({"properties": {"namespace": "jobs"}}, "jobs"),
        ({"properties": {}}, "default"),
        ({"properties": None}, "default"),
        ({}, "default"),
    ],
)
def test_a_compute_without_a_namespace_is_in_default(serve: Serve, properties: dict[str, Any], namespace: str) -> None:
    assert serve(COMPUTE, {"properties": properties}, SOURCE).namespace.value == namespace


@pytest.mark.parametrize(("kind", "is_kubernetes"), [("Kubernetes", True), ("kubernetes", True), ("AmlCompute", False)])
def test_only_kubernetes_computes_are_clusters(serve: Serve, kind: str, is_kubernetes: bool) -> None:
    assert serve(COMPUTE, {"properties": {"computeType": kind}}, SOURCE).is_kubernetes is is_kubernetes


def test_a_compute_of_no_known_sort_is_not_taken_for_another_sort(serve: Serve) -> None:
    with pytest.raises(NotKnown):
        _ = serve(COMPUTE, {"properties": {}}, SOURCE).is_kubernetes


@pytest.mark.parametrize("collection", ["computes", "Computes", "COMPUTES"])
def test_the_workspace_is_what_a_compute_stands_below(serve: Serve, collection: str) -> None:
    compute = serve(COMPUTE, {"properties": {}}, SOURCE.replace("computes", collection))

    assert compute.workspace_id.value == SOURCE.rpartition("/computes/")[0]


def test_the_principals_that_were_noted_go_by_the_identitys_id(serve: Serve) -> None:
    assigned = {"/Sub/ID-ml": {"principalId": "p", "clientId": "c"}, "/sub/other": {}, "/sub/odd": None}
    compute = serve(COMPUTE, {"identity": {"userAssignedIdentities": assigned}, "properties": {}}, SOURCE)

    assert compute.principals.value == {"/sub/id-ml": "p"}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("k8", ""),
        ("k8s-dev-001", ""),
        ("a" * 16, ""),
        ("a", "shorter than 2"),
        ("", "shorter than 2"),
        ("a" * 17, "longer than 16"),
        ("k8s_dev", "'_'"),
        ("k8s dev.1", "' ' '.'"),
        ("größe", "'ß' 'ö'"),
    ],
)
def test_a_name_is_wrong_for_one_reason(name: str, wrong: str) -> None:
    said = wrong_in_name(name)

    assert wrong in said if wrong else said == ""


SIZE = {"requests": {"cpu": "1"}, "limits": {"cpu": "2", "memory": "1Gi"}}


@pytest.mark.parametrize(
    ("served", "same"),
    [
        (SIZE, True),
        ({**SIZE, "limits": {"cpu": "2000m", "memory": "1024Mi"}}, True),
        ({**SIZE, "limits": {"cpu": "2", "memory": "2Gi"}}, False),
        ({**SIZE, "requests": {"cpu": "2"}}, False),
        ({"limits": SIZE["limits"]}, False),
    ],
)
def test_sizes_are_compared_by_what_they_stand_for(served: dict[str, dict[str, str]], same: bool) -> None:
    compare = COMPUTE.compares["instance_types"]

    assert compare({"gpu": size(SIZE)}, {"GPU": size(served), "defaultinstancetype": size({})}) is same


def test_where_no_requests_are_stated_the_service_may_say_what_it_takes_for_them() -> None:
    stated, limits = {"limits": SIZE["limits"]}, SIZE["limits"]

    assert COMPUTE.compares["instance_types"]({"gpu": size(stated)}, {"gpu": size({**stated, "requests": limits})})
    assert not COMPUTE.compares["instance_types"]({"gpu": size(stated)}, {})


def size(resources: dict[str, Any]) -> InstanceType:
    return as_instance_type({"nodeSelector": None, "resources": resources})
