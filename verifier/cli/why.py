"""`verify-infra why`: where a value came from, or why a resource is absent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import argument, flag
from verifier.cli.options import Output, source_options, verb
from verifier.cli.speaking import say
from verifier.config import Options
from verifier.errors import UsageError

if TYPE_CHECKING:
    from verifier.terraform.why import Unnamed


@verb(
    "why",
    "Say where a value came from, or why a resource is absent.",
    argument("name", metavar="NAME"),
    *source_options,
    flag("--json", "as_json", help="Write the same as JSON on standard output (docs/why.schema.json)."),
)
def why(options: Options, output: Output, *, name: str, as_json: bool) -> ExitCode:  # noqa: ARG001 - nothing is written
    """Say where NAME came from in the Terraform root module ROOT, back to who decided it.

    NAME is the address of a resource (module.sil.azurerm_x.y: why is it planned, or absent?), of an attribute
    (azurerm_x.y.location), a variable and what is in it (module.sil.var.config.enabled), a local, an output, a
    module call; or the end of such an address, as a flag's name alone. Quote brackets for the shell.
    """
    from verifier.cli.source import evaluated, tell
    from verifier.terraform.depth import with_deep_stack
    from verifier.terraform.why import Unnamed
    from verifier.terraform.why import why as explained

    evaluation = evaluated(options)
    diagnostics = evaluation.plan.diagnostics
    found = explained(evaluation, name)
    if isinstance(found, Unnamed):
        tell(diagnostics)
        raise _unnamed(name, found, options.root)
    if as_json:
        from verifier.hcl.representation import json_text
        from verifier.terraform.why_json import why_document

        say(with_deep_stack(lambda: json_text(why_document(name, found, diagnostics))))
    else:
        from verifier.report.paper import paper_for
        from verifier.report.why import print_explanations

        with_deep_stack(lambda: print_explanations(found, paper_for(sys.stdout)))
    tell(diagnostics)
    return ExitCode.AGREES if evaluation.plan.complete else ExitCode.UNREADABLE


def _unnamed(name: str, found: Unnamed, root: Path) -> UsageError:
    """What to say of a name that is nothing's, or too many things'."""
    listed = "".join(f"\n  {candidate}" for candidate in found.candidates)
    where = root.as_posix()
    if found.several:
        return UsageError(f"{len(found.candidates)} things are called {name}. Ask for one of them:{listed}")
    if Path(name).is_dir():
        return UsageError(f"{name} is a directory. The name comes first: verify-infra why NAME {name}")
    if listed:
        return UsageError(f"nothing in {where} is called {name}. Did you mean one of these?{listed}")
    return UsageError(
        f"nothing in {where} is called {name}. `verify-infra plan {where}` lists the resources; a variable is "
        "var.NAME, and module.CALL.var.NAME below a module."
    )
