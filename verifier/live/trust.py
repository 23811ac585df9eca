"""Whom to trust as a server: the usual certificate authorities, or a private one that the usual variables name."""

from __future__ import annotations

import os

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""The first two are what requests reads by itself, the others what OpenSSL does."""


def trusted() -> str | bool:
    """A file or folder of certificates, as requests takes it for `verify`; True for the usual authorities."""
    return next((os.environ[name] for name in VARIABLES if os.environ.get(name)), True)
