"""Ask a real terraform for the value of every expression in the tables beside this file, and keep its answers.

    python tests/unit/hcl/expressions/refresh.py [--missing] [terraform]

Every expression becomes an output of a plan of fixture.tf; nothing is applied and nothing is downloaded. An answer is
{"error": true}, or a value and its type in Terraform's JSON notation. Numbers are written as strings, since they may
have more digits than JSON readers keep, and what is known only after apply is {"unknown": true}. With --missing, only
expressions without an answer are asked, and answers to expressions that are gone are dropped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"
UNKNOWN = {"unknown": True}
BATCH = 250
# What a person has set up for their own terraform does not count.
ENVIRONMENT = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}


def expressions() -> list[str]:
    """Every expression of the tables, each once, in order."""
    lines = [line for table in sorted(HERE.glob("*.txt")) for line in table.read_text("utf-8").splitlines()]
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("# ")))


def main() -> None:
    """Write answers.json."""
    arguments = sys.argv[1:]
    known: dict[str, Any] = {}
    if "--missing" in arguments:
        arguments.remove("--missing")
        known = json.loads(ANSWERS.read_text("utf-8"))
    asked = expressions()
    with tempfile.TemporaryDirectory() as directory:
        new = ask(arguments[0] if arguments else "terraform", Path(directory), [e for e in asked if e not in known])
    answers = {expression: (known | new)[expression] for expression in asked}
    ANSWERS.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", "utf-8")
    failed = sum("error" in answer for answer in answers.values())
    print(f"{len(answers)} expressions, {failed} of them errors")


def is_expected_version(terraform: str) -> bool:
    """Whether it is of the version whose language is modelled."""
    shown = subprocess.run([terraform, "version", "-json"], text=True, capture_output=True, check=True).stdout
    return str(json.loads(shown)["terraform_version"]).startswith("1.11.")


def ask(terraform: str, directory: Path, asked: list[str]) -> dict[str, Any]:
    """What this terraform answers."""
    shutil.copy(HERE / "fixture.tf", directory)
    _run(terraform, directory, "init", "-backend=false", "-input=false")
    answers: dict[str, Any] = {}
    for start in range(0, len(asked), BATCH):
        answers |= _ask_batch(terraform, directory, asked[start : start + BATCH])
    return answers


def _ask_batch(terraform: str, directory: Path, asked: list[str]) -> dict[str, Any]:
    answers: dict[str, Any] = {expression: {"error": True} for expression in asked}
    good = list(asked)
    while True:
        (directory / "outputs.tf").write_text("".join(map(_output, range(len(good)), good)), "utf-8")
        wrong = _plan(terraform, directory)
        if not wrong:
            break
        answers.update({good[number]: answer for number, answer in wrong.items()})
        good = [expression for number, expression in enumerate(good) if number not in wrong]
    shown = json.loads(_run(terraform, directory, "show", "-json", "plan.bin"), parse_float=_number, parse_int=_number)
    (directory / "outputs.tf").unlink()
    for number, expression in enumerate(good):
        change, planned = shown["output_changes"][f"o{number}"], shown["planned_values"]["outputs"][f"o{number}"]
        value = _marked(change.get("after") or {"v": None}, change["after_unknown"])
        value = UNKNOWN if value == UNKNOWN else value["v"]
        kind = planned["type"][1]["v"] if "type" in planned else _type(terraform, directory, expression)
        answers[expression] = {"type": kind, "value": value}
    return answers


def _output(number: int, expression: str) -> str:
    return f'output "o{number}" {{\nvalue = {{ v = {expression}\n}}\nsensitive = true\n}}\n'


def _plan(terraform: str, directory: Path) -> dict[int, Any]:
    """Plan, and give the answers that the numbers of outputs without a value to show already have."""
    wrong: dict[int, Any] = {}
    arguments = ("plan", "-json", "-input=false", "-refresh=false", "-out=plan.bin")
    for line in _run(terraform, directory, *arguments).splitlines():
        diagnostic = json.loads(line).get("diagnostic", {})
        if diagnostic.get("severity") != "error":
            continue
        endless = re.findall(r'"o(\d+)": cannot serialize infinity', diagnostic["detail"])
        if endless:
            wrong.update({int(number): {"type": "number", "value": "Infinity"} for number in endless})
        elif diagnostic.get("range", {}).get("filename") == "outputs.tf":
            wrong[(diagnostic["range"]["start"]["line"] - 1) // 5] = {"error": True}
        else:
            raise SystemExit(f"the fixture is wrong: {diagnostic}")
    return wrong


def _type(terraform: str, directory: Path, expression: str) -> Any:
    """The type of an expression that is not wholly known, which a plan does not show."""
    command = [terraform, "console", "-plan"]
    done = subprocess.run(
        command,
        cwd=directory,
        input=f"type({expression})\n",
        text=True,
        capture_output=True,
        check=True,
        env=ENVIRONMENT,
    )
    return json.loads(_as_json(done.stdout))


def _as_json(text: str) -> str:
    """Terraform's way of printing a type, `object({ a: string, })`, as its JSON notation."""
    out: list[str] = []
    words = text.replace("(", " ( ").replace(")", " ) ").replace("[", " [ ").replace("]", " ] ")
    closing: list[str] = []
    for word in words.replace("{", " { ").replace("}", " } ").replace(",", " , ").split():
        if word in ("list", "set", "map", "tuple", "object"):
            out.append(f'["{word}",')
            continue
        match word:
            case "(":
                closing.append("]")
            case ")":
                out.append(closing.pop())
            case ":" | "[" | "]" | "{" | "}" | ",":
                out.append(word)
            case _ if word.endswith(":"):
                out.append(json.dumps(word[:-1].strip('"')) + ":")
            case _:
                out.append(json.dumps(word))
    joined = " ".join(out)
    for end in "]}":
        joined = joined.replace(f", {end}", f" {end}")
    return joined


def _marked(after: Any, unknown: Any) -> Any:
    """The planned value with what is not known marked as such."""
    if unknown is True:
        return UNKNOWN
    if isinstance(after, dict):
        names = [*after, *(name for name in (unknown or {}) if name not in after)]
        flags = unknown if isinstance(unknown, dict) else {}
        return {name: _marked(after.get(name), flags.get(name, False)) for name in names}
    if isinstance(after, list):
        flags = unknown if isinstance(unknown, list) else [False] * len(after)
        return [_marked(item, flag) for item, flag in zip(after, flags, strict=True)]
    return after


def _number(text: str) -> str:
    amount = Decimal(text)
    if not amount:
        return "-0" if amount.is_signed() else "0"
    if amount == amount.to_integral_value():
        return str(int(amount))
    return format(amount, "f").rstrip("0").rstrip(".")


def _run(terraform: str, directory: Path, *arguments: str) -> str:
    done = subprocess.run(
        [terraform, *arguments], cwd=directory, text=True, capture_output=True, check=False, env=ENVIRONMENT
    )
    if done.returncode and arguments[0] != "plan":
        raise SystemExit(f"{' '.join(arguments)} failed: {done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
