"""Trying: the source as changes would leave it, judged again by what was read, before anybody writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.checking.finding import Finding, Verdict
from verifier.checking.fixing import Fixing, Mending, Tried, fixing
from verifier.checking.marker import Question
from verifier.checking.result import RunResult
from verifier.checking.session import judge
from verifier.hcl import disk
from verifier.hcl.frozen import replace
from verifier.world.observe import observe
from verifier.world.recording import Recording

if TYPE_CHECKING:
    from verifier.config import Settings
    from verifier.live.documents import Documents, Outcome, Request
    from verifier.world import World


def mending(settings: Settings) -> Mending:
    """Run, and try in memory what would mend it. Nothing is written.

    Raises VerifyInfraError when the run cannot begin.
    """
    world = observe(settings)
    result = judge(settings, world)
    found = fixing(result, settings.root)
    return Mending(result=result, fixing=found, tried=tried(settings, world, result, found) if found.files else None)


def tried(settings: Settings, world: World, result: RunResult, found: Fixing) -> Tried:
    """What came of trying the changes of a run: the source with them, judged by what the run has read and no more."""
    files = {Path(settings.root, file.path): file.after.encode() for file in found.files}
    with disk.amended(files):
        amended = observe(
            replace(settings, on_read=None),
            reader=None if settings.offline else _AsRead(world.documents),
            recording=Recording(state=world.state, said=world.state_said, failed=world.state_failed),
        )
        after = judge(settings, amended)
    now = {finding.id: finding for finding in after.findings}
    changes = [change for step in found.steps for change in (step.change, *step.along) if change.files]
    meant = {change.finding.id for change in changes if change.finding.asks == Question.COHERENCE.value}
    left = {identifier for identifier in meant if _stands(now.get(identifier))}
    known = {finding.id for finding in result.findings if finding.verdict is not Verdict.AGREES}
    before = {(d.summary, d.detail) for d in result.diagnostics}
    errors = [str(d) for d in after.diagnostics if d.severity == "error" and (d.summary, d.detail) not in before]
    return Tried(
        settled=() if errors else tuple(sorted(meant - left)),
        left=tuple(now[identifier] for identifier in sorted(left)),
        new=tuple(f for f in _disagreeing(after.findings) if f.id not in known),
        errors=tuple(errors),
    )


def _stands(finding: Finding | None) -> bool:
    """Whether a finding is anything but gone or right."""
    return finding is not None and finding.verdict not in {Verdict.AGREES, Verdict.NOT_APPLICABLE}


def _disagreeing(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Those that the source alone decides: what is live is as before, until the changes are applied."""
    coherent = (f for f in findings if f.asks == Question.COHERENCE.value)
    return (f for f in coherent if f.verdict is Verdict.DISAGREES)


class _AsRead:
    """Reads again what was read, and nothing else."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def read(self, request: Request, /) -> Outcome:
        """How it ended."""
        return self._documents.outcome(request)
