from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.terraform.language import lowest_version, short_circuits
from verifier.terraform.plan import StaticPlan


@pytest.mark.parametrize(
    ("constraints", "lowest"),
    [
        (">= 1.9.8, < 2.0", (1, 9, 8)),
        ("~> 1.12", (1, 12, 0)),
        ("1.5.7", (1, 5, 7)),
        ("= v1.13.0", (1, 13, 0)),
        ("> 1.11.4", (1, 11, 4)),
        (">= 1.0, >= 1.12.0", (1, 12, 0)),
        (">= 1.12.0-rc1", (1, 12, 0)),
        ("< 2.0", None),
        ("!= 1.3.0", None),
        ("newest", None),
        ("", None),
        (">= " + "9" * 5000, None),
    ],
)
def test_the_lower_bound_of_a_version_constraint(constraints: str, lowest: tuple[int, int, int] | None) -> None:
    assert lowest_version(constraints) == lowest


@pytest.mark.parametrize(
    ("constraints", "expected"),
    [
        ([], False),
        ([">= 1.9.8, < 2.0"], False),
        ([">= 1.12.0, < 2.0"], True),
        ([">= 1.9", ">= 1.12"], True),
        (["< 2.0"], False),
    ],
)
def test_operators_short_circuit_only_where_every_admitted_version_does(
    constraints: list[str], *, expected: bool
) -> None:
    assert short_circuits(constraints) is expected


@pytest.mark.parametrize(("version", "known"), [(">= 1.9, < 2.0", False), (">= 1.12", True)])
def test_the_required_version_decides_how_operators_treat_unknowns(
    plan: Callable[..., StaticPlan], version: str, *, known: bool
) -> None:
    found = plan(f"""
        terraform {{
          required_version = "{version}"
        }}
        resource "azurerm_x" "y" {{}}
        output "o" {{
          value = false && azurerm_x.y.enabled
        }}
        """)
    assert found.outputs["o"].is_known is known
