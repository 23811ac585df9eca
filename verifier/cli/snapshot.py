"""`verify-infra snapshot`: what is live, in one redacted file."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import flag, option
from verifier.cli.options import Output, azure_options, simulate_option, source_options, state_options, verb
from verifier.cli.speaking import complain, say
from verifier.config import Options, settings


@verb(
    "snapshot",
    "Write what is live into one redacted file.",
    *source_options,
    *state_options,
    *azure_options,
    simulate_option,
    option("-o", "--output", "file", kind=Path, metavar="FILE", help="Default: standard output."),
    flag(
        "--mask",
        help="Put pseudonyms in the place of subscription and tenant ids, and leave out people. Whoever has the ids "
        "in their source can verify it all the same.",
    ),
)
def snapshot(options: Options, output: Output, *, mask: bool) -> ExitCode:
    """Read what a run of ROOT would read, and write it as one redacted file (docs/snapshot.schema.json).

    `verify-infra run ROOT --snapshot FILE` verifies it, anywhere and without credentials. Exit code 10 says that
    something could not be read; the file says what. With 11 not all of the source could be understood, and what the
    rest of it names was not looked at.
    """
    from verifier.cli.files import write
    from verifier.cli.progress import described, progress
    from verifier.cli.simulated import simulated
    from verifier.cli.source import tell

    with progress() as on_read, simulated(settings(options, os.environ, on_read=on_read)) as asked:
        from verifier.checking.session import take_snapshot

        taken = take_snapshot(asked, mask=mask)
    if output.file is None:
        say(taken.text, end="")
    else:
        write(output.file, taken.text)
    outcomes = Counter(read.outcome for read in taken.reads)
    complain(f"verify-infra: {described(outcomes)}")
    if taken.stateless:
        complain(f"verify-infra: the state is {taken.stateless}")
    if taken.errors:
        tell(taken.errors)
        complain("verify-infra: what the rest of the source names is not in the snapshot")
        return ExitCode.UNREADABLE
    missed = outcomes["denied"] or outcomes["failed"] or taken.stateless
    return ExitCode.UNVERIFIED if missed else ExitCode.AGREES
