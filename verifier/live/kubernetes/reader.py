"""The Kubernetes reader: a request in, a few GETs, and how it ended."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from verifier.errors import AccessError
from verifier.live.deadline import seconds_left
from verifier.live.documents import Document, Failed, Found, Outcome, Request
from verifier.live.kubernetes.answers import Unusable, body_of, object_of, page_of, refusal
from verifier.live.trace import Trace

if TYPE_CHECKING:
    import requests

PAGE = 500
MOST_PAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How an API server is reached: its URL, whom to trust, and where a bearer token comes from (empty for none).

    `tls` also holds the client certificate, if there is one.
    """

    server: str
    token: Callable[[], str]
    tls: ssl.SSLContext | None = None
    server_name: str = ""


class KubernetesReader:
    """Reads a cluster's objects. Safe to use from many threads.

    `connect` is called once, when the first read needs it. An AccessError of it, or of its token, is why every read
    failed: a cluster that cannot be reached never ends a run. `unreachable` says why no connection may come about: a
    server of which that is known is not waited for with every read.
    """

    def __init__(self, connect: Callable[[], Connection], *, trace: Trace | None = None, unreachable: str = "") -> None:
        self._connect = connect
        self._trace = trace
        self._unreachable = unreachable
        self._lock = Lock()
        self._opened: tuple[Connection, requests.Session] | None = None
        self._refusal: AccessError | None = None

    def read(self, request: Request, /) -> Outcome:
        """How reading this ended."""
        import requests

        from verifier.live.wire import is_unreachable, reason

        try:
            connection, session = self._open()
            return _read(request, connection, session)
        except Unusable as error:
            return Failed(because=str(error))
        except AccessError as error:
            return Failed(because=error.what)
        except requests.RequestException as error:
            server = self._opened[0].server if self._opened else "the Kubernetes API server"
            why = f"no answer from {server}: {reason(error)}"
            if self._unreachable and is_unreachable(error) and seconds_left() > 0:
                self._refusal = AccessError(f"{why}; {self._unreachable}")
                return Failed(because=self._refusal.what)
            return Failed(because=why)

    def _open(self) -> tuple[Connection, requests.Session]:
        from verifier.live.wire import session

        with self._lock:
            if self._refusal:
                raise self._refusal
            if self._opened is None:
                try:
                    connection = self._connect()
                    opened = session(
                        connection.server,
                        tls=connection.tls,
                        server_name=connection.server_name,
                        trace=self._trace,
                    )
                except AccessError as error:
                    self._refusal = error
                    raise
                self._opened = (connection, opened)
            return self._opened


def _read(request: Request, connection: Connection, session: requests.Session) -> Outcome:
    found: list[Document] = []
    continued: set[str] = set()
    token = ""
    while True:
        answer = _get(request, connection, session, token)
        if answer.status_code != 200:
            return refusal(request, answer.status_code, answer.content)
        body = body_of(answer.status_code, answer.content)
        if request.operation == "get":
            return object_of(request, body)
        page, token = page_of(request, body)
        found += page
        if not token:
            return Found(documents=tuple(sorted(found, key=_order)), api_version=str(body.get("apiVersion", "")))
        if token in continued or len(continued) >= MOST_PAGES:
            raise Unusable("the list goes in circles, or has more pages than it should")
        continued.add(token)


def _get(request: Request, connection: Connection, session: requests.Session, token: str) -> requests.Response:
    from verifier import __version__

    bearer = connection.token()
    return session.get(
        connection.server.rstrip("/") + request.path,
        params={"limit": str(PAGE), **({"continue": token} if token else {})} if request.operation == "list" else {},
        headers={
            "Accept": "application/json",
            "User-Agent": f"verify-infra/{__version__}",
            **({"Authorization": f"Bearer {bearer}"} if bearer else {}),
        },
        allow_redirects=False,
    )


def _order(document: Document) -> tuple[str, str]:
    metadata = document.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    return str(named.get("namespace", "")), str(named.get("name", ""))
