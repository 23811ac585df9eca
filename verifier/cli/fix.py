"""`verify-infra fix`: what a run found, as changes of the source."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import flag, option
from verifier.cli.options import (
    Output,
    azure_options,
    check_options,
    judgement_options,
    simulate_option,
    snapshot_option,
    source_options,
    state_options,
    verb,
)
from verifier.cli.speaking import complain, say
from verifier.config import Options

if TYPE_CHECKING:
    from verifier.checking.fixing import ChangedFile, Fixing, Mending


@verb(
    "fix",
    "Turn what a run finds into changes of the source.",
    *source_options,
    flag("--offline", help="Judge the source alone, as gate does."),
    *state_options,
    *azure_options,
    snapshot_option,
    simulate_option,
    *check_options,
    *judgement_options,
    flag("--diff", help="Print one unified diff; what is left to do goes to standard error."),
    flag("--write", help="Change the files."),
    option("--json", kind=Path, metavar="FILE", help="Write the steps and the diff as JSON (docs/fix.schema.json)."),
)
def fix(options: Options, output: Output, *, diff: bool, write: bool) -> ExitCode:
    """Run, and say how to mend what disagrees in the Terraform root module ROOT, causes first.

    Where only one change of the source can be meant, it is made exactly, as `terraform fmt` would have it; where a
    person has to decide, it says what there is to decide. All changes are tried in memory first, and what they settle
    is said. Without --write no file is changed, nor with it where Terraform would refuse the source then. The exit code
    is that of the run: what was found before anything was changed.
    """
    from verifier.cli.verify import asked
    from verifier.report.fixes import report_fixes
    from verifier.report.paper import paper_for

    with asked(options) as settings:
        from verifier.checking.trying import mending

        mended = mending(settings)
    result, found = mended.result, mended.fixing
    base = _base(found, options.root)
    made = "".join(_diff(file, options.root, base) for file in found.files)
    written = write and not (mended.tried is not None and mended.tried.errors)
    if written:
        for file in found.files:
            _write(options.root / file.path, file)
    if diff:
        say(made, end="")
        if made and base != Path.cwd():
            complain(f"verify-infra: the paths in the diff are from {base.as_posix()}: apply it there")
    paper = paper_for(sys.stderr if diff else sys.stdout)
    report_fixes(mended, paper, written=written, with_inputs=bool(options.inputs))
    if output.json is not None:
        _write_json(output.json, mended, made)
    return result.exit_code


def _base(found: Fixing, root: Path) -> Path:
    """Where the diff is to be applied: the working directory, unless a file lies outside it."""
    folders = [_absolute(root / file.path).parent for file in found.files]
    here = Path.cwd()
    if all(folder.is_relative_to(here) for folder in folders):
        return here
    return Path(os.path.commonpath([*folders, _absolute(root)]))


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links are left as they are named


def _diff(file: ChangedFile, root: Path, base: Path) -> str:
    from verifier.edits.diff import diff_of

    path = _absolute(root / file.path).relative_to(base).as_posix()
    return diff_of(path, file.before, file.after, new=file.new)


def _write(path: Path, file: ChangedFile) -> None:
    from verifier.errors import ConfigurationError

    try:
        path.write_bytes(file.after.encode("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"cannot be written: {error.strerror or error}", where=path.as_posix()) from None


def _write_json(path: Path, mended: Mending, made: str) -> None:
    from verifier.cli.files import write
    from verifier.report.fixes_json import render_fixes

    write(path, render_fixes(mended, made))
