"""A world: what the simulator serves, read from a snapshot file or one written by hand.

Beyond the snapshot's own keys (`taken`, `subscription`, `resources`, `objects`, `reads`) a world may say

- `groups`: {group's object id: [object ids of its members, users, principals or groups]},
- `management_groups`: the management groups above the subscription, nearest first (ids or names),
- `denied`: [{"path", "permission"?, "principal"?}]: refused at and below that path, every action if none is named,
- `faults`: see faults.py,
- `blobs`: {"account/container/name": the JSON that is in it},
- `kubeconfigs`: {cluster's id: the kubeconfig that its users get, or the text that they get in its place},
- `caller`: {"object_id"?, "client_id"?, "tenant_id"?}: whom the token endpoint gives tokens for.

A snapshot's `reads` that ended as denied, failed or absent end so again. A found list of role assignments that holds
another principal's tells that the asked one is in that group; a management group's tells that it is above.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from verifier import ordinary
from verifier.errors import SnapshotError
from verifier.simulator import arm_path
from verifier.simulator.faults import Fault, read_fault
from verifier.simulator.wire import JSON, Document, Principal

SCHEMA = "verify-infra/snapshot/1"
MANAGEMENT_GROUPS = "/providers/Microsoft.Management/managementGroups/"
ROLE_ASSIGNMENTS = "microsoft.authorization/roleassignments"
UNNAMED_CALLER = Principal(
    object_id="00000000-0000-0000-0000-0000000000ca",
    client_id="00000000-0000-0000-0000-0000000000c1",
    tenant_id="00000000-0000-0000-0000-0000000000d1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """What is refused at and below `path`: one action (a `*` in it matches anything), or every one when it is empty."""

    path: str
    permission: str = ""
    principal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """One read of a snapshot that did not find: its outcome (denied, failed, absent), and the permission or code."""

    operation: str
    path: str
    assigned_to: str
    outcome: str
    permission: str = ""
    code: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that is served. `source` names where it came from, for error texts."""

    source: str
    subscription: str
    taken: str
    resources: tuple[Document, ...]
    objects: tuple[Document, ...]
    groups: Mapping[str, frozenset[str]]
    management_groups: tuple[str, ...]
    denials: tuple[Denial, ...]
    endings: tuple[Ending, ...]
    faults: tuple[Fault, ...]
    caller: Principal
    blobs: Mapping[str, JSON]
    kubeconfigs: Mapping[str, JSON]


def load(given: Mapping[str, object] | Path) -> World:
    """Read a world from a file or a mapping of the same shape. Raises SnapshotError for anything else."""
    if not isinstance(given, Path):
        return _world(given, source="the given world")
    try:
        content: object = json.loads(ordinary.contents(given).decode("utf-8"))
    except OSError as error:
        raise SnapshotError(
            f"cannot be read: {error.strerror}",
            where=str(given),
            expected="a JSON file",
            next_step=ordinary.advice(error),
        ) from error
    except UnicodeDecodeError as error:
        raise SnapshotError("is not text in UTF-8", where=str(given), expected="a JSON file") from error
    except json.JSONDecodeError as error:
        where = f"{given}:{error.lineno}:{error.colno}"
        raise SnapshotError(f"is not JSON: {error.msg}", where=where, expected="a JSON object") from error
    except RecursionError as error:
        raise SnapshotError("is nested too deeply", where=str(given), expected="a JSON object") from error
    if not isinstance(content, Mapping):
        raise SnapshotError(f"holds {_kind(content)}", where=str(given), expected="a JSON object")
    return _world(content, source=str(given))


