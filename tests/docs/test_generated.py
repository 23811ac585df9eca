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
