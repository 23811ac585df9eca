"""What lifecycle blocks tell Terraform not to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform.configuration import Configuration
from verifier.terraform.ignoring import ignored_by


@pytest.mark.parametrize(
    ("written", "paths"),
    [
        ("all", [()]),
        ("[]", []),
        ("[tags]", [("tags",)]),
        ('["tags"]', [("tags",)]),
        ("[identity[0].type, tags]", [("identity", 0, "type"), ("tags",)]),
        ('[tags["a"]]', [("tags", "a")]),
    ],
)
def test_the_paths_are_read(configure: Callable[..., Configuration], written: str, paths: list[object]) -> None:
    text = f'resource "x_y" "z" {{\n  count = 2\n  lifecycle {{\n    ignore_changes = {written}\n  }}\n}}\n'
    found = ignored_by(configure({"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": text}).module)

    assert [each.path for each in found] == paths
    assert {(each.resource, str(each.place)) for each in found} <= {("module.m.x_y.z", "m/main.tf:4")}
