"""Writes the documents that are generated. `make docs` runs it; test_generated.py checks that it has been run.

docs/cli.md     from the help of every verb
"""

from __future__ import annotations

from pathlib import Path

import click

from verifier.cli.command import command

REPOSITORY = Path(__file__).resolve().parents[2]
WIDTH = 100


def cli_reference() -> str:
    """docs/cli.md."""
    top = click.Context(command, info_name="verify-infra", terminal_width=WIDTH, **command.context_settings)
    contexts = [top] + [click.Context(verb, info_name=name, parent=top) for name, verb in command.commands.items()]
    return (
        "# The command line\n\n"
        "Generated from `--help` of every verb by `make docs`. The exit codes are those of\n"
        "`pytest checks --infra-terraform DIR`, too.\n\n" + "\n".join(_section(context) for context in contexts)
    )


def _section(context: click.Context) -> str:
    return f"## {context.command_path}\n\n```text\n{context.command.get_help(context)}\n```\n"


GENERATED = {"docs/cli.md": cli_reference}


def main() -> None:
    """Write them all."""
    for path, text in GENERATED.items():
        (REPOSITORY / path).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
