"""How far the reading is, on standard error, only where somebody watches."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.config import OnRead


@contextmanager
def progress() -> Iterator[OnRead | None]:
    """Yield what is to be called after each read; None when standard error is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.status import Status

    counts: Counter[str] = Counter()
    status = Status("reading what is live", console=Console(stderr=True))

    def on_read(request: str, outcome: str) -> None:
        counts[outcome] += 1
        status.start()  # not before the first answer: what is said until then has the line for itself
        status.update(f"reading what is live: {described(counts)} · {request.rsplit('/', 1)[-1]}")

    try:
        yield on_read
    finally:
        status.stop()


def described(counts: Counter[str]) -> str:
    """`12 found, 1 denied`, in the order of the outcomes, the empty ones left out."""
    order = ("found", "absent", "denied", "failed")
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in order if counts[outcome])
