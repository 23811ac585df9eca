"""Which variables reach something that Terraform acts on, and which only look as though they did."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from verifier.terraform.configuration import Configuration
from verifier.terraform.wiring import Wire, wires_of

Configure = Callable[..., Configuration]
RESOURCE = 'resource "terraform_data" "r" {\n  input = %s\n}\n'


def wires(configuration: Configuration) -> Mapping[str, Wire]:
    return {wire.address: wire for wire in wires_of(configuration.module)}


USED = {
    "by a resource": RESOURCE % "var.a",
    "in a nested block": 'resource "x_y" "z" {\n  inner {\n    deep = [for i in var.a : i]\n  }\n}\n',
    "by a data source": 'data "x_y" "z" {\n  name = "${var.a}-1"\n}\n',
    "by a count": 'resource "x_y" "z" {\n  count = var.a ? 1 : 0\n}\n',
    "by a provider": 'provider "x" {\n  id = var.a\n}\n',
    "by a root output": 'output "o" {\n  value = var.a\n}\n',
    "by a check": 'check "c" {\n  assert {\n    condition     = var.a\n    error_message = "no"\n  }\n}\n',
    "through locals": "locals {\n  b = var.a\n  c = { d = local.b }\n}\n" + RESOURCE % "local.c.d",
    "by an import": "import {\n  to = terraform_data.r\n  id = var.a\n}\n" + RESOURCE % "1",
    "by another variable's validation": 'variable "b" {\n  validation {\n    condition     = var.b != var.a\n'
    '    error_message = "no"\n  }\n}\n',
    "by a module that is not on disk": 'module "m" {\n  source = "./none"\n  x      = var.a\n}\n',
    "by how often a module exists": 'module "m" {\n  source = "./m"\n  count  = var.a\n}\n',
    "by a module's resource": 'module "m" {\n  source = "./m"\n  in     = var.a\n}\n',
    "through a module's output": 'module "m" {\n  source = "./m"\n  out    = var.a\n}\n' + RESOURCE % "module.m.o",
    "through a module taken whole": 'module "m" {\n  source = "./m"\n  out    = var.a\n}\n' + RESOURCE % "module.m",
    "through a module with keys": 'module "m" {\n  for_each = { k = 1 }\n  source   = "./m"\n  out      = var.a\n}\n'
    + RESOURCE % 'module.m["k"].o',
}
UNUSED = {
    "by nothing": "",
    "by a local that nothing uses": "locals {\n  b = var.a\n}\n",
    "by its own validation": "",
    "by an argument that the module ignores": 'module "m" {\n  source  = "./m"\n  ignored = var.a\n}\n',
    "through an output that nobody takes": 'module "m" {\n  source = "./m"\n  out    = var.a\n}\n',
    "under a name that a for expression binds": RESOURCE % "[for var in [1] : var]",
}
MODULE = (
    'variable "in" {\n  default = 1\n}\nvariable "out" {\n  default = 1\n}\nvariable "ignored" {\n  default = 1\n}\n'
    'output "o" {\n  value = var.out\n}\n' + RESOURCE % "var.in"
)
VARIABLE = 'variable "a" {\n  validation {\n    condition     = var.a != 1\n    error_message = "no"\n  }\n}\n'


@pytest.mark.parametrize("text", USED.values(), ids=USED)
def test_a_variable_is_used(configure: Configure, text: str) -> None:
    assert wires(configure({"main.tf": VARIABLE + text, "m/main.tf": MODULE}))["var.a"].used


@pytest.mark.parametrize("text", UNUSED.values(), ids=UNUSED)
def test_a_variable_is_not_used(configure: Configure, text: str) -> None:
    assert not wires(configure({"main.tf": VARIABLE + text, "m/main.tf": MODULE}))["var.a"].used


def test_a_module_s_variable_is_passed_or_not(configure: Configure) -> None:
    found = wires(configure({"main.tf": 'module "m" {\n  source = "./m"\n  in     = 1\n}\n', "m/main.tf": MODULE}))

    assert {address: wire.passed for address, wire in found.items()} == {
        "module.m.var.in": True,
        "module.m.var.out": False,
        "module.m.var.ignored": False,
    }
    assert {(wire.module, str(wire.call), wire.local) for wire in found.values()} == {("module.m", "main.tf:1", True)}


def test_what_a_broken_file_may_hold_is_said(configure: Configure) -> None:
    found = wires(configure({"main.tf": VARIABLE, "broken.tf": "resource {"}))

    assert found["var.a"].unread == ("broken.tf",)
