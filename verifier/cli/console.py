"""`verify-infra console`: a line in, a value out."""

from __future__ import annotations

import sys

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import flag
from verifier.cli.options import Output, source_options, verb
from verifier.config import Options


@verb(
    "console",
    "Evaluate expressions in the root module's scope.",
    *source_options,
    flag("--json", "as_json", help='Read {"expr": …} and answer in JSON, one object a line.'),
)
def console(options: Options, output: Output, *, as_json: bool) -> ExitCode:  # noqa: ARG001 - nothing is written
    """Evaluate expressions in the scope of the Terraform root module ROOT, as `terraform console` does.

    Without any Terraform files there are still functions and literals. On a terminal, lines have a history, open
    brackets continue on the next line, and `exit` ends. On a pipe, every line is answered; one that has no value
    is an error on standard error, and exit code 4.

    With --json, {"expr": "…"} is answered by {"value": …, "type": …, "known": true}, the type in Terraform's JSON
    notation; by {"type": …, "known": false, "because": "…"} where it is unknown before apply; with "sensitive" in
    place of a value that is; or by {"error": {"summary": "…", "line": …}}.
    """
    from verifier.cli.session import Session
    from verifier.cli.source import cache_of, evaluated, tell

    evaluation = evaluated(options, may_be_empty=True)
    tell(evaluation.plan.diagnostics)
    session = Session(evaluation.root, cache_of(options))
    if as_json:
        code = session.programs(sys.stdin.buffer)
    elif sys.stdin.isatty():
        code = session.person()
    else:
        code = session.lines(sys.stdin.buffer)
    if not evaluation.plan.complete:
        return ExitCode.UNREADABLE
    return code
