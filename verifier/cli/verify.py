"""What `run`, `gate` and `drift` have in common: settle what was asked, run, report, and keep what is to be kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.cli.files import write
from verifier.cli.options import Output
from verifier.config import Options, settings
from verifier.errors import ConfigurationError, VerifyInfraError

if TYPE_CHECKING:
    from verifier.checking.exit_code import ExitCode
    from verifier.checking.result import RunResult
    from verifier.config import Settings
    from verifier.report.json import Earlier

KEPT = "latest.json"
"""The name of the last run's report in a history folder."""


def verify(options: Options, output: Output) -> ExitCode:
    """Run and report. A run that cannot begin still writes the JSON report that was asked for, with the reason."""
    try:
        earlier = _earlier(output, options.root)
        result = run_asked(options)
    except VerifyInfraError as error:
        if output.json is not None:
            from verifier.report.json import render_failure

            # An older report left in its place would be read as this run's.
            write(output.json, render_failure(error, root=options.root.as_posix()))
        raise
    _report(result, output, earlier)
    return result.exit_code


def run_asked(options: Options) -> RunResult:
    """The result of the run that was asked for. Raises VerifyInfraError when it cannot begin."""
    with asked(options) as what:
        from verifier.checking.session import run

        return run(what)


@contextmanager
def asked(options: Options) -> Iterator[Settings]:
    """The settings of the run that was asked for, its simulator and its progress there as long as it takes."""
    from verifier.cli.progress import progress
    from verifier.cli.simulated import simulated

    with progress() as on_read, simulated(settings(options, os.environ, on_read=on_read)) as what:
        yield what


def _report(result: RunResult, output: Output, earlier: Earlier | None) -> None:
    from verifier.history.comparison import compare
    from verifier.report.json import render
    from verifier.report.paper import paper_for
    from verifier.report.terminal import report

    since = None if earlier is None else compare(earlier.verdicts, result.findings)
    report(result, paper_for(sys.stdout), verbose=output.verbose, since=since)
    kept = None if output.history is None else output.history / KEPT
    if output.write_baseline is not None:
        from verifier.checking.baseline import baseline_text

        write(output.write_baseline, baseline_text(result))
    for file in (output.json, kept):
        if file is not None:
            write(file, render(result, since=since))


def _earlier(output: Output, root: Path) -> Earlier | None:
    """The report to compare with; None when none was asked for, or no run is remembered yet."""
    file = output.compare
    if output.history is not None and (output.history / KEPT).exists():
        file = output.history / KEPT
    if file is None:
        return None
    from verifier.report.json import read_earlier

    earlier = read_earlier(file)
    if os.path.normpath(earlier.root) != os.path.normpath(root):
        raise ConfigurationError(
            f"the report of another root module, {earlier.root}",
            where=file.as_posix(),
            expected=f"a report of {root.as_posix()}",
            next_step="give each root module its own folder: --history DIR",
        )
    return earlier
