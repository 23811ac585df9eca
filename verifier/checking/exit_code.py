"""The exit codes, in a module of their own: whoever only ends needs nothing else of a result."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of `verify-infra` and of bare `pytest checks`; 2 to 4 are pytest's own."""

    AGREES = 0
    DISAGREES = 1
    INTERRUPTED = 2
    INTERNAL_ERROR = 3
    USAGE_ERROR = 4
    NOTHING_CHECKED = 5
    UNVERIFIED = 10
    UNREADABLE = 11

    @property
    def meaning(self) -> str:
        """One clause for people."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.AGREES: "every check agrees",
    ExitCode.DISAGREES: "something disagrees",
    ExitCode.INTERRUPTED: "the run was interrupted",
    ExitCode.INTERNAL_ERROR: "a check or the run itself broke",
    ExitCode.USAGE_ERROR: "the command line is not right",
    ExitCode.NOTHING_CHECKED: "nothing was checked",
    ExitCode.UNVERIFIED: "nothing disagrees, but something could not be verified",
    ExitCode.UNREADABLE: "the configuration could not be read, or not all of it",
}
