"""Changes checks/ and verifier/access one small step at a time, and asks whether a test notices.

    pip install cosmic-ray          # its mutation operators; nothing else here needs it
    python -m tests.mutation --draw 300:1

Every worker takes a share of the tests; a mutant that one worker's tests do not notice goes on to the next. What none
of the nearest tests notices is tried with more of them, and what those do not notice has survived. docs/mutation.md
says what was measured.
"""

from __future__ import annotations

import argparse
import difflib
import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Mutant, changed, draw, files, mutants, original
from tests.mutation.trying import work


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a mutant: what noticed it, empty when nothing did, and the change itself."""

    mutant: Mutant
    by: str
    change: str


def main() -> None:
    """Run, and print each survivor and the share that was killed."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutation", description="Mutation run over checks and access.")
    asked.add_argument("--draw", action="append", help="how many mutants, and the seed: 300:1; once for each draw")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--only", default="", help="files whose path contains this")
    asked.add_argument("--tests", nargs="*", default=(), help="in place of the tests that are usually asked")
    asked.add_argument("--again", type=Path, help="what an earlier run wrote: what it noticed is not tried once more")
    asked.add_argument("--out", type=Path, help="a file that gets one JSON line per mutant")
    wanted = asked.parse_args()
    every = [m for f in files() if wanted.only in f.as_posix() for m in mutants(f)]
    draws = {asked_for: draw(every, *_count_and_seed(asked_for)) for asked_for in wanted.draw or ["300:1"]}
    drawn = list(dict.fromkeys(m for of in draws.values() for m in of))
    outcomes = _noticed_before(wanted.again) if wanted.again else {}
    for outcome in _tried([m for m in drawn if m not in outcomes], wanted.workers, tuple(wanted.tests)):
        outcomes[outcome.mutant] = outcome
        if wanted.out is not None:
            with wanted.out.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(outcome)) + "\n")
        if not outcome.by:
            m = outcome.mutant
            print(f"survived: {m.file}:{m.line} {m.operator}\n{outcome.change}\n", flush=True)
    for asked_for, of in draws.items():
        print(f"draw {asked_for}: {_share([outcomes[m] for m in of])}")
        for file in sorted({m.file for m in of}):
            print(f"  {file}: {_share([outcomes[m] for m in of if m.file == file])}")
    print(f"{len(every)} mutants in all")


def _noticed_before(file: Path) -> dict[Mutant, Outcome]:
    """What an earlier run, of the same files and of no test that is gone, has noticed."""
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    found = (Outcome(mutant=Mutant(**line["mutant"]), by=line["by"], change=line["change"]) for line in lines)
    return {outcome.mutant: outcome for outcome in found if outcome.by}


def _count_and_seed(text: str) -> tuple[int, str]:
    count, _, seed = text.partition(":")
    return int(count), seed


def _tried(drawn: Sequence[Mutant], workers: int, tests: tuple[str, ...]) -> Iterator[Outcome]:
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    queues = [context.Queue() for _ in range(workers)]
    running = [context.Process(target=work, args=(n, workers, queues[n], told, tests)) for n in range(workers)]
    for process in running:
        process.start()
    left = list(drawn)
    for tests_asked in ("near", "wider"):
        for queue in queues:
            queue.put(tests_asked)
        for runs in (False, True):
            survived = []
            for mutant, by in _by_all(left, queues, told, runs=runs):
                if by or (runs and tests_asked == "wider"):
                    yield Outcome(mutant=mutant, by=by, change=_change(mutant))
                else:
                    survived.append(mutant)
            left = survived
            print(f"{len(left)} left after {tests_asked} {'runs' if runs else 'words'}", flush=True)
    for queue in queues:
        queue.put(None)
    for process in running:
        process.join()


def _by_all(
    mutants: Sequence[Mutant], queues: Sequence[Queue[Any]], told: Queue[Any], *, runs: bool
) -> Iterator[tuple[Mutant, str]]:
    """What noticed each mutant, when it was found or all workers have tried."""
    for at, mutant in enumerate(mutants):
        queues[at % len(queues)].put((mutant, runs))
    times: Counter[Mutant] = Counter()
    left = len(mutants)
    while left:
        number, mutant, by = told.get()
        if mutant is None:
            raise SystemExit(f"worker {number} ended before its work was done")
        times[mutant] += 1
        if by or times[mutant] == len(queues):
            left -= 1
            yield mutant, by
        else:
            queues[(number + 1) % len(queues)].put((mutant, runs))


def _change(mutant: Mutant) -> str:
    lines = difflib.unified_diff(original(mutant.file).splitlines(), changed(mutant).splitlines(), lineterm="", n=0)
    return "\n".join(list(lines)[3:])


def _share(outcomes: Sequence[Outcome]) -> str:
    killed = sum(bool(o.by) for o in outcomes)
    return f"{killed} of {len(outcomes)} killed ({killed / max(len(outcomes), 1):.1%})"


if __name__ == "__main__":
    main()
