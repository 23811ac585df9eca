"""`verify-infra plan`: what the source means, without providers or credentials."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import flag
from verifier.cli.options import Output, source_options, verb
from verifier.cli.speaking import say
from verifier.config import Options

if TYPE_CHECKING:
    from verifier.terraform.configuration import Evaluation


@verb(
    "plan",
    "Show what the source means: the static plan.",
    *source_options,
    flag("--json", "as_json", help="As `terraform show -json` has plans (docs/plan.schema.json)."),
)
def plan(options: Options, output: Output, *, as_json: bool) -> ExitCode:  # noqa: ARG001 - nothing is written
    """Show what the Terraform root module ROOT means, without providers, state or credentials.

    Every resource instance is planned, or absent because its count or for_each says so, or cannot be told before
    apply. With --json, the same in the shape of Terraform's own plans, for programs that read those. Sensitive values
    are null there, and an attribute that the source does not give is left out.
    """
    from verifier.cli.source import evaluated, tell

    evaluation = evaluated(options)
    if as_json:
        from verifier.hcl.representation import json_text
        from verifier.terraform.depth import with_deep_stack
        from verifier.terraform.plan_json import plan_document

        # On one line, as Terraform writes plans: some readers of plans look no further.
        say(with_deep_stack(lambda: json_text(plan_document(evaluation))))
    else:
        _print(evaluation)
    tell(evaluation.plan.diagnostics)
    return ExitCode.AGREES if evaluation.plan.complete else ExitCode.UNREADABLE


def _print(evaluation: Evaluation) -> None:
    from verifier.report.paper import paper_for
    from verifier.report.plan import print_plan
    from verifier.terraform.why import why_not_planned

    print_plan(evaluation.plan, why_not_planned(evaluation), paper_for(sys.stdout))
