"""Writes what is generated in the documents. `make docs` runs it; test_generated.py checks that it has been run.

docs/cli.md     whole, from the help of every verb
README.md       the blocks under `<!-- output: COMMAND -->`, which hold what the command prints (`| from: LINE` leaves
                out what is above that line), the exit codes, and the permissions of terraform/modules/verifier-access
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click

from verifier.checking.result import ExitCode
from verifier.cli.command import command

REPOSITORY = Path(__file__).resolve().parents[2]
WIDTH = 100

_OUTPUT = re.compile(
    r"(?P<mark><!-- output: verify-infra (?P<arguments>.*?)(?: \| from: (?P<start>.*?))? -->\n)```text\n.*?```\n",
    re.DOTALL,
)


def cli_reference() -> str:
    """docs/cli.md."""
    top = click.Context(command, info_name="verify-infra", terminal_width=WIDTH, **command.context_settings)
    contexts = [top] + [click.Context(verb, info_name=name, parent=top) for name, verb in command.commands.items()]
    return (
        "# The command line\n\n"
        "Generated from `--help` of every verb by `make docs`. The exit codes are those of\n"
        "`pytest checks --infra-terraform DIR`, too.\n\n" + "\n".join(_section(context) for context in contexts)
    )


def readme() -> str:
    """README.md, with what is generated in it written again."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    text = _OUTPUT.sub(_output, text)
    codes = "".join(f"| {code.value} | {code.meaning} |\n" for code in ExitCode)
    text = _table(text, "exit codes", f"| code | meaning |\n|---|---|\n{codes}")
    return _table(text, "permissions", "".join(f"- `{action}`\n" for action in permissions()))


def permissions() -> list[str]:
    """The actions that the verifier's own role has for reading Azure."""
    source = (REPOSITORY / "terraform/modules/verifier-access/main.tf").read_text(encoding="utf-8")
    actions = source.partition("arm_read_actions = [")[2].partition("]")[0]
    return re.findall(r'"([^"]+/read)"', actions)


def _section(context: click.Context) -> str:
    return f"## {context.command_path}\n\n```text\n{context.command.get_help(context)}\n```\n"


def _output(block: re.Match[str]) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "verifier.cli", *block["arguments"].split()],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    start = block["start"] or ""
    shown = run.stdout[run.stdout.index(start) :] if start in run.stdout else run.stdout + run.stderr
    return f"{block['mark']}```text\n{shown}```\n"


def _table(text: str, mark: str, table: str) -> str:
    """The text with the list or table under a mark replaced."""
    return re.sub(rf"(<!-- {mark} -->\n)\n(?:[|-].*\n)*\n*", lambda found: f"{found[1]}\n{table}\n", text)


GENERATED: dict[str, Callable[[], str]] = {"docs/cli.md": cli_reference, "README.md": readme}


def main() -> None:
    """Write them all."""
    for path, text in GENERATED.items():
        (REPOSITORY / path).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
