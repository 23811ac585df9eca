"""Why a file of checks could not be collected, from what pytest says of it: the line to look at, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from verifier.checking.result import BrokenCheck

_PYTESTS_OWN = frozenset({"_pytest", "pluggy", "pytest"})
_MARKS = re.compile(r"^(?:E(?= )|ERROR:)?\s*(?:pytest\.UsageError:|UsageError:)?\s*")
_NAMED = re.compile(r"(?P<file>\S+\.py):(?P<line>\d+): (?P<message>.*)")
_PLACES = re.compile(r'^(?:E +File ")?(?P<file>[^\s"][^"\n]*?\.py)(?:", line |:)(?P<line>\d+)', re.MULTILINE)


def broken_folder(folders: Sequence[Path], said: str) -> BrokenCheck:
    """Own checks that stopped pytest before any could be asked, by what it said."""
    place, message = _place_and_message(said, "")
    where = ", ".join(folder.as_posix() for folder in folders)
    return BrokenCheck(check=where, place=place or where, message=f"{message}; none of these checks was asked")


def cut_short(by: BaseException) -> BrokenCheck:
    """Checks that were not asked, because something stopped pytest before."""
    message = f"stopped: {type(by).__name__}: {by}; what comes after was not asked"
    return BrokenCheck(check="pytest", place=_raised_at(by), message=message)


def _raised_at(raised: BaseException) -> str:
    """The innermost line outside pytest's own code."""
    step, place = raised.__traceback__, ""
    while step is not None:
        if step.tb_frame.f_globals.get("__name__", "").partition(".")[0] not in _PYTESTS_OWN:
            place = f"{named(Path(step.tb_frame.f_code.co_filename))}:{step.tb_lineno}"
        step = step.tb_next
    return place


def trouble_of(report: pytest.CollectReport) -> tuple[str, str]:
    """The place (file:line, or the file alone where no line is to blame) and the message, in one line.

    The last place of a traceback that lies in the file itself, or else the last of all: what the file calls may be
    where it ends, but what its author can mend stands in it.
    """
    return _place_and_message(str(report.longrepr), report.nodeid.partition("::")[0])


def _place_and_message(said: str, file: str) -> tuple[str, str]:
    text = said.strip()
    message = _MARKS.sub("", (text.splitlines() or [""])[-1])
    if names_its_place := _NAMED.match(message):
        return f"{named(Path(names_its_place['file']))}:{names_its_place['line']}", names_its_place["message"]
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


def place_of(raised: BaseException, item: pytest.Item) -> str:
    """The line of a check's own file at which it broke, or else where the check begins."""
    step, line = raised.__traceback__, (item.location[1] or 0) + 1
    while step is not None:
        if step.tb_frame.f_code.co_filename == str(item.path):
            line = step.tb_lineno
        step = step.tb_next
    return f"{named(item.path)}:{line}"
