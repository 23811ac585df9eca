"""The wire: the one place that every read of Azure and of Kubernetes passes on its way out.

It sends reads and nothing else, to the one server it was made for, over https or to this machine. It tries again what
is worth it, slows down before the server has to refuse, waits as long as the server asks but never past the deadline,
and takes no answer larger than it should be.
"""

from __future__ import annotations

import math
import re
import ssl
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError, ReadTimeoutError

from verifier.errors import WriteAttempted
from verifier.live.allowance import Allowance
from verifier.live.deadline import seconds_left
from verifier.live.endpoints import secure
from verifier.live.trace import Trace, sent
from verifier.live.trust import trusted

READING_METHODS = frozenset({"GET", "HEAD"})
READING_POSTS = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/"
    r"((Microsoft\.Storage/storageAccounts|Microsoft\.ContainerService/managedClusters|Microsoft\.KeyVault/vaults"
    r"|Microsoft\.MachineLearningServices/workspaces|Microsoft\.ContainerRegistry/registries)/[^/]+"
    r"/providers/Microsoft\.PolicyInsights/policyStates/latest/queryResults"
    r"|Microsoft\.ContainerService/managedClusters/[^/]+/listClusterUserCredential)",
    re.IGNORECASE,
)
"""The two POSTs that are reads, by their whole paths, and without a body: which policies look at a thing of a kind that
is judged, and where a cluster's API server is and who signs for it.

The second is sent only of a cluster with Entra integration, whose answer holds no secret, and that is all that is taken
from it (verifier.live.azure.kubeconfig). Sources: REST references of Policy States, "List Query Results For Resource",
and of Managed Clusters, "List Cluster User Credentials"; there is no GET of either.
"""

NEVER_CALLED = frozenset(
    {"listkeys", "listsecrets", "listaccountsas", "listservicesas", "listcredentials", "listconnectionstrings"}
    | {"listclusteradmincredential", "listclusterusercredential", "listclustermonitoringusercredential"}
)
"""Operations that hand out secrets, by the last segment of their path; refused whatever the method, but for what
`READING_POSTS` lets pass."""

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
LARGEST_ANSWER = 32 * 1024 * 1024
TOO_MANY = 429
TRIED_AGAIN = frozenset({408, TOO_MANY, 500, 502, 503, 504})
PAUSES_SECONDS = (0.2, 0.8)
"""Between attempts, of which there is one more; longer where the server asks for it."""

LONGEST_WAIT_SECONDS = 120.0
"""What is waited at most because a server asks for it, however far the deadline is."""

MOST_WAITS = 10
"""How often a server that is asked too much may say when to come again; that is no failed attempt."""

CONNECTIONS = 32


class TooLarge(requests.RequestException):
    """An answer that goes on past `LARGEST_ANSWER` bytes."""


class OutOfTime(requests.Timeout):
    """The deadline came before there was an answer."""


class Elsewhere(requests.RequestException):
    """A link led to another server than the one that is read; no token is sent there."""


def session(
    endpoint: str, *, tls: ssl.SSLContext | None = None, server_name: str = "", trace: Trace | None = None
) -> requests.Session:
    """A session for the server at `endpoint` that can only read, safe to use from many threads.

    `tls` replaces the usual trust in public certificate authorities (a cluster has its own); `server_name` is the name
    that the server's certificate is checked for, where that is not the host. `trace` is told of each attempt. Raises
    InsecureEndpoint.
    """
    secure(endpoint, option="endpoint")
    made = requests.Session()
    made.mount("http://", _Unmounted())
    made.mount("https://", _Unmounted())
    adapter = _ReadOnly(endpoint, tls=tls, server_name=server_name, trace=trace)
    made.mount(urlsplit(endpoint).scheme + "://", adapter)
    # Without an auth of its own, requests would put what a .netrc says in place of the token.
    made.auth = _as_it_is
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    if urlsplit(endpoint).scheme == "http":
        made.trust_env = False  # plain http is for this machine, which is not reached through a proxy
    return made


def reason(error: BaseException) -> str:
    """What really went wrong in a failed request, in a few words: the innermost error's own."""
    innermost, inner = error, _cause(error)
    for _ in range(10):
        if inner is None:
            break
        innermost, inner = inner, _cause(inner)
    if isinstance(innermost, ssl.SSLError):
        return f"its certificate is not accepted ({getattr(innermost, 'verify_message', '') or innermost.reason})"
    if isinstance(innermost, OSError) and innermost.strerror:
        return innermost.strerror.lower()
    text = str(innermost)
    return text.rpartition("): ")[2] or type(innermost).__name__


def is_unreachable(error: BaseException) -> bool:
    """Whether a failed request got no connection: its server's name is not known, or nothing there answers."""
    cause: BaseException | None = error
    for _ in range(10):
        if isinstance(cause, NewConnectionError | ConnectTimeoutError | ProxyError):
            return True
        cause = _cause(cause) if cause is not None else None
    return False


