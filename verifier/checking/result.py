"""What a run ends with: findings, causes, what was read, and the exit code. Reports and history see only this."""

from __future__ import annotations

from collections import Counter

from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Severity, Verdict
from verifier.checking.links import Chain
from verifier.hcl.frozen import frozen
from verifier.hcl.source import Diagnostic

__all__ = [
    "Binding",
    "BrokenCheck",
    "Cause",
    "ExitCode",
    "ReadSummary",
    "RunResult",
    "WaiverNote",
]


@frozen(kw_only=True)
class Cause:
    """A disagreement that nothing else explains, and the findings that it explains, in the chain's order."""

    finding: Finding
    explains: tuple[Finding, ...] = ()


@frozen(kw_only=True)
class ReadSummary:
    """One read, for people: what was asked, how it ended (found, absent, denied, failed), and the detail."""

    request: str
    outcome: str
    detail: str = ""


@frozen(kw_only=True)
class Binding:
    """A reference that was unknown in the source and got its value: the address, the value as text, where from."""

    address: str
    value: str
    source: str


@frozen(kw_only=True)
class BrokenCheck:
    """A check that raised something other than a verdict: its file:line and what it raised."""

    check: str
    place: str
    message: str


@frozen(kw_only=True)
class WaiverNote:
    """A waiver that somebody should look at: where it stands, of which check it is, and what is to be said of it."""

    place: str
    check: str
    said: str


@frozen(kw_only=True)
class RunResult:
    """Everything a run found. `root` is as the user named it; `live` says in words what was read (Azure, a snapshot …).

    `state` says in words which Terraform state was judged by, or that none was given; empty where none is asked for.
    `not_applicable` are the checks that found no subject, as (id, sentence). `waiver_notes` are the waivers that do not
    do what they are there for. `chains` are what the access to data of each compute's jobs hangs on.
    `fail_on` is the least severity that failed the run.
    """

    root: str
    live: str
    findings: tuple[Finding, ...]
    causes: tuple[Cause, ...]
    exit_code: ExitCode
    diagnostics: tuple[Diagnostic, ...] = ()
    reads: tuple[ReadSummary, ...] = ()
    bound: tuple[Binding, ...] = ()
    broken: tuple[BrokenCheck, ...] = ()
    not_applicable: tuple[tuple[str, str], ...] = ()
    state: str = ""
    waiver_notes: tuple[WaiverNote, ...] = ()
    chains: tuple[Chain, ...] = ()
    fail_on: Severity = Severity.INFO

    @property
    def meaning(self) -> str:
        """What the exit code means of this very run, in one clause."""
        if self.exit_code is not ExitCode.AGREES:
            return self.exit_code.meaning
        let_through = [
            text
            for text, is_so in (
                ("is waived", any(f.waiver is not None and f.waiver.until for f in self.with_verdict(Verdict.WAIVED))),
                ("the baseline knows", any(f.waiver and not f.waiver.until for f in self.with_verdict(Verdict.WAIVED))),
                (f"is less than {self.fail_on.value}", bool(self.with_verdict(Verdict.DISAGREES))),
            )
            if is_so
        ]
        return f"every check agrees, but for what {' or '.join(let_through)}" if let_through else self.exit_code.meaning

    def with_verdict(self, *verdicts: Verdict) -> tuple[Finding, ...]:
        """The findings with one of these verdicts, in the run's order."""
        return tuple(f for f in self.findings if f.verdict in verdicts)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many findings each verdict has, verdicts without any left out."""
        counted = Counter(f.verdict for f in self.findings)
        return {v: counted[v] for v in Verdict if counted[v]}
