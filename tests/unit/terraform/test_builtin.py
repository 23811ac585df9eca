from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.hcl.values import Unknown, to_json
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]

STORED = 'resource "terraform_data" "a" {\n  input = "i"\n}\nresource "terraform_data" "n" {}\n'


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("terraform_data.a.input", "i"),
        ("terraform_data.a.triggers_replace", None),
        ("terraform_data.n.input", None),
        ("terraform_data.n.output", None),
        ("terraform_data.a.id == null", False),
    ],
)
def test_what_terraform_itself_knows_of_its_own_type(plan: Plan, expression: str, expected: object) -> None:
    assert to_json(plan(f'{STORED}output "o" {{ value = {expression} }}').outputs["o"]) == expected


@pytest.mark.parametrize("name", ["id", "output"])
def test_what_it_knows_only_after_apply(plan: Plan, name: str) -> None:
    content = plan(f'{STORED}output "o" {{ value = terraform_data.a.{name} }}').outputs["o"].content
    assert isinstance(content, Unknown)
    assert content.references == (f"terraform_data.a.{name}",)


def test_an_attribute_that_it_does_not_have_is_an_error(plan: Plan) -> None:
    assert not plan(f'{STORED}output "o" {{ value = terraform_data.a.none }}').complete
