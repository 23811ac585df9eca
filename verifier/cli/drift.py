"""`verify-infra drift`: a run that remembers the one before."""

from __future__ import annotations

from pathlib import Path

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import option
from verifier.cli.options import (
    Output,
    azure_options,
    check_options,
    judgement_options,
    report_options,
    simulate_option,
    snapshot_option,
    source_options,
    state_options,
    verb,
)
from verifier.config import Options


@verb(
    "drift",
    "Run, and compare with the run before.",
    *source_options,
    *state_options,
    *azure_options,
    snapshot_option,
    simulate_option,
    *check_options,
    *judgement_options,
    *report_options,
    option(
        "--history",
        kind=Path,
        default=Path(".verify-infra"),
        metavar="DIR",
        show_default=True,
        help="Where the last run's report is kept (latest.json). One folder for each environment.",
    ),
)
def drift(options: Options, output: Output) -> ExitCode:
    """Run, and say what is new, resolved and unchanged since the previous drift run.

    The exit code is the run's own. A run that could not begin (exit code 11) leaves the kept report as it was.
    """
    from verifier.cli.verify import verify

    return verify(options, output)
