"""The trace: one JSON line for each request that was sent, for whoever asks what took so long, or who refused what.

    {"method": "GET", "path": "/subscriptions/…", "api_version": "2024-11-30", "status": 200, "milliseconds": 41.3,
     "request_id": "…"}

`status` is null and `error` says why where no answer came. Nothing else is in it: no host, no query, no header, no
body, so no token either. What azure-identity sends to get a token has its lines, too. A token that a command gives
(`az`, an exec plug-in of a kubeconfig) has none: what the command sends is its own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TextIO, TypeAlias
from urllib.parse import parse_qs, urlsplit

from verifier.errors import ConfigurationError

if TYPE_CHECKING:
    import requests


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


def sent(
    request: requests.PreparedRequest, *, began: float, response: requests.Response | None = None, error: str = ""
) -> Sent:
    """What is said of a request that was begun at this moment of the monotonic clock and has just ended."""
    path, api_version = place_of(request.url or "")
    return Sent(
        method=request.method or "",
        path=path,
        api_version=api_version,
        status=None if response is None else response.status_code,
        milliseconds=round((time.monotonic() - began) * 1000, 1),
        request_id="" if response is None else _request_id(response.headers),
        error=error,
    )


def _request_id(headers: Mapping[str, str]) -> str:
    """Azure Resource Manager's or Entra's, else a Kubernetes API server's name for a request."""
    return headers.get("x-ms-request-id") or headers.get("x-ms-correlation-request-id") or headers.get("Audit-Id", "")


@contextmanager
def tracing(file: Path | None) -> Iterator[Trace | None]:
    """Yield what writes each request into a file, at once; None without a file. What is sent later is left out.

    Raises ConfigurationError for a file that cannot be written; at the end again, since not every library in which it
    is raised lets it pass.
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
        self._failure: OSError | None = None

    def __call__(self, sent: Sent) -> None:
        with self._lock:
            if self._file.closed:
                return
            try:
                self._file.write(sent.as_line() + "\n")
            except OSError as error:
                self._failure = error
                raise _unwritable(error, self._where) from None

    def close(self) -> None:
        with self._lock:
            try:
                self._file.close()
            except OSError as error:  # what it could not write before, it tries again
                self._failure = error
            if self._failure is not None:
                raise _unwritable(self._failure, self._where) from None


def _unwritable(error: OSError, where: str) -> ConfigurationError:
    return ConfigurationError(f"cannot be written: {error.strerror or error}", where=where)
