"""Hashes of strings, and identifiers made from them."""

from __future__ import annotations

import base64
import hashlib
import uuid

from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.signature import Function, of_contents, text
from verifier.hcl.types import STRING

_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


def digest(algorithm: str, content: bytes) -> bytes:
    """The hash of the content: md5, sha1, sha256 or sha512."""
    return hashlib.new(algorithm, content, usedforsecurity=False).digest()


def _hexadecimal(name: str) -> Function:
    def body(content: str) -> str:
        return digest(name, content.encode()).hex()

    return of_contents(name, body, STRING, text("str"))


def _base64(name: str) -> Function:
    def body(content: str) -> str:
        return base64.b64encode(digest(name.removeprefix("base64"), content.encode())).decode()

    return of_contents(name, body, STRING, text("str"))


def _uuidv5(namespace: str, name: str) -> str:
    try:
        space = _NAMESPACES.get(namespace) or uuid.UUID(namespace)
    except ValueError:
        raise EvaluationError(f"{namespace!r} is not a UUID, nor one of dns, url, oid and x500") from None
    return str(uuid.uuid5(space, name))


def _rsadecrypt(_ciphertext: str, _key: str) -> str:
    raise NotModelled("decrypting with a private key is left to Terraform")


FUNCTIONS = (
    *map(_hexadecimal, ("md5", "sha1", "sha256", "sha512")),
    *map(_base64, ("base64sha256", "base64sha512")),
    of_contents("uuidv5", _uuidv5, STRING, text("namespace"), text("name")),
    of_contents("rsadecrypt", _rsadecrypt, STRING, text("ciphertext"), text("privatekey")),
)
