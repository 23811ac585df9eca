"""A snapshot: all documents of one read, redacted, in one JSON file; and reading from it instead of from Azure.

A world is the same file written by hand: resources and objects, but no reads. Verifying from it finds nothing
read, so it is served by a simulator instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from verifier import ordinary
from verifier.errors import SnapshotError
from verifier.live.documents import (
    JSON,
    Absent,
    Denied,
    Document,
    Documents,
    Failed,
    Found,
    Outcome,
    Request,
    kubernetes_path,
)
from verifier.live.kept_state import KeptState
from verifier.live.redaction import redacted

SCHEMA = "verify-infra/snapshot/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a snapshot file holds. `taken` is a moment in UTC as ISO 8601 has it; `documents` are its reads.

    `masked` says that pseudonyms stand for its subscription and tenant ids (masking). `state` is what the run was
    judged by besides; None where the file says nothing of it.
    """

    taken: str
    cloud: str
    subscription: str
    resources: tuple[Document, ...]
    objects: tuple[Document, ...]
    documents: Documents
    masked: bool = False
    state: KeptState | None = None


def stamp(moment: datetime) -> str:
    """A moment as `taken` has it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(taken: str) -> datetime | None:
    """The moment that a `taken` says, in UTC where it does not say otherwise; None where it says none."""
    try:
        said = datetime.fromisoformat(taken)
    except ValueError:
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


class SnapshotReader:
    """Answers from a snapshot's reads alone: what the file holds no read of has failed; it is never absent."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._documents = snapshot.documents
        self.state = snapshot.state

    def read(self, request: Request, /) -> Outcome:
        """How this read ended when the snapshot was taken."""
        entry = self._documents.outcomes.get(request.key)
        return entry[1] if entry else Failed(because=f"the snapshot holds no read of {request}")


def text_of(snapshot: Snapshot) -> str:
    """The text of a file that holds this snapshot's reads."""
    return dump(
        snapshot.documents,
        taken=snapshot.taken,
        cloud=snapshot.cloud,
        subscription=snapshot.subscription,
        masked=snapshot.masked,
        state=snapshot.state,
    )


