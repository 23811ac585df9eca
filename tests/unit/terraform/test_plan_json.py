from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from verifier.hcl.representation import json_text
from verifier.terraform.configuration import Configuration, load
from verifier.terraform.plan_json import plan_document

REPOSITORY = Path(__file__).parents[3]
CONFIGURATIONS = Path(__file__).parent / "plan_json"
STACKS = {"reference": REPOSITORY / "terraform", "incident": REPOSITORY / "terraform" / "examples" / "incident"}
SCHEMA = json.loads((REPOSITORY / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
OURS = {"terraform_version", "absent", "undetermined", "origins", "diagnostics"}
SECRET = "hunter2"

Configure = Callable[..., Configuration]


def document(configuration: Configuration) -> dict[str, Any]:
    """The plan's JSON document, through its text."""
    return dict(json.loads(json_text(plan_document(configuration.evaluated()))))


def comparable(tree: Any, secret: Any = None) -> Any:
    """Terraform's plan as ours has it: no schema versions, each reference once, null for what is sensitive."""
    if secret is True:
        return None
    if isinstance(tree, list):
        marks = secret if isinstance(secret, list) else [None] * len(tree)
        return [comparable(item, mark) for item, mark in zip(tree, marks, strict=True)]
    if not isinstance(tree, dict):
        return tree
    inner = {**secret} if isinstance(secret, dict) else {}
    inner["after"] = tree.get("after_sensitive")
    inner["values"] = tree.get("sensitive_values")
    if tree.get("sensitive") is True:
        inner["value"] = True
    found = {name: comparable(item, inner.get(name)) for name, item in tree.items() if name != "schema_version"}
    if "references" in found:
        found["references"] = list(dict.fromkeys(found["references"]))
    return {n: v for n, v in found.items() if n not in ("constant_value", "default") or SECRET not in json.dumps(v)}


def variables(plan: Mapping[str, Any]) -> Any:
    """The root module's variables, the sensitive one as ours says it."""
    return {n: {"value": None, "sensitive": True} if SECRET in json.dumps(v) else v for n, v in plan.items()}


@pytest.mark.parametrize("name", ["checks", "shapes", "secrets"])
def test_a_plan_is_what_terraform_s_own_is(name: str) -> None:
    ours = document(load(CONFIGURATIONS / name))
    theirs = json.loads((CONFIGURATIONS / name / "terraform.json").read_text(encoding="utf-8"))
    wanted = {k: comparable(v) for k, v in theirs.items() if k not in OURS} | {
        "variables": variables(theirs["variables"])
    }
    assert {k: v for k, v in ours.items() if k not in OURS} == wanted


def test_no_secret_is_in_a_plan() -> None:
    assert SECRET not in json_text(plan_document(load(CONFIGURATIONS / "secrets").evaluated()))


@pytest.mark.parametrize(
    "directory", [*STACKS.values(), CONFIGURATIONS / "shapes", CONFIGURATIONS / "checks"], ids=lambda path: path.name
)
def test_a_plan_keeps_to_its_schema(directory: Path) -> None:
    jsonschema.validate(document(load(directory)), SCHEMA, cls=jsonschema.Draft202012Validator)


def test_the_same_source_gives_the_same_text() -> None:
    first, second = (json_text(plan_document(load(STACKS["reference"]).evaluated())) for _ in range(2))
    assert first == second


def test_what_is_absent_says_why_and_who_decided() -> None:
    absent = {found["address"]: found for found in document(load(STACKS["incident"]))["absent"]}
    extension = absent["module.sil.azurerm_kubernetes_cluster_extension.azureml"]
    assert extension["expression"] == "var.azureml_config.should_install_extension ? 1 : 0"
    assert extension["reason"] == "count is 0: should_install_extension is false, which nobody chose"
    assert extension["place"]["file"] == "../../modules/sil/azureml.tf"
    (decision,) = extension["decided_by"]
    assert decision["of"] == "module.sil.var.azureml_config.should_install_extension"
    assert decision["step"] == "filled in by optional()"
    assert decision["chosen"] is False


def test_an_absent_instance_is_in_no_change_and_in_no_planned_value() -> None:
    found = document(load(STACKS["incident"]))
    absent = {entry["address"] for entry in found["absent"]}
    assert absent
    assert not absent & {change["address"] for change in found["resource_changes"]}
    assert not any(address in json.dumps(found["planned_values"]) for address in absent)


def test_what_cannot_be_told_says_what_it_waits_for(configure: Configure) -> None:
    found = document(
        configure(
            """
            resource "terraform_data" "a" {}
            resource "terraform_data" "b" {
              count = length(terraform_data.a.id)
            }
            """
        )
    )
    (entry,) = found["undetermined"]
    assert entry["address"] == "terraform_data.b"
    assert "terraform_data.a.id" in entry["references"]
    assert [change["address"] for change in found["resource_changes"]] == ["terraform_data.a"]


def test_every_value_has_its_origin(configure: Configure) -> None:
    found = document(
        configure(
            {
                "main.tf": """
                    variable "config" {
                      type = object({ flag = optional(bool, false), name = string })
                    }
                    resource "azurerm_x" "y" {
                      name = var.config.name
                      flag = var.config.flag
                      tags = { "a b" = ["x"] }
                      block {
                        key = "k"
                      }
                    }
                    """,
                "terraform.tfvars": 'config = { name = "n" }',
            }
        )
    )
    origins = found["origins"]
    assert set(origins) == {"azurerm_x.y", "var.config"}
    assert set(origins["azurerm_x.y"]) == {"name", "flag", 'tags["a b"][0]', "block[0].key"}
    assert origins["azurerm_x.y"]["flag"]["chosen"] is False
    assert origins["azurerm_x.y"]["flag"]["chain"][-1]["text"] == "optional(bool, false)"
    assert origins["azurerm_x.y"]["name"]["chosen"] is True
    assert origins["var.config"]["name"]["chain"][-1]["place"]["file"] == "terraform.tfvars"


def test_a_provider_is_named_as_its_requirement_says(configure: Configure) -> None:
    found = document(
        configure(
            """
            terraform {
              required_providers {
                azapi = {
                  source  = "Azure/azapi"
                  version = "~> 2.0"
                }
                inside = { source = "example.com/team/inside" }
              }
            }
            provider "azurerm" {
              alias = "second"
              features {}
            }
            resource "azapi_resource" "a" {}
            resource "azurerm_x" "b" {
              provider = azurerm.second
            }
            resource "inside_x" "c" {}
            """
        )
    )
    names = {change["address"]: change["provider_name"] for change in found["resource_changes"]}
    assert names == {
        "azapi_resource.a": "registry.terraform.io/azure/azapi",
        "azurerm_x.b": "registry.terraform.io/hashicorp/azurerm",
        "inside_x.c": "example.com/team/inside",
    }
    config = found["configuration"]["provider_config"]
    assert config["azapi"]["version_constraint"] == "~> 2.0"
    assert config["azurerm.second"]["alias"] == "second"
    keys = {r["address"]: r["provider_config_key"] for r in found["configuration"]["root_module"]["resources"]}
    assert keys["azurerm_x.b"] == "azurerm.second"


def test_a_data_source_is_to_be_read_and_not_created(configure: Configure) -> None:
    found = document(configure('data "azurerm_x" "y" {\n  name = "n"\n}'))
    (change,) = found["resource_changes"]
    assert change["mode"] == "data"
    assert change["change"]["actions"] == ["read"]
    assert change["change"]["after"] == {"name": "n"}


def test_a_whole_resource_as_an_output_is_not_wholly_known(configure: Configure) -> None:
    found = document(configure('resource "azurerm_x" "y" {\n  name = "n"\n}\noutput "o" {\n  value = azurerm_x.y\n}'))
    assert found["output_changes"]["o"]["after"] == {"name": "n"}
    assert found["output_changes"]["o"]["after_unknown"] == {"id": True}
    assert "value" not in found["planned_values"]["outputs"]["o"]


def test_an_output_that_would_show_a_secret_does_not(configure: Configure) -> None:
    found = document(configure(f'output "o" {{\n  value = {{ a = sensitive("{SECRET}") }}\n}}'))
    assert SECRET not in json.dumps(found)
    assert found["output_changes"]["o"]["after_sensitive"] is True
    assert found["errored"] is True


def test_a_variable_without_a_value_is_said_to_be_unknown(configure: Configure) -> None:
    found = document(configure('variable "v" {}'))
    assert found["variables"] == {"v": {"unknown": "required variable v has no value"}}
    assert found["errored"] is True
    assert found["diagnostics"][0]["summary"] == "no value for required variable v"


def test_numbers_keep_their_digits(configure: Configure) -> None:
    text = json_text(plan_document(configure('output "o" {\n  value = 1 / 3\n}').evaluated()))
    assert "0.3333333333333333333333333333333333" in text


def test_a_module_that_is_not_on_disk_is_still_called(configure: Configure) -> None:
    found = document(configure('module "far" {\n  source = "git::https://example.com/far.git"\n  a = 1\n}'))
    call = found["configuration"]["root_module"]["module_calls"]["far"]
    assert call == {"source": "git::https://example.com/far.git", "expressions": {"a": {"constant_value": 1}}}


def test_instances_stand_in_their_modules_in_natural_order(configure: Configure) -> None:
    found = document(
        configure(
            {
                "main.tf": 'module "m" {\n  source = "./m"\n  count = 11\n}',
                "m/main.tf": 'module "n" {\n  source = "./n"\n}',
                "m/n/main.tf": 'resource "terraform_data" "x" {}',
            }
        )
    )
    modules = found["planned_values"]["root_module"]["child_modules"]
    assert [module["address"] for module in modules] == [f"module.m[{i}]" for i in range(11)]
    (inner,) = modules[10]["child_modules"]
    assert inner["address"] == "module.m[10].module.n"
    assert inner["resources"][0]["address"] == "module.m[10].module.n.terraform_data.x"


def test_what_is_imported_says_under_which_id(configure: Configure) -> None:
    source = 'import {\n  to = terraform_data.a["k"]\n  id = "x-${1 + 1}"\n}\n'
    found = document(configure(source + 'resource "terraform_data" "a" {\n  for_each = toset(["k", "l"])\n}\n'))

    assert {c["address"]: c["change"].get("importing") for c in found["resource_changes"]} == {
        'terraform_data.a["k"]': {"id": "x-2"},
        'terraform_data.a["l"]': None,
    }


def test_what_states_no_condition_is_no_check(configure: Configure) -> None:
    assert "checks" not in document(configure('resource "terraform_data" "a" {}\n'))
