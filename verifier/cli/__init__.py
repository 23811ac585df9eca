"""The command line. `main` is the `verify-infra` command; what a verb needs is imported when it is called."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and give its exit code (verifier.checking.result.ExitCode)."""
    from verifier.cli.command import call

    return call(arguments)
