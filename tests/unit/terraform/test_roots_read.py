"""One root module for many evaluations of a run: read once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from verifier.errors import ConfigurationError
from verifier.terraform.configuration import Configuration, load
from verifier.terraform.loading import RootsRead

Write = Callable[..., Path]

FILES = {
    "main.tf": """
        variable "name" {
          default = "nobody"
        }
        module "below" {
          source = "./below"
          name   = var.name
        }
        output "name" {
          value = module.below.name
        }
        """,
    "below/main.tf": """
        variable "name" {}
        output "name" {
          value = var.name
        }
        """,
}


def name(configuration: Configuration) -> object:
    return configuration.plan().outputs["name"].content


def test_a_module_is_read_once_for_many_sets_of_variables(write: Write) -> None:
    root, read = write(FILES), RootsRead()

    one = load(root, inputs=[("name", "one")], read=read)
    other = load(root, inputs=[("name", "other")], read=read)

    assert one.module is other.module
    assert (name(one), name(other)) == ("one", "other")


def test_a_run_keeps_to_the_source_that_it_has_read(write: Write) -> None:
    read = RootsRead()
    load(write(FILES), read=read)
    root = write({"below/main.tf": 'variable "name" {}\noutput "name" {\n  value = "changed"\n}\n'})

    assert name(load(root, read=read)) == "nobody"
    assert name(load(root, read=RootsRead())) == "changed"


def test_what_is_wrong_with_it_is_said_each_time(write: Write) -> None:
    root, read = write(FILES | {"broken.tf": "resource {"}), RootsRead()

    first, second = (load(root, read=read) for _ in range(2))

    assert first.diagnostics == second.diagnostics
    assert any("broken.tf" in str(diagnostic.place) for diagnostic in second.diagnostics)


def test_what_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    read = RootsRead()
    with pytest.raises(ConfigurationError):
        load(tmp_path / "root", read=read)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "main.tf").write_text('output "name" {\n  value = "there"\n}\n', "utf-8")

    assert name(load(tmp_path / "root", read=read)) == "there"
