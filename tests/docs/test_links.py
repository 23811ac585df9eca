"""What the documents point to is there: files, make targets, verbs and their options."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verifier.cli.command import command
from verifier.cli.verbs import begins

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def _named(document: Path) -> str:
    return document.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_every_make_target_exists(document: Path) -> None:
    named = re.findall(r"(?:`|^    )make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_every_verb_and_option_that_a_command_shows_exists(document: Path) -> None:
    shown = re.findall(r"`verify-infra ([a-z]+(?: [^`\s]+)*)`", document.read_text(encoding="utf-8"))
    for words in map(str.split, shown):
        known = {option for parameter in command.commands[begins(words)].params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known


def test_the_readme_names_every_verb() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [verb for verb in command.commands if f"verify-infra {verb}" not in text] == []
