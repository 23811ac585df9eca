"""Where Terraform keeps its state, and what the source says of addresses that the state knows otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.terraform.backend import Backend, backend_of
from verifier.terraform.configuration import load
from verifier.terraform.refactoring import Refactoring, refactoring_of

LOCAL = Backend(type="local", path=Path("terraform.tfstate"))


@pytest.mark.parametrize(
    ("source", "workspace", "expected"),
    [
        ("", "default", LOCAL),
        ('terraform {\n  required_version = ">= 1.9"\n}\n', "default", LOCAL),
        ('terraform {\n  backend "local" {}\n}\n', "default", LOCAL),
        ("", "dev", Backend(type="local", path=Path("terraform.tfstate.d/dev/terraform.tfstate"))),
        (
            'terraform {\n  backend "local" {\n    path = "states/one.tfstate"\n  }\n}\n',
            "default",
            Backend(type="local", path=Path("states/one.tfstate")),
        ),
        (
            'terraform {\n  backend "local" {\n    workspace_dir = "all"\n  }\n}\n',
            "dev",
            Backend(type="local", path=Path("all/dev/terraform.tfstate")),
        ),
        ('terraform {\n  backend "local" {\n    path = "${1}.tfstate"\n  }\n}\n', "default", Backend(type="local")),
        ('terraform {\n  backend "azurerm" {}\n}\n', "default", Backend(type="azurerm")),
        ('terraform {\n  cloud {\n    organization = "o"\n  }\n}\n', "default", Backend(type="cloud")),
    ],
)
def test_the_backend_is_the_one_that_the_root_names(
    tmp_path: Path, source: str, workspace: str, expected: Backend
) -> None:
    (tmp_path / "main.tf").write_text(source + "locals {}\n", encoding="utf-8")
    configuration = load(tmp_path)
    assert backend_of(configuration.module, workspace) == expected


def refactoring(root: Path, source: str, **modules: str) -> Refactoring:
    (root / "main.tf").write_text(source, encoding="utf-8")
    for name, text in modules.items():
        (root / name).mkdir()
        (root / name / "main.tf").write_text(text, encoding="utf-8")
    return refactoring_of(load(root).module)


def test_a_moved_block_leads_to_what_it_names_and_all_below(tmp_path: Path) -> None:
    found = refactoring(
        tmp_path,
        'moved {\n  from = module.old\n  to = module.new["a"]\n}\nmoved {\n  from = x_y.a\n  to = x_y.b[0]\n}\n',
    )
    assert found.moves('module.new["a"].x_y.z')
    assert found.moves("x_y.b[0]")
    assert not found.moves("module.newer.x_y.z")
    assert not found.moves("x_y.a")


def test_a_block_in_a_module_is_about_that_modules_addresses(tmp_path: Path) -> None:
    found = refactoring(tmp_path, 'module "m" {\n  source = "./m"\n}\n', m="removed {\n  from = x_y.a\n}\nlocals {}\n")
    assert found.removes("module.m.x_y.a[0]")
    assert not found.removes("x_y.a")


def test_an_import_block_takes_in_what_it_names_also_with_for_each(tmp_path: Path) -> None:
    found = refactoring(
        tmp_path,
        'import {\n  to = x_y.a["k"]\n  id = "1"\n}\n'
        'import {\n  for_each = { k = "1" }\n  to = x_y.b[each.key]\n  id = each.value\n}\n',
    )
    assert found.imports('x_y.a["k"]')
    assert found.imports('x_y.b["other"]')
    assert not found.imports("x_y.c")
