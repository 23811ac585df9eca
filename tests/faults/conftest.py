from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.faults.bench import Bench
from tests.faults.worlds import HEALTHY_WORLD, build


@pytest.fixture(scope="session")
def bench_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Bench]]:
    """A world by its name, read once for each process that tests it."""
    with ExitStack() as running:

        @cache
        def start(name: str) -> Bench:
            stack, world = build(name, tmp_path_factory.mktemp("world"))
            return running.enter_context(Bench(stack, world))

        yield start


@pytest.fixture(scope="session")
def bench(bench_of: Callable[[str], Bench]) -> Bench:
    """The healthy world."""
    return bench_of(HEALTHY_WORLD)
