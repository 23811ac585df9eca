"""What is made of a verdict: severities that are set, disagreements that are waived or known, and what fails a run.

None of it makes anything agree. A waived finding is judged and reported as it is, with who accepts it and until when;
it is only counted apart, and does not fail the run.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from verifier.checking.finding import Acceptance, Finding, Severity, Verdict
from verifier.checking.result import WaiverNote
from verifier.errors import ConfigurationError
from verifier.hcl.frozen import frozen
from verifier.terraform.comments import block_of
from verifier.waiver import WAIVE, Waiver, matches, problems_of, waiver_of

if TYPE_CHECKING:
    from verifier.config import Settings
    from verifier.terraform.plan import Comment

BASELINE = "in the baseline"


@frozen(kw_only=True)
class Policy:
    """What a run does with its verdicts.

    `known` are the findings that `baseline`, a file, knows: by their ids, what they said. `severities` are by check id.
    `fail_on` is the least severity whose disagreements fail. `wrong` are comments that were meant as waivers and are
    none, with the reason.
    """

    today: date
    waivers: tuple[Waiver, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity = Severity.INFO
    known: Mapping[str, str] = field(default_factory=dict)
    baseline: str = ""
    wrong: tuple[WaiverNote, ...] = ()

    def settle(self, finding: Finding, own: Collection[str]) -> Finding:
        """The finding as the policy has it. `own` are the addresses and ids of its subject.

        A waiver that has ended is said and does nothing. Where several are of a finding, the one that lasts longest
        counts. What is unverified is waived only by a waiver that says so, and never by a baseline.
        """
        finding = self._weighed(finding)
        if finding.verdict not in (Verdict.DISAGREES, Verdict.UNVERIFIED):
            return finding
        fitting = sorted((w for w in self.waivers if _is_of(w, finding, own)), key=lambda w: w.until)
        for waiver in reversed(fitting):
            if finding.verdict is Verdict.UNVERIFIED and not waiver.unverified:
                continue
            ended = waiver.until < self.today
            accepted = replace(finding, waiver=_acceptance(waiver, ended=ended))
            return accepted if ended else replace(accepted, verdict=Verdict.WAIVED)
        if finding.verdict is Verdict.DISAGREES and finding.id in self.known:
            return self._of_the_baseline(finding, self.known[finding.id])
        return finding

    def _of_the_baseline(self, finding: Finding, what: str) -> Finding:
        """A finding of the same check and subject is accepted as long as it says the same."""
        if finding.what != what:
            return replace(finding, notes=(*finding.notes, f"{self.baseline} knows something else of it: {what}"))
        known = Acceptance(reason=BASELINE, place=self.baseline)
        return replace(finding, verdict=Verdict.WAIVED, waiver=known)

    def fails(self, finding: Finding) -> bool:
        """Whether a disagreement is one that fails the run."""
        return finding.verdict is Verdict.DISAGREES and finding.severity.rank <= self.fail_on.rank

    def notes(
        self, findings: Iterable[Finding], asked: Collection[str], there: Collection[str] = ()
    ) -> tuple[WaiverNote, ...]:
        """The waivers that somebody should look at: not right, or of nothing that disagrees.

        `asked` are the checks that this run asked; of the others nothing is known, and nothing is said. `there` are all
        checks there are, where that is known.
        """
        named = self._unnamed(there) if there else ()
        notes = {*self.wrong, *named, *self._idle(list(findings), asked)}
        return tuple(sorted(notes, key=lambda n: (n.place, n.check, n.said)))

    def lint(self, there: Collection[str]) -> tuple[WaiverNote, ...]:
        """What is wrong with the waivers by themselves, `there` being the checks there are."""
        by_themselves = (
            WaiverNote(place=w.place, check=w.check, said=said)
            for w, said in problems_of(self.waivers, today=self.today)
        )
        return tuple(
            sorted({*self.wrong, *self._unnamed(there), *by_themselves}, key=lambda n: (n.place, n.check, n.said))
        )

    def _unnamed(self, there: Collection[str]) -> Iterator[WaiverNote]:
        """Waivers and severities of checks that are not there."""
        for waiver in self.waivers:
            if waiver.check not in there:
                yield WaiverNote(place=waiver.place, check=waiver.check, said="there is no such check")
        for check in self.severities:
            if check not in there:
                yield WaiverNote(place="severity", check=check, said="there is no such check to have a severity")

    def _weighed(self, finding: Finding) -> Finding:
        severity = self.severities.get(finding.check, finding.severity)
        if severity is finding.severity:
            return finding
        said = f"{finding.severity.value} by itself; this configuration says {severity.value}"
        return replace(finding, severity=severity, notes=(*finding.notes, said))

    def _idle(self, findings: list[Finding], asked: Collection[str]) -> Iterator[WaiverNote]:
        used = {f.waiver.place for f in findings if f.waiver is not None}
        for waiver in self.waivers:
            if waiver.check in asked and waiver.place not in used:
                said = f"it is of nothing that disagrees: {waiver.about}"
                yield WaiverNote(place=waiver.place, check=waiver.check, said=said)
        now = {f.id for f in findings if f.verdict in (Verdict.DISAGREES, Verdict.UNVERIFIED, Verdict.WAIVED)}
        for known in sorted(self.known.keys() - now):
            if known.partition("[")[0] in asked:
                yield WaiverNote(
                    place=self.baseline,
                    check=known.partition("[")[0],
                    said=f"{known} no longer disagrees: leave it out",
                )


def policy_of(settings: Settings, comments: Iterable[Comment] = ()) -> Policy:
    """The policy that the settings and the source's comments say. Raises ConfigurationError for a bad baseline."""
    waivers, wrong = list(settings.waivers), []
    for comment in comments:
        if comment.text.startswith(WAIVE):
            try:
                waivers.append(waiver_of(comment.text, comment.block, str(comment.place)))
            except ConfigurationError as error:
                wrong.append(WaiverNote(place=error.where, check="", said=error.what))
    known: Mapping[str, str] = {}
    if settings.baseline is not None:
        from verifier.checking.baseline import read_baseline

        known = read_baseline(settings.baseline)
    return Policy(
        today=today_of(settings.now),
        waivers=tuple(waivers),
        severities={check: Severity(word) for check, word in settings.severities.items()},
        fail_on=Severity(settings.fail_on),
        known=known,
        baseline=settings.baseline.as_posix() if settings.baseline else "",
        wrong=tuple(wrong),
    )


def today_of(now: datetime | None) -> date:
    """The day by which waivers end: that of `now`, in UTC, or the clock's."""
    return (now or datetime.now(UTC)).astimezone(UTC).date()


def _is_of(waiver: Waiver, finding: Finding, own: Collection[str]) -> bool:
    if waiver.check != finding.check:
        return False
    if waiver.subject:
        return any(matches(waiver.subject, name) for name in (finding.subject, *own))
    return any(_within(waiver.block, name) for name in (finding.subject, *own))


def _within(block: str, address: str) -> bool:
    """Whether an address is of a block, or in the module that the block calls."""
    if block_of(address) == block:
        return True
    calls_a_module = block.split(".")[-2:-1] == ["module"]
    return calls_a_module and _without_keys(address).startswith(f"{block}.")


def _without_keys(address: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", address)


def _acceptance(waiver: Waiver, *, ended: bool) -> Acceptance:
    return Acceptance(
        reason=waiver.reason, until=waiver.until.isoformat(), who=waiver.who, place=waiver.place, ended=ended
    )
