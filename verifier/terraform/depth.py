"""Depth: room for configurations whose values depend on one another in long chains."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

FRAMES = 40_000
"""Calls within calls."""

STACK_BYTES = 512 * 1024 * 1024
"""Reserved, not used: the system hands out a stack's memory as it is touched."""

_lock = threading.Lock()
_usual_limits: list[int] = []
"""The limits to go back to, one for each evaluation under way: the interpreter has a single limit for all threads."""


def with_deep_stack(work: Callable[[], T]) -> T:
    """Run `work` where calls may nest deeply, and give back what it gives or raise what it raises."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread, which raises it
            errors.append(error)

    thread = threading.Thread(target=run, name="evaluation", daemon=True)
    with _deep_limit():
        started = _started(thread)
        if started:
            thread.join()
    if not started:
        return work()
    if errors:
        raise errors[0]
    return results[0]


def _started(thread: threading.Thread) -> bool:
    """Start a thread with a large stack; False where the system has no room for one."""
    with _lock:
        size = threading.stack_size()
        try:
            threading.stack_size(STACK_BYTES)
            thread.start()
        except (RuntimeError, ValueError):
            return False
        finally:
            threading.stack_size(size)
    return True


@contextmanager
def _deep_limit() -> Iterator[None]:
    with _lock:
        _usual_limits.append(sys.getrecursionlimit())
        sys.setrecursionlimit(max(_usual_limits[0], FRAMES))
    try:
        yield
    finally:
        with _lock:
            usual = _usual_limits[0]
            _usual_limits.pop()
            if not _usual_limits:
                sys.setrecursionlimit(usual)
