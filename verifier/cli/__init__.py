"""The command line. `main` is the `verify-infra` command; what a verb needs is imported when it is called."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and give its exit code (verifier.checking.result.ExitCode)."""
    import gc

    # A run is short and makes many small objects that live as long as it does: collecting often finds nothing.
    gc.set_threshold(50_000, 20, 20)
    from verifier.cli.calling import call

    code = call(arguments)
    if arguments is None:
        # The process ends here. What it holds need not be searched for garbage once more, which takes as long as
        # evaluating did.
        gc.disable()
        gc.freeze()
    return code
