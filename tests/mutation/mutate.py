"""Changes checks/ and verifier/access one small step at a time, and asks whether a test notices.

    pip install cosmic-ray          # its mutation operators; nothing else here needs it
    python tests/mutation/mutate.py --sample 300 --seed 1

A mutant is run against the tests nearest to it first, and against `WIDER` only if those all pass. What no test notices
has survived. Nothing in the working tree is changed: every worker has a copy of the files that git knows.

Annotations are left alone: nothing evaluates them.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Queue

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDED = "0"
SECONDS = 600
WIDER = ("tests/checks", "tests/stories", "tests/docs", "tests/unit/world", "tests/unit/access")

Position = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One operator at one place of one file; `within` is the function or class that it is in."""

    file: str
    operator: str
    occurrence: int
    line: int
    within: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a mutant: killed, survived, or too slow, which counts as killed; and the change itself."""

    mutant: Mutant
    killed: bool
    by: str
    change: str


def mutants(file: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of operators, then places."""
    from cosmic_ray import plugins
    from cosmic_ray.ast import ast_nodes, get_ast

    source = file.read_text(encoding="utf-8")
    tree = get_ast(source)
    ignored = _annotations(source)
    for name in plugins.operator_names():
        kind = plugins.get_operator(name)
        if kind.arguments():
            continue
        operator = kind()
        places = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        for occurrence, (line, column) in enumerate(places):
            if not any(first <= (line, column) < last for first, last in ignored):
                yield Mutant(
                    file=file.relative_to(REPOSITORY).as_posix(),
                    operator=name.removeprefix("core/"),
                    occurrence=occurrence,
                    line=line,
                    within=_within(source, line),
                )


def nearest(mutant: Mutant) -> list[str]:
    """What pytest is asked to run first: the proofs of a check, or the unit tests of a room."""
    if not mutant.file.startswith("checks/"):
        return ["tests/unit/access"]
    source = (REPOSITORY / mutant.file).read_text(encoding="utf-8")
    marked = re.search(rf'id="(\w+)"(?:(?!\ndef ).)*\ndef {mutant.within}\(', source, re.DOTALL)
    named = re.findall(r'id="(\w+)"', source) if marked is None else [_last_id(marked[0])]
    return ["tests/checks/test_every_check.py", "-k", " or ".join(f"[{i}]" for i in named)]


def judge(mutant: Mutant, copy: Path) -> Outcome:
    """Apply a mutant in a copy, run the tests, and put the file back."""
    from cosmic_ray import plugins
    from cosmic_ray.mutating import mutate_code

    file = copy / mutant.file
    source = file.read_text(encoding="utf-8")
    changed = mutate_code(source, plugins.get_operator(f"core/{mutant.operator}")(), mutant.occurrence)
    assert changed is not None, mutant
    file.write_text(changed, encoding="utf-8")
    try:
        by = _noticed(copy, nearest(mutant)) or _noticed(copy, WIDER)
    finally:
        file.write_text(source, encoding="utf-8")
    lines = difflib.unified_diff(source.splitlines(), changed.splitlines(), lineterm="", n=0)
    return Outcome(mutant=mutant, killed=bool(by), by=by, change="\n".join(list(lines)[3:]))


def main() -> None:
    """Run, and print each survivor and the share that was killed."""
    asked = argparse.ArgumentParser(description="Mutation run over checks/ and verifier/access.")
    asked.add_argument("--sample", type=int, default=300, help="how many mutants, drawn at random; 0 for all")
    asked.add_argument("--seed", default=SEEDED, help="of the draw")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--only", default="", help="files whose path contains this")
    asked.add_argument("--out", type=Path, help="a file that gets one JSON line per mutant")
    wanted = asked.parse_args()
    files = [*sorted(REPOSITORY.glob("checks/*.py")), *sorted(REPOSITORY.glob("verifier/access/*.py"))]
    every = [m for f in files if wanted.only in f.as_posix() for m in mutants(f)]
    draw = random.Random(wanted.seed)  # noqa: S311 - a draw that can be repeated, nothing secret
    drawn = draw.sample(every, min(wanted.sample, len(every))) if wanted.sample else every
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        outcomes = list(_spread(drawn, wanted.workers, Path(folder), wanted.out))
    killed = sum(o.killed for o in outcomes)
    print(f"{killed} of {len(outcomes)} killed ({killed / max(len(outcomes), 1):.1%}); {len(every)} mutants in all")


def _spread(drawn: Sequence[Mutant], workers: int, folder: Path, out: Path | None) -> Iterator[Outcome]:
    copies: Queue[Path] = Queue()
    for number in range(workers):
        copies.put(_copy(folder / str(number)))

    def one(mutant: Mutant) -> Outcome:
        copy = copies.get()
        try:
            return judge(mutant, copy)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(workers) as pool:
        for number, outcome in enumerate(pool.map(one, drawn), start=1):
            if out is not None:
                with out.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(asdict(outcome)) + "\n")
            if not outcome.killed:
                m = outcome.mutant
                print(
                    f"[{number}/{len(drawn)}] survived: {m.file}:{m.line} {m.operator}\n{outcome.change}\n", flush=True
                )
            yield outcome


def _copy(to: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, target)
    return to


def _noticed(copy: Path, asked: Sequence[str]) -> str:
    """What noticed: the first failing test, or that time ran out; empty when everything passed."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--no-header",
        *asked,
    ]
    clean = {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env={**os.environ, **clean}, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "time"
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return failed[1] if failed else f"exit code {done.returncode}"


def _annotations(source: str) -> list[tuple[Position, Position]]:
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            found += [a.annotation for a in arguments if a.annotation is not None]
            found += [node.returns] if node.returns is not None else []
        elif isinstance(node, ast.AnnAssign):
            found.append(node.annotation)
    return [((n.lineno, n.col_offset), (n.end_lineno or 0, n.end_col_offset or 0)) for n in found]


def _within(source: str, line: int) -> str:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first <= line <= (node.end_lineno or first):
                return node.name
    return ""


def _last_id(text: str) -> str:
    return re.findall(r'id="(\w+)"', text)[-1]


if __name__ == "__main__":
    main()
