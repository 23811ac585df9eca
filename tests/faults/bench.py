"""A stack and its world, one read of which something happens to, and what the checks then say."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.trouble import Trouble, Word
from verifier.checking.finding import Finding, Verdict
from verifier.checking.result import RunResult
from verifier.checking.session import judge
from verifier.config import Options, Settings, settings
from verifier.live import wire
from verifier.live.arm_id import type_of
from verifier.live.connect import connect
from verifier.live.contradiction import parent_of
from verifier.live.documents import JSON, Absent, Denied, Document, Documents, Failed, Found, Outcome, Request
from verifier.live.endpoints import Endpoints
from verifier.live.reader import Reader
from verifier.live.targets import Targets
from verifier.live.waves import read_environment
from verifier.simulator import Simulator
from verifier.world import World
from verifier.world.observe import observe
from verifier.world.pairing import Intended
from verifier.world.targets import targets_of

REPOSITORY = Path(__file__).parents[2]
STACK = REPOSITORY / "terraform"
_IN_A_GROUP = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/[^/]+/[^/]+", re.IGNORECASE)
_ROLES = "microsoft.authorization/roledefinitions"
HEALTHY = STACK / "examples" / "healthy.world.json"


@dataclass(frozen=True, slots=True)
class Replay:
    """Reads from documents, but for some reads: those end as they are told to."""

    documents: Documents
    instead: Mapping[Request, Outcome] = field(default_factory=dict)

    def read(self, request: Request, /) -> Outcome:
        told = {asked.key: outcome for asked, outcome in self.instead.items()}
        return told.get(request.key) or _outcome(self.documents, request)


@dataclass(frozen=True, slots=True)
class Struck:
    """Reads from documents, but for some reads, which are made."""

    documents: Documents
    struck: frozenset[tuple[str, str, str, str]]
    really: Reader

    def read(self, request: Request, /) -> Outcome:
        return self.really.read(request) if request.key in self.struck else _outcome(self.documents, request)


def _outcome(documents: Documents, request: Request) -> Outcome:
    """How a read ended, or what a list told of the same thing."""
    return (
        documents.get(request.path, plane=request.plane) if request.operation == "get" else documents.outcome(request)
    )


@dataclass(frozen=True, slots=True)
class Judgment:
    """What the checks said, by finding."""

    result: RunResult

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return {finding.id: finding.verdict for finding in self.result.findings}

    def of(self, check: str) -> list[Finding]:
        return [finding for finding in self.result.findings if finding.check == check]


class Bench:
    """Serves a world. Everything is read once; then one read is struck and the others are as they were."""

    def __init__(self, stack: Path, world: Mapping[str, object]) -> None:
        self.simulator = Simulator(world)
        self._stack = stack
        self._running = ExitStack()
        self._judged: dict[tuple[object, ...], Judgment] = {}
        self._rests: dict[Request, frozenset[str]] = {}

    def __enter__(self) -> Self:
        self._running.enter_context(self.simulator)
        self._running.enter_context(_set(os.environ, self.simulator.identity_environment()))
        pauses = wire.PAUSES_SECONDS
        wire.PAUSES_SECONDS = (0.01, 0.01)
        self._running.callback(lambda: setattr(wire, "PAUSES_SECONDS", pauses))
        endpoints = Endpoints(
            arm=self.simulator.arm_endpoint,
            kubernetes=self.simulator.kubernetes_endpoint,
            blob=self.simulator.blob_endpoint,
        )
        self.reader = connect(endpoints)
        self.settings: Settings = settings(Options(root=self._stack, arm_endpoint=endpoints.arm), {})
        world = observe(self.settings, reader=self.reader)
        self.documents: Documents = world.documents
        self.healthy = Judgment(judge(self.settings, world))
        self._targets: Targets = _targets(world)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    @property
    def reads(self) -> dict[str, Request]:
        """Every read of a run of this world by its label."""
        return {label(request): request for request, _ in self.documents}

    def strike(self, troubles: Mapping[Request, Trouble]) -> tuple[Documents, float]:
        """Read everything while these reads are struck; what was read, and how many seconds it took."""
        self.simulator.faults.clear()
        for request, trouble in troubles.items():
            self.simulator.add_fault(trouble.striking(request))
        reader = Struck(self.documents, frozenset(request.key for request in troubles), self.reader)
        began = time.monotonic()
        deadline = min(trouble.deadline_seconds for trouble in troubles.values())
        if any(map(is_of_a_group, troubles)):
            # Without the list nothing has the name by which the rest is read.
            documents = observe(replace(self.settings, deadline_seconds=deadline), reader=reader).documents
        else:
            documents = read_environment(self._targets, reader, deadline_seconds=deadline)
        return documents, time.monotonic() - began

    def telling(self, request: Request) -> tuple[Request, ...]:
        """A read, and what else would tell the same: of what is listed and could be read by its id, each one's own."""
        outcome = self.documents.outcome(request)
        lists_roles = request.operation == "list" and type_of(request.path) == _ROLES
        if not (is_of_a_group(request) or lists_roles) or not isinstance(outcome, Found):
            return (request,)
        return (request, *(Request(plane="azure", operation="get", path=str(d["id"])) for d in outcome.documents))

    def ends(self, request: Request, trouble: Trouble) -> Word | None:
        """How a read so struck is to end, all others being as they were."""
        ends = trouble.ends(request)
        believed = request.operation == "get" or not isinstance(self.documents.get(parent_of(request.path)), Found)
        return ends if ends != "absent" or believed else "failed"

    def judge(self, documents: Documents) -> Judgment:
        """What the checks say of documents. Only how a read ended counts, not in which words it was refused."""
        ended = tuple((request.key, _sort(outcome)) for request, outcome in documents)
        if ended not in self._judged:
            world = observe(self.settings, reader=Replay(documents))
            self._judged[ended] = Judgment(judge(self.settings, world))
        return self._judged[ended]

    def rests_on(self, request: Request) -> frozenset[str]:
        """The findings that agree in this world because of what this read found there.

        Shown by finding something else: nothing, the same things without a property, with every property changed, or
        one that is not there; and by being denied it. What then no longer agrees, or is no longer judged, rests on the
        read.
        """
        if request not in self._rests:
            resting: set[str] = set()
            for other in _otherwise(request, self.documents.outcome(request)):
                world = observe(self.settings, reader=Replay(self.documents, {request: other}))
                verdicts = Judgment(judge(self.settings, world)).verdicts
                resting |= {
                    finding
                    for finding, verdict in self.healthy.verdicts.items()
                    if verdict is Verdict.AGREES and verdicts.get(finding) is not Verdict.AGREES
                }
            self._rests[request] = frozenset(resting)
        return self._rests[request]


