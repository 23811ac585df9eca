from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.kinds.quantity import quantity, same_quantities


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("1", 1),
        ("500m", Decimal("0.5")),
        ("1.5", Decimal("1.5")),
        ("2Gi", 2 * 1024**3),
        ("12880740Ki", 12880740 * 1024),
        ("2G", 2_000_000_000),
        ("3k", 3000),
        ("1e3", 1000),
        ("1E", 10**18),
        ("100u", Decimal("0.0001")),
        (".5", Decimal("0.5")),
    ],
)
def test_a_quantity_is_a_number(text: str, number: Decimal | int) -> None:
    assert quantity(text) == number


@pytest.mark.parametrize("text", ["", "Gi", "one", "1 Gi", "1gi", "1.2.3", "--1", "1m5"])
def test_what_is_no_quantity_is_none(text: str) -> None:
    assert quantity(text) is None


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["", "k", "M", "G", "Ki", "Mi", "Gi"]))
def test_more_of_a_unit_is_more(number: int, unit: str) -> None:
    one, more = quantity(f"{number}{unit}"), quantity(f"{number + 1}{unit}")

    assert one is not None
    assert more is not None
    assert more > one


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = quantity(text)

    assert found is None or found.is_finite()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"memory": "1Gi"}, {"memory": "1024Mi"}, True),
        ({"cpu": "1000m"}, {"cpu": "1"}, True),
        ({"cpu": "1", "nvidia.com/gpu": "0"}, {"cpu": "1"}, True),
        ({"memory": "1G"}, {"memory": "1Gi"}, False),
        ({"cpu": "1"}, {"cpu": "1", "memory": "1Gi"}, False),
        ({"cpu": "much"}, {"cpu": "much"}, True),
        ({"cpu": "much"}, {"cpu": "more"}, False),
        ({}, None, False),
    ],
)
def test_quantities_are_the_same_by_what_they_stand_for(one: object, other: object, same: bool) -> None:
    assert same_quantities(one, other) is same_quantities(other, one) is same
