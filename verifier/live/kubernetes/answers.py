"""From what the API server answered to how the read ended. Pure: status and body in, outcome out."""

from __future__ import annotations

import json
import re
from typing import TypeGuard

from verifier.live.documents import (
    JSON,
    OPENID_CONFIGURATION,
    Absent,
    Denied,
    Document,
    Failed,
    Found,
    Outcome,
    Request,
    kubernetes_path,
)

_PATH = re.compile(
    r"/(?:api|apis/[^/]+)/[^/]+(?:/namespaces/(?P<namespace>[^/]+))?/(?P<collection>[a-z]+)(?:/(?P<name>[^/]+))?"
)
_DETAIL_LENGTH = 600


class Unusable(Exception):
    """A body that is not what it should be; its text says why."""


def body_of(status: int, text: bytes) -> dict[str, JSON]:
    """The answer's JSON object. Raises Unusable."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        looks = "HTML, as from a proxy or a sign-in page" if text.lstrip()[:1] == b"<" else "not JSON, or cut off"
        raise Unusable(f"the answer to HTTP {status} is {looks}") from None
    if not isinstance(body, dict):
        raise Unusable("the answer is JSON, but not an object")
    return body


def page_of(request: Request, body: dict[str, JSON]) -> tuple[list[Document], str]:
    """The objects of one page and the token that continues the list; empty on the last page. Raises Unusable.

    Items of a list say neither kind nor apiVersion; they get the list's, since an object without them has no meaning.
    """
    kind, items, metadata = body.get("kind"), body.get("items"), body.get("metadata")
    if not isinstance(kind, str) or not kind.endswith("List") or not (isinstance(items, list) or items is None):
        raise Unusable(f"the answer is not a list but {kind or 'without a kind'}")
    named = {"apiVersion": body.get("apiVersion"), "kind": kind.removesuffix("List")}
    documents: list[Document] = []
    for item in items or []:
        if not _is_object(item):
            raise Unusable("the list holds something that is no object, or has no name")
        document = {**named, **item}
        if not _is_in(kubernetes_path(document), request.path.rstrip("/")):
            raise Unusable(f"the list holds what is not in it: {kubernetes_path(document) or document['kind']}")
        documents.append(document)
    token = metadata.get("continue") if isinstance(metadata, dict) else None
    return documents, token if isinstance(token, str) else ""


def _is_object(item: JSON) -> TypeGuard[dict[str, JSON]]:
    metadata = item.get("metadata") if isinstance(item, dict) else None
    return isinstance(metadata, dict) and isinstance(metadata.get("name"), str)


def object_of(request: Request, body: dict[str, JSON]) -> Found:
    """The one object that was asked for. Raises Unusable for another."""
    if request.path == OPENID_CONFIGURATION:
        return _issuer_of(body)
    if kubernetes_path(body) != request.path:
        raise Unusable(f"the answer is not the object that was asked for: {kubernetes_path(body) or body.get('kind')}")
    return Found(documents=(body,), api_version=_text(body, "apiVersion"))


def _issuer_of(body: dict[str, JSON]) -> Found:
    """Who issues the cluster's tokens. What is served there is no Kubernetes object, and is made to look like one."""
    issuer = _text(body, "issuer")
    if not issuer:
        raise Unusable("the answer names no issuer")
    named: Document = {
        "apiVersion": "v1",
        "kind": "OpenIDConfiguration",
        "metadata": {"name": "openid-configuration"},
        "issuer": issuer,
    }
    return Found(documents=(named,), api_version="v1")


def refusal(request: Request, status: int, text: bytes) -> Outcome:
    """What anything but a 200 means. Only the API server's own word, a Status, denies or proves absence."""
    try:
        body = body_of(status, text)
    except Unusable as error:
        return Failed(because=str(error))
    reason, message = _text(body, "reason"), _text(body, "message")[:_DETAIL_LENGTH]
    own_word = body.get("kind") == "Status"
    if status == 403 and own_word:
        return Denied(permission=permission(request), detail=message or reason)
    if status == 404 and own_word and reason == "NotFound" and _is_about(request, body):
        return Absent(code=reason)
    if status == 401:
        said = f": {message}" if message else ""
        return Failed(because=f"the Kubernetes API server refuses the credential (HTTP 401){said}")
    return Failed(because=" ".join(word for word in (f"HTTP {status}", reason, message) if word))


def permission(request: Request) -> str:
    """The verb and resource that a read needs: `list serviceaccounts in namespace azureml`."""
    parts = _PATH.fullmatch(request.path)
    if parts is None:
        return f"{request.operation} {request.path}"
    inside = f" in namespace {parts['namespace']}" if parts["namespace"] else ""
    return f"{request.operation} {parts['collection']}{inside}"


def _is_about(request: Request, status: dict[str, JSON]) -> bool:
    """Whether a NotFound is of the object itself: an unknown path is a NotFound, too, without details."""
    details = status.get("details")
    return isinstance(details, dict) and details.get("name") == request.path.rpartition("/")[2]


def _is_in(path: str, collection: str) -> bool:
    """Whether an object belongs to a list; that of a whole cluster may hold objects of its namespaces."""
    if "/namespaces" in collection:
        return path.startswith(f"{collection}/")
    root, _, plural = collection.rpartition("/")
    return path.startswith(f"{root}/") and path.rpartition("/")[0].endswith(f"/{plural}")


def _text(body: dict[str, JSON], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