def dump(
    documents: Documents,
    *,
    taken: str,
    cloud: str,
    subscription: str,
    masked: bool = False,
    state: KeptState | None = None,
) -> str:
    """The file's text: redacted, sorted, the same for the same documents.

    A resource stands in it once. Where two reads saw it differently (it changed in between), what its own get saw is
    kept.
    """
    resources: dict[str, Document] = {}
    objects: dict[str, Document] = {}
    for request, outcome in sorted(documents, key=lambda entry: entry[0].operation, reverse=True):
        if isinstance(outcome, Found):
            into = resources if request.plane == "azure" else objects
            into.update({_identity(request, document).casefold(): redacted(document) for document in outcome.documents})
    content = {
        "schema": SCHEMA,
        "taken": taken,
        "cloud": cloud,
        "subscription": subscription,
        **({"masked": True} if masked else {}),
        **({"state": _kept_state(state)} if state is not None else {}),
        "resources": [resources[identifier] for identifier in sorted(resources)],
        "objects": sorted(objects.values(), key=_object_order),
        "reads": [_read(request, outcome) for request, outcome in documents],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def load(path: Path) -> Snapshot:
    """Read a snapshot or world file. Raises SnapshotError for what is not one: what, where, what was expected."""
    try:
        content = json.loads(ordinary.contents(path).decode("utf-8"))
    except OSError as error:
        raise SnapshotError(
            f"cannot be read: {error.strerror or error}", where=path.as_posix(), next_step=ordinary.advice(error)
        ) from None
    except UnicodeDecodeError as error:
        raise SnapshotError(f"is not UTF-8 at byte {error.start}", where=path.as_posix()) from None
    except json.JSONDecodeError as error:
        raise SnapshotError(f"is not JSON: {error}", where=path.as_posix()) from None
    except RecursionError:
        raise SnapshotError("is nested too deeply", where=path.as_posix()) from None
    return parse(content, where=path.as_posix())


def parse(content: JSON, *, where: str) -> Snapshot:
    """A snapshot from its JSON; `where` names the file in errors. Raises SnapshotError."""
    top = _Part(content, where).members()
    if top.text("schema") != SCHEMA:
        said = f"has the schema {top.text('schema')!r}" if top.text("schema") else "does not say its schema"
        raise SnapshotError(said, where=where, expected=SCHEMA, next_step="take the snapshot again")
    resources = top.items("resources")
    objects = top.items("objects")
    by_path = {
        "azure": {resource.text("id", required=True).casefold(): resource.content for resource in resources},
        "kubernetes": {kubernetes_path(served.content).casefold(): served.content for served in objects},
    }
    reads = [(_request(read), _outcome(read, by_path)) for read in top.items("reads")]
    return Snapshot(
        taken=top.text("taken"),
        cloud=top.text("cloud") or "AzureCloud",
        subscription=top.text("subscription"),
        resources=tuple(resource.content for resource in resources),
        objects=tuple(served.content for served in objects),
        documents=Documents({request.key: (request, outcome) for request, outcome in reads}),
        masked=top.flag("masked"),
        state=_state(top),
    )


def _kept_state(state: KeptState) -> dict[str, JSON]:
    return {
        "said": state.said,
        **({"source": state.source} if state.source else {}),
        **({"failed": True} if state.failed else {}),
        **({"values": dict(state.values)} if state.values is not None else {}),
    }


def _state(top: _Members) -> KeptState | None:
    if "state" not in top.content:
        return None
    kept = _Part(top.content["state"], f"{top.where}: state").members()
    values = kept.content.get("values")
    if values is not None:
        values = _Part(values, f"{kept.where}: values").members().content
    return KeptState(
        said=kept.text("said", required=True), source=kept.text("source"), failed=kept.flag("failed"), values=values
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the file and where it stands in it."""

    value: JSON
    where: str

    def members(self) -> _Members:
        if not isinstance(self.value, dict):
            raise SnapshotError("is not what stands here in a snapshot", where=self.where, expected="a JSON object")
        return _Members(self.value, self.where)


@dataclass(frozen=True, slots=True)
class _Members:
    content: dict[str, JSON]
    where: str

    def text(self, name: str, *, required: bool = False) -> str:
        value = self.content.get(name, "")
        if not isinstance(value, str) or (required and not value):
            raise SnapshotError("is not a text", where=f"{self.where}: {name}", expected=f"{name} as a JSON string")
        return value

    def flag(self, name: str) -> bool:
        value = self.content.get(name, False)
        if not isinstance(value, bool):
            raise SnapshotError("is neither true nor false", where=f"{self.where}: {name}", expected="a JSON boolean")
        return value

    def items(self, name: str) -> list[_Members]:
        return [_Part(item, f"{self.where}: {name}[{at}]").members() for at, item in enumerate(self._list(name))]

    def texts(self, name: str) -> list[str]:
        values = [value for value in self._list(name) if isinstance(value, str)]
        if len(values) != len(self._list(name)):
            raise SnapshotError("holds more than texts", where=f"{self.where}: {name}", expected="a list of strings")
        return values

    def _list(self, name: str) -> list[JSON]:
        value = self.content.get(name, [])
        if not isinstance(value, list):
            raise SnapshotError("is not a list", where=f"{self.where}: {name}", expected="a JSON list")
        return value


def _read(request: Request, outcome: Outcome) -> dict[str, JSON]:
    asked: dict[str, JSON] = {"plane": request.plane, "operation": request.operation, "path": request.path}
    if request.assigned_to:
        asked["assigned_to"] = request.assigned_to
    match outcome:
        case Found():
            ids: list[JSON] = [_identity(request, document) for document in outcome.documents]
            asked |= {"outcome": "found", "api_version": outcome.api_version, "ids": ids}
        case Absent():
            asked |= {"outcome": "absent", "code": outcome.code}
        case Denied():
            asked |= {"outcome": "denied", "permission": outcome.permission, "detail": outcome.detail}
        case Failed():
            asked |= {"outcome": "failed", "because": outcome.because}
    return {name: value for name, value in asked.items() if value != ""}


def _request(read: _Members) -> Request:
    plane, operation = read.text("plane"), read.text("operation")
    path, assigned_to = read.text("path", required=True), read.text("assigned_to")
    if plane not in {"azure", "kubernetes"} or operation not in {"get", "list"}:
        raise SnapshotError(
            f"is a read of the plane {plane!r} by {operation!r}",
            where=read.where,
            expected="plane azure or kubernetes, operation get or list",
        )
    return Request(
        plane="azure" if plane == "azure" else "kubernetes",
        operation="get" if operation == "get" else "list",
        path=path,
        assigned_to=assigned_to,
    )


def _outcome(read: _Members, by_path: Mapping[str, Mapping[str, Document]]) -> Outcome:
    match read.text("outcome"):
        case "found":
            held = by_path[read.text("plane")]
            missing = [identifier for identifier in read.texts("ids") if identifier.casefold() not in held]
            if missing:
                raise SnapshotError(
                    f"names {missing[0]}, which the file does not hold",
                    where=read.where,
                    expected="ids of resources, paths of objects",
                )
            found = tuple(held[identifier.casefold()] for identifier in read.texts("ids"))
            if read.text("operation") == "get" and len(found) != 1:
                raise SnapshotError(f"is a get that found {len(found)}", where=read.where, expected="one id")
            return Found(documents=found, api_version=read.text("api_version"))
        case "absent":
            return Absent(code=read.text("code"))
        case "denied":
            return Denied(permission=read.text("permission"), detail=read.text("detail"))
        case "failed":
            return Failed(because=read.text("because"))
        case other:
            raise SnapshotError(
                f"has the outcome {other!r}", where=read.where, expected="found, absent, denied or failed"
            )


def _identity(request: Request, document: Document) -> str:
    return str(document.get("id", "")) if request.plane == "azure" else kubernetes_path(document)


def _object_order(document: Document) -> tuple[str, str, str]:
    metadata = document.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    return (str(document.get("kind")), str(named.get("namespace", "")), str(named.get("name", "")))
