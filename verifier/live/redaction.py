"""Redaction: no secret goes further than the reader.

A value is a secret by its name (`primaryKey`, `sasToken`, all below `configurationProtectedSettings`) or by its looks
(a connection string, a signed URL, a token, a private key). Only texts are secrets: flags and numbers
(`allowSharedKeyAccess`) are kept, and so is what a name says *about* a secret (`credentialsType`, `keyVaultUri`).
Of a Kubernetes object, what repeats or references secrets is left out altogether; of a pod all but what is asked of
it (kept).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from verifier.live.documents import JSON, Document, Found, Outcome
from verifier.live.kept import kept

REDACTED = "(redacted)"

_SECRET_WORDS = frozenset(
    {"key", "keys", "secret", "secrets", "password", "passwords", "passwd", "pwd", "passphrase"}
    | {"token", "tokens", "sas", "kubeconfig", "kubeconfigs", "pfx", "protected"}
)
_SECRET_PAIRS = frozenset({("connection", "string"), ("connection", "strings"), ("shared", "access")})
_ABOUT_WORDS = frozenset(
    {"type", "types", "source", "enabled", "disabled", "access", "policy", "policies", "vault", "properties"}
    | {"expiration", "expiry", "period", "time", "version"}
)
"""A name that ends in one of these describes a secret and is not one."""

_REFERENCE_WORDS = frozenset({"uri", "url", "id", "identifier", "name"})
"""So does one of these, except for a shared access signature, whose URL is the secret."""

_HARMLESS = frozenset({"sslsecret", "azure.workload.identity/service-account-token-expiration"})
"""`sslSecret` is the AzureML extension's setting for the name of a Kubernetes secret."""

_ENVIRONMENTS = frozenset({"env", "environmentvariables"})

_LOOKS_SECRET = re.compile(
    r"(?i)\b(?:account|sharedaccess)key=|\bsharedaccesssignature=|[?&]sig=|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.|\b(?:password|pwd)=[^;\s]"
)
_SOME_OF_IT = ("=", "-----", "eyj")
"""One of these is in every text that looks like that; finding them is much faster."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?")
"""When a key was made or a secret expires is no secret."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_LEFT_OUT_OF_METADATA = ("managedFields",)
_LEFT_OUT_OF_ANNOTATIONS = ("kubectl.kubernetes.io/last-applied-configuration",)
_LEFT_OUT_OF_OBJECTS = ("secrets", "imagePullSecrets", "data", "stringData", "binaryData")


def redacted_outcome(outcome: Outcome) -> Outcome:
    """The outcome, its documents redacted."""
    if not isinstance(outcome, Found):
        return outcome
    return Found(documents=tuple(redacted(d) for d in outcome.documents), api_version=outcome.api_version)


def redacted(document: Document) -> Document:
    """A document without its secrets. Redacting again changes nothing.

    >>> redacted({"id": "/x", "properties": {"primaryKey": "c2VjcmV0", "allowSharedKeyAccess": False}})
    {'id': '/x', 'properties': {'primaryKey': '(redacted)', 'allowSharedKeyAccess': False}}
    """
    if "apiVersion" in document and "kind" in document:
        document = _without_references(kept(document))
    return {name: _value(name, value, secret=False) for name, value in document.items()}


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether texts under a property of this name are secrets."""
    words = [word.casefold() for word in _WORD.findall(name)]
    pairs = set(pairwise(words))
    if not (_SECRET_WORDS.intersection(words) or _SECRET_PAIRS.intersection(pairs)):
        return False
    if name.casefold() in _HARMLESS or "public" in words or "toleration" in words:
        return False
    if words[-1] in _REFERENCE_WORDS:
        return "sas" in words or ("shared", "access") in pairs
    return words[-1] not in _ABOUT_WORDS


def _value(name: str, value: JSON, *, secret: bool) -> JSON:
    secret = secret or is_secret(name)
    if isinstance(value, dict):
        return {inner: _member(name, value, inner, secret=secret) for inner in value}
    if isinstance(value, list):
        return [_value(name, item, secret=secret) for item in value]
    if not isinstance(value, str) or not value:
        return value
    hidden = not _MOMENT.fullmatch(value) if secret else _looks_secret(value)
    return REDACTED if hidden else value


def _looks_secret(text: str) -> bool:
    folded = text.casefold()
    return any(part in folded for part in _SOME_OF_IT) and _LOOKS_SECRET.search(text) is not None


def _member(container: str, members: Mapping[str, JSON], name: str, *, secret: bool) -> JSON:
    """One member of an object that stands under `container`."""
    value = members[name]
    if container.casefold() in _ENVIRONMENTS and name != "name":
        return _value(name, value, secret=True)
    if name == "key" and {"operator", "effect"}.intersection(members) and isinstance(value, str):
        return value  # of a toleration, a taint, a selector
    about_the_sort = name.casefold().endswith("type") and isinstance(value, str)
    return _value(name, value, secret=secret and not about_the_sort)


def _without_references(document: Document) -> Document:
    kept = {name: value for name, value in document.items() if name not in _LEFT_OUT_OF_OBJECTS}
    metadata = kept.get("metadata")
    if isinstance(metadata, dict):
        metadata = {name: value for name, value in metadata.items() if name not in _LEFT_OUT_OF_METADATA}
        annotations = metadata.get("annotations")
        if isinstance(annotations, dict):
            metadata["annotations"] = {k: v for k, v in annotations.items() if k not in _LEFT_OUT_OF_ANNOTATIONS}
        kept["metadata"] = metadata
    return kept
