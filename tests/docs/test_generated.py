"""The generated documents are what generating them now gives."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

GENERATOR = runpy.run_path(str(Path(__file__).with_name("generate.py")))


@pytest.mark.parametrize("path", sorted(GENERATOR["GENERATED"]))
def test_a_generated_document_is_current(path: str) -> None:
    text = (GENERATOR["REPOSITORY"] / path).read_text(encoding="utf-8")
    assert text == GENERATOR["GENERATED"][path](), "run make docs"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    made: dict[str, str] = GENERATOR["CHECK_PAGES"]["pages"]()
    return made


def test_every_check_has_its_page_and_every_page_is_current(pages: dict[str, str]) -> None:
    stale = [
        path
        for path, page in pages.items()
        if not (GENERATOR["REPOSITORY"] / path).exists()
        or (GENERATOR["REPOSITORY"] / path).read_text(encoding="utf-8") != page
    ]
    assert stale == [], "run make docs"


def test_no_page_is_of_a_check_that_is_not_there() -> None:
    assert GENERATOR["CHECK_PAGES"]["stray"]() == []
