"""The JSON plan in the hands of what reads Terraform's: tftest, and rules as policies have them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tftest

from verifier.hcl.representation import json_text
from verifier.terraform.configuration import load
from verifier.terraform.plan_json import plan_document

STACK = Path(__file__).parents[3] / "terraform"


@pytest.fixture(scope="module")
def read() -> Any:
    """The reference stack's plan as tftest reads it."""
    text = json_text(plan_document(load(STACK).evaluated()))
    assert "\n" not in text
    return tftest.TerraformPlanOutput(json.loads(text))


def test_tftest_finds_the_modules_and_their_resources(read: Any) -> None:
    assert set(read.modules) == {"module.platform", "module.sil"}
    account = read.modules["module.platform"].resources["azurerm_storage_account.main"]
    assert account["values"]["shared_access_key_enabled"] is False


def test_tftest_finds_variables_outputs_and_changes(read: Any) -> None:
    assert read.variables["environment"] == "dev"
    assert (
        read.outputs["workspace_name"]
        == read.modules["module.platform"].resources["azapi_resource.workspace"]["values"]["name"]
    )
    assert len(read.resource_changes) == len(list(_resources(read.planned_values["root_module"])))


def test_a_rule_over_changes_holds_for_the_stack_and_fails_where_it_is_broken(read: Any) -> None:
    changes = [c for c in read.resource_changes.values() if c["type"] == "azurerm_storage_account"]
    assert [_shared_keys(change) for change in changes] == [False]


def _shared_keys(change: dict[str, Any]) -> bool:
    """Whether a storage account would take its account keys, as a policy asks: an attribute left out means true."""
    after = change["change"]["after"]
    unknown = change["change"]["after_unknown"].get("shared_access_key_enabled", False)
    return bool(unknown or after.get("shared_access_key_enabled", True))


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
