"""Where things stand in source files, and what is said about them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from verifier.hcl.frozen import frozen


class Span(NamedTuple):
    """A range of one file's text. Lines and columns count from 1; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@frozen()
class Place:
    """A position in a named file, as people read it: `main.tf:12`.

    `file` is relative to the root module's directory, with forward slashes, so that output does not depend on
    where a checkout lies (`../modules/sil/variables.tf`).
    """

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@frozen(kw_only=True)
class Diagnostic:
    """Something to say about the source: an error makes part of it unknown, a warning does not.

    `summary` is one line that names the thing, `detail` what was expected and found, `next_step` one thing to do.
    """

    severity: Literal["error", "warning"]
    summary: str
    place: Place | None = None
    detail: str = ""
    next_step: str = ""

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}:{self.place.column}: " if self.place else ""
        return f"{where}{self.summary}" + (f" ({self.detail})" if self.detail else "")
