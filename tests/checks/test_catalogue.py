"""The bundled checks as a whole: every one is in the catalogue, and what they say of each other is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.checking.catalogue import Catalogue, read_catalogue
from verifier.checking.described import Described, described
from verifier.checking.marker import refuse_clashes, unresolved

CHECKS = Path(__file__).parents[2] / "checks"


@pytest.fixture(scope="module")
def checks() -> tuple[Described, ...]:
    return described([CHECKS])


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(CHECKS / "catalogue.toml")


def test_every_number_of_a_family_is_a_check_or_has_a_reason_and_never_both(
    checks: tuple[Described, ...], catalogue: Catalogue
) -> None:
    numbered = [i for family in catalogue.families for i in family.numbered]
    assert sorted([*(c.id for c in checks), *catalogue.not_built]) == sorted(numbered)


def test_every_reason_is_given_and_of_a_family(catalogue: Catalogue) -> None:
    numbered = {i for family in catalogue.families for i in family.numbered}
    assert catalogue.not_built.keys() <= numbered
    assert [each.id for each in catalogue.not_built.values() if not (each.asserts and each.reason)] == []


def test_what_a_check_comes_after_is_a_check_and_after_runs_in_no_circle(checks: tuple[Described, ...]) -> None:
    said = [c.check for c in checks]
    assert unresolved(said) == ()
    refuse_clashes(said)


def test_every_check_reads_on_at_a_public_source(checks: tuple[Described, ...]) -> None:
    assert [c.id for c in checks if not all(address.startswith("https://") for address in c.check.see)] == []
