from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from verifier.hcl.values import Unknown, to_json
from verifier.terraform.plan import Absent, Planned, StaticPlan, Undetermined

Plan = Callable[..., StaticPlan]

CHILD = """
    variable "name" {
      type    = string
      default = "default"
    }
    resource "azurerm_x" "y" {
      name = var.name
    }
    output "name" {
      value = azurerm_x.y.name
    }
    output "id" {
      value = azurerm_x.y.id
    }
    """


def addresses(plan: StaticPlan) -> list[str]:
    return [i.address for i in plan.instances]


def output(plan: StaticPlan, name: str = "o") -> object:
    assert plan.complete, plan.diagnostics
    return to_json(plan.outputs[name])


def called(arguments: str = "", value: str = "null") -> dict[str, str]:
    return {
        "main.tf": f'module "m" {{\n  source = "./m"\n  {arguments}\n}}\noutput "o" {{ value = {value} }}',
        "m/main.tf": CHILD,
    }


def test_a_module_is_followed_and_given_its_arguments(plan: Plan) -> None:
    found = plan(called('name = "passed"', "module.m.name"))
    assert addresses(found) == ["module.m.azurerm_x.y"]
    assert output(found) == "passed"
    assert [(v.address, str(v.given)) for v in found.variables] == [("module.m.var.name", "main.tf:3")]
    assert [(m.address, m.source, m.resolved) for m in found.modules] == [("module.m", "./m", True)]


def test_places_in_a_module_are_relative_to_the_root(plan: Plan) -> None:
    assert str(plan(called()).instances[0].place) == "m/main.tf:6"


@pytest.mark.parametrize(
    ("arguments", "value", "expected"),
    [
        ("count = 2", "module.m[1].name", "default"),
        ("count = 2\n  name = count.index", "module.m[*].name", ["0", "1"]),
        (
            "for_each = { a = 1, b = 2 }\n  name = each.key",
            "{ for k, m in module.m : k => m.name }",
            {"a": "a", "b": "b"},
        ),
        ('for_each = toset(["a"])\n  name = each.key', 'module.m["a"].name', "a"),
        ("count = 0", "module.m", []),
        ("count = 0", "try(module.m[0].name, null)", None),
        ("count = 0", "one(module.m[*].name)", None),
        ("for_each = {}", "module.m", {}),
        ("", "module.m.name", "default"),
        ("", "keys(module.m)", ["id", "name"]),
    ],
)
def test_references_to_module_instances(plan: Plan, arguments: str, value: str, expected: object) -> None:
    assert output(plan(called(arguments, value))) == expected


def test_a_modules_unknown_output_waits_for_the_attribute_inside(plan: Plan) -> None:
    found = plan(called("count = 2", "module.m[1].id"))
    content = found.outputs["o"].content
    assert isinstance(content, Unknown)
    assert content.references == ("module.m[1].azurerm_x.y.id",)


def test_everything_below_an_absent_module_is_absent_with_the_calls_expression(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'variable "on" { default = false }\nmodule "m" {\n  source = "./m"\n  count = var.on ? 1 : 0\n}',
            "m/main.tf": 'resource "azurerm_x" "y" {\n  count = 2\n  name = "n"\n}\nmodule "n" {\n  source = "./n"\n}',
            "m/n/main.tf": 'resource "azurerm_x" "z" {}',
        }
    )
    assert addresses(found) == ["module.m.azurerm_x.y", "module.m.module.n.azurerm_x.z"]
    for instance in found.instances:
        assert isinstance(instance.presence, Absent)
        assert instance.presence.expression == "var.on ? 1 : 0"
        assert instance.presence.because == "module.m is absent: count is 0: on is false, which nobody chose"
        assert str(instance.presence.place) == "main.tf:4"
        assert [r.address for r in instance.presence.reads] == ["var.on"]
    assert to_json(found.instances[0].values) == {"name": "n"}
    assert [type(m.presence) for m in found.modules] == [Absent, Absent]
    assert found.complete


