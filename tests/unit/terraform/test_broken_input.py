from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifier.errors import ConfigurationError
from verifier.hcl.values import Unknown
from verifier.terraform.configuration import evaluate_root
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]
Write = Callable[..., Path]


def test_a_directory_that_does_not_exist_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such directory") as caught:
        evaluate_root(tmp_path / "none")
    assert caught.value.next_step


def test_a_file_instead_of_a_directory_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    with pytest.raises(ConfigurationError, match="not a directory"):
        evaluate_root(tmp_path / "main.tf")


def test_a_directory_without_terraform_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("")
    with pytest.raises(ConfigurationError, match="no Terraform configuration"):
        evaluate_root(tmp_path)


def test_a_broken_file_is_an_error_with_its_position_and_the_others_still_count(plan: Plan) -> None:
    found = plan({"good.tf": 'resource "azurerm_x" "y" {\n  name = "n"\n}', "broken.tf": "locals {\n  a = = 1\n}"})
    assert [i.address for i in found.instances] == ["azurerm_x.y"]
    (error,) = found.diagnostics
    assert error.place is not None
    assert (error.severity, error.place.file, error.place.line) == ("error", "broken.tf", 2)
    assert not found.complete


def test_what_a_broken_file_may_declare_is_unknown_and_not_a_second_error(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": """
                output "o" {
                  value = [var.a, local.b, azurerm_x.c.id, module.d.e, data.azurerm_f.g.h]
                }
                """,
            "broken.tf": "locals {",
        }
    )
    assert {d.place.file for d in found.diagnostics if d.place} == {"broken.tf"}
    content = found.outputs["o"].content
    assert isinstance(content, tuple)
    for item in content:
        assert isinstance(item.content, Unknown)
        assert "broken.tf has errors" in item.content.because


def test_an_argument_for_a_variable_that_a_broken_file_may_declare_is_no_second_error(plan: Plan) -> None:
    found = plan(
        {"main.tf": 'module "m" {\n  source = "./m"\n  a = 1\n}\noutput "o" { value = module.m.b }', "m/broken.tf": "}"}
    )
    assert {d.place.file for d in found.diagnostics if d.place} == {"m/broken.tf"}
    assert not found.outputs["o"].is_known


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1", "'a' is not expected"),
        ('resources "azurerm_x" "y" {}', "'resources' are not expected"),
        ('resource "azurerm_x" {}', "2 labels"),
        ('variable "a" {}\nvariable "a" {}', "declared twice"),
        ("locals {\n  a = 1\n}\nlocals {\n  a = 2\n}", "declared twice"),
        ('resource "t_x" "y" {}\nresource "t_x" "y" {}', "declared twice"),
    ],
)
def test_a_block_that_cannot_be_is_an_error(plan: Plan, text: str, said: str) -> None:
    assert any(d.severity == "error" and said in d.summary for d in plan(text).diagnostics)


def test_blocks_that_declare_nothing_here_are_read_without_an_error(plan: Plan) -> None:
    found = plan("""
        terraform {
          required_version = ">= 1.9"
          backend "azurerm" {
            key = "k"
          }
        }
        moved {
          from = azurerm_x.a
          to   = azurerm_x.b
        }
        import {
          to = azurerm_x.b
          id = "i"
        }
        removed {
          from = azurerm_x.c
          lifecycle {
            destroy = false
          }
        }
        check "health" {
          assert {
            condition     = azurerm_x.b.id != ""
            error_message = "no"
          }
        }
        ephemeral "azurerm_secret" "s" {}
        resource "azurerm_x" "b" {}
        """)
    assert found.diagnostics == ()


def test_editors_left_overs_are_not_read(plan: Plan) -> None:
    found = plan(
        {"main.tf": "", ".hidden.tf": "junk {", "main.tf~": "junk {", "#main.tf#": "junk {", "main.tf.bak": "{"}
    )
    assert found.diagnostics == ()


def test_a_deeply_nested_expression_is_evaluated_or_said_to_be_too_deep(plan: Plan) -> None:
    found = plan(f'output "o" {{\n  value = {"[" * 3000}1{"]" * 3000}\n}}')
    assert found.outputs.keys() <= {"o"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_any_bytes_in_a_file_end_in_diagnostics(write: Write, content: bytes) -> None:
    evaluate_root(write({"main.tf": content}))


FRAGMENTS = """
resource "azurerm_x" "y" {
}
count =
for_each =
local.a
var.a
module.m[0]
{
[
]
locals {
a =
each.key
1
"${
}"
dynamic "b" {
content {
module "m" {
source = "./"
azurerm_x.y
variable "a" {
default =
type =
object({
})
optional(
null
==
?
:
.id
[*]
""".splitlines()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["", " ", "\n"])), max_size=30))
def test_any_jumble_of_fragments_ends_in_a_plan(write: Write, parts: list[tuple[str, str]]) -> None:
    text = "".join(f"{part}{separator}" for part, separator in parts)
    evaluate_root(write({"main.tf": text}))


def test_an_output_without_a_value_is_no_part_of_its_module(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'module "m" {\n  source = "./m"\n}\noutput "o" {\n  value = module.m\n}',
            "m/main.tf": 'output "x" {}\noutput "y" {\n  value = 1\n}',
        }
    )
    assert [d.summary for d in found.diagnostics] == ["output x has no value"]
    content = found.outputs["o"].content
    assert isinstance(content, Mapping)
    assert set(content) == {"y"}
