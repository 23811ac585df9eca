"""The kinds as a whole: none is forgotten, and each compares fields that it has."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from operator import attrgetter

import pytest

import verifier.kinds
from verifier.kinds.every import AZAPI, KINDS, kept_attributes, kind_of
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.replacing import replacing_arguments
from verifier.kinds.served import Document


def declared() -> Iterator[Kind[object]]:
    for module in pkgutil.iter_modules(verifier.kinds.__path__):
        found = importlib.import_module(f"verifier.kinds.{module.name}")
        yield from (value for value in vars(found).values() if isinstance(value, Kind))


def test_no_kind_is_forgotten() -> None:
    assert {kind.noun for kind in declared()} == {kind.noun for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_a_kind_compares_fields_that_it_has(kind: Kind[object]) -> None:
    served = kind.from_document(Document({"id": "/x", "properties": {}}, "/x"))
    assert all(isinstance(attrgetter(field)(served), Fact | None) for field in (*kind.compares, *kind.holds))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.besides], ids=lambda kind: kind.noun)
def test_a_kind_has_the_fields_that_compare_besides(kind: Kind[object]) -> None:
    served = kind.from_document(Document({"id": "/x", "properties": {}}, "/x"))
    assert list(served.besides) == [field.name for field in kind.besides]  # type: ignore[attr-defined]


def test_of_a_state_nothing_is_kept_but_ids_names_what_apply_gives_and_what_makes_it_again() -> None:
    kept = kept_attributes()
    for kind in KINDS:
        for of_type in kind.terraform_types:
            assert kept[of_type] == {"id", "name", *kind.computed, *replacing_arguments().get(of_type, ())}
    assert {"id", "name", "type"} <= kept[AZAPI]
    every = {attribute for attributes in kept.values() for attribute in attributes}
    assert not {a for a in every if any(word in a for word in ("key", "secret", "password", "connection", "kube_"))}


@pytest.mark.parametrize(
    ("terraform_type", "arm_type", "noun"),
    [
        ("azurerm_storage_account", "", "storage account"),
        (AZAPI, "Microsoft.MachineLearningServices/workspaces@2025-12-01", "workspace"),
        (AZAPI, "microsoft.machinelearningservices/workspaces/computes", "compute"),
        (AZAPI, "", None),
        (AZAPI, "Microsoft.Other/things@2025-01-01", None),
        ("azurerm_subnet", "", None),
    ],
)
def test_a_recorded_resource_is_told_by_its_types(terraform_type: str, arm_type: str, noun: str | None) -> None:
    kind = kind_of(terraform_type, arm_type)
    assert (kind.noun if kind is not None else None) == noun
