"""Why a file of checks could not be collected, from what pytest says of it: the line to look at, and what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_PLACES = re.compile(r'^(?:E +File ")?(?P<file>[^\s"][^"\n]*?\.py)(?:", line |:)(?P<line>\d+)', re.MULTILINE)


def trouble_of(report: pytest.CollectReport) -> tuple[str, str]:
    """The place (file:line, or the file alone where no line is to blame) and the message, in one line.

    The last place of a traceback that lies in the file itself, or else the last of all: what the file calls may be
    where it ends, but what its author can mend stands in it.
    """
    text = str(report.longrepr).strip()
    message = (text.splitlines() or [""])[-1].removeprefix("E").strip().removeprefix("pytest.UsageError:").strip()
    file = report.nodeid.partition("::")[0]
    places = [(seen["file"], seen["line"]) for seen in _PLACES.finditer(text)]
    own = [place for place in places if Path(place[0]).name == Path(file).name]
    found = own or places
    return (":".join((named(Path(found[-1][0])), found[-1][1])) if found else file), message


def named(file: Path) -> str:
    """The file as seen from the working directory, where it lies below it."""
    try:
        return file.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file.as_posix()
