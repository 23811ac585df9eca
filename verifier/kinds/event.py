"""The event: what Kubernetes last said of an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verifier.kinds.pod import NOT_STARTED, Pod
from verifier.kinds.served import Document, at
from verifier.kinds.stated import as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Live: core/v1 Event. `last` is a moment as ISO 8601 has it, empty where none is said."""

    warning: bool
    reason: str
    message: str
    about_kind: str
    about_name: str
    last: str


def event(document: Document) -> Event:
    """An event as the API server has it."""
    return Event(
        warning=as_text(at(document.body, ("type",))) == "Warning",
        reason=as_text(at(document.body, ("reason",))),
        message=as_text(at(document.body, ("message",))),
        about_kind=as_text(at(document.body, ("involvedObject", "kind"))),
        about_name=as_text(at(document.body, ("involvedObject", "name"))),
        last=as_text(at(document.body, ("lastTimestamp",))) or as_text(at(document.body, ("eventTime",))),
    )


SCALING_UP = "TriggeredScaleUp"
UNSCHEDULABLE = "FailedScheduling"
REMEDIES: Mapping[str, str] = {
    UNSCHEDULABLE: "let a node suit it: an instance type that fits, a pool with its labels and GPUs, room to scale",
    "FailedMount": "see that the volume is there, and that the nodes may reach and mount it",
    "FailedAttachVolume": "see that the volume is there, and that the nodes may reach and mount it",
    "ErrImagePull": "see that the image is there, and that the compute's identity may pull it (AcrPull)",
    "ImagePullBackOff": "see that the image is there, and that the compute's identity may pull it (AcrPull)",
    "InvalidImageName": "correct the name of the image in the job's environment",
    "CreateContainerConfigError": "see that what the container is made from is there: config maps and secrets",
}
"""What keeps a pod from starting, in Kubernetes' own words, and what there is to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A pod that does not start, and why."""

    pod: str
    reason: str
    message: str

    @property
    def remedy(self) -> str:
        """What there is to do about it."""
        return REMEDIES[self.reason]


def stuck_pods(pods: Iterable[Pod], events: Iterable[Event]) -> tuple[Stuck, ...]:
    """The pods that are still to start and were refused something since; not those that a new node is coming for."""
    said: dict[str, list[Event]] = {}
    for told in events:
        if told.about_kind == "Pod":
            said.setdefault(told.about_name, []).append(told)
    found = (_stuck(pod, said.get(pod.name.value, [])) for pod in pods if pod.phase.value == NOT_STARTED)
    return tuple(sorted((s for s in found if s is not None), key=lambda s: s.pod))


def _stuck(pod: Pod, events: list[Event]) -> Stuck | None:
    name = pod.name.value
    waiting = next((reason for reason in pod.waiting.value if reason in REMEDIES), "")
    coming = any(told.reason == SCALING_UP for told in events)
    for told in reversed(events):
        refused = told.warning and told.reason in REMEDIES
        if refused and not waiting and not (coming and told.reason == UNSCHEDULABLE):
            return Stuck(pod=name, reason=told.reason, message=told.message)
    if not waiting:
        return None
    message = next((e.message for e in reversed(events) if e.warning), "its container waits")
    return Stuck(pod=name, reason=waiting, message=message)
