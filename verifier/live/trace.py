"""The trace: one JSON line for each request that was sent, for whoever asks what took so long, or who refused what.

    {"method": "GET", "path": "/subscriptions/…", "api_version": "2024-11-30", "status": 200, "milliseconds": 41.3,
     "request_id": "…"}

`status` is null and `error` says why where no answer came. Nothing else is in it: no host, no query, no header, no
body, so no token either. The tokens themselves are asked for by azure-identity, whose requests are not traced.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TextIO, TypeAlias
from urllib.parse import parse_qs, urlsplit

from verifier.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request. `request_id` is the service's own name of it; `error` is empty where it answered."""

    method: str
    path: str
    api_version: str
    status: int | None
    milliseconds: float
    request_id: str
    error: str = ""

    def as_line(self) -> str:
        """The JSON, without a line's end."""
        return json.dumps({name: value for name, value in asdict(self).items() if name != "error" or value})


Trace: TypeAlias = Callable[[Sent], None]
"""Called after each request, by whichever thread sent it."""


def place_of(url: str) -> tuple[str, str]:
    """The path and the api-version of a URL: all of it that a trace shows."""
    parts = urlsplit(url)
    return parts.path, parse_qs(parts.query).get("api-version", [""])[0]


@contextmanager
def tracing(file: Path | None) -> Iterator[Trace | None]:
    """Yield what writes each request into a file, at once; None without a file. What is sent later is left out.

    Raises ConfigurationError for a file that cannot be written.
    """
    if file is None:
        yield None
        return
    try:
        opened = file.open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        raise _unwritable(error, f"--trace {file.as_posix()}") from None
    write = _Writer(opened, where=f"--trace {file.as_posix()}")
    try:
        yield write
    finally:
        write.close()


class _Writer:
    """Writes whole lines. A thread that was left behind at the deadline may still call it when it is closed."""

    def __init__(self, file: TextIO, *, where: str) -> None:
        self._file = file
        self._where = where
        self._lock = Lock()

    def __call__(self, sent: Sent) -> None:
        with self._lock:
            if self._file.closed:
                return
            try:
                self._file.write(sent.as_line() + "\n")
            except OSError as error:
                raise _unwritable(error, self._where) from None

    def close(self) -> None:
        with self._lock:
            self._file.close()


def _unwritable(error: OSError, where: str) -> ConfigurationError:
    return ConfigurationError(f"cannot be written: {error.strerror or error}", where=where)
