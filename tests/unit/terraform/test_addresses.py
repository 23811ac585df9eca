from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.terraform.addresses import Quoted, keyed, natural, parse, split_instance, with_steps


@pytest.mark.parametrize(
    ("address", "instance", "steps"),
    [
        ("azurerm_x.y.id", "azurerm_x.y", ("id",)),
        ("azurerm_x.y[0].id", "azurerm_x.y[0]", ("id",)),
        ('azurerm_x.y["a.b"].id', 'azurerm_x.y["a.b"]', ("id",)),
        ("data.azurerm_client_config.current.tenant_id", "data.azurerm_client_config.current", ("tenant_id",)),
        ("module.a.module.b[1].azurerm_x.y.id", "module.a.module.b[1].azurerm_x.y", ("id",)),
        ('module.a["k"].data.t.n[0].i[2].p', 'module.a["k"].data.t.n[0]', ("i", 2, "p")),
    ],
)
def test_an_attribute_address_splits_into_its_instance_and_the_steps_behind(
    address: str, instance: str, steps: tuple[str | int, ...]
) -> None:
    assert split_instance(address) == (instance, steps)


@pytest.mark.parametrize("address", ["", "azurerm_x", "azurerm_x.y", "azurerm_x.y[0]", "module.a", "a b.c.d", "[0].a"])
def test_what_names_no_attribute_does_not_split(address: str) -> None:
    assert split_instance(address) is None


@given(st.text())
def test_any_key_survives_being_written_and_parsed(key: str) -> None:
    assert parse(keyed("azurerm_x.y", key)) == ("azurerm_x", "y", Quoted(key))


@given(st.text())
def test_parsing_any_text_ends_in_steps_that_say_the_same_or_in_nothing(text: str) -> None:
    steps = parse(text)
    if steps is not None:
        assert parse(with_steps(str(steps[0]), steps[1:])) == steps


def test_instances_sort_by_number() -> None:
    addresses = ["x.y[10]", "x.y[9]", "x.y", 'x.y["10"]']
    assert sorted(addresses, key=natural) == ["x.y", "x.y[9]", "x.y[10]", 'x.y["10"]']