def label(request: Request) -> str:
    """A read without what is the same for all: `list Microsoft.Storage/storageAccounts/st/providers/…`."""
    group, _, inside = request.path.partition("/providers/")
    return str(request).replace(request.path, inside) if "/resourcegroups/" in group.casefold() else str(request)


def word(outcome: Outcome) -> Word:
    match outcome:
        case Found():
            return "found"
        case Absent():
            return "absent"
        case Denied():
            return "denied"
        case Failed():
            return "failed"


def _sort(outcome: Outcome) -> object:
    return json.dumps(outcome.documents) if isinstance(outcome, Found) else word(outcome)


def is_of_a_group(request: Request) -> bool:
    """Whether a read lists a resource group: there is looked for what has no name before apply."""
    return request.operation == "list" and _IN_A_GROUP.fullmatch(request.path) is not None


def _targets(world: World) -> Targets:
    return targets_of(Intended(plan=world.plan, subscription=world.subscription))


def _otherwise(request: Request, outcome: Outcome) -> Iterator[Outcome]:
    assert isinstance(outcome, Found), outcome
    yield Found(documents=()) if request.operation == "list" else Absent(code="ResourceNotFound")
    for change in (_hollow, _changed):
        yield replace(outcome, documents=tuple(change(document) for document in outcome.documents))
    if sample := _SAMPLES.get(type_of(request.path)):
        yield replace(outcome, documents=(*outcome.documents, sample(request.path)))
    yield Denied(permission="to read it")


_NAMED = ("id", "name", "type", "kind", "apiVersion")


def _hollow(document: Document) -> Document:
    named: dict[str, JSON] = {name: value for name, value in document.items() if name in _NAMED}
    metadata = document.get("metadata")
    if isinstance(metadata, dict):
        named["metadata"] = {name: metadata[name] for name in ("name", "namespace") if name in metadata}
    return named


def _changed(document: Document) -> Document:
    return {name: value if name in _NAMED else _other(name, value) for name, value in document.items()}


def _other(name: str, value: JSON) -> JSON:
    if isinstance(value, dict):
        return {inner: _other(inner, each) for inner, each in value.items()}
    if isinstance(value, list):
        return [_other(name, each) for each in value]
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}-otherwise"
    return value


def _deny_everybody(collection: str) -> Document:
    scope = collection.rpartition("/providers/")[0]
    return {
        "id": f"{collection}/00000000-0000-4000-8000-0000000000de",
        "name": "00000000-0000-4000-8000-0000000000de",
        "type": "Microsoft.Authorization/denyAssignments",
        "properties": {
            "scope": scope,
            "permissions": [{"actions": ["*"], "dataActions": ["*"]}],
            "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
        },
    }


_SAMPLES: Mapping[str, Callable[[str], Document]] = {"microsoft.authorization/denyassignments": _deny_everybody}


def _set(environment: os._Environ[str], values: Mapping[str, str]) -> ExitStack:
    """Set variables until the stack is closed."""
    before = {name: environment.get(name) for name in values}
    environment.update(values)

    def restore() -> None:
        for name, value in before.items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = value

    stack = ExitStack()
    stack.callback(restore)
    return stack
