"""What an expression may refer to: the seam between the language and Terraform's modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from verifier.hcl.source import Place, Span
    from verifier.hcl.values import Value


class Resolved(NamedTuple):
    """A named value, and how many of the attribute steps that followed the root name it used up."""

    value: Value
    used: int


class Scope(Protocol):
    """One file's view of its module instance."""

    file: str
    """The file being evaluated, as Place.file has it."""

    files_root: Path | None
    """The directory that file functions may read below (the root module's repository), or None: they are unknown."""

    module_directory: Path | None
    """The directory relative paths of file functions start from (the working directory is the root module's)."""

    short_circuit: bool
    """Whether && and || short-circuit over unknowns and errors (Terraform 1.12 and later)."""

    def resolve(self, root: str, steps: Sequence[str], span: Span) -> Resolved:
        """The value of `root.steps[0].steps[1]…` as far as it is one named value.

        `steps` are the literal attribute names directly after the root; `var.a.b` asks ("var", ["a", "b"]) and gets
        var.a with used=1. Raises EvaluationError for a name that does not exist.
        """

    def place(self, span: Span) -> Place:
        """The place of a span in the file at hand."""
