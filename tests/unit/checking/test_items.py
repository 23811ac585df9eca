"""Checks as pytest items."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.checking.finding import Verdict
from verifier.checking.session import run
from verifier.config import Options, settings
from verifier.world import World

INCIDENT = Path(__file__).parents[3] / "terraform/examples/incident"


def test_no_finding_costs_a_picture_of_the_whole_world(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures: list[World] = []
    monkeypatch.setattr(World, "__repr__", lambda world: pictures.append(world) or "a world")

    result = run(settings(Options(root=INCIDENT, offline=True), {}))

    assert Verdict.DISAGREES in {finding.verdict for finding in result.findings}
    assert pictures == []
