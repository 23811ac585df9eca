"""Threads that read: kept for the next read when one is done, and never waited for at the end."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias

Work: TypeAlias = Callable[[], None]

_idle: list[SimpleQueue[Work]] = []
"""What each thread that has nothing to do waits for. Taking from it and adding to it need no lock."""


def start(work: Work) -> None:
    """Do this in a thread that has nothing to do, or else in a new one, and do not wait for it. It must not raise.

    All are daemonic, which concurrent.futures has none of: one that is stuck keeps no process from ending, and is not
    used again. There are never more than were at work at the same time.
    """
    try:
        todo = _idle.pop()
    except IndexError:
        todo = SimpleQueue()
        Thread(target=_at_work, args=(todo,), name="read", daemon=True).start()
    todo.put(work)


def _at_work(todo: SimpleQueue[Work]) -> None:
    while True:
        todo.get()()
        _idle.append(todo)
