"""What the next apply would do to a cluster, an identity or a workspace, by the state that was given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.breaking import CLUSTER
from tests.checks.proofs.change import ADDRESS, with_state
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

MOVED = f"moved {{\n  from = azurerm_kubernetes_cluster.old\n  to   = {ADDRESS}\n}}\n"
REMOVED = "removed {\n  from = azurerm_kubernetes_cluster.old\n  lifecycle {\n    destroy = false\n  }\n}\n"


def judged(bench: Bench) -> Finding:
    (found,) = [f for f in bench.run().findings if f.check == "INT41"]
    return found


@pytest.fixture
def elsewhere(bench: Bench) -> Bench:
    """The state has the cluster under another address."""
    with_state(bench)
    text = (bench.root / "terraform.tfstate").read_text("utf-8")
    (bench.root / "terraform.tfstate").write_text(text.replace(ADDRESS, "azurerm_kubernetes_cluster.old"), "utf-8")
    return bench


def without_cluster(bench: Bench) -> None:
    text = (bench.root / "main.tf").read_text("utf-8")
    (bench.root / "main.tf").write_text(text[: text.index('module "sil" {')], "utf-8")
    (bench.root / "outputs.tf").unlink()


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({}, ""),
        ({"location": "westus3"}, ""),
        ({"resource_group_name": "RG-armpilot-dev-001"}, ""),
        ({"location": "eastus"}, "location cannot be changed from eastus"),
        ({"dns_prefix": "other"}, "dns_prefix cannot be changed from other"),
        ({"resource_group_name": "rg-other"}, "resource_group_name cannot be changed from rg-other"),
    ],
)
def test_an_argument_that_forces_a_new_one_is_named(bench: Bench, changed: dict[str, str], what: str) -> None:
    with_state(bench, **changed)
    found = judged(bench)

    assert found.what.endswith(what)
    assert found.verdict is (Verdict.DISAGREES if what else Verdict.AGREES)


def test_what_a_cluster_was_made_with_is_not_known_where_the_state_does_not_say_which_it_is(bench: Bench) -> None:
    with_state(bench)
    file = bench.root / "terraform.tfstate"
    document = json.loads(file.read_text("utf-8"))
    (cluster,) = document["values"]["root_module"]["resources"]
    cluster["values"] = None
    file.write_text(json.dumps(document), "utf-8")
    assert judged(bench).verdict is Verdict.UNVERIFIED

    cluster["tainted"] = True
    file.write_text(json.dumps(document), "utf-8")
    assert judged(bench).verdict is Verdict.DISAGREES


def test_a_change_that_terraform_ignores_makes_nothing_new(bench: Bench) -> None:
    with_state(bench, location="eastus")
    header = 'resource "azurerm_kubernetes_cluster" "main" {\n'
    bench.edit("modules/sil/main.tf", header, header + "  lifecycle {\n    ignore_changes = [location]\n  }\n")

    assert judged(bench).verdict is Verdict.AGREES


def test_under_another_address_it_is_made_again_unless_a_block_says_that_it_moved(elsewhere: Bench) -> None:
    found = judged(elsewhere)

    assert found.verdict is Verdict.DISAGREES
    assert found.fix is not None
    assert found.fix.hcl == MOVED.rstrip("\n")

    elsewhere.add("moved.tf", MOVED)
    assert judged(elsewhere).verdict is Verdict.AGREES


@pytest.mark.parametrize(
    ("block", "verdict"), [("", Verdict.DISAGREES), (REMOVED, Verdict.AGREES)], ids=["silently", "with a removed block"]
)
def test_what_is_planned_no_more_is_destroyed_unless_a_block_says_otherwise(
    elsewhere: Bench, block: str, verdict: Verdict
) -> None:
    without_cluster(elsewhere)
    elsewhere.add("removed.tf", block)

    assert judged(elsewhere).verdict is verdict


def test_what_is_not_live_cannot_be_lost(bench: Bench) -> None:
    with_state(bench, location="eastus")
    bench.remove(CLUSTER)

    assert judged(bench).verdict is Verdict.AGREES


def test_it_is_explained_by_what_says_that_it_is_planned_no_more(elsewhere: Bench) -> None:
    without_cluster(elsewhere)
    causes = elsewhere.run().causes

    assert "INT41" not in [cause.finding.check for cause in causes]
    assert [cause.finding.check for cause in causes if "INT41" in [f.check for f in cause.explains]] == ["TWS01"]
