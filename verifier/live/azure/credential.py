"""The credential: found once, its tokens kept and shared, its failure remembered."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from verifier.errors import AccessError
from verifier.live.endpoints import CLOUDS
from verifier.live.trace import Trace, sent
from verifier.live.trust import trusted

if TYPE_CHECKING:
    import requests
    from azure.core.credentials import AccessToken, TokenCredential

RENEWED_BEFORE_SECONDS = 300
NEXT_STEP = (
    "sign in with `az login`, or give a workload or service principal identity through AZURE_CLIENT_ID, "
    "AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE or AZURE_CLIENT_SECRET"
)
_ENTRA = re.compile(r"AADSTS(?P<code>\d+)[^.\n]*\.?")
"""Entra's code, and the sentence that goes with it."""


class SharedCredential:
    """One credential for all clients and threads.

    A token is asked for once for each scope and kept until shortly before it expires: asking may cost a subprocess
    (Azure CLI). A failure is kept too, so that a run without a credential asks once and not with every read.
    Tokens are in no log, no message and no representation of this.
    """

    def __init__(self, find: Callable[[], TokenCredential]) -> None:
        self._find = find
        self._found: TokenCredential | None = None
        self._lock = Lock()
        self._tokens: dict[tuple[object, ...], AccessToken] = {}
        self._refusals: dict[tuple[object, ...], AccessError] = {}

    def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_: Any,
    ) -> AccessToken:
        """A token for these scopes, as azure-core's clients ask for it.

        Raises AccessError when there is no credential, or it gets no token.
        """
        key = (*scopes, claims, tenant_id, enable_cae)
        with self._lock:
            if key in self._refusals:
                raise self._refusals[key]
            kept = self._tokens.get(key)
            if kept is None or kept.expires_on - time.time() < RENEWED_BEFORE_SECONDS:
                self._tokens[key] = self._ask(key, *scopes, claims=claims, tenant_id=tenant_id, enable_cae=enable_cae)
            return self._tokens[key]

    def _ask(self, key: tuple[object, ...], *scopes: str, **options: Any) -> AccessToken:
        from azure.core.exceptions import AzureError

        try:
            if self._found is None:
                self._found = self._find()
            return self._found.get_token(*scopes, **{name: value for name, value in options.items() if value})
        except (AzureError, ValueError) as error:
            # ValueError is azure-identity's word for variables that do not go together.
            self._refusals[key] = _refusal(str(error))
            raise self._refusals[key] from None


def _refusal(said: str) -> AccessError:
    """What azure-identity says in a line: of a chain without an answer what it tried, else who was refused, and why."""
    lines = said.strip().splitlines() or ["no reason given"]
    tried = [line.strip().partition(": ")[::2] for line in lines if line.startswith("\t")]
    for name, reason in tried or [("", lines[0])]:
        if answer := _ENTRA.search(reason):
            return AccessError(
                f"Entra refused a token{f' to {name}' if name else ''}: {answer[0]}",
                next_step=f"https://login.microsoftonline.com/error?code={answer['code']} says what the code means",
            )
    because = f"none found by {', '.join(name for name, _ in tried)}" if tried else lines[0]
    return AccessError(f"no credential for Azure: {because}", next_step=NEXT_STEP)


def default_credential(cloud: str, *, trace: Trace | None = None) -> SharedCredential:
    """What this machine has: environment, workload identity, managed identity, Azure CLI and its like.

    Never a browser. AZURE_TOKEN_CREDENTIALS narrows the search; AZURE_AUTHORITY_HOST wins over the cloud's own.
    `trace` is told of each request for a token.
    """

    def find() -> TokenCredential:
        from azure.identity import DefaultAzureCredential

        # Its failures come as errors, which say more than its log lines; those go to whoever configures logging.
        logging.getLogger("azure").addHandler(logging.NullHandler())
        authority = os.environ.get("AZURE_AUTHORITY_HOST") or CLOUDS[cloud].authority
        return DefaultAzureCredential(
            authority=authority,
            exclude_interactive_browser_credential=True,
            # An authority that is none of Azure's own cannot be looked up among them.
            disable_instance_discovery=_host(authority) not in {known.authority for known in CLOUDS.values()},
            connection_verify=trusted(),
            **({"session": _told_session(trace), "session_owner": False} if trace else {}),
        )

    return SharedCredential(find)


def _told_session(trace: Trace) -> requests.Session:
    """A session like the one that azure-core makes for itself, but for what the trace is told.

    All of azure-identity's credentials hand it on to their transports, and leave to those their timeouts.
    """
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import Retry
    from urllib3.exceptions import HTTPError

    from verifier.live.wire import reason

    class Told(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
            began = time.monotonic()
            try:
                response = super().send(request, *arguments, **options)
                response.content  # noqa: B018 - is read here, so that the time and the failures of that are told, too
            except (requests.RequestException, HTTPError) as error:
                trace(sent(request, began=began, error=reason(error)))
                raise
            trace(sent(request, began=began, response=response))
            return response

    made = requests.Session()
    for scheme in ("http://", "https://"):
        made.mount(scheme, Told(max_retries=Retry(total=False, redirect=False, raise_on_status=False)))
    return made


def _host(authority: str) -> str:
    return authority.casefold().removeprefix("https://").rstrip("/")
