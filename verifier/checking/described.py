"""Checks as they describe themselves: found by pytest, none of them run.

What pytest collects is what a run would ask: `verify-infra checks`, `explain` and the pages of docs/checks are made
from the same metadata that findings are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from verifier.checking.bundled import checks_directory
from verifier.checking.invocation import arguments, own_plugins_only
from verifier.checking.marker import MARKER, MarkerError, Metadata, Question, read_marker, refuse_clashes
from verifier.checking.selection import SUBJECTS
from verifier.checking.trouble import named, trouble_of
from verifier.errors import ConfigurationError
from verifier.hcl.frozen import frozen


@frozen(kw_only=True)
class Described:
    """One check: its metadata, the docstring below its sentence, what it judges, and where it is written.

    `place` is file:line. `subject` is the argument that says what is judged, as selection.SUBJECTS names it.
    """

    check: Metadata
    details: str
    subject: str
    place: str

    @property
    def id(self) -> str:
        """The check's own."""
        return self.check.id

    @property
    def family(self) -> str:
        """What the id begins with: `STO` of STO01."""
        return self.id.rstrip("0123456789")

    @property
    def verbs(self) -> tuple[str, ...]:
        """The verbs that run it: a coherence check needs nothing live."""
        return ("gate", "run", "drift") if self.check.asks is Question.COHERENCE else ("run", "drift")


def described(folders: Sequence[Path]) -> tuple[Described, ...]:
    """The checks of these folders, by id.

    Raises ConfigurationError, with the file and line, where a file of checks cannot be imported, a marker is not
    right, two checks share an id or `after` runs in a circle.
    """
    listing = _Listing()
    with own_plugins_only():
        pytest.main([*map(str, folders), "--collect-only", *arguments(checks_directory())], plugins=[listing])
    if listing.trouble:
        raise listing.trouble
    found = tuple(sorted(listing.found.values(), key=lambda d: d.id))
    try:
        refuse_clashes([d.check for d in found])
    except MarkerError as error:
        raise ConfigurationError(str(error), where=", ".join(f.as_posix() for f in folders)) from None
    return found


class _Listing:
    """The plug-in of one collection."""

    def __init__(self) -> None:
        self.found: dict[str, Described] = {}
        self.trouble: ConfigurationError | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the marker."""
        config.addinivalue_line("markers", MARKER)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the first reason why checks could not be collected."""
        if report.failed and self.trouble is None:
            place, message = trouble_of(report)
            self.trouble = ConfigurationError(message, where=place)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what each check says of itself."""
        for item in items:
            marker, function = item.get_closest_marker("check"), getattr(item, "function", None)
            if marker is None or function is None:
                continue
            place = f"{named(item.path)}:{(item.location[1] or 0) + 1}"
            try:
                check = read_marker(marker.kwargs, function.__doc__)
            except MarkerError as error:
                self.trouble = ConfigurationError(str(error), where=place)
                return
            known = self.found.get(check.id)
            if known is not None and known.place != place:
                self.trouble = ConfigurationError(
                    f"another check, at {known.place}, has the id {check.id}", where=place
                )
                return
            subject = next((n for n in getattr(item, "fixturenames", ()) if n in SUBJECTS), "")
            self.found[check.id] = Described(
                check=check, details=_details(function.__doc__ or ""), subject=subject, place=place
            )


def _details(docstring: str) -> str:
    import inspect

    return inspect.cleandoc(docstring).partition("\n")[2].strip()