def _world(content: Mapping[str, object], *, source: str) -> World:
    if content.get("schema") != SCHEMA:
        said = f"has the schema {content['schema']!r}" if "schema" in content else "does not say its schema"
        raise SnapshotError(said, where=f"{source}: schema", expected=f'"schema": "{SCHEMA}"')
    resources = tuple(_resources(content, source))
    objects = tuple(_objects(content, source))
    reads = tuple(_entries(content, "reads", source))
    return World(
        source=source,
        subscription=_text(content, "subscription", source),
        taken=_text(content, "taken", source),
        resources=resources,
        objects=objects,
        groups=_groups(content, resources, reads, source),
        management_groups=_management_groups(content, resources, reads, source),
        denials=tuple(_denials(content, source)),
        endings=tuple(_endings(reads)),
        faults=tuple(read_fault(entry, where=where) for where, entry in _entries(content, "faults", source)),
        caller=_caller(content, source),
        blobs=_blobs(content, source),
        kubeconfigs=_kubeconfigs(content, source),
    )


def _entries(content: Mapping[str, object], key: str, source: str) -> Iterator[tuple[str, Document]]:
    listed = content.get(key, [])
    if not isinstance(listed, list):
        raise SnapshotError(f"{key} holds {_kind(listed)}", where=f"{source}: {key}", expected="a list of objects")
    for index, entry in enumerate(listed):
        where = f"{source}: {key}[{index}]"
        if not isinstance(entry, Mapping):
            raise SnapshotError(f"holds {_kind(entry)}", where=where, expected="an object")
        yield where, entry


def _resources(content: Mapping[str, object], source: str) -> Iterator[Document]:
    seen: dict[str, str] = {}
    for where, entry in _entries(content, "resources", source):
        identifier = entry.get("id")
        path = arm_path.parse(identifier) if isinstance(identifier, str) and identifier.startswith("/") else None
        if path is None or path.is_collection:
            raise SnapshotError(
                f"has the id {identifier!r}", where=where, expected="an ARM resource id, /subscriptions/…/providers/…"
            )
        if (first := seen.setdefault(arm_path.same(path.text), where)) != where:
            raise SnapshotError(f"has the id of {first.rpartition(' ')[2]}", where=where, expected="each id once")
        yield entry


def _objects(content: Mapping[str, object], source: str) -> Iterator[Document]:
    for where, entry in _entries(content, "objects", source):
        metadata = entry.get("metadata")
        named = isinstance(metadata, Mapping) and isinstance(metadata.get("name"), str)
        if not isinstance(entry.get("kind"), str) or not isinstance(entry.get("apiVersion"), str) or not named:
            raise SnapshotError(
                "is not a Kubernetes object", where=where, expected="apiVersion, kind and metadata with a name"
            )
        yield entry


def _denials(content: Mapping[str, object], source: str) -> Iterator[Denial]:
    for where, entry in _entries(content, "denied", source):
        path = _text(entry, "path", where)
        if not path.startswith("/"):
            raise SnapshotError(f"has the path {path!r}", where=where, expected="a scope, an id or an API path")
        yield Denial(
            path=path, permission=_text(entry, "permission", where), principal=_text(entry, "principal", where)
        )


def _endings(reads: tuple[tuple[str, Document], ...]) -> Iterator[Ending]:
    for where, entry in reads:
        outcome = _text(entry, "outcome", where)
        if outcome not in ("found", "denied", "failed", "absent"):
            raise SnapshotError(f"has the outcome {outcome!r}", where=where, expected="found, absent, denied or failed")
        if outcome != "found":
            yield Ending(
                operation=_text(entry, "operation", where),
                path=arm_path.same(_text(entry, "path", where)),
                assigned_to=_text(entry, "assigned_to", where).casefold(),
                outcome=outcome,
                permission=_text(entry, "permission", where),
                code=_text(entry, "code", where),
                because=_text(entry, "because", where),
            )


