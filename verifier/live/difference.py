"""What differs between two snapshots: what appeared, what went, which property changed, and what could not be compared.

A thing that only one snapshot holds has appeared or gone only where the other one looked: where its read was denied or
failed there, or was not made, it was not seen, which proves nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from verifier.live.documents import JSON, Absent, Document, Documents, Found, Outcome, Request
from verifier.live.masking import masked
from verifier.live.redaction import redacted
from verifier.live.snapshot import Snapshot

_PLAIN = re.compile(r"[\w-]+")

Word = Literal["appeared", "went", "changed", "seen", "not seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property that changed: `properties.allowSharedKeyAccess`. Values are JSON, empty where there is none."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs. `what` is an ARM id, an API path, or a read (`list …/datastores`).

    `seen` is a thing that the first snapshot could not see, `not seen` one that the second could not.
    """

    word: Word
    what: str
    properties: tuple[Property, ...] = ()


def difference(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """All that differs, sorted by what it is. A masked snapshot and one that is not are compared as masked."""
    if before.masked != after.masked:
        before, after = masked(before), masked(after)
    things = _things(before.documents, after.documents)
    return tuple(
        sorted((*things, *_reads(before.documents, after.documents)), key=lambda c: (c.what.casefold(), c.word))
    )


def _things(before: Documents, after: Documents) -> Iterator[Change]:
    old, new = _held(before), _held(after)
    for key in old.keys() | new.keys():
        if key in old and key in new:
            properties = tuple(_differing(old[key].document, new[key].document))
            if properties:
                yield Change(word="changed", what=new[key].name, properties=properties)
        elif key in old:
            yield Change(word="went" if _looked_for(key, before, after) else "not seen", what=old[key].name)
        else:
            yield Change(word="appeared" if _looked_for(key, after, before) else "seen", what=new[key].name)


def _reads(before: Documents, after: Documents) -> Iterator[Change]:
    """Reads that both made and that ended otherwise: what was looked at in one only."""
    for request, outcome in after:
        if request.key not in before.outcomes:
            continue
        was, now = _ending(before.outcome(request)), _ending(outcome)
        if was != now:
            yield Change(
                word="changed", what=str(request), properties=(Property(path="outcome", before=was, after=now),)
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    name: str
    document: Document


def _held(documents: Documents) -> dict[str, _Held]:
    """Every document by its key; where two reads saw it, what its own get saw."""
    held: dict[str, _Held] = {}
    for request, outcome in sorted(documents, key=lambda entry: entry[0].operation, reverse=True):
        for document in outcome.documents if isinstance(outcome, Found) else ():
            name = _name(request, document)
            held[name.casefold()] = _Held(name=name, document=redacted(document))
    return held


def _name(request: Request, document: Document) -> str:
    if request.plane == "azure":
        return str(document.get("id", ""))
    metadata = document.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    return "/".join(str(part) for part in (document.get("kind"), named.get("namespace"), named.get("name")) if part)


def _looked_for(key: str, holder: Documents, other: Documents) -> bool:
    """Whether a read that found a thing in one snapshot also looked for it in the other, and did not find it."""
    return any(
        isinstance(other.outcome(request), Found | Absent)
        for request, outcome in holder
        if isinstance(outcome, Found) and any(_name(request, d).casefold() == key for d in outcome.documents)
    )


def _ending(outcome: Outcome) -> str:
    return "found" if isinstance(outcome, Found) else type(outcome).__name__.casefold()


def _differing(before: Document, after: Document) -> Iterator[Property]:
    old, new = dict(_leaves("", dict(before))), dict(_leaves("", dict(after)))
    for path in sorted(old.keys() | new.keys()):
        if not _same(old.get(path, ""), new.get(path, "")):
            yield Property(path=path, before=old.get(path, ""), after=new.get(path, ""))


def _leaves(path: str, value: JSON) -> Iterator[tuple[str, str]]:
    """Every value that holds no object, as JSON, by its path; a list of plain values is one."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _leaves(_below(path, name), each)
    elif isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        for index, each in enumerate(value):
            yield from _leaves(f"{path}[{index}]", each)
    else:
        yield path, json.dumps(value, ensure_ascii=False)


def _same(before: str, after: str) -> bool:
    """Services answer with the same ARM id in other letters from one read to the next."""
    both_ids = before.startswith('"/subscriptions/') and after.startswith('"/subscriptions/')
    return before.casefold() == after.casefold() if both_ids else before == after


def _below(path: str, name: str) -> str:
    if not _PLAIN.fullmatch(name):
        return f"{path}[{json.dumps(name, ensure_ascii=False)}]"
    return f"{path}.{name}" if path else name
