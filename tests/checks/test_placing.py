"""Whether jobs find a node: what keeps them from every one, and what looks so and does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.breaking import CLUSTER
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

Change = Callable[["Bench"], object]


def pools(name: str = "", **said: object) -> Change:
    """Change one live pool, or all of them."""

    def change(bench: Bench) -> None:
        for pool in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]:
            if name in ("", pool["name"]):
                pool.update(said)

    return change


def of_nodes(change: Callable[[dict[str, Any]], object], pool: str = "") -> Change:
    """Change the nodes of one pool, or all of them."""

    def each(bench: Bench) -> None:
        for node in bench.world["objects"]:
            if node["kind"] == "Node" and pool in ("", node["metadata"]["labels"]["agentpool"]):
                change(node)

    return each


def installed(name: str, **spec: object) -> Change:
    """Change an instance type as the cluster has it."""
    return lambda bench: bench.kubernetes_object("InstanceType", name)["spec"].update(spec)


def needing(**requests: str) -> Change:
    return installed("cpu", resources={"requests": requests, "limits": requests})


def without_nodes(pool: str = "") -> Change:
    def remove(bench: Bench) -> None:
        kept = [o for o in bench.world["objects"] if o["kind"] != "Node" or not _is_of(o, pool)]
        assert len(kept) < len(bench.world["objects"])
        bench.world["objects"] = kept

    return remove


def _is_of(node: dict[str, Any], pool: str) -> bool:
    return pool in ("", node["metadata"]["labels"]["agentpool"])


def together(*changes: Change) -> Change:
    return lambda bench: [change(bench) for change in changes]


def not_ready(node: dict[str, Any]) -> None:
    node["status"]["conditions"] = [{"type": "Ready", "status": "Unknown"}]


def cordoned(node: dict[str, Any]) -> None:
    node["spec"] = {"unschedulable": True}


def about_placing(bench: Bench) -> Finding:
    [finding] = [f for f in bench.run().findings if f.check == "K8S08"]
    return finding


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (pools(powerState={"code": "Stopped"}), "no node of the cluster is ready"),
        (of_nodes(not_ready), "no node of the cluster is ready"),
        (without_nodes(), "no node of the cluster is ready"),
        (installed("cpu", nodeSelector={"nope": "x"}), "lacks the label nope=x"),
        (needing(cpu="64"), "offers 3860m cpu"),
        (together(needing(memory="512Gi"), pools("gpu", enableAutoScaling=False)), "offers 12880740Ki memory"),
        (pools("gpu", powerState={"code": "Stopped"}), "lacks the label accelerator=nvidia"),
        (pools("gpu", nodeTaints=["sku=gpu:NoSchedule"]), "lacks the label accelerator=nvidia"),
        (together(of_nodes(cordoned), pools(enableAutoScaling=False)), "takes no pods"),
    ],
    ids=[
        "all pools stopped",
        "no node is ready",
        "no node at all",
        "a label that no node has",
        "more cores than any node",
        "more memory than any node",
        "the pool with GPUs stopped",
        "the pool with GPUs tainted",
        "all nodes cordoned, none can be added",
    ],
)
def test_what_no_node_can_hold_is_told(bench: Bench, change: Change, because: str) -> None:
    change(bench)

    finding = about_placing(bench)

    assert finding.verdict is Verdict.DISAGREES
    assert finding.reality is not None
    assert because in finding.reality.text


def test_whether_a_pool_that_failed_grows_a_node_is_not_known(bench: Bench) -> None:
    pools("gpu", provisioningState="Failed")(bench)

    finding = about_placing(bench)

    assert (finding.verdict, finding.what) == (
        Verdict.UNVERIFIED,
        "whether pool gpu, which is Failed, can grow a node is not known",
    )


def a_virtual_node(bench: Bench) -> None:
    bench.world["objects"].append(
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "virtual-node-aci-linux", "labels": {"type": "virtual-kubelet"}},
            "spec": {"taints": [{"key": "virtual-kubelet.io/provider", "value": "azure", "effect": "NoSchedule"}]},
            "status": {
                "allocatable": {"cpu": "10k", "memory": "4Ti"},
                "conditions": [{"type": "Ready", "status": "True"}],
            },
        }
    )


def makes_nodes(bench: Bench) -> None:
    bench.resource(CLUSTER)["properties"]["nodeProvisioningProfile"] = {"mode": "Auto"}
    pools(enableAutoScaling=False)(bench)


@pytest.mark.parametrize(
    "change",
    [
        together(without_nodes("cpu"), pools("cpu", count=0, minCount=0)),
        of_nodes(cordoned, "cpu"),
        of_nodes(not_ready, "cpu"),
        a_virtual_node,
        makes_nodes,
        pools("system", provisioningState="Updating"),
    ],
    ids=[
        "an autoscaled pool at zero",
        "a node cordoned beside another",
        "a node not ready beside another",
        "a virtual node",
        "nodes provisioned by themselves",
        "a pool at work",
    ],
)
def test_what_some_node_can_hold_is_well(bench: Bench, change: Change) -> None:
    change(bench)

    assert about_placing(bench).verdict is Verdict.AGREES


def test_a_compute_that_names_no_instance_type_needs_a_node_all_the_same(bench: Bench) -> None:
    compute = bench.resource("Microsoft.MachineLearningServices/workspaces/computes")["properties"]["properties"]
    compute.update(defaultInstanceType=None, instanceTypes=None)
    of_nodes(not_ready)(bench)

    assert about_placing(bench).verdict is Verdict.DISAGREES
