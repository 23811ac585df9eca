"""`verify-infra gate`: for pull requests; the source alone."""

from __future__ import annotations

from verifier.checking.exit_code import ExitCode
from verifier.cli.options import Output, check_options, judgement_options, report_options, source_options, verb
from verifier.config import Options
from verifier.hcl.frozen import replace


@verb(
    "gate",
    "Judge the source alone, for pull requests.",
    *source_options,
    *check_options,
    *judgement_options,
    *report_options,
)
def gate(options: Options, output: Output) -> ExitCode:
    """Judge the Terraform root module ROOT by itself: no credentials, no network.

    Runs the coherence checks only: does the intent make sense, and did a person decide it?
    """
    from verifier.cli.verify import verify

    return verify(replace(options, offline=True), output)
