"""Every read × all that can go wrong with it: in time, as it should end, and no check agrees without its facts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.faults.bench import Bench, Judgment, is_of_a_group, word
from tests.faults.trouble import STANDS_WITHOUT, TROUBLES
from tests.faults.worlds import HEALTHY_WORLD, WORLDS
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict
from verifier.live.arm_id import ArmId
from verifier.live.documents import OPENID_CONFIGURATION, Request

BenchOf: TypeAlias = Callable[[str], Bench]

GOLDEN = Path(__file__).with_name("reads.json")
REWRITE = "VERIFIER_REWRITE_GOLDENS" in os.environ
NEW: dict[str, dict[str, list[str]]] = json.loads(GOLDEN.read_text(encoding="utf-8"))
"""By world: each read that no earlier world has, and the checks that rest on it there."""
READS = NEW[HEALTHY_WORLD]
STRUCK = [(world, name) for world, reads in NEW.items() for name in reads]
CASES = [pytest.param(world, name, id=f"{world}: {name}") for world, name in STRUCK]
SLACK_SECONDS = 5.0
"""For a busy machine. What hangs does so for longer."""


def test_these_are_all_reads_of_these_worlds(bench_of: BenchOf) -> None:
    read = dict(new_reads(bench_of))
    if REWRITE:
        rests = {w: {name: resting(bench_of(w), request) for name, request in read[w].items()} for w in read}
        GOLDEN.write_text(json.dumps(rests, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    assert {w: sorted(reads) for w, reads in read.items()} == {w: sorted(NEW[w]) for w in NEW}, "run make goldens"


def test_nothing_is_read_for_nothing() -> None:
    assert [(world, name) for world, name in STRUCK if not NEW[world][name]] == []


@pytest.mark.parametrize(("world", "name"), CASES)
def test_these_checks_rest_on_the_read(bench_of: BenchOf, world: str, name: str) -> None:
    bench = bench_of(world)
    assert resting(bench, bench.reads[name]) == NEW[world][name], "run make goldens, and read the difference"


@pytest.mark.parametrize(("world", "name"), CASES)
def test_no_check_agrees_without_the_read(bench_of: BenchOf, world: str, name: str) -> None:
    bench = bench_of(world)
    request = bench.reads[name]
    wrong: list[str] = []
    for trouble in TROUBLES:
        expected = bench.ends(request, trouble)
        telling = bench.telling(request)
        if expected is None or any(trouble.ends(each) is None for each in telling):
            continue
        documents, seconds = bench.strike(dict.fromkeys(telling, trouble))
        ended = documents.outcome(request)
        if word(ended) != expected:
            wrong.append(f"{trouble.name}: the read ended as {ended}, not {expected}")
        if seconds > trouble.deadline_seconds + SLACK_SECONDS:
            wrong.append(f"{trouble.name}: took {seconds:.1f} s")
        wrong += [f"{trouble.name}: {said}" for said in objections(bench, request, expected, bench.judge(documents))]
    assert wrong == []


def new_reads(bench_of: BenchOf) -> Iterator[tuple[str, Mapping[str, Request]]]:
    """Each world, and its reads that no earlier one has."""
    known: set[tuple[str, str, str, str]] = set()
    for world in WORLDS:
        reads = bench_of(world).reads
        yield world, {name: request for name, request in reads.items() if request.key not in known}
        known |= {request.key for request in reads.values()}


def objections(bench: Bench, request: Request, ended: str, judgment: Judgment) -> list[str]:
    """What is not right in a judgment after a read that ended so."""
    if ended == "found":
        return [] if judgment.verdicts == bench.healthy.verdicts else ["it recovered, and the findings differ"]
    rests = bench.rests_on(request)
    rests = frozenset(f for f in rests if not stands_without(request, f, ended))
    found = [f"{f} agrees" for f in sorted(rests) if judgment.verdicts.get(f) is Verdict.AGREES]
    if ended != "absent":
        found += [f"{check} says nothing" for check in checks_in(rests) if not speaks(judgment, check)]
    if judgment.result.broken:
        found.append(f"broke: {judgment.result.broken}")
    if rests and judgment.result.exit_code not in {ExitCode.DISAGREES, ExitCode.UNVERIFIED}:
        found.append(f"exit code {judgment.result.exit_code}")
    return found


def stands_without(request: Request, finding: str, ended: str) -> bool:
    if is_of_a_group(request) and finding.startswith("INT"):
        return True  # the source says it by itself, of an address where no name is known
    if ended == "absent" and not finding.startswith("INT"):
        return False
    if request.path == OPENID_CONFIGURATION and ended != "failed":
        return True  # most callers may not read it: the API server that was asked for is then believed to be the one
    parsed = ArmId.parse(request.path)
    return parsed is not None and any(
        of_type == parsed.type and finding.startswith(begins) for of_type, begins in STANDS_WITHOUT
    )


def speaks(judgment: Judgment, check: str) -> bool:
    return any(f.verdict in {Verdict.UNVERIFIED, Verdict.DISAGREES} for f in judgment.of(check))


def checks_in(findings: frozenset[str]) -> list[str]:
    return sorted({finding.partition("[")[0] for finding in findings})


def resting(bench: Bench, request: Request) -> list[str]:
    return checks_in(bench.rests_on(request))
