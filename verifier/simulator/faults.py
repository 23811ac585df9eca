"""Faults by URL pattern: what goes wrong on the way, not in the world.

A fault in a world file is {"match": a regular expression, searched in `path?query` without regard to case, "kind": one
of those below, "times": how many requests it strikes (absent: all)} and, by kind:

- `latency`: `seconds` of waiting before anything else,
- `status`: that `status` (default 503), with `retry_after` seconds, `code` and `message` where given,
- `unwrapped`: the same, without the object `error` around it, as some providers answer,
- `bare`: that `status` (default 404), without a body,
- `reset`: the connection is reset instead of an answer,
- `truncated`: the right headers, half of the body, and the connection ends,
- `drip`: the right answer, in pieces with `seconds` between them,
- `html`: a page of a proxy, with that `status` (default 200),
- `empty-body`: 200 with `{}`,
- `not-an-object`: 200 with `[]`,
- `wrong-resource`: 200 with another resource than was asked for (in a list: one of another type),
- `next-link-loop`: a list whose next page is itself,
- `not-found`: 404 as though it did not exist yet; with `times` n it appears at the n+1st read.

One latency and one other fault can strike the same request; of several others the first does.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verifier.errors import SnapshotError

KINDS = (
    "latency",
    "status",
    "unwrapped",
    "bare",
    "reset",
    "truncated",
    "drip",
    "html",
    "empty-body",
    "not-an-object",
    "wrong-resource",
    "next-link-loop",
    "not-found",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault; the module's text says what each field is for. `times` None strikes every request."""

    match: str
    kind: str
    times: int | None = None
    seconds: float = 0.0
    status: int | None = None
    retry_after: float | None = None
    code: str = ""
    message: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SnapshotError(f"unknown kind of fault {self.kind!r}", where="fault", expected=", ".join(KINDS))
        try:
            re.compile(self.match)
        except re.error as error:
            raise SnapshotError(
                f"match {self.match!r}: {error}", where="fault", expected="a regular expression"
            ) from error
        if (self.times or 0) < 0 or self.seconds < 0 or (self.retry_after or 0) < 0:
            raise SnapshotError("times and seconds cannot be negative", where="fault", expected="zero or more")
        if self.status is not None and not 200 <= self.status <= 599:
            raise SnapshotError(f"status {self.status}", where="fault", expected="an HTTP status from 200 to 599")

    def strikes(self, target: str) -> bool:
        """Whether this is meant for a request of `target` (`path?query`)."""
        return re.search(self.match, target, re.IGNORECASE) is not None


_FIELDS: dict[str, tuple[type, ...]] = {
    "match": (str,),
    "kind": (str,),
    "times": (int, type(None)),
    "seconds": (int, float),
    "status": (int,),
    "retry_after": (int, float),
    "code": (str,),
    "message": (str,),
}


def read_fault(entry: Mapping[str, object], *, where: str) -> Fault:
    """A fault from a world file. Raises SnapshotError, naming `where`, for a key or value that means nothing."""
    for name, value in entry.items():
        allowed = _FIELDS.get(name)
        if allowed is None or isinstance(value, bool) or not isinstance(value, allowed):
            raise SnapshotError(f"{name} cannot be {value!r}", where=where, expected="the keys that a fault has")
    if "match" not in entry or "kind" not in entry:
        raise SnapshotError("has no match or no kind", where=where, expected="match and kind")
    try:
        return Fault(**entry)  # type: ignore[arg-type]  # each value's type was judged above
    except SnapshotError as error:
        raise SnapshotError(error.what, where=where, expected=error.expected) from error


class FaultTable:
    """The faults in force. Safe to change from one thread while another serves."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = list(faults)
        self._left: list[int | None] = [fault.times for fault in self._faults]

    def add(self, fault: Fault) -> None:
        """Put one more in force, after those that are."""
        with self._lock:
            self._faults.append(fault)
            self._left.append(fault.times)

    def clear(self) -> None:
        """End all of them."""
        with self._lock:
            self._faults.clear()
            self._left.clear()

    def due(self, target: str) -> tuple[Fault | None, Fault | None]:
        """The latency and the other fault that strike this request, and count them as having struck."""
        with self._lock:
            latency = self._strike(target, latency=True)
            return latency, self._strike(target, latency=False)

    def _strike(self, target: str, *, latency: bool) -> Fault | None:
        for index, fault in enumerate(self._faults):
            left = self._left[index]
            if (fault.kind == "latency") is latency and left != 0 and fault.strikes(target):
                self._left[index] = None if left is None else left - 1
                return fault
        return None
