"""Calling the command, and what every way of failing looks like from outside."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from verifier.cli.speaking import complain
from verifier.errors import VerifyInfraError

_CANNOT_BE_WRITTEN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})

COMPLETION = "_VERIFY_INFRA_COMPLETE"
"""Set by a shell that asks click for completions."""


def call(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give an exit code, whatever happens."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None or sys.stderr is None:
        _open_closed()
    try:
        code = _run(given)
        sys.stdout.flush()
    except VerifyInfraError as error:
        complain(f"verify-infra: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        complain("verify-infra: interrupted")
        return _exit_code("INTERRUPTED")
    except BrokenPipeError:
        # The reader of our output (head, a pager) went away: nobody is left to tell. Give the interpreter's own
        # flush at exit somewhere to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _exit_code("INTERRUPTED")
    except OSError as error:
        if error.errno not in _CANNOT_BE_WRITTEN:
            return _defect(error, given)
        complain(f"verify-infra: its output cannot be written: {error.strerror}")
        return _exit_code("INTERNAL_ERROR")
    except Exception as error:  # noqa: BLE001 - the outermost border: whatever is left is a defect of ours
        return _defect(error, given)
    return code


def _open_closed() -> None:
    """Give whoever was started without an output (`>&-`) one that goes nowhere: the exit code is still an answer."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - until the process ends
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - the same


def _run(given: Sequence[str]) -> int:
    if list(given[:1]) == ["plan"] and COMPLETION not in os.environ:
        from verifier.cli.reprint import reprinted

        return reprinted(given, lambda: _run_verb(given))
    return _run_verb(given)


def _run_verb(given: Sequence[str]) -> int:
    # Imported here, since a plan that is printed again needs none of it.
    from verifier.cli.plainly import plainly
    from verifier.cli.verbs import begins, verb_named

    name = begins(given)
    if name and COMPLETION not in os.environ:
        verb = verb_named(name)
        values = plainly(verb, given[len(name.split()) :])
        if values is not None:
            return verb.call(values)
    from verifier.cli.command import through_click

    return through_click(given)


def _exit_code(name: str) -> int:
    from verifier.checking.exit_code import ExitCode

    return ExitCode[name]


def _defect(error: Exception, given: Sequence[str]) -> int:
    """Say that the tool broke, which proves nothing of the infrastructure."""
    if "--debug" in given:
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    else:
        first_line = (str(error).splitlines() or [""])[0]
        complain(
            f"verify-infra: a defect of verify-infra itself: {type(error).__name__}: {first_line}\n"
            "  expected: a report; nothing is proved of the infrastructure\n"
            f"  next: please report it with what this prints: verify-infra --debug {' '.join(given)}"
        )
    return _exit_code("INTERNAL_ERROR")