def _groups(
    content: Mapping[str, object],
    resources: tuple[Document, ...],
    reads: tuple[tuple[str, Document], ...],
    source: str,
) -> dict[str, frozenset[str]]:
    given = content.get("groups", {})
    if not isinstance(given, Mapping):
        raise SnapshotError(f"groups holds {_kind(given)}", where=f"{source}: groups", expected="{group: [members]}")
    members: dict[str, set[str]] = {}
    for group, listed in given.items():
        members[str(group).casefold()] = {text.casefold() for text in _texts(listed, f"{source}: groups.{group}")}
    for asked, assignment in _read_assignments(resources, reads):
        principal = property_text(assignment, "principalId").casefold()
        if asked and principal and principal != asked:
            members.setdefault(principal, set()).add(asked)
    return {group: frozenset(listed) for group, listed in members.items()}


def _management_groups(
    content: Mapping[str, object],
    resources: tuple[Document, ...],
    reads: tuple[tuple[str, Document], ...],
    source: str,
) -> tuple[str, ...]:
    above: dict[str, str] = {}
    for text in _texts(content.get("management_groups", []), f"{source}: management_groups"):
        path = text if text.startswith("/") else MANAGEMENT_GROUPS + text
        above.setdefault(arm_path.same(path), path)
    for _, assignment in _read_assignments(resources, reads):
        scope = property_text(assignment, "scope")
        if arm_path.is_at_or_below(scope, MANAGEMENT_GROUPS):
            above.setdefault(arm_path.same(scope), scope)
    return tuple(above.values())


def _read_assignments(
    resources: tuple[Document, ...], reads: tuple[tuple[str, Document], ...]
) -> Iterator[tuple[str, Document]]:
    held = {arm_path.same(str(resource["id"])): resource for resource in resources}
    for where, entry in reads:
        if entry.get("outcome") != "found" or not _text(entry, "path", where).casefold().endswith(ROLE_ASSIGNMENTS):
            continue
        for identifier in _texts(entry.get("ids", []), f"{where}: ids"):
            if (assignment := held.get(arm_path.same(identifier))) is not None:
                yield _text(entry, "assigned_to", where).casefold(), assignment


def _blobs(content: Mapping[str, object], source: str) -> Mapping[str, JSON]:
    given = content.get("blobs", {})
    if not isinstance(given, Mapping) or any(str(name).count("/") < 2 for name in given):
        raise SnapshotError("names no blobs", where=f"{source}: blobs", expected="{account/container/name: content}")
    return given


def _kubeconfigs(content: Mapping[str, object], source: str) -> Mapping[str, JSON]:
    given = content.get("kubeconfigs", {})
    if not isinstance(given, Mapping) or not all(isinstance(each, str | Mapping) for each in given.values()):
        where = f"{source}: kubeconfigs"
        raise SnapshotError("holds no kubeconfigs", where=where, expected="{cluster's id: a kubeconfig, or a text}")
    return {arm_path.same(str(cluster)): kubeconfig for cluster, kubeconfig in given.items()}


def _caller(content: Mapping[str, object], source: str) -> Principal:
    given = content.get("caller", {})
    where = f"{source}: caller"
    if not isinstance(given, Mapping):
        raise SnapshotError(f"holds {_kind(given)}", where=where, expected="an object")
    return Principal(
        object_id=_text(given, "object_id", where) or UNNAMED_CALLER.object_id,
        client_id=_text(given, "client_id", where) or UNNAMED_CALLER.client_id,
        tenant_id=_text(given, "tenant_id", where) or UNNAMED_CALLER.tenant_id,
    )


def property_text(document: Document, name: str) -> str:
    """A text property of an ARM document, empty when it has none."""
    properties = document.get("properties")
    value = properties.get(name) if isinstance(properties, Mapping) else None
    return value if isinstance(value, str) else ""


def _text(content: Mapping[str, object], key: str, where: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise SnapshotError(f"{key} holds {_kind(value)}", where=where, expected="a string")
    return value


def _texts(listed: object, where: str) -> list[str]:
    if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
        raise SnapshotError(f"holds {_kind(listed)}", where=where, expected="a list of strings")
    return listed


def _kind(value: object) -> str:
    names: dict[type, str] = {list: "a list", dict: "an object", str: "a string", bool: "a truth value"}
    return "nothing" if value is None else names.get(type(value), "a number")
