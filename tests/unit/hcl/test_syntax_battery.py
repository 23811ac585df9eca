"""The same texts to Terraform and to us: what it takes we take, what it refuses we refuse with a place."""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from verifier.hcl.syntax import parse_file

HERE = Path(__file__).parent
BATTERY = json.loads((HERE / "syntax_battery.json").read_text(encoding="utf-8"))["cases"]
VALID = [case["text"] for case in BATTERY if case["valid"]]
INVALID = [case["text"] for case in BATTERY if not case["valid"]]
FRAGMENTS = [
    *'!-"{}~\n[]()=.*,:?+$\\é ',
    *("${", "%{", "[*]", ".*", " a ", " for ", " in ", " if ", "=>", "...", "1", "0.5", "#c\n", "/*c*/", "<<E\nx\nE\n"),
    *("<<-E\n  x${y}\nE\n", '"a"', '"${x}"', "null", "true", "&&", "==", "%%{", "$${", "//", "::", "e5", "\r\n", "E\n"),
    *("%{ if x }", "%{ else }", "%{ endif }", "%{ for a in b }", "%{ endfor }", "b {\n", 'b "x" {\n'),
]
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on PATH to ask")


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh_syntax", HERE / "refresh_syntax.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("text", VALID)
def test_what_terraform_takes_is_taken(text: str) -> None:
    assert not parse_file(text, "main.tf").diagnostics


@pytest.mark.parametrize("text", INVALID)
def test_what_terraform_refuses_is_an_error_at_a_place(text: str) -> None:
    diagnostics = parse_file(text, "main.tf").diagnostics

    assert [diagnostic.severity for diagnostic in diagnostics] == ["error"]
    place = diagnostics[0].place
    assert place is not None
    assert 1 <= place.line <= text.count("\n") + 1
    assert 1 <= place.column <= len(text) + 1


@needs_terraform
def test_terraform_still_judges_the_battery_as_recorded(oracle: ModuleType) -> None:
    refused = oracle.texts_that_terraform_refuses([case["text"] for case in BATTERY])

    assert [case["text"] for index, case in enumerate(BATTERY) if case["valid"] == (index in refused)] == []


@needs_terraform
def test_terraform_agrees_on_texts_that_nobody_would_write(oracle: ModuleType) -> None:
    texts = _mutated(random.Random(20250806), 1500)  # noqa: S311 - it must be the same each time
    refused = oracle.texts_that_terraform_refuses(texts)

    differing = [
        (text, [str(d) for d in parse_file(text, "main.tf").diagnostics])
        for index, text in enumerate(texts)
        if bool(parse_file(text, "main.tf").diagnostics) != (index in refused) and not _is_refused_key(text)
    ]
    assert differing == []


def _is_refused_key(text: str) -> bool:
    """Terraform refuses `{a.b = 1}` too, but only when it evaluates it, which `terraform fmt` does not."""
    return any("as an object's key" in d.summary for d in parse_file(text, "main.tf").diagnostics)


def _mutated(chance: random.Random, count: int) -> list[str]:
    texts = []
    for _ in range(count):
        text = chance.choice(VALID)
        at = chance.randrange(len(text) + 1)
        kind = chance.random()
        if kind < 0.6:
            text = text[:at] + chance.choice(FRAGMENTS) + text[at:]
        elif kind < 0.8:
            text = text[:at] + text[at + chance.randint(1, 4) :]
        else:
            other = chance.choice(VALID)
            begin = chance.randrange(len(other))
            text = text[:at] + other[begin : begin + chance.randint(1, 12)] + text[at:]
        texts.append(text)
    return texts
