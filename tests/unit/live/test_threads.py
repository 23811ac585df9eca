"""Threads that read are used again, unless they are stuck."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from threading import Barrier, Event, current_thread

from verifier.live.threads import start


def names(*, of: int) -> set[str]:
    """Start so many works at once; the identities of the threads that did them, all of them at work together."""
    did: list[str] = []
    together = Barrier(of + 1)

    def work() -> None:
        did.append(str(current_thread().ident))
        together.wait(timeout=10)

    for _ in range(of):
        start(work)
    together.wait(timeout=10)
    until(lambda: len(did) == of)
    time.sleep(0.05)  # for each to go back to where it waits
    return set(did)


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not holds() and time.monotonic() < ends:
        time.sleep(0.001)
    assert holds()


def test_works_at_the_same_time_are_done_by_as_many_threads() -> None:
    assert len(names(of=5)) == 5


def test_a_thread_that_is_done_does_the_next_work() -> None:
    first = names(of=3)

    assert first & names(of=3)


def test_one_that_is_stuck_holds_up_nobody() -> None:
    stuck, go, done = Event(), Event(), Event()

    def hang() -> None:
        stuck.set()
        go.wait(timeout=10)

    start(hang)
    stuck.wait(timeout=10)
    start(done.set)

    assert done.wait(timeout=10)
    go.set()


def test_no_thread_keeps_a_process_from_ending() -> None:
    program = "import time; from verifier.live.threads import start; start(lambda: time.sleep(60))"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
