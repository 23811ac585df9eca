"""Tokens: issued here, accepted here, and nowhere written down.

They look like Entra's (three parts, the middle one JSON) but bear no signature; one counts only if this very server
issued it, it has not expired, and it was asked for the audience of the plane that it is shown to.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Literal

from verifier.simulator.wire import Principal

ARM_AUDIENCES = (
    "https://management.azure.com",
    "https://management.core.windows.net",
    "https://management.usgovcloudapi.net",
    "https://management.core.usgovcloudapi.net",
    "https://management.chinacloudapi.cn",
    "https://management.core.chinacloudapi.cn",
)
STORAGE_AUDIENCES = ("https://storage.azure.com",)
KUBERNETES_AUDIENCES = ("6dae42f8-4368-4678-94ff-3960e28e3630",)

Flaw = Literal["unknown", "expired", "audience"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One issued token. `expires_on` is in seconds since the epoch; the text is kept out of its repr."""

    text: str
    audience: str
    expires_on: int
    principal: Principal

    def __repr__(self) -> str:
        return f"Token(audience={self.audience!r}, expires_on={self.expires_on}, principal={self.principal!r})"


class Tokens:
    """Every token that one server issued."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._issued: dict[str, Token] = {}

    def issue(self, principal: Principal, *, audience: str, lifetime_seconds: int) -> Token:
        """A new token for a principal, to be shown to `audience`."""
        now = int(time.time())
        claims: dict[str, str | int] = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{principal.tenant_id}/",
            "iat": now,
            "nbf": now,
            "exp": now + lifetime_seconds,
            "appid": principal.client_id,
            "oid": principal.object_id,
            "sub": principal.object_id,
            "tid": principal.tenant_id,
            "uti": secrets.token_urlsafe(16),
            "ver": "1.0",
        }
        text = f"{_part({'typ': 'JWT', 'alg': 'none'})}.{_part(claims)}."
        token = Token(text=text, audience=audience, expires_on=now + lifetime_seconds, principal=principal)
        with self._lock:
            self._issued[text] = token
        return token

    def judge(self, text: str, *, audiences: tuple[str, ...]) -> Token | Flaw:
        """The token that a text is, or what is wrong with it."""
        with self._lock:
            token = self._issued.get(text)
        if token is None:
            return "unknown"
        if token.expires_on <= time.time():
            return "expired"
        return token if token.audience.rstrip("/").casefold() in audiences else "audience"


def _part(content: dict[str, str | int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")
