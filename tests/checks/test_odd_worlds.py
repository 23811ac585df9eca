"""Worlds in which many things are odd at once, and what every check says of them, to the last word."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.breaking import ACCOUNT, CREDENTIAL, EXTENSION
from tests.checks.proofs.extension_settings import FILE, TRAINING
from tests.checks.proofs.federation import by_hand
from tests.checks.proofs.federation_intent import SIL
from tests.checks.proofs.pods import RUNNER
from tests.checks.saying import expected, is_odd, said

if TYPE_CHECKING:
    from conftest import Bench

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
def test_what_is_odd_in_the_source_is_told_to_the_last_word(bench: Bench, odd: object) -> None:
    odd(bench)  # type: ignore[operator] - each takes the bench

    told = said(filter(is_odd, bench.run(offline=True).findings), bench.root)

    assert told == expected(f"odd/{odd.__name__}", told)  # type: ignore[attr-defined] - each is a function


def test_what_is_odd_live_is_told_to_the_last_word(bench: Bench) -> None:
    extension = bench.resource(EXTENSION)
    found = next(r for r in bench.world["resources"] if r["id"] == extension["id"])
    found.update(id=extension["id"].replace("/extensions/azureml", "/extensions/by-hand"), name="by-hand")
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

    told = said(filter(is_odd, bench.run().findings), bench.root)

    assert told == expected("odd/live", told)
