"""The errors that end a run, all for people.

    VerifyInfraError            what, where, what was expected, the next step
    ├── ConfigurationError      the Terraform source, a var file or verifier.toml cannot be read
    ├── AccessError             nothing to talk to: no subscription, no credential, connection refused
    │   └── InsecureEndpoint    plain http to a host that is not loopback; refused before a token is sent
    ├── SnapshotError           a snapshot or world file is not one
    ├── WriteAttempted          something other than a read reached the transport; nothing was sent
    └── UsageError              the command line is not right, or names what is not there

Each ends the run with exit code 11, UsageError with 4. A fault in one read is not an error: it is an outcome
(live.documents).
"""

from __future__ import annotations


class VerifyInfraError(Exception):
    """An error that a person can act on.

    `what` says what is wrong, `where` names the file:line, option or resource id, `expected` what would have
    been right, `next_step` one thing to do.
    """

    exit_code = 11

    def __init__(self, what: str, *, where: str = "", expected: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.expected = expected
        self.next_step = next_step

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.next_step:
            lines.append(f"  next: {self.next_step}")
        return "\n".join(lines)


class ConfigurationError(VerifyInfraError):
    """The Terraform source, a var file or verifier.toml cannot be read."""


class AccessError(VerifyInfraError):
    """There is nothing to talk to: no subscription, no credential, or no connection at all."""


class InsecureEndpoint(AccessError):
    """Plain http to a host that is not loopback. Raised before a token is asked for."""


class SnapshotError(VerifyInfraError):
    """A file that was given as a snapshot or world is not one."""


class WriteAttempted(VerifyInfraError):
    """Something other than a read reached the transport. Nothing was sent."""


class UsageError(VerifyInfraError):
    """The command line is not right, or names what is not there."""

    exit_code = 4
