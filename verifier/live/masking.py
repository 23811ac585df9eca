"""Masking: a snapshot for others to see, without whose subscription and tenant it is.

Subscription and tenant ids are replaced, wherever they stand, by pseudonyms: ids of the same shape that follow from the
real ones. So one id has one pseudonym in all snapshots, masked snapshots can be compared, and whoever has the real id
(the Terraform source, ARM_SUBSCRIPTION_ID) can verify with them. From a pseudonym nobody finds the id; whoever guesses
an id can see that the guess was right. Names of people (`createdBy: somebody@contoso.com`) are left out.

Object and client ids stay: grants and federation are judged by them, and they mean nothing outside of their tenant.
So do the names of things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from verifier.live.documents import JSON, Absent, Denied, Document, Documents, Failed, Found, Outcome, Request
from verifier.live.kept_state import KeptState
from verifier.live.snapshot import Snapshot

SOMEBODY = "(masked)"

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
GUID = re.compile(rf"(?i)(?<![0-9a-f-]){_GUID}(?![0-9a-f-])")
_IN_TEXT = re.compile(
    rf"(?i)(?:/subscriptions/|oic\.prod-[a-z]+\.azure\.[a-z]+/|sts\.windows\.net/|login\.[a-z.]+/)({_GUID})(?![0-9a-f-])"
)
"""Where in a text a subscription's or tenant's id stands: an ARM id, a cluster's issuer, an authority."""

_NAMES = frozenset({"subscriptionid", "tenantid", "tenant", "hometenantid", "azuretenantid"})
_PERSON = re.compile(r"[\w.+#'-]+@[\w-]+(?:\.[\w-]+)+")


def pseudonym(identifier: str) -> str:
    """What stands for a subscription's or tenant's id; the same for the same id in any letters.

    >>> pseudonym("3F0C5C5E-52C1-4D39-9D0B-6F1E2A7D9C10") == pseudonym("3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10")
    True
    """
    digest = sha256(f"verify-infra/mask/1 {identifier.casefold()}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=5))


def masked(snapshot: Snapshot) -> Snapshot:
    """The snapshot without its subscription and tenant ids and names of people. Masking again changes nothing."""
    if snapshot.masked:
        return snapshot
    mapping = {identifier: pseudonym(identifier) for identifier in _identifiers(snapshot)}
    return replace(_mapped(snapshot, lambda text: _PERSON.sub(SOMEBODY, _with(mapping, text))), masked=True)


def unmasked(snapshot: Snapshot, known: Iterable[str]) -> Snapshot:
    """The snapshot with those of the known ids that it has pseudonyms of in their places again."""
    if not snapshot.masked:
        return snapshot
    mapping = {pseudonym(identifier): identifier.casefold() for identifier in known}
    return _mapped(snapshot, lambda text: _with(mapping, text))


def _with(mapping: Mapping[str, str], text: str) -> str:
    return GUID.sub(lambda found: mapping.get(found[0].casefold(), found[0]), text)


def _identifiers(snapshot: Snapshot) -> set[str]:
    """The ids of subscriptions and tenants that a snapshot speaks of."""
    spoken = {snapshot.subscription} if GUID.fullmatch(snapshot.subscription) else set()
    for request, outcome in snapshot.documents:
        spoken.update(_IN_TEXT.findall(request.path))
        for document in outcome.documents if isinstance(outcome, Found) else ():
            spoken.update(_spoken("", dict(document)))
    recorded = snapshot.state.values if snapshot.state is not None else None
    for document in (*snapshot.resources, *snapshot.objects, recorded or {}):
        spoken.update(_spoken("", dict(document)))
    return {identifier.casefold() for identifier in spoken}


def _spoken(name: str, value: JSON) -> Iterator[str]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _IN_TEXT.findall(inner)
            yield from _spoken(inner, each)
    elif isinstance(value, list):
        for each in value:
            yield from _spoken(name, each)
    elif isinstance(value, str):
        yield from _IN_TEXT.findall(value)
        if name.replace("_", "").casefold() in _NAMES and GUID.fullmatch(value):
            yield value


def _mapped(snapshot: Snapshot, change: Callable[[str], str]) -> Snapshot:
    reads = [(_request(request, change), _outcome(outcome, change)) for request, outcome in snapshot.documents]
    return replace(
        snapshot,
        subscription=change(snapshot.subscription),
        resources=tuple(_document(each, change) for each in snapshot.resources),
        objects=tuple(_document(each, change) for each in snapshot.objects),
        documents=Documents({request.key: (request, outcome) for request, outcome in reads}),
        state=None if snapshot.state is None else _state(snapshot.state, change),
    )


def _state(state: KeptState, change: Callable[[str], str]) -> KeptState:
    values = None if state.values is None else _document(state.values, change)
    return replace(state, said=change(state.said), source=change(state.source), values=values)


def _request(request: Request, change: Callable[[str], str]) -> Request:
    return replace(request, path=change(request.path))


def _outcome(outcome: Outcome, change: Callable[[str], str]) -> Outcome:
    match outcome:
        case Found(documents=documents):
            return replace(outcome, documents=tuple(_document(each, change) for each in documents))
        case Denied(detail=detail):
            return replace(outcome, detail=change(detail))
        case Failed(because=because):
            return replace(outcome, because=change(because))
        case Absent():
            return outcome


def _document(document: Document, change: Callable[[str], str]) -> Document:
    return {change(name): _value(value, change) for name, value in document.items()}


def _value(value: JSON, change: Callable[[str], str]) -> JSON:
    if isinstance(value, dict):
        return {change(name): _value(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [_value(each, change) for each in value]
    return change(value) if isinstance(value, str) else value
