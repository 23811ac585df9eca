"""`verify-infra run`: the main job."""

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
    "run",
    "Verify what is live against what the source means.",
    *source_options,
    *state_options,
    *azure_options,
    snapshot_option,
    simulate_option,
    *check_options,
    *judgement_options,
    *report_options,
    option(
        "--compare",
        kind=Path,
        metavar="FILE",
        help="The JSON report of an earlier run: say what is new, resolved and unchanged since.",
    ),
)
def run(options: Options, output: Output) -> ExitCode:
    """Verify what is live against what the Terraform root module ROOT means.

    ROOT is the working directory when it is not given. Reads only; changes nothing.
    """
    from verifier.cli.verify import verify

    return verify(options, output)