def refuse_writes(method: str, url: str, body: object = None) -> None:
    """Raise WriteAttempted for what is not a read. This is where the promise to change nothing is kept."""
    path = urlsplit(url).path
    if method == "POST" and not body and READING_POSTS.fullmatch(path):
        return
    if method.upper() not in READING_METHODS or path.rstrip("/").rpartition("/")[2].casefold() in NEVER_CALLED:
        raise WriteAttempted(
            f"{method} {path} is not a read",
            expected=f"{' or '.join(sorted(READING_METHODS))}, or one of two queries: for policy states, and for where "
            "a cluster's API server is; never an operation that hands out secrets",
            next_step="this is a fault of verify-infra: please report it; nothing was sent",
        )


class _ReadOnly(HTTPAdapter):
    def __init__(self, endpoint: str, *, tls: ssl.SSLContext | None, server_name: str, trace: Trace | None) -> None:
        self._server = _server(endpoint)
        self._tls = tls
        self._server_name = server_name
        self._trace = trace
        self._allowance = Allowance()
        super().__init__(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS, max_retries=0)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002 - requests' own signature
        timeout: Any = None,  # noqa: ARG002
        verify: Any = True,  # noqa: FBT002
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        refuse_writes(request.method or "", request.url or "", request.body)
        verify = trusted() if verify is True else verify
        if _server(request.url or "") != self._server:
            raise Elsewhere(f"a link leads to another server, {urlsplit(request.url or '').hostname}", request=request)
        pauses, waits = iter(PAUSES_SECONDS), MOST_WAITS
        while True:
            try:
                response = self._once(request, verify=verify, cert=cert, proxies=proxies)
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
                wait = next(pauses, math.inf)
                if _not_worth_it(error) or wait >= seconds_left():
                    raise
            else:
                if response.status_code not in TRIED_AGAIN:
                    return response
                wait = _asked_to_wait(response.headers)
                if response.status_code == TOO_MANY and wait and waits:
                    waits -= 1
                else:
                    wait = max(wait, next(pauses, math.inf))
                if wait >= min(LONGEST_WAIT_SECONDS, seconds_left()):
                    return response
            time.sleep(wait)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if self._tls is not None:
            pool = {"ssl_context": self._tls}
        if self._server_name:
            pool |= {"server_hostname": self._server_name, "assert_hostname": self._server_name}
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        if self._tls is None:
            super().cert_verify(conn, url, verify, cert)

    def _once(self, request: requests.PreparedRequest, *, verify: Any, cert: Any, proxies: Any) -> requests.Response:
        self._hold_back(request.url or "")
        left = seconds_left()
        if left <= 0:
            raise OutOfTime("the deadline came first", request=request)
        limits = (min(CONNECT_SECONDS, left), min(READ_SECONDS, left))
        began = time.monotonic()
        try:
            response = super().send(request, stream=True, timeout=limits, verify=verify, cert=cert, proxies=proxies)
            _read_whole(request, response)
        except requests.RequestException as error:
            self._tell(request, began, error=reason(error))
            raise
        self._tell(request, began, response)
        self._allowance.remember(request.url or "", response.headers)
        return response

    def _hold_back(self, url: str) -> None:
        """Wait while the server's allowance runs low, unless the deadline would come meanwhile."""
        pause = self._allowance.pause(url)
        if 0 < pause < seconds_left():
            time.sleep(pause)

    def _tell(
        self,
        request: requests.PreparedRequest,
        began: float,
        response: requests.Response | None = None,
        *,
        error: str = "",
    ) -> None:
        if self._trace is not None:
            self._trace(sent(request, began=began, response=response, error=error))


def _read_whole(request: requests.PreparedRequest, response: requests.Response) -> None:
    """Read the body here, so that it is bounded and a broken one is tried again."""
    with response:
        body = bytearray()
        for chunk in response.iter_content(65536):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise TooLarge(f"the answer is larger than {LARGEST_ANSWER // 1024**2} MiB", request=request)
            if seconds_left() <= 0:
                raise OutOfTime("the answer came too slowly", request=request)
    response._content = bytes(body)  # noqa: SLF001 - requests has no public way to say so


class _Unmounted(HTTPAdapter):
    """For every scheme that the endpoint does not have."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        refuse_writes(request.method or "", request.url or "", request.body)
        raise Elsewhere(
            f"a link leads away from the endpoint, to {urlsplit(request.url or '').hostname}", request=request
        )


def _server(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").casefold(), parts.port or (443 if parts.scheme == "https" else 80)


def _not_worth_it(error: requests.RequestException) -> bool:
    """Whether another attempt would end the same way, or take as long again."""
    too_slow = any(isinstance(cause, ReadTimeoutError) for cause in error.args)
    return too_slow or isinstance(error, requests.Timeout | requests.exceptions.SSLError)


def _asked_to_wait(headers: Mapping[str, str]) -> float:
    """Seconds that Retry-After asks for, as a number or as a date."""
    asked = headers.get("Retry-After", "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _cause(error: BaseException) -> BaseException | None:
    """The error that this one wraps: urllib3, requests and azure-core each keep it elsewhere."""
    kept = (*error.args, getattr(error, "reason", None), getattr(error, "inner_exception", None), error.__cause__)
    return next((cause for cause in kept if isinstance(cause, BaseException) and cause is not error), None)
