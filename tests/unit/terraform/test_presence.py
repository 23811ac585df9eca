from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform.plan import Absent, Planned, StaticPlan

Plan = Callable[..., StaticPlan]

MODULE = {
    "main.tf": """
        module "sil" {
          source         = "./sil"
          azureml_config = {
            should_integrate_aks = true
          }
        }
        """,
    "sil/main.tf": """
        variable "azureml_config" {
          type = object({
            should_integrate_aks     = optional(bool, false)
            should_install_extension = optional(bool, false)
            credentials              = optional(map(string), {})
          })
        }
        locals {
          wanted   = var.azureml_config.should_install_extension
          settings = { enabled = local.wanted, other = var.azureml_config.should_integrate_aks }
        }
        resource "azurerm_x" "y" {
          count = EXPRESSION
        }
        """,
}


def presence(plan: Plan, expression: str) -> Absent | Planned:
    files = {name: text.replace("count = EXPRESSION", expression) for name, text in MODULE.items()}
    found = plan(files)
    assert found.complete, found.diagnostics
    result = found.instances[0].presence
    assert isinstance(result, Absent | Planned)
    return result


def test_an_absent_resource_says_which_flag_decided_and_that_nobody_chose_it(plan: Plan) -> None:
    absent = presence(plan, "count = var.azureml_config.should_install_extension ? 1 : 0")
    assert isinstance(absent, Absent)
    assert absent.because == "count is 0: should_install_extension is false, which nobody chose"
    assert absent.expression == "var.azureml_config.should_install_extension ? 1 : 0"
    assert str(absent.place) == "sil/main.tf:14"
    assert absent.value.content == 0
    (read,) = absent.reads
    assert read.address == "module.sil.var.azureml_config.should_install_extension"
    origin = read.value.origin
    assert origin is not None
    assert str(origin.place) == "sil/main.tf:5"
    assert origin.text == "optional(bool, false)"
    assert str(origin.parents[0].place) == "main.tf:4"
    assert origin.parents[0].text == "azureml_config = {…}"
    assert not origin.chosen


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        (
            "count = var.azureml_config.should_install_extension && var.azureml_config.should_integrate_aks ? 1 : 0",
            "count is 0: should_install_extension is false, which nobody chose",
        ),
        ("count = var.azureml_config.should_integrate_aks ? 0 : 1", "count is 0: should_integrate_aks is true"),
        ("count = local.wanted ? 1 : 0", "count is 0: should_install_extension is false, which nobody chose"),
        (
            "for_each = var.azureml_config.credentials",
            "for_each is empty: credentials is empty, which nobody chose",
        ),
        ("count = length(var.azureml_config.credentials)", "count is 0: credentials is empty, which nobody chose"),
        ("count = 0", "count is 0, as written"),
        (
            "for_each = { for k, v in local.settings : k => v if v == 5 }",
            "for_each is empty: should_install_extension is false, which nobody chose",
        ),
        ("for_each = {}", "for_each is empty, as written"),
    ],
)
def test_absence_in_words(plan: Plan, expression: str, because: str) -> None:
    absent = presence(plan, expression)
    assert isinstance(absent, Absent)
    assert absent.because == because


def test_a_planned_resource_says_what_its_count_read(plan: Plan) -> None:
    planned = presence(plan, "count = var.azureml_config.should_integrate_aks ? 1 : 0")
    assert isinstance(planned, Planned)
    assert [r.address for r in planned.reads] == ["module.sil.var.azureml_config.should_integrate_aks"]
    assert planned.reads[0].value.content is True


@pytest.mark.parametrize(
    ("expression", "reads"),
    [
        ("count = local.wanted ? 1 : 0", ["module.sil.var.azureml_config.should_install_extension"]),
        ("count = local.settings.enabled ? 1 : 0", ["module.sil.var.azureml_config.should_install_extension"]),
        (
            "for_each = local.settings.other ? {} : {}",
            ["module.sil.var.azureml_config.should_integrate_aks"],
        ),
        (
            "count = (local.wanted || var.azureml_config.should_integrate_aks) ? 0 : 1",
            [
                "module.sil.var.azureml_config.should_install_extension",
                "module.sil.var.azureml_config.should_integrate_aks",
            ],
        ),
        (
            "for_each = { for k, v in var.azureml_config.credentials : k => v }",
            ["module.sil.var.azureml_config.credentials"],
        ),
    ],
)
def test_locals_are_followed_to_what_they_read(plan: Plan, expression: str, reads: list[str]) -> None:
    assert [r.address for r in presence(plan, expression).reads] == reads


def test_outputs_and_instances_are_read_by_their_address(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": """
                module "m" {
                  source   = "./m"
                  for_each = { k = 1 }
                }
                resource "azurerm_x" "a" {
                  for_each = { k = 1 }
                  name     = "n"
                }
                resource "azurerm_x" "y" {
                  count = module.m["k"].on && azurerm_x.a["k"].name == "n" ? 0 : 1
                }
                """,
            "m/main.tf": 'output "on" { value = true }',
        }
    )
    absent = next(i.presence for i in found.instances if i.name == "y")
    assert [r.address for r in absent.reads] == ['module.m["k"].on', 'azurerm_x.a["k"].name']


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("null", "is null"),
        ('""', 'is ""'),
        ('"Free"', 'is "Free"'),
        ("2.50", "is 2.5"),
        ("[]", "is empty"),
        ("{ a = 1 }", "has 1 element"),
        ("[1, 2]", "has 2 elements"),
        ("true", "is true"),
    ],
)
def test_what_decided_is_said_in_words(plan: Plan, value: str, words: str) -> None:
    files = {
        "main.tf": 'variable "v" {}\nresource "azurerm_x" "y" {\n  count = jsonencode(var.v) == "other" ? 1 : 0\n}',
        "terraform.tfvars": f"v = {value}",
    }
    absent = plan(files).instances[0].presence
    assert isinstance(absent, Absent)
    assert absent.because == f"count is 0: v {words}"


def test_a_sensitive_flag_is_not_shown(plan: Plan) -> None:
    found = plan("""
        variable "s" {
          default   = "hunter2"
          sensitive = true
        }
        resource "azurerm_x" "y" {
          count = nonsensitive(var.s == "other") ? 1 : 0
        }
        """)
    assert isinstance(found.instances[0].presence, Absent)
    assert "hunter2" not in found.instances[0].presence.because


def test_locals_that_share_what_they_read_are_followed_once(plan: Plan) -> None:
    lines = "\n".join(f"  l{i} = length([local.l{i + 1}, local.l{i + 1}]) > 3" for i in range(60))
    found = plan(f"""
        variable "v" {{ default = false }}
        locals {{
          l60 = var.v
        {lines}
        }}
        resource "azurerm_x" "y" {{
          count = local.l0 ? 1 : 0
        }}
        """)
    assert [r.address for r in found.instances[0].presence.reads] == ["var.v"]
