"""A subject: one thing that a check judges, with what was intended and what is real side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from verifier.kinds.compare import arm_key
from verifier.kinds.fact import NotKnown
from verifier.kinds.kind import Kind
from verifier.live.documents import NOT_READ, Absent, Denied, Document, Failed, Found, Outcome
from verifier.terraform.plan import Planned, Presence, Undetermined

K_co = TypeVar("K_co", covariant=True)
K = TypeVar("K")


class NotThere(Exception):
    """The live side was asked for, and the service says that it does not exist."""

    def __init__(self, label: str, code: str) -> None:
        super().__init__(f"{label} does not exist ({code})")
        self.label = label
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Generic[K_co]):
    """One thing of a kind.

    `presence` is what Terraform says of its existence, None where Terraform says nothing of it. `stated` is the kind
    as Terraform has it, `served` as the service has it; `outcome` is how the reading ended. `place` is the file:line
    of the resource block, empty for what Terraform does not have.
    """

    kind: Kind[K_co]
    name: str
    address: str = ""
    arm_id: str = ""
    place: str = ""
    presence: Presence | None = None
    stated: K_co | None = None
    outcome: Outcome = NOT_READ
    served: K_co | None = None

    @property
    def label(self) -> str:
        """`storage account stpilotdev001`: the same in every run."""
        return f"{self.kind.noun} {self.name}"

    @property
    def planned(self) -> bool:
        """Whether Terraform plans it, or might: an undetermined one is judged, and ends unverified."""
        return isinstance(self.presence, Planned | Undetermined)

    @property
    def maybe_live(self) -> bool:
        """Whether it exists, or could not be looked for."""
        return not isinstance(self.outcome, Absent)

    @property
    def exists(self) -> bool:
        """Whether it exists. Raises NotKnown when it could not be looked for."""
        try:
            _served(self)
        except NotThere:
            return False
        return True

    @property
    def intent(self) -> K_co:
        """What Terraform says. Raises NotKnown where it says nothing certain."""
        if isinstance(self.presence, Undetermined):
            raise NotKnown(f"whether Terraform plans {self.label} is not known: {self.presence.because.because}")
        if self.stated is None:
            raise NotKnown(f"Terraform says nothing of {self.label}")
        return self.stated

    @property
    def live(self) -> K_co:
        """What exists. Raises NotKnown when it could not be looked at, NotThere when it does not exist."""
        return _served(self)

    @property
    def document(self) -> Document:
        """The live document as the service sent it; empty when there is none."""
        found = self.outcome
        return found.documents[0] if isinstance(found, Found) and found.documents else {}

    @property
    def concerns(self) -> frozenset[str]:
        """The keys under which findings about this subject belong together."""
        return frozenset(key for key in (self.address, arm_key(self.arm_id), self.label) if key)


def _served(subject: Subject[K]) -> K:
    match subject.outcome:
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{subject.label} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{subject.label} could not be read: {because}")
        case Absent(code=code):
            raise NotThere(subject.label, code)
    if subject.served is None:
        raise NotKnown(f"{subject.label} was read, but nothing in the answer is it")
    return subject.served
