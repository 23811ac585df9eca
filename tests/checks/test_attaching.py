"""What of cluster, extension and compute keeps Azure ML from working, one thing at a time, and what does not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.trusted_access import a_live_binding, with_ranges, without_binding, without_local_accounts
from verifier.checking.finding import Verdict

if TYPE_CHECKING:
    from conftest import Bench

CLUSTER = "Microsoft.ContainerService/managedClusters"
EXTENSION = "Microsoft.KubernetesConfiguration/extensions"
COMPUTE = "Microsoft.MachineLearningServices/workspaces/computes"
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
BINDING = f"{CLUSTER}/trustedAccessRoleBindings"
INFERENCE = '      enableInference = "False"\n'


def settings(**said: str) -> Callable[[Bench], None]:
    """Say these settings of the extension, in place of enableInference."""

    def say(bench: Bench) -> None:
        lines = "".join(f'      "{key.replace("__", ".")}" = "{value}"\n' for key, value in said.items())
        bench.edit("modules/sil/azureml.tf", INFERENCE, lines)

    return say


def pools(text: str) -> Callable[[Bench], None]:
    """Have these pools for workloads, and no others."""

    def have(bench: Bench) -> None:
        path = bench.root / "terraform.tfvars"
        whole = path.read_text("utf-8")
        start, end = whole.index("node_pools = {"), whole.index("instance_types = {")
        path.write_text(whole[:start] + f"node_pools = {{\n{text}\n}}\n\n" + whole[end:], "utf-8")

    return have


def both(*changes: Callable[[Bench], None]) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        for each in changes:
            each(bench)

    return change


def said_of(bench: Bench, check: str, *, offline: bool = True) -> list[tuple[str, str]]:
    return [(f.verdict.value, f.what) for f in bench.run(offline=offline).findings if f.check == check]


ROUTER = {"enableInference": "True", "inferenceRouterServiceType": "LoadBalancer"}
SMALL = '  cpu = { vm_size = "Standard_D8s_v5", max_count = 1, labels = { accelerator = "nvidia" } }'


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (settings(enableInference="Yes"), "the setting enableInference is Yes, and may be true or false"),
        (settings(enableInference="True", allowInsecureConnections="True"), "no inferenceRouterServiceType"),
        (settings(enableInference="True", inferenceRouterServiceType="ingress"), "is ingress, and may be loadbalancer"),
        (settings(**ROUTER), "neither a certificate nor allowInsecureConnections"),
        (settings(**ROUTER, sslSecret="tls"), "no sslCname"),
        (
            settings(
                enableInference="True",
                inferenceRouterServiceType="nodePort",
                internalLoadBalancerProvider="azure",
                allowInsecureConnections="True",
            ),
            "takes no internalLoadBalancerProvider",
        ),
    ],
)
def test_settings_that_do_not_fit_are_named(bench: Bench, change: Callable[[Bench], None], what: str) -> None:
    change(bench)

    [(verdict, said)] = said_of(bench, "INT30")

    assert verdict == "disagrees"
    assert what in said


def test_three_routers_take_three_nodes(bench: Bench) -> None:
    settings(**ROUTER, allowInsecureConnections="True")(bench)
    pools(SMALL)(bench)
    bench.edit("modules/sil/main.tf", "    max_count            = 3\n", "    max_count            = 1\n")

    [(verdict, said)] = said_of(bench, "INT30")

    assert (verdict, said.partition(", and ")[2]) == ("disagrees", "cluster aks-armpilot-dev-001 has at most 2")


@pytest.mark.parametrize(
    "change",
    [
        settings(**ROUTER, sslSecret="tls", sslCname="arm.example.com"),
        settings(**ROUTER, allowInsecureConnections="true", inferenceRouterHA="False"),
        settings(enableInference="False", nodeSelector__accelerator="nvidia"),
        settings(enableInference="False", amloperator__skipResourceValidation="true"),
    ],
)
def test_settings_that_fit_are_left_alone(bench: Bench, change: Callable[[Bench], None]) -> None:
    change(bench)

    assert {v for check in ("INT29", "INT30") for v, _ in said_of(bench, check)} == {"agrees"}


TAINTED = '  gpu = { vm_size = "Standard_NC4as_T4_v3", max_count = 4, labels = { accelerator = "nvidia" }%s }\n  cpu = { vm_size = "Standard_D8s_v5", max_count = 3 }'  # noqa: E501
SPOT_TOLERATED = settings(
    **{
        "enableInference": "False",
        "workLoadToleration[0]__key": "kubernetes.azure.com/scalesetpriority",
        "workLoadToleration[0]__operator": "Equal",
        "workLoadToleration[0]__value": "spot",
        "workLoadToleration[0]__effect": "NoSchedule",
    }
)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (pools(TAINTED % ', taints = ["sku=gpu:NoSchedule"]'), "is tainted sku=gpu:NoSchedule"),
        (pools(TAINTED % ', priority = "Spot"'), "is tainted kubernetes.azure.com/scalesetpriority=spot"),
        (
            pools('  gpu = { vm_size = "x", max_count = 0, labels = { accelerator = "nvidia" } }'),
            "no label accelerator=nvidia",
        ),
    ],
)
def test_an_instance_type_without_nodes_is_named(bench: Bench, change: Callable[[Bench], None], what: str) -> None:
    change(bench)
    bench.resource(CLUSTER)["properties"]["agentPoolProfiles"] = []

    for offline in (True, False):
        [(verdict, said)] = said_of(bench, "INT39", offline=offline)
        assert verdict == "disagrees"
        assert what in said


@pytest.mark.parametrize(
    "change",
    [
        pools(TAINTED % ', taints = ["sku=gpu:PreferNoSchedule"]'),
        pools(TAINTED % ', taints = ["ml.azure.com/amlarc=true:NoSchedule"]'),
        both(pools(TAINTED % ', priority = "Spot"'), SPOT_TOLERATED),
    ],
)
def test_taints_that_jobs_tolerate_keep_none_out(bench: Bench, change: Callable[[Bench], None]) -> None:
    change(bench)

    assert [v for v, _ in said_of(bench, "INT39")] == ["agrees"]


def test_a_live_pool_that_a_script_made_takes_the_jobs(bench: Bench) -> None:
    bench.edit(
        "terraform.tfvars",
        '    node_selector = { accelerator = "nvidia" }\n',
        '    node_selector = { made-by = "script" }\n',
    )
    bench.resource(CLUSTER)["properties"]["agentPoolProfiles"].append(
        {"name": "byhand", "count": 1, "vmSize": "x", "nodeLabels": {"made-by": "script"}}
    )

    assert [v for v, _ in said_of(bench, "INT39", offline=False)] == ["agrees"]
    assert [v for v, _ in said_of(bench, "INT39")] == ["disagrees"]


def test_a_binding_made_by_hand_lets_the_workspace_in(bench: Bench) -> None:
    without_local_accounts(bench)
    without_binding(bench)
    a_live_binding(bench, bench.resource(WORKSPACE)["id"])

    found = bench.run().findings

    assert {(f.check, f.verdict) for f in found if f.check in {"INT33", "CMP06"}} == {
        ("INT33", Verdict.AGREES),
        ("CMP06", Verdict.AGREES),
    }


def test_a_binding_for_another_workspace_lets_this_one_not_in(bench: Bench) -> None:
    without_local_accounts(bench)
    bench.resource(BINDING)["properties"]["sourceResourceId"] += "-other"

    [finding] = [f for f in bench.run().findings if f.check == "CMP06"]

    assert finding.verdict is Verdict.DISAGREES
    assert "lets in no Trusted Access" in finding.what


def test_since_when_a_binding_is_there_is_mostly_not_said(bench: Bench) -> None:
    without_local_accounts(bench)
    bench.resource(BINDING)["systemData"] = None

    [finding] = [f for f in bench.run().findings if f.check == "CMP06"]

    assert finding.verdict is Verdict.AGREES
    assert any("does not say since when" in note for note in finding.notes)


@pytest.mark.parametrize(
    ("ranges", "verdict"), [("[]", "agrees"), ('["10.0.0.0/8"]', "disagrees"), ('["203.0.114.0/24"]', "unverified")]
)
def test_whether_ranges_let_azure_ml_in_is_never_guessed(bench: Bench, ranges: str, verdict: str) -> None:
    with_ranges(bench, ranges)

    assert [v for v, _ in said_of(bench, "INT34")] == [verdict]


def test_a_missing_binding_is_one_cause_with_what_follows(bench: Bench) -> None:
    without_local_accounts(bench)
    without_binding(bench)
    bench.resource(COMPUTE)["properties"]["provisioningState"] = "Failed"

    [cause] = bench.run().causes

    assert cause.finding.check == "INT33"
    assert {f.check for f in cause.explains} == {"CMP06", "CMP04"}


def test_a_misspelt_type_explains_that_the_extension_is_missing(bench: Bench) -> None:
    bench.edit(
        "modules/sil/azureml.tf",
        '  extension_type    = "Microsoft.AzureML.Kubernetes"\n',
        '  extension_type    = "Microsoft.AzureML.Kubernets"\n',
    )
    bench.remove(EXTENSION)

    result = bench.run()

    [cause] = [c for c in result.causes if c.finding.check == "INT32"]
    assert "EXT01" in {f.check for f in cause.explains}


def test_a_cluster_of_another_subscription_cannot_be_attached(bench: Bench) -> None:
    elsewhere = "/subscriptions/99999999-0000-4000-8000-000000000000/resourceGroups/g/providers/"
    bench.edit(
        "modules/sil/azureml.tf",
        "      resourceId  = azurerm_kubernetes_cluster.main.id\n",
        f'      resourceId  = "{elsewhere}{CLUSTER}/aks"\n',
    )

    [(verdict, said)] = said_of(bench, "INT35")

    assert verdict == "disagrees"
    assert "99999999-0000-4000-8000-000000000000" in said


def test_a_cluster_that_is_looked_up_is_judged_where_it_is_made(bench: Bench) -> None:
    bench.add("modules/sil/main.tf", 'data "terraform_remote_state" "hub" {\n  backend = "local"\n}\n')
    bench.edit(
        "modules/sil/azureml.tf",
        "      resourceId  = azurerm_kubernetes_cluster.main.id\n",
        "      resourceId  = data.terraform_remote_state.hub.outputs.cluster\n",
    )

    for check in ("INT33", "INT34", "INT35", "INT39"):
        assert [v for v, _ in said_of(bench, check)] == ["not applicable"]


@pytest.mark.parametrize("check", ["CMP04", "EXT06", "AKS03"])
def test_what_another_team_has_on_another_cluster_is_theirs(bench: Bench, check: str) -> None:
    mine, cluster = bench.resource(COMPUTE), copy.deepcopy(bench.resource(CLUSTER))
    cluster.update(id=cluster["id"].replace("/aks-armpilot-dev-001", "/aks-theirs"), name="aks-theirs")
    cluster["properties"]["powerState"] = {"code": "Stopped"}
    theirs = copy.deepcopy(mine)
    theirs.update(id=mine["id"].replace("/k8s-dev-001", "/k8s-theirs"), name="k8s-theirs")
    theirs["properties"] |= {"resourceId": cluster["id"], "provisioningState": "Failed"}
    theirs["properties"]["properties"]["extensionPrincipalId"] = "another"
    bench.world["resources"] += [theirs, cluster]

    assert {v for v, _ in said_of(bench, check, offline=False)} == {"agrees", "not applicable"}
