"""The worlds that the examples ship are worlds, and all of each is served."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.simulator.conftest import arm_fetch
from verifier.simulator import Simulator
from verifier.simulator.api_versions import SUPPORTED
from verifier.simulator.arm_path import parse

EXAMPLES = Path(__file__).parents[2] / "terraform" / "examples"
WORLDS = sorted(EXAMPLES.rglob("*world.json"))
VERSIONS = {resource_type.casefold(): versions[0] for resource_type, versions in SUPPORTED.items()}


def test_there_are_example_worlds() -> None:
    assert len(WORLDS) >= 2


@pytest.mark.parametrize("path", WORLDS, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
def test_every_resource_of_an_example_world_is_got_by_its_id(simulate: Callable[..., Simulator], path: Path) -> None:
    simulator = simulate(path)
    statuses = set()
    for resource in simulator.world.resources:
        where = parse(str(resource["id"]))
        assert where is not None
        version = VERSIONS.get(where.type.casefold(), "2024-01-01")
        statuses.add(arm_fetch(simulator, f"{where.text}?api-version={version}").status_code)
    assert statuses == {200}
