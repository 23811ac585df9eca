"""Ask a real terraform what becomes of every value in conversions.txt when a variable of the type gets it.

    python tests/unit/hcl/conversions/refresh.py [terraform]

Every line becomes a module with one variable, and a call that passes the value. Answers are kept as those of the
expressions are, and are asked for in the same way.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"


def conversions() -> list[str]:
    """Every line of the table."""
    lines = (HERE / "conversions.txt").read_text("utf-8").splitlines()
    return list(dict.fromkeys(line for line in lines if " <- " in line and not line.startswith("#")))


def main() -> None:
    """Write answers.json."""
    terraform = sys.argv[1] if len(sys.argv) > 1 else "terraform"
    asked = conversions()
    answers: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as directory:
        # A type that is none stops the whole configuration from loading, so such lines are found first.
        sound = [line for line in asked if _loads(terraform, Path(directory), line)]
        answers = _answers(terraform, Path(directory) / "all", sound)
    complete = {line: answers.get(line, {"error": True}) for line in asked}
    ANSWERS.write_text(json.dumps(complete, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(complete)} conversions, {sum('error' in a for a in complete.values())} of them errors")


def _loads(terraform: str, directory: Path, line: str) -> bool:
    (directory / "main.tf").write_text(_variable(line), "utf-8")
    done = subprocess.run([terraform, "validate", "-json"], cwd=directory, capture_output=True, text=True, check=False)
    return bool(json.loads(done.stdout)["valid"])


def _variable(line: str) -> str:
    kind = line.partition(" <- ")[0]
    return f'variable "x" {{\ntype = {kind}\n}}\noutput "o" {{\nvalue = var.x\nsensitive = true\n}}\n'


def _answers(terraform: str, directory: Path, lines: list[str]) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("expressions", HERE.parent / "expressions" / "refresh.py")
    if spec is None or spec.loader is None:
        raise SystemExit("refresh.py of the expressions is gone")
    expressions = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(expressions)
    good = list(lines)
    while True:
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        calls = []
        for number, line in enumerate(good):
            (directory / f"m{number}").mkdir()
            (directory / f"m{number}" / "main.tf").write_text(_variable(line), "utf-8")
            calls.append(f'module "m{number}" {{\nsource = "./m{number}"\nx = {line.partition(" <- ")[2]}\n}}\n')
        (directory / "calls.tf").write_text("".join(calls), "utf-8")
        wrong = _refused(terraform, directory)
        if not wrong:
            break
        good = [line for number, line in enumerate(good) if number not in wrong]
    asked = {f"module.m{number}.o": line for number, line in enumerate(good)}
    return {asked[e]: answer for e, answer in expressions.ask(terraform, directory, list(asked)).items()}


def _refused(terraform: str, directory: Path) -> set[int]:
    """The numbers of the calls whose value does not fit."""
    shutil.copy(HERE.parent / "expressions" / "fixture.tf", directory)
    subprocess.run([terraform, "init", "-backend=false"], cwd=directory, capture_output=True, check=True)
    command = [terraform, "plan", "-json", "-input=false", "-refresh=false"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    wrong: set[int] = set()
    for event in map(json.loads, done.stdout.splitlines()):
        diagnostic = event.get("diagnostic", {})
        if diagnostic.get("severity") == "error":
            where = diagnostic.get("range", {})
            if where.get("filename") == "calls.tf":
                wrong.add((where["start"]["line"] - 1) // 4)
            else:
                found = re.match(r"m(\d+)/", where.get("filename", ""))
                if found is None:
                    raise SystemExit(f"the fixture is wrong: {diagnostic}")
                wrong.add(int(found[1]))
    return wrong


if __name__ == "__main__":
    main()
