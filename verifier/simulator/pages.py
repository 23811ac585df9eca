"""Pages: small ones with an absolute next link on the ARM side, limit and continue on the Kubernetes side."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from urllib.parse import quote

from verifier.simulator import arm_errors
from verifier.simulator.arm_path import same
from verifier.simulator.wire import JSON, Answer, Call, Document

# These services name the parameter their own way; the others say $skiptoken.
_TOKEN_NAMES = {"microsoft.machinelearningservices": "$skip", "microsoft.authorization": "$skipToken"}
# This one says that there is no next page; the others say nothing.
_SAYS_NULL = "microsoft.kubernetesconfiguration"


def arm_page(documents: Sequence[Document], call: Call, *, namespace: str, size: int) -> Answer:
    """One page of a list: `{"value": […], "nextLink": absolute}`, at most `size` or what `$top` or `count` asks for."""
    name = _TOKEN_NAMES.get(namespace.casefold(), "$skiptoken")
    token = call.parameter(name)
    start = 0 if token is None else decode(token, of=call.path)
    if start is None:
        return arm_errors.error(400, "InvalidSkipToken", f"The {name} '{token}' is not one of this list.")
    length = _length(call, size)
    if length is None:
        return arm_errors.error(400, "InvalidQueryParameter", "$top and count take a positive whole number.")
    body: dict[str, JSON] = {"value": [dict(document) for document in documents[start : start + length]]}
    if start + length < len(documents):
        kept = [(key, value) for key, value in call.query if key.casefold() != name.casefold()]
        body["nextLink"] = _link(call, [*kept, (name, encode(start + length, of=call.path))])
    elif namespace.casefold() == _SAYS_NULL:
        body["nextLink"] = None
    return Answer(status=200, body=body)


def states_page(documents: Sequence[Document], call: Call, *, size: int) -> Answer:
    """One page of policy states, which have no id and an OData link to the next."""
    page = arm_page(documents, call, namespace="Microsoft.PolicyInsights", size=size)
    if not isinstance(page.body, dict) or page.status != 200:
        return page
    held = page.body["value"]
    states = (
        [{k: v for k, v in d.items() if k != "id"} for d in held if isinstance(d, dict)]
        if isinstance(held, list)
        else []
    )
    body: dict[str, JSON] = {"@odata.count": len(states), "value": [*states]}
    return Answer(status=200, body={**body, "@odata.nextLink": page.body.get("nextLink")})


def _length(call: Call, size: int) -> int | None:
    asked = call.parameter("$top") or call.parameter("count")
    if asked is None:
        return size
    number = whole_number(asked)
    return min(number, size) if number else None


def _link(call: Call, query: Sequence[tuple[str, str]]) -> str:
    pairs = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in query)
    return f"{call.endpoint}{quote(call.path)}?{pairs}"


def encode(offset: int, *, of: str) -> str:
    """An opaque token for what comes after `offset` entries of the list at `of`."""
    return base64.urlsafe_b64encode(f"{offset} {same(of)}".encode()).decode().rstrip("=")


def decode(token: str, *, of: str) -> int | None:
    """The offset that a token stands for; None when it is not a token of the list at `of`."""
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    offset, _, path = text.partition(" ")
    return whole_number(offset) if path == same(of) else None


def whole_number(text: str) -> int | None:
    """A number of at most nine digits; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
