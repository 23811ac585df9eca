"""`verify-infra chain`: what a job's access to its data hangs on, link by link."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import flag, option
from verifier.cli.options import (
    Output,
    azure_options,
    check_options,
    simulate_option,
    snapshot_option,
    source_options,
    state_options,
    verb,
)
from verifier.config import Options
from verifier.errors import UsageError

if TYPE_CHECKING:
    from verifier.checking.links import Chain


@verb(
    "chain",
    "Show what a job's access to its data hangs on, link by link.",
    *source_options,
    option("--compute", default="", metavar="NAME", help="Of this compute only."),
    flag("--offline", help="What the source alone says, as gate judges it."),
    *state_options,
    *azure_options,
    snapshot_option,
    simulate_option,
    *check_options,
    option("--json", kind=Path, metavar="FILE", help="Write the run's report as JSON, with its chains."),
)
def chain(options: Options, output: Output, *, compute: str) -> ExitCode:
    """Run, and show of each compute the chain from a job's identity to the data, with both sides of every link.

    Compute identity, principal, data roles on the account behind each datastore, the datastore's credential, the
    account's key policy, network: the first broken link wins. What could not be looked at is said to be not known,
    and never holds. The exit code is that of the run.
    """
    from verifier.cli.files import write
    from verifier.cli.verify import run_asked
    from verifier.report.chain import report_chains
    from verifier.report.json import render
    from verifier.report.paper import paper_for

    result = run_asked(options)
    shown = tuple(c for c in result.chains if not compute or _is_called(c, compute))
    if compute and not shown:
        raise UsageError(_unknown(compute, result.chains))
    report_chains(result, shown, paper_for(sys.stdout))
    if output.json is not None:
        write(output.json, render(result))
    return result.exit_code


def _is_called(chain: Chain, name: str) -> bool:
    return name.casefold() in (chain.compute.casefold(), chain.compute.partition(" ")[2].casefold(), chain.address)


def _unknown(name: str, chains: tuple[Chain, ...]) -> str:
    known = ", ".join(c.compute.partition(" ")[2] for c in chains)
    return f"there is no compute {name}; there is {known or 'none'}"
