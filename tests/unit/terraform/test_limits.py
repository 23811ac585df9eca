from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform import depth, expand, loading
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]


def test_counts_within_counts_come_to_an_end(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expand, "MOST_IN_ALL", 100)
    found = plan(
        {
            "main.tf": 'module "a" {\n  source = "./a"\n  count = 50\n}',
            "a/main.tf": 'resource "azurerm_x" "y" {\n  count = 50\n}',
        }
    )
    assert ["more than 100 instances in all" in d.summary for d in found.diagnostics] == [True]
    assert len(found.instances) <= 100 + 50


def test_modules_that_call_each_other_widely_come_to_an_end(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MOST_CALLS", 20)
    files = {
        f"m{i}/main.tf": f'module "a" {{ source = "../m{i + 1}" }}\nmodule "b" {{ source = "../m{i + 1}" }}'
        for i in range(30)
    }
    found = plan({"main.tf": 'module "m" { source = "./m0" }', **files, "m30/main.tf": ""})
    assert any("more than 20 module calls" in d.summary for d in found.diagnostics)


def test_a_chain_too_long_to_evaluate_is_an_error_and_unknown(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "FRAMES", 2_000)
    lines = "\n".join(f"  l{i} = [local.l{i + 1}]" for i in range(1_000))
    found = plan(f'output "o" {{ value = local.l0 }}\nlocals {{\n{lines}\n  l1000 = "end"\n}}')
    assert not found.complete
