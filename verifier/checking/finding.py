"""A finding: one check's verdict on one subject, with everything a person needs to act on it."""

from __future__ import annotations

from enum import Enum

from verifier.edits.edit import Edit
from verifier.hcl.frozen import frozen


class Verdict(Enum):
    """What a check says of a subject."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNVERIFIED = "unverified"
    PENDING = "pending"
    WAIVED = "waived"
    NOT_APPLICABLE = "not applicable"
    INERT = "inert"


class Severity(Enum):
    """How bad a disagreement is. Critical: with it, no job can reach its data."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical, counting up."""
        return list(Severity).index(self)


@frozen(kw_only=True)
class Hop:
    """One step of an origin, for people: `filled in by optional(): optional(bool, false)`, and its file:line."""

    text: str
    place: str = ""


@frozen(kw_only=True)
class Intent:
    """What was intended: the value as text, its origin (latest hop first), and whether a person decided it.

    `chosen` is None when nothing was intended or the question does not arise.
    """

    text: str
    origin: tuple[Hop, ...] = ()
    chosen: bool | None = None


@frozen(kw_only=True)
class Reality:
    """What is real: the value as text, and the resource id or object it was read from."""

    text: str
    source: str = ""


@frozen(kw_only=True)
class Fix:
    """One action. `place` is the file:line to edit; `command` is only for what Terraform cannot do.

    `hcl` is text to put into the source as it stands, line by line. `edits` are the very changes of the source that
    do it, where they are certain: all of them together, in this order; where there are none and the source is what has
    to change, `decide` says what a person has to decide first. `beforehand` is what has to be applied before the rest
    is, in a line for people. `replace` is the address of what cannot be updated in place, and so is to be applied with
    -replace. `reverted_by_apply` says whether the next apply undoes the command; None without a command.
    """

    action: str
    place: str = ""
    command: str = ""
    reverted_by_apply: bool | None = None
    weakens_security: bool = False
    hcl: str = ""
    edits: tuple[Edit, ...] = ()
    decide: str = ""
    beforehand: str = ""
    replace: str = ""


@frozen(kw_only=True)
class Acceptance:
    """Who accepts a disagreement, why, and through which day (2026-12-31); what a baseline knows has no end.

    `place` is where it says so. One that has `ended` accepts nothing any more.
    """

    reason: str
    place: str
    until: str = ""
    who: str = ""
    ended: bool = False


@frozen(kw_only=True)
class Finding:
    """One check's verdict on one subject.

    `sentence` is the check's own, true when it agrees. `what` says in one line what was found instead. `concerns`
    are the addresses, flags and ids the finding is about: two findings can only be cause and effect if they share
    one. `after` names the checks whose disagreement would explain this one. `missing` are permissions or reads that
    were wanted. `link` is the place in the chain that a job's data access hangs on, 1 first. `asks` is
    what sort of question the check asks: coherence (of the source alone), agreement or invariant. `waiver` is who
    accepts it, or did until it ended.
    """

    check: str
    subject: str
    verdict: Verdict
    severity: Severity
    sentence: str
    what: str = ""
    intent: Intent | None = None
    reality: Reality | None = None
    why: str = ""
    fix: Fix | None = None
    see: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    concerns: frozenset[str] = frozenset()
    link: int = 99
    asks: str = ""
    waiver: Acceptance | None = None

    @property
    def id(self) -> str:
        """Stable between runs: `CMP02[compute armpilot-k8s]`."""
        return f"{self.check}[{self.subject}]"
