from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.bench import Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """The healthy world, read once for each process that tests."""
    with Bench() as started:
        yield started
