"""Comments that speak to verify-infra are kept, with the block that they stand beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from verifier.hcl.cache import Cache
from verifier.terraform.comments import block_of, comments_beside
from verifier.terraform.configuration import load
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]

BESIDE = {
    "on the line above": ('# verify-infra:waive X\nresource "terraform_data" "a" {}\n', "terraform_data.a"),
    "above, over other comments": (
        '// verify-infra:waive X\n# and why\n/* more */\nresource "terraform_data" "a" {}\n',
        "terraform_data.a",
    ),
    "inside": ('resource "terraform_data" "a" {\n  # verify-infra:waive X\n  input = 1\n}\n', "terraform_data.a"),
    "in an expression": (
        'resource "terraform_data" "a" {\n  input = [\n    1, # verify-infra:waive X\n  ]\n}\n',
        "terraform_data.a",
    ),
    "behind the brace": ('resource "terraform_data" "a" { # verify-infra:waive X\n}\n', "terraform_data.a"),
    "in a comment of several lines": (
        '/*\n * because\n * verify-infra:waive X\n */\nvariable "a" {}\n',
        "var.a",
    ),
    "a data source": (
        '# verify-infra:waive X\ndata "terraform_remote_state" "a" {}\n',
        "data.terraform_remote_state.a",
    ),
    "a module": ('# verify-infra:waive X\nmodule "a" {\n  source = "./none"\n}\n', "module.a"),
    "an output": ('# verify-infra:waive X\noutput "a" {\n  value = 1\n}\n', "output.a"),
    "a provider": ('# verify-infra:waive X\nprovider "azurerm" {}\n', "provider.azurerm"),
    "a local": ("locals {\n  a = 1\n  # verify-infra:waive X\n  b = 2\n}\n", "local.b"),
    "on a local's line": ("locals {\n  a = 1 # verify-infra:waive X\n  b = 2\n}\n", "local.a"),
    "a blank line between": ('# verify-infra:waive X\n\nresource "terraform_data" "a" {}\n', ""),
    "beside nothing": ('resource "terraform_data" "a" {}\n# verify-infra:waive X\n', ""),
}


@pytest.mark.parametrize(("text", "block"), BESIDE.values(), ids=BESIDE)
def test_a_comment_belongs_to_the_block_it_stands_in_or_above(plan: Plan, text: str, block: str) -> None:
    (comment,) = plan({"main.tf": text}).comments

    assert (comment.text.split()[0], comment.block) == ("verify-infra:waive", block)


@pytest.mark.parametrize(
    "text",
    [
        "# an ordinary comment\n",
        "# the image registry.example/verify-infra:latest\n",
        'locals {\n  a = "# verify-infra:waive X"\n}\n',
        "locals {\n  a = <<EOT\n# verify-infra:waive X\nEOT\n}\n",
    ],
)
def test_nothing_else_is_kept(plan: Plan, text: str) -> None:
    assert plan({"main.tf": text}).comments == ()


def test_a_comment_knows_its_place_and_its_text(plan: Plan) -> None:
    text = 'locals {\n  a = 1\n}\n\n  # so: verify-infra:waive X until=2030-01-01 reason="a # b"  \nvariable "v" {}\r\n'
    (comment,) = plan({"main.tf": text}).comments

    assert comment.text == 'verify-infra:waive X until=2030-01-01 reason="a # b"'
    assert (str(comment.place), comment.place.column) == ("main.tf:5", 9)


def test_each_line_of_a_comment_speaks_for_itself(plan: Plan) -> None:
    text = '/* verify-infra:waive X\r\n   verify-infra:waive Y */\nvariable "v" {}\n'

    assert [(c.text, c.place.line, c.place.column) for c in plan({"main.tf": text}).comments] == [
        ("verify-infra:waive X", 1, 4),
        ("verify-infra:waive Y", 2, 4),
    ]


def test_a_module_that_is_called_twice_has_its_comments_twice(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  count  = 2\n  source = "./m"\n}\n',
            "m/main.tf": '# verify-infra:waive X\nresource "terraform_data" "r" {\n  count = 2\n}\n',
        }
    )

    assert [c.block for c in found.comments] == ["module.a.terraform_data.r", "module.b.terraform_data.r"]
    assert [c.block for c in comments_beside(found, "module.b[1].terraform_data.r[0].input")] == [
        "module.b.terraform_data.r"
    ]
    assert comments_beside(found, "module.b") == ()


def test_a_cached_parse_has_the_comments_too(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('# verify-infra:waive X\nvariable "v" {}\n')
    cache = Cache(tmp_path / "cache")
    first, again = (load(tmp_path, cache=cache).plan().comments for _ in range(2))

    assert len(first) == 1
    assert first == again == load(tmp_path).plan().comments


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("var.a.b.c", "var.a"),
        ("module.a[0].var.b", "module.a.var.b"),
        ('module.a["x.y"].module.b.data.t.n[1].id', "module.a.module.b.data.t.n"),
        ("module.a", "module.a"),
        ("azurerm_x.y", "azurerm_x.y"),
        ("azurerm_x", ""),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_an_address_leads_to_its_block(address: str, block: str) -> None:
    assert block_of(address) == block
