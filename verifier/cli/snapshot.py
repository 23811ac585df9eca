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
    something could not be read; the file says what.
    """
    from verifier.cli.files import write
    from verifier.cli.progress import described, progress
    from verifier.cli.simulated import simulated

    with progress() as on_read, simulated(settings(options, os.environ, on_read=on_read)) as asked:
        from verifier.checking.session import take_snapshot

        text, reads, stateless = take_snapshot(asked, mask=mask)
    if output.file is None:
        say(text, end="")
    else:
        write(output.file, text)
    outcomes = Counter(read.outcome for read in reads)
    complain(f"verify-infra: {described(outcomes)}")
    if stateless:
        complain(f"verify-infra: the state is {stateless}")
    missed = outcomes["denied"] or outcomes["failed"] or stateless
    return ExitCode.UNVERIFIED if missed else ExitCode.AGREES
