"""Connecting to an API server by its URL: this machine without a token, any other with one from Entra."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from verifier.errors import AccessError
from verifier.live.endpoints import Endpoints
from verifier.live.kubernetes.reader import Connection

if TYPE_CHECKING:
    from verifier.live.azure.credential import SharedCredential

AKS_SCOPE = "6dae42f8-4368-4678-94ff-3960e28e3630/.default"
"""The application that stands for every AKS API server with Entra integration.

Source: https://azure.github.io/kubelogin/concepts/aks.html.
"""


def connect(endpoints: Endpoints, credential: SharedCredential) -> Connection:
    """A connection to `endpoints.kubernetes`. Raises AccessError for a file of certificates that is none."""
    if endpoints.kubernetes.startswith("http://"):
        return Connection(server=endpoints.kubernetes, token=lambda: "")
    tls = None
    if endpoints.kubernetes_ca:
        try:
            tls = ssl.create_default_context(cafile=endpoints.kubernetes_ca)
        except (OSError, ssl.SSLError) as error:
            raise AccessError(
                f"{endpoints.kubernetes_ca} holds no certificates that can be read ({error})",
                expected="certificates in PEM form",
            ) from None
    return Connection(server=endpoints.kubernetes, tls=tls, token=lambda: credential.get_token(AKS_SCOPE).token)
