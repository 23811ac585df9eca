"""Where Terraform keeps its state, and what the source says of addresses that the state knows otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verifier.errors import ConfigurationError
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


SAID = {"storage_account_name": "sttfstate", "container_name": "tfstate", "key": "dev.tfstate"}
BLOCK = 'terraform {\n  backend "azurerm" {\n%s  }\n}\n'
WRITTEN = "".join(f'    {name} = "{text}"\n' for name, text in SAID.items())


def azurerm(root: Path, inner: str, *config: str, workspace: str = "default") -> Backend:
    (root / "main.tf").write_text(BLOCK % inner, encoding="utf-8")
    configuration = load(root)
    return backend_of(configuration.module, workspace, config=config, data=configuration.data)


def initialised(root: Path, **config: object) -> None:
    (root / ".terraform").mkdir()
    noted = {"version": 3, "backend": {"type": "azurerm", "config": config}}
    (root / ".terraform/terraform.tfstate").write_text(json.dumps(noted), encoding="utf-8")


def test_a_block_that_says_everything_is_enough(tmp_path: Path) -> None:
    found = azurerm(tmp_path, WRITTEN + '    access_key = "c2VjcmV0"\n    use_azuread_auth = true\n')

    assert (found.settings, found.missing) == (SAID, ())


def test_another_workspace_has_another_key(tmp_path: Path) -> None:
    assert azurerm(tmp_path, WRITTEN, workspace="prd").settings["key"] == "dev.tfstateenv:prd"


def test_what_nobody_says_is_missing(tmp_path: Path) -> None:
    assert azurerm(tmp_path, '    key = "k"\n').missing == ("storage_account_name", "container_name")
    assert azurerm(tmp_path, '    key = "k"\n    container_name = var.c\n', "storage_account_name=st").missing == (
        "container_name",
    )


def test_the_command_line_adds_and_the_last_one_wins(tmp_path: Path) -> None:
    file = tmp_path / "dev.azurerm.tfbackend"
    file.write_text('# for dev\ncontainer_name = "tfstate"\nkey = "file"\naccess_key = "c2VjcmV0"\n', encoding="utf-8")
    found = azurerm(tmp_path, '    key = "block"\n', str(file), "storage_account_name=sttfstate", "key = dev.tfstate")

    assert found.settings == SAID


def test_what_init_was_told_is_remembered(tmp_path: Path) -> None:
    initialised(tmp_path, **SAID, access_key="c2VjcmV0", subscription_id=None)

    assert azurerm(tmp_path, "").settings == SAID
    assert azurerm(tmp_path, '    key = "other"\n').settings["key"] == "other"


@pytest.mark.parametrize("noted", [b"", b"[]", b"{}", b'{"backend": 1}', b"\xff", b'{"backend": {"type": "azurerm"}}'])
def test_a_record_of_init_that_is_none_says_nothing(tmp_path: Path, noted: bytes) -> None:
    (tmp_path / ".terraform").mkdir()
    (tmp_path / ".terraform/terraform.tfstate").write_bytes(noted)

    assert azurerm(tmp_path, "").settings == {}


@pytest.mark.parametrize("content", [None, b"key = \n", b"key = var.x\n", b"\xff"])
def test_a_backend_configuration_that_cannot_be_read_is_said_to_be(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "bad.tfbackend").write_bytes(content)

    with pytest.raises(ConfigurationError, match="the backend configuration") as caught:
        azurerm(tmp_path, "", str(tmp_path / "bad.tfbackend"))
    assert "bad.tfbackend" in caught.value.where


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
