"""The moment by which an environment is read: known to every wait on its way, so that none goes past it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ENDS: ContextVar[float] = ContextVar("ends", default=math.inf)


def seconds_left() -> float:
    """Seconds until the deadline of the reading that this thread works for; infinite where there is none."""
    return _ENDS.get() - time.monotonic()


@contextmanager
def until(moment: float) -> Iterator[None]:
    """Work against a deadline: a moment of `time.monotonic()`, in this thread."""
    token = _ENDS.set(moment)
    try:
        yield
    finally:
        _ENDS.reset(token)
