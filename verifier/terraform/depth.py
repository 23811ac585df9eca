"""Depth: room for configurations whose values depend on one another in long chains."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_FRAMES = 40_000
_STACK_BYTES = 512 * 1024 * 1024
"""Reserved, not used: the system hands out a stack's memory as it is touched."""


def with_deep_stack(work: Callable[[], T]) -> T:
    """Run `work` where calls may nest deeply, and give back what it gives or raise what it raises."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread, which raises it
            errors.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size()
    thread = threading.Thread(target=run, name="evaluation")
    try:
        threading.stack_size(_STACK_BYTES)
        sys.setrecursionlimit(max(limit, _FRAMES))
        thread.start()
    except (RuntimeError, ValueError):  # no room for such a stack: make do with the usual one
        sys.setrecursionlimit(limit)
        return work()
    finally:
        threading.stack_size(size)
    try:
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return results[0]