def test_a_mistake_below_an_absent_module_is_nobodys(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  count = 0\n}',
            "m/main.tf": 'resource "azurerm_x" "y" {\n  a = tolist([])[0]\n}',
        }
    )
    assert found.diagnostics == ()


def test_everything_below_an_undetermined_module_is_undetermined(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": """
                resource "azurerm_x" "a" {}
                module "m" {
                  source = "./m"
                  count  = azurerm_x.a.n
                }
                output "o" {
                  value = module.m
                }
                """,
            "m/main.tf": CHILD,
        }
    )
    below = next(i for i in found.instances if i.module == "module.m")
    assert below.address == "module.m.azurerm_x.y"
    assert isinstance(below.presence, Undetermined)
    assert below.presence.because.references == ("azurerm_x.a.n",)
    assert not found.outputs["o"].is_known


def test_a_planned_instance_carries_what_its_modules_count_read(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'variable "on" { default = true }\nmodule "m" {\n  source = "./m"\n  count = var.on ? 1 : 0\n}',
            "m/main.tf": 'resource "azurerm_x" "y" {}',
        }
    )
    (instance,) = found.instances
    assert instance.address == "module.m[0].azurerm_x.y"
    assert isinstance(instance.presence, Planned)
    assert [r.address for r in instance.presence.reads] == ["var.on"]


def test_modules_that_use_each_others_outputs_are_no_circle(plan: Plan) -> None:
    child = 'variable "i" { default = "start" }\noutput "constant" { value = "c" }\noutput "o" { value = "${var.i}-o" }'
    found = plan(
        {
            "main.tf": """
                module "a" {
                  source = "./child"
                  i      = module.b.constant
                }
                module "b" {
                  source = "./child"
                  i      = module.a.o
                }
                output "o" {
                  value = module.b.o
                }
                """,
            "child/main.tf": child,
        }
    )
    assert output(found) == "c-o-o"


@pytest.mark.parametrize("source", ["Azure/aks/azurerm", "git::https://example.com/m.git", "example.com/a/b/c"])
def test_a_remote_module_is_an_error_and_all_its_outputs_are_unknown(plan: Plan, source: str) -> None:
    found = plan(f'module "m" {{\n  source = "{source}"\n}}\noutput "o" {{ value = module.m.anything }}')
    (error,) = found.diagnostics
    assert f"module m has a remote source {source} which is not on disk" in error.summary
    assert "terraform init" in error.next_step
    content = found.outputs["o"].content
    assert isinstance(content, Unknown)
    assert "remote source" in content.because
    assert [m.resolved for m in found.modules] == [False]


def test_a_remote_module_that_init_has_brought_is_followed(plan: Plan) -> None:
    manifest = {
        "Modules": [
            {"Key": "", "Source": "", "Dir": "."},
            {
                "Key": "m",
                "Source": "registry.terraform.io/Azure/x/azurerm",
                "Version": "1.0.0",
                "Dir": ".terraform/modules/m",
            },
            {"Key": "m.n", "Source": "git::https://example.com/n.git", "Dir": ".terraform/modules/m.n"},
        ]
    }
    found = plan(
        {
            "main.tf": 'module "m" {\n  source = "Azure/x/azurerm"\n}\noutput "o" { value = module.m.o }',
            ".terraform/modules/modules.json": json.dumps(manifest),
            ".terraform/modules/m/main.tf": """
                module "n" {
                  source = "git::https://example.com/n.git"
                }
                output "o" {
                  value = module.n.o
                }
                """,
            ".terraform/modules/m.n/main.tf": 'output "o" { value = path.module }',
        }
    )
    assert output(found) == ".terraform/modules/m.n"


@pytest.mark.parametrize("manifest", ["", "[]", '{"Modules": [{"Key": 1}]}', '{"Modules": null}', "\x00"])
def test_a_broken_manifest_is_no_modules(plan: Plan, manifest: str) -> None:
    found = plan({"main.tf": 'module "m" { source = "a/b/c" }', ".terraform/modules/modules.json": manifest})
    assert [m.resolved for m in found.modules] == [False]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"main.tf": 'module "m" { source = "./" }'}, "includes itself"),
        (
            {
                "main.tf": 'module "a" { source = "./a" }',
                "a/main.tf": 'module "b" { source = "../b" }',
                "b/main.tf": 'module "a" { source = "../a" }',
            },
            "includes itself",
        ),
        ({"main.tf": 'module "m" { source = "./none" }'}, "no such directory"),
        ({"main.tf": 'module "m" { source = "./empty" }', "empty/readme.md": ""}, "no Terraform file"),
        ({"main.tf": 'variable "v" { default = "./m" }\nmodule "m" { source = var.v }'}, "plain string"),
        ({"main.tf": 'module "m" {}'}, "plain string"),
    ],
)
def test_a_module_that_cannot_be_followed_is_an_error(plan: Plan, files: dict[str, str], said: str) -> None:
    found = plan(files)
    assert any(d.severity == "error" and said in d.summary for d in found.diagnostics)


def test_a_required_argument_that_is_not_passed_is_an_error_at_the_call(plan: Plan) -> None:
    found = plan({"main.tf": '\nmodule "m" {\n  source = "./m"\n}', "m/main.tf": 'variable "x" { type = string }'})
    (error,) = found.diagnostics
    assert (error.severity, str(error.place)) == ("error", "main.tf:2")
    assert "x" in error.summary
    assert not found.variables[0].value.is_known


def test_an_argument_that_the_module_does_not_declare_is_an_error(plan: Plan) -> None:
    (error,) = plan(called("nonsense = 1")).diagnostics
    assert (error.severity, str(error.place)) == ("error", "main.tf:3")
    assert "nonsense" in error.summary


def test_an_output_that_the_module_does_not_declare_is_an_error(plan: Plan) -> None:
    (error,) = plan(called("", "module.m.nonsense")).diagnostics
    assert "nonsense" in error.summary


def test_one_directory_called_twice_is_read_once(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n  name = "b"\n}',
            "m/main.tf": CHILD + '\n  broken "block" {}\n',
        }
    )
    assert addresses(found) == ["module.a.azurerm_x.y", "module.b.azurerm_x.y"]
    assert len(found.diagnostics) == 1


def test_a_resource_uses_the_provider_that_the_call_passes_on(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": """
                provider "azurerm" {}
                provider "azurerm" {
                  alias = "hub"
                }
                module "plain" {
                  source = "./m"
                }
                module "passed" {
                  source = "./m"
                  providers = {
                    azurerm = azurerm.hub
                  }
                }
                """,
            "m/main.tf": 'resource "azurerm_x" "y" {}',
        }
    )
    assert {i.address: i.provider for i in found.instances} == {
        "module.passed.azurerm_x.y": "azurerm.hub",
        "module.plain.azurerm_x.y": "azurerm",
    }


def test_paths_and_the_workspace(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": """
                module "m" {
                  source = "./a/m"
                }
                output "o" {
                  value = [path.module, path.root, module.m.o, terraform.workspace]
                }
                """,
            "a/m/main.tf": 'output "o" { value = "${path.module} ${path.root}" }',
            ".terraform/environment": "staging",
        }
    )
    assert output(found) == [".", ".", "a/m .", "staging"]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, "default"), ({"TF_WORKSPACE": "w"}, "w"), ({"TF_DATA_DIR": "data"}, "from-data")],
)
def test_the_workspace_and_the_data_directory_can_be_set_outside(
    plan: Plan, environment: dict[str, str], expected: str
) -> None:
    files = {"main.tf": 'output "o" { value = terraform.workspace }', "data/environment": "from-data"}
    assert output(plan(files, environment=environment)) == expected
