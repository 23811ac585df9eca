"""Fixing: what a run found, turned into changes of the source, causes first, and into what is left for a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from verifier.checking.finding import Finding, Verdict
from verifier.checking.result import RunResult
from verifier.edits.amending import Amending
from verifier.edits.edit import CannotEdit
from verifier.hcl.frozen import frozen


@frozen(kw_only=True)
class Change:
    """What a finding's fix does to the source: the files that it edits, or the reason why it edits none."""

    finding: Finding
    files: tuple[str, ...] = ()
    not_made: str = ""


@frozen(kw_only=True)
class FixStep:
    """One cause: its own change, what has to change together with it, and the ids of what it explains."""

    change: Change
    along: tuple[Change, ...] = ()
    explains: tuple[str, ...] = ()


@frozen(kw_only=True)
class ChangedFile:
    """A file of the source as it is and as it is to be. `path` is relative to the root module's directory."""

    path: str
    before: str
    after: str
    new: bool = False

    @property
    def shared(self) -> bool:
        """Whether it lies beside the root module: another configuration may call what is in it."""
        return self.path.startswith("../")


@frozen(kw_only=True)
class Fixing:
    """All steps in the order of the causes, the files that they change, and how to apply them.

    `beforehand` is what has to be applied before the rest; `replaces` are addresses that cannot be updated in place.
    """

    steps: tuple[FixStep, ...]
    files: tuple[ChangedFile, ...]
    beforehand: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


@frozen(kw_only=True)
class Tried:
    """What the source says with all changes made, as far as the source alone decides it.

    `settled` are the ids of findings that a change is for and that are gone; `left` those that disagree still, or of
    which it cannot be told; `new` are disagreements that there were none of before. `errors` are what Terraform would
    refuse and did not before, file:line and what is wrong: with any, nothing is settled, as what is not there any more
    may only not have been evaluated.
    """

    settled: tuple[str, ...] = ()
    left: tuple[Finding, ...] = ()
    new: tuple[Finding, ...] = ()
    errors: tuple[str, ...] = ()


@frozen(kw_only=True)
class Mending:
    """A run, the changes that its causes ask for, and what came of trying them; None where there are none to try."""

    result: RunResult
    fixing: Fixing
    tried: Tried | None


def fixing(result: RunResult, root: Path) -> Fixing:
    """The changes that a run's causes ask for, made in memory. Nothing is written."""
    amending = Amending(root)
    steps = []
    told: set[str] = set()
    for cause in result.causes:
        change = _change(cause.finding, amending)
        along = _along(change, result.findings, told, amending)
        told |= {each.finding.id for each in along}
        explains = tuple(finding.id for finding in cause.explains)
        steps.append(FixStep(change=change, along=along, explains=explains))
    return Fixing(
        steps=tuple(steps),
        files=tuple(
            ChangedFile(path=file, before=amending.before[file], after=amending.after[file], new=amending.is_new(file))
            for file in amending.changed
        ),
        beforehand=_told_of(result, "beforehand"),
        replaces=_told_of(result, "replace"),
    )


def _change(finding: Finding, amending: Amending) -> Change:
    fix = finding.fix
    if finding.verdict is Verdict.WAIVED and finding.waiver is not None:
        # What follows from it is not accepted, but whoever accepted it decides what becomes of it.
        return Change(finding=finding, not_made=f"{finding.waiver.place}: it is waived: {finding.waiver.reason}")
    if fix is None:
        return Change(finding=finding)
    if not fix.edits:
        return Change(finding=finding, not_made=f"a person decides {fix.decide}" if fix.decide else "")
    try:
        amending.make(fix.edits)
    except CannotEdit as reason:
        first = fix.edits[0]
        where = f"{first.file}:{first.line}" if first.line else first.file
        return Change(finding=finding, not_made=f"{where}: {reason}")
    return Change(finding=finding, files=tuple(dict.fromkeys(edit.file for edit in fix.edits)))


def _along(change: Change, findings: Sequence[Finding], told: set[str], amending: Amending) -> tuple[Change, ...]:
    """What has no effect by now, and gets in the way once this change is applied: it changes along with it."""
    if not change.files:
        return ()
    return tuple(
        _change(finding, amending)
        for finding in findings
        if finding.verdict is Verdict.INERT
        and finding.id not in told
        and finding.fix is not None
        and finding.fix.edits
        and finding.concerns & change.finding.concerns
    )


def _told_of(result: RunResult, field: Literal["beforehand", "replace"]) -> tuple[str, ...]:
    """What the fixes of all causes that nobody waived say in a field, each once."""
    causes = (cause.finding for cause in result.causes if cause.finding.verdict is not Verdict.WAIVED)
    found = (getattr(cause.fix, field) for cause in causes if cause.fix is not None)
    return tuple(dict.fromkeys(text for text in found if text))
