"""What was asked of a simulator: one entry a request, without tokens and bodies."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass

from verifier.simulator.wire import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request.

    `started` is in seconds since the server started, `milliseconds` what it took until its answer began.
    `status` is 0 when the connection was reset instead of an answer. `client_request_id` is what the client calls it.
    """

    ordinal: int
    started: float
    milliseconds: float
    method: str
    path: str
    query: str
    api_version: str
    status: int
    user_agent: str
    client_request_id: str = ""

    @property
    def client(self) -> str:
        """The SDK that asked, `mgmt-msi/7.1.0`; else the user agent's first word."""
        first = self.user_agent.split(" ", 1)[0]
        return first.removeprefix("azsdk-python-").removeprefix("azure-")

    @property
    def is_read(self) -> bool:
        """Whether it could change nothing."""
        return self.method in ("GET", "HEAD")

    def as_json(self) -> JSON:
        """The entry as `/_simulator/requests` shows it."""
        return asdict(self)


class RequestLog:
    """Every request so far. Written by the server's thread, read by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: list[Seen] = []

    def append(self, seen: Seen) -> None:
        """Remember one request; called before its answer begins, so that whoever has the answer finds it here."""
        with self._lock:
            self._seen.append(seen)

    def clear(self) -> None:
        """Forget all requests so far."""
        with self._lock:
            self._seen.clear()

    def all(self) -> tuple[Seen, ...]:
        """All requests, in the order in which they came in."""
        with self._lock:
            return tuple(sorted(self._seen, key=lambda seen: seen.ordinal))
