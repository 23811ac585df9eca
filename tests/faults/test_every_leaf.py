"""Every leaf of what a run of the healthy world reads is changed, and that is noticed, or it is said here why not.

Everything is read once, through the simulator. Then one document at a time is served otherwise in every read that has
it, as the clients would take it, and the checks judge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.checks.test_knowing_less import Stack, checks
from tests.faults.bench import HEALTHY, STACK, Bench
from tests.faults.leaves import Change, Changed, Sort, changes, identity, kind_of, read_in
from tests.faults.unseen import COMMON, LEFT_OUT, NOT_READ, UNSEEN, fits, patterns
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict
from verifier.checking.judging import is_verdict, judge
from verifier.checking.selection import chosen
from verifier.checking.summing_up import exit_code, sum_up
from verifier.checking.verdicts import listening
from verifier.live.documents import Outcome, Request
from verifier.world import World

LIVE = json.loads(HEALTHY.read_text(encoding="utf-8"))
NOTICED = {ExitCode.DISAGREES, ExitCode.UNVERIFIED}
LOUD = {Verdict.DISAGREES, Verdict.UNVERIFIED, Verdict.PENDING}

Ended = Callable[[str, Change], ExitCode]


@pytest.fixture(scope="module")
def ended(bench: Bench) -> Ended:
    """How a run ends while one document is served changed."""
    stack = Stack(STACK)
    asked: dict[Request, Outcome] = {}

    def run(which: str, change: Change) -> ExitCode:
        reader = Changed(bench.documents, bench.reader, LIVE, which, change.document, asked)
        world, _ = stack.world(reader)
        if change.sort == "of another sort":
            return sum_up(world, list(_findings(world)), root="", live="").exit_code
        return _first_ending(world)

    return run


def _first_ending(world: World) -> ExitCode:
    """How a run ends as soon as it notices something: nothing more is asked then."""
    findings: list[Finding] = []
    for finding in _findings(world):
        findings.append(finding)
        if finding.verdict in LOUD:
            break
    return exit_code(findings, world.plan.diagnostics)


def _findings(world: World) -> Iterator[Finding]:
    """What every check says. One that breaks ends the test."""
    for check in checks():
        for subject in chosen(check.subject, check.metadata.of, world):
            raised: BaseException | None = None
            with listening() as told:
                try:
                    check.function(**{check.subject: subject}, **({"world": world} if check.takes_world else {}))
                except (Exception, pytest.skip.Exception) as error:
                    if not is_verdict(error) and not isinstance(error, pytest.skip.Exception):
                        raise
                    raised = error
            yield judge(check.metadata, subject, told, raised)


@cache
def _unseen(kind: str) -> tuple[str, ...]:
    return tuple(pattern for reasons in (COMMON, UNSEEN[kind]) for pattern, _ in patterns(reasons))


@cache
def _may_be_left_out(kind: str) -> tuple[str, ...]:
    return tuple(pattern for pattern, _ in patterns(LEFT_OUT.get(kind, {})))


def test_unchanged_a_run_finds_nothing_and_judges_all_that_is_live(bench: Bench, ended: Ended) -> None:
    document = next(iter(read_in(bench.documents).items()))
    assert ended(document[0], Change("", "of another sort", document[1])) is ExitCode.AGREES

    world, _ = Stack(STACK).world(Changed(bench.documents, bench.reader, LIVE, "", None))
    judged = {finding.id for finding in _findings(world)}
    assert judged <= bench.healthy.verdicts.keys()
    source_alone = {finding.id for finding in bench.healthy.result.findings if finding.asks == "coherence"}
    assert bench.healthy.verdicts.keys() - judged <= source_alone


def test_every_kind_that_is_read_is_told_of(bench: Bench) -> None:
    read = read_in(bench.documents)
    whole = {identity(document): kind_of(document) for document in (*LIVE["resources"], *LIVE["objects"])}
    left = {kind for each, kind in whole.items() if each not in read}

    assert {kind_of(document) for document in read.values()} == set(UNSEEN)
    assert left == set(NOT_READ)


@pytest.mark.parametrize("kind", sorted(UNSEEN))
def test_whatever_becomes_of_a_leaf_is_noticed_or_told_of(kind: str, bench: Bench, ended: Ended) -> None:
    overlooked: dict[Sort, set[str]] = {"another": set(), "left out": set(), "of another sort": set()}
    odd: list[str] = []
    for which, document in read_in(bench.documents).items():
        for change in changes(document) if kind_of(document) == kind else ():
            code = ended(which, change)
            if code is ExitCode.AGREES:
                overlooked[change.sort].add(change.pattern)
            elif code not in NOTICED:
                odd.append(f"{change.pattern} {change.sort}: {code.name}")

    unseen, left_out = _unseen(kind), _may_be_left_out(kind)
    assert odd == []
    assert _untold(overlooked["another"] | overlooked["of another sort"], unseen) == [], "no reason in UNSEEN"
    assert _untold(overlooked["left out"], (*unseen, *left_out)) == [], "no reason in UNSEEN or LEFT_OUT"
    there = {pattern for pattern, _ in patterns(UNSEEN[kind])} | {
        pattern for pattern, _ in patterns(COMMON) if any(fits(leaf, pattern) for leaf in _leaves(kind, bench))
    }
    noticed = overlooked["another"] | (overlooked["left out"] & {""})
    assert [p for p in sorted(there) if not any(fits(leaf, p) for leaf in noticed)] == [], "noticed now: UNSEEN"
    no_matter = {leaf for leaf in overlooked["left out"] if leaf not in overlooked["another"]}
    assert [p for p in left_out if not any(fits(leaf, p) for leaf in no_matter)] == [], "noticed now: LEFT_OUT"


def _untold(leaves: set[str], told: tuple[str, ...]) -> list[str]:
    return sorted(leaf or "-" for leaf in leaves if not any(fits(leaf, pattern) for pattern in told))


def _leaves(kind: str, bench: Bench) -> set[str]:
    documents = [document for document in read_in(bench.documents).values() if kind_of(document) == kind]
    return {change.pattern for document in documents for change in changes(document)}
