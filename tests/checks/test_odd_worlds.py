"""Worlds in which many things are odd at once, and what every check says of them, to the last word."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest

from tests.checks.proofs.access import BLOB_ROLE, blob_grant
from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, CREDENTIAL, DATASTORE, EXTENSION
from tests.checks.proofs.change import with_state
from tests.checks.proofs.extension_settings import FILE, TRAINING
from tests.checks.proofs.federation import by_hand
from tests.checks.proofs.federation_intent import SIL
from tests.checks.proofs.pods import RUNNER
from tests.checks.proofs.trusted_access import BINDING, without_local_accounts
from tests.checks.saying import expected, is_odd, said

if TYPE_CHECKING:
    from conftest import Bench

    Odd: TypeAlias = Callable[[Bench], None]

GITHUB = '"https://token.actions.githubusercontent.com"'
CLUSTERS = "azurerm_kubernetes_cluster.main.oidc_issuer_url"
WRITTEN = {
    # name: issuer, subject
    "github": (GITHUB, "repo:armpilot/stack:ref:refs/heads/main"),
    "malformed": (GITHUB, "system:serviceaccount:only"),
    "another-clusters": ('"https://westus3.oic.prod-aks.azure.com/t/c/"', "pilots"),
    "the-clusters": (CLUSTERS, "pilots"),
    "out-of-the-clusters": (f'"${{{CLUSTERS}}}x"', "pilots"),
    "unencrypted": ('"http://issuer"', "system:serviceaccount:robotics:runner"),
    "hyphened": (CLUSTERS, "system:serviceaccount:azure-ml:runner"),
    "unheard-of": (CLUSTERS, "system:serviceaccount:aaa:runner"),
    "impossible": (CLUSTERS, "system:serviceaccount:aaa:Runner"),
}
READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
READS = "7c0f5b1e-5a55-4c36-9d0e-31c1a6f0c0de"
KEYS = "  shared_access_key_enabled       = var.should_enable_storage_shared_access_key\n"
FIREWALL = """
  network_rules {
    default_action             = "Deny"
    bypass                     = ["AzureServices"]
    virtual_network_subnet_ids = [
      "${azurerm_resource_group.main.id}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
    ]
  }
"""
ROOM = 20
"""As many credentials as an identity takes."""


def credential(name: str, issuer: str, subject: str, count: int = 1) -> str:
    return f"""
