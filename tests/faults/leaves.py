"""Every leaf of what a run reads, what may become of each, and a reader that serves one document changed.

A leaf is a value that holds no other: a text, a number, a flag, nothing, or a list or an object that is empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from verifier.live.azure import answers as azure
from verifier.live.documents import (
    JSON,
    NOT_READ,
    Absent,
    Document,
    Documents,
    Failed,
    Found,
    Outcome,
    Request,
    kubernetes_path,
)
from verifier.live.kubernetes import answers as kubernetes
from verifier.live.reader import Reader

Path: TypeAlias = tuple[str | int, ...]
Sort: TypeAlias = Literal["another", "left out", "of another sort"]

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")
_NUMBER = re.compile(r"(\d+)(.*)")
_GONE = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One document as it would be served after one change; None: it is not there any more."""

    pattern: str
    sort: Sort
    document: Document | None


@dataclass(frozen=True, slots=True)
class Changed:
    """Reads what was read, but for one document. What was not asked before is: another principal has another list."""

    documents: Documents
    really: Reader
    live: Mapping[str, Any]
    which: str
    instead: Document | None
    asked: dict[Request, Outcome] = field(default_factory=dict)

    def read(self, request: Request, /) -> Outcome:
        outcome = self.documents.outcome(request)
        if outcome is NOT_READ:
            if request not in self.asked:
                self.asked[request] = self.really.read(request)
            outcome = self.asked[request]
        held = outcome.documents if isinstance(outcome, Found) else ()
        if not isinstance(outcome, Found) or self.which not in map(identity, held):
            return outcome
        served = [self.instead if identity(each) == self.which else each for each in held]
        return _served(request, outcome, [each for each in served if each is not None and _asked_for(request, each)])


def identity(document: Document) -> str:
    """What tells a document from all others."""
    return kubernetes_path(document) if "metadata" in document else str(document["id"]).casefold()


def kind_of(document: Document) -> str:
    """An ARM type, or a kind of Kubernetes objects."""
    return str(document["kind"] if "metadata" in document else document["type"])


def read_in(documents: Documents) -> dict[str, Document]:
    """Every document that was read, once."""
    found = [each for _, outcome in documents if isinstance(outcome, Found) for each in outcome.documents]
    return {identity(each): each for each in found if each.get("kind") != "OpenIDConfiguration"}


def changes(document: Document) -> Iterator[Change]:
    """The whole document gone, each list emptied, and of each leaf another value, none, and one of another sort."""
    yield Change("", "left out", None)
    for path, value in _within(dict(document)):
        pattern = pattern_of(path)
        if isinstance(value, (dict, list)) and value:
            if isinstance(value, list):
                yield Change(pattern, "another", _with(document, path, []))
            continue
        yield Change(pattern, "another", _with(document, path, another(value)))
        if value is not None:  # which says no more than leaving it out does
            yield Change(pattern, "left out", _with(document, path, _GONE))
        yield Change(pattern, "of another sort", _with(document, path, "x" if isinstance(value, list) else [value]))


def pattern_of(path: Path) -> str:
    """`properties.agentPoolProfiles.*.mode`: a place in a list is any, as a key is that is an id."""
    return ".".join("*" if isinstance(part, int) or part.startswith("/subscriptions/") else part for part in path)


def another(value: JSON) -> JSON:
    """A value of the same sort that a service might as well have given."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value * 2 + 1
    if isinstance(value, str):
        return _another_text(value)
    return ["x"] if isinstance(value, list) else {"x": "y"} if isinstance(value, dict) else "x"


def _another_text(text: str) -> str:
    if text in WORDS:
        return WORDS[text]
    if GUID.fullmatch(text):
        return ("1" if text[0] != "1" else "2") + text[1:]
    if _MOMENT.match(text):
        return "2026-11-21T19:59" + text[16:]
    number = _NUMBER.fullmatch(text)
    return f"{int(number[1]) * 3 + 1}{number[2]}" if number else f"{text}x"


def _within(value: JSON, path: Path = ()) -> Iterator[tuple[Path, JSON]]:
    if path:
        yield path, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        # What kind of objects it lists says the list.
        if path or key not in ("apiVersion", "kind") or "metadata" not in value:
            yield from _within(each, (*path, key))


def _with(document: Document, path: Path, value: Any) -> Document:
    changed: Any = json.loads(json.dumps(document))
    within = changed
    for part in path[:-1]:
        within = within[part]
    if value is _GONE:
        del within[path[-1]]
    else:
        within[path[-1]] = value
    return changed


def _asked_for(request: Request, document: Document) -> bool:
    properties = document.get("properties")
    held_by = properties.get("principalId") if isinstance(properties, dict) else None
    return not request.assigned_to or held_by == request.assigned_to


def _served(request: Request, before: Found, documents: list[Document]) -> Outcome:
    """What the clients make of it."""
    if request.operation == "get" and not documents:
        return Absent(code="ResourceNotFound")
    if request.plane == "azure":
        body: Any = documents[0] if request.operation == "get" else {"value": documents}
        answer = azure.Answer(status=200, body=json.dumps(body).encode(), api_version=before.api_version)
        return azure.outcome(request, [answer])
    kind = f"{before.documents[0]['kind']}List"
    try:
        page = {"kind": kind, "apiVersion": before.api_version, "items": [dict(each) for each in documents]}
        return replace(before, documents=tuple(kubernetes.page_of(request, page)[0]))
    except kubernetes.Unusable as error:
        return Failed(because=str(error))


WORDS = {
    "Succeeded": "Failed",
    "Running": "Stopped",
    "Enabled": "Disabled",
    "Disabled": "Enabled",
    "SystemAssigned": "UserAssigned",
    "UserAssigned": "SystemAssigned",
    "ServicePrincipal": "User",
    "Group": "ServicePrincipal",
    "Allow": "Deny",
    "AzureServices": "None",
    "None": "AccountKey",
    "Identity": "AccessKey",
    "Kubernetes": "VirtualMachine",
    "AzureBlob": "AzureFile",
    "AzureFile": "AzureBlob",
    "TLS1_2": "TLS1_0",
    "Linux": "Windows",
    "System": "User",
    "User": "System",
    "True": "False",
    "False": "True",
    "true": "false",
    "false": "true",
    "stable": "preview",
    "azure": "kubenet",
    "overlay": "none",
    "standard": "basic",
    "Standard": "Premium",
    "Basic": "Free",
    "Base": "Automatic",
    "Free": "Standard",
    "Standard_LRS": "Standard_GRS",
    "Hot": "Cool",
    "StorageV2": "BlockBlobStorage",
    "https": "http",
    "core.windows.net": "core.chinacloudapi.cn",
    "westus3": "eastus2",
    "web": "other",
    "Ready": "DiskPressure",
    "Active": "Terminating",
    "WorkspaceSystemAssignedIdentity": "None",
    "LegacyRegistryPermissions": "AbacRepositoryPermissions",
    "available": "unavailable",
    "loadBalancer": "userDefinedRouting",
    "VirtualMachineScaleSets": "AvailabilitySet",
    "Managed": "Ephemeral",
    "msi": "11111111-1111-4111-8111-111111111111",
    "Default": "Hub",
    "SMB": "NFS",
    "cluster": "namespace",
}
"""Another word that the service knows in the same place."""
