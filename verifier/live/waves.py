"""Reading an environment: in waves, at the same time, until a deadline.

Each wave is everything that the read plan calls for so far. Its threads are bounded: one that is stuck in a read when
the deadline comes is left behind, its read has failed, and the process can end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeAlias

from verifier.errors import AccessError, InsecureEndpoint
from verifier.live.contradiction import settled
from verifier.live.deadline import until
from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Outcome, Request
from verifier.live.read_plan import wanted
from verifier.live.reader import Reader
from verifier.live.redaction import redacted_outcome
from verifier.live.targets import Targets
from verifier.live.threads import start

OnRead: TypeAlias = Callable[[Request, Outcome], None]

THREADS = 24
"""Reads of Azure at the same time: as many as a wave of one environment has, and far fewer than it allows at once (250
for a subscription and principal). What it allows for longer is kept to by waiting (verifier.live.allowance)."""

INSIDE_THREADS = 16
"""Reads of Kubernetes at the same time, beside those: its API server is another. As many as a wave has, too."""

NOTHING_READ = Documents()
MOST_WAVES = 6
"""Two are usual, a third reads what the second uncovered. What leads further than this is not followed."""


def read_environment(
    targets: Targets,
    reader: Reader,
    *,
    deadline_seconds: float = 60.0,
    on_read: OnRead | None = None,
    documents: Documents = NOTHING_READ,
) -> Documents:
    """Read all that the targets name and lead to. Every read ends as found, absent, denied or failed.

    What is not back after `deadline_seconds` has failed. `on_read` is called in this thread, after each read.
    `documents` are what was read before, and is not read again.

    Raises AccessError when no subscription is known, or when nothing could be read of Azure because there is no
    credential, no connection, or the token is refused. A fault like that in single reads is their outcome.
    """
    if not targets.subscription:
        raise AccessError(
            "no subscription is known",
            expected="a subscription_id in the azurerm provider block",
            next_step="pass --subscription, or set ARM_SUBSCRIPTION_ID",
        )
    ends = time.monotonic() + deadline_seconds
    for _ in range(MOST_WAVES):
        requests = wanted(targets, documents)
        if not requests:
            return settled(documents)
        wave = _Wave(reader, ends=ends, late=Failed(because=f"timed out after {deadline_seconds:g} s"))
        documents = documents.with_more(wave.read(requests, on_read=on_read))
        if wave.refused and not _answered(documents):
            raise wave.refused[0]
    left = Failed(because=f"not read: it is more than {MOST_WAVES} steps from what the intent names")
    return settled(documents.with_more(dict.fromkeys(wanted(targets, documents), left)))


def _answered(documents: Documents) -> bool:
    """Whether Azure answered anything at all."""
    return any(
        request.plane == "azure" and isinstance(outcome, Found | Absent | Denied) for request, outcome in documents
    )


class _Wave:
    """Requests read at the same time, in threads of their own."""

    def __init__(self, reader: Reader, *, ends: float, late: Failed) -> None:
        self.refused: list[AccessError] = []
        self._reader = reader
        self._ends = ends
        self._late = late

    def read(self, requests: Sequence[Request], *, on_read: OnRead | None) -> Mapping[Request, Outcome]:
        """The outcome of each request; those that are not back at the deadline are late."""
        done: SimpleQueue[tuple[Request, Outcome | BaseException]] = SimpleQueue()
        for plane, threads in (("azure", THREADS), ("kubernetes", INSIDE_THREADS)):
            asked = [request for request in requests if request.plane == plane]
            todo: SimpleQueue[Request] = SimpleQueue()
            for request in asked:
                todo.put(request)
            for _ in range(min(threads, len(asked))):
                start(partial(self._work, todo, done))
        outcomes: dict[Request, Outcome] = {}
        while len(outcomes) < len(requests):
            try:
                request, result = done.get(timeout=max(0.0, self._ends - time.monotonic()))
            except Empty:
                break
            outcomes[request] = self._settled(result)
            if on_read:
                on_read(request, outcomes[request])
        for request in requests:
            if request not in outcomes:
                outcomes[request] = self._late
                if on_read:
                    on_read(request, self._late)
        return outcomes

    def _work(self, todo: SimpleQueue[Request], done: SimpleQueue[tuple[Request, Outcome | BaseException]]) -> None:
        with until(self._ends):
            while time.monotonic() < self._ends:
                try:
                    request = todo.get_nowait()
                except Empty:
                    return
                try:
                    done.put((request, self._reader.read(request)))
                except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits for it
                    done.put((request, error))

    def _settled(self, result: Outcome | BaseException) -> Outcome:
        if not isinstance(result, BaseException):
            return redacted_outcome(result)
        if not isinstance(result, AccessError) or isinstance(result, InsecureEndpoint):
            raise result
        self.refused.append(result)
        return Failed(because=result.what)