resource "azurerm_federated_identity_credential" "{name}" {{
  count               = {count}
  name                = "{name}-${{count.index}}"
  resource_group_name = var.resource_group.name
  parent_id           = var.ml_identity.id
  issuer              = {issuer}
  subject             = "{subject}"
  audience            = ["api://AzureADTokenExchange"]
}}
"""


def as_many_credentials_as_there_is_room_for(bench: Bench) -> None:
    for name, (issuer, subject) in WRITTEN.items():
        bench.add(SIL, credential(name, issuer, subject))
    planned_before = 1
    bench.add(
        SIL, credential("more", CLUSTERS, "system:serviceaccount:robotics:m", ROOM - planned_before - len(WRITTEN))
    )


def one_credential_too_many(bench: Bench) -> None:
    as_many_credentials_as_there_is_room_for(bench)
    bench.add(SIL, credential("zz-one-too-many", CLUSTERS, "system:serviceaccount:robotics:z"))


def inference(bench: Bench) -> None:
    """Told to infer, and two settings that nobody knows."""
    settings = ("allowInsecureConnections", "enableTraning", "unheardOf")
    told = "".join(f'      {setting} = "True"\n' for setting in settings)
    bench.edit(FILE, TRAINING, TRAINING + told + '      inferenceRouterServiceType = "LoadBalancer"\n')
    bench.edit(FILE, '      enableInference = "False"\n', '      enableInference = "True"\n')


def inference_on_few_nodes(bench: Bench) -> None:
    inference(bench)
    bench.edit("modules/sil/main.tf", "    max_count            = 3\n", "    max_count            = 1\n")
    bench.edit("modules/sil/main.tf", "pool if pool.max_count > 0 }", "pool if pool.max_count > 99 }")


@pytest.mark.parametrize(
    "odd",
    [
        as_many_credentials_as_there_is_room_for,
        one_credential_too_many,
        inference,
        inference_on_few_nodes,
    ],
    ids=lambda odd: odd.__name__,
)
def test_what_is_odd_in_the_source_is_told_to_the_last_word(bench: Bench, odd: Odd) -> None:
    odd(bench)

    told = said(filter(is_odd, bench.run(offline=True).findings), bench.root)

    assert told == expected(f"odd/{odd.__name__}", told)


def many_credentials(bench: Bench) -> None:
    """As many as there is room for, one of another issuer; an extension by hand; keys and pods of both sorts."""
    extension = bench.resource(EXTENSION)
    extension.update(id=extension["id"].replace("/extensions/azureml", "/extensions/by-hand"), name="by-hand")
    bench.resource(CREDENTIAL)["properties"]["issuer"] = "https://westus3.oic.prod-aks.azure.com/z/another/"
    for number in range(ROOM - 1):
        by_hand(bench, f"more-{number}")
    bench.resource(ACCOUNT)["properties"].update(
        allowSharedKeyAccess=True,
        allowSharedKeyAccessForServices={"blob": {"enabled": False}, "queue": {"enabled": True}},
    )
    pod = bench.kubernetes_object("Pod", RUNNER, "robotics")
    for number in range(4):
        unlabelled = copy.deepcopy(pod)
        unlabelled["metadata"].update(name=f"runner-{number}", labels={})
        bench.world["objects"].append(unlabelled)


def gpu_node(bench: Bench, gpus: int, **spec: object) -> None:
    node = copy.deepcopy(bench.kubernetes_object("Node", "aks-cpu-20417711-vmss000000"))
    node["metadata"].update(name="aks-gpu", labels={**node["metadata"]["labels"], "accelerator": "nvidia"})
    node["status"]["allocatable"]["nvidia.com/gpu"] = str(gpus)
    node["spec"] = spec
    bench.world["objects"].append(node)


def two_roles_and_a_firewall(bench: Bench) -> None:
    """One role reads and one above it writes; a subnet is not let in; a datastore's account is elsewhere."""
    account = bench.resource(ACCOUNT)
    [writes] = [r for r in bench.world["resources"] if r["properties"] is blob_grant(bench)]
    reads = copy.deepcopy(writes)
    reads.update(name=READS, id=writes["id"].replace(writes["name"], READS))
    reads["properties"]["roleDefinitionId"] = writes["properties"]["roleDefinitionId"].replace(BLOB_ROLE, READER)
    group = account["id"].partition("/providers/")[0]
    writes["id"] = writes["id"].replace(account["id"], group)
    writes["properties"]["scope"] = group
    bench.world["resources"].append(reads)
    bench.resource(DATASTORE, "workspacefilestore")["properties"]["resourceGroup"] = "rg-elsewhere"
    gpu_node(bench, 2)
    bench.edit("modules/platform/main.tf", KEYS, KEYS + FIREWALL)
    account["properties"]["networkAcls"] = {
        "defaultAction": "Deny",
        "bypass": "AzureServices",
        "virtualNetworkRules": [],
    }


def a_tainted_node_and_a_young_binding(bench: Bench) -> None:
    """The one node with GPUs is tainted; nobody knows since when the workspace is let in; two things are replaced."""
    without_local_accounts(bench)
    del bench.resource(BINDING)["systemData"]
    for pool in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]:
        pool["maxCount"] = pool["count"]
    gpu_node(bench, 1, taints=[{"key": "sku", "value": "gpu", "effect": "NoSchedule"}])
    with_state(bench, name="another", location="eastus")


@pytest.mark.parametrize(
    "odd",
    [many_credentials, two_roles_and_a_firewall, a_tainted_node_and_a_young_binding],
    ids=lambda odd: odd.__name__,
)
def test_what_is_odd_live_is_told_to_the_last_word(bench: Bench, odd: Odd) -> None:
    odd(bench)

    told = said(filter(is_odd, bench.run().findings), bench.root)

    assert told == expected(f"odd/{odd.__name__}", told)
