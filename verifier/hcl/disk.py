"""Looking at the disk: the one door through which all that a plan is made from comes in.

Whoever takes notes is told of each look and of what was seen, and can find out later whether it would still be seen.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from errno import EBADF, ELOOP, ENOENT, ENOTDIR
from pathlib import Path

from verifier import ordinary
from verifier.hcl.digest import sha256

ABSENT = "absent"
_NOT_THERE = frozenset({ENOENT, ENOTDIR, EBADF, ELOOP})


class Notes:
    """What was seen, by the sort of look and the path; `whole` when each look could see, and saw one thing."""

    __slots__ = ("seen", "whole")

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], str] = {}
        self.whole = True

    def take(self, look: str, path: str, seen: str | None) -> None:
        """Note what a look saw; None when it could not see."""
        if seen is None or self.seen.setdefault((look, path), seen) != seen:
            self.whole = False


_taken: list[Notes] = []
_amended: dict[str, bytes] = {}


@contextmanager
def amended(files: Mapping[Path, bytes]) -> Iterator[None]:
    """See these files with this content, and new ones among the others, in this process until the end of the block."""
    before = dict(_amended)
    _amended.update((os.path.realpath(path), content) for path, content in files.items())
    try:
        yield
    finally:
        _amended.clear()
        _amended.update(before)


@contextmanager
def notes_taken() -> Iterator[Notes]:
    """Take notes of every look in this process, until the end of the block."""
    notes = Notes()
    _taken.append(notes)
    try:
        yield notes
    finally:
        _taken.remove(notes)


def contents(path: Path, *, given: bool = False) -> bytes:
    """The bytes of an ordinary file; where it was `given` by a person, of a pipe or a device too. Raises OSError."""
    if (instead := _instead_of(path)) is not None:
        _note("contents", path, None)
        return instead
    try:
        content = ordinary.given(path) if given else ordinary.contents(path)
    except FileNotFoundError:
        _note("contents", path, ABSENT)
        raise
    except OSError:
        _note("contents", path, None)
        raise
    if _taken:
        # What a pipe gave is gone: whether it would still be seen cannot be found out.
        _note("contents", path, _digest(content) if path.is_file() else None)
    return content


def text(path: Path) -> str:
    """The text of a file in UTF-8. Raises OSError or UnicodeDecodeError."""
    return contents(path).decode("utf-8")


def names(directory: Path) -> list[str]:
    """What stands directly in a directory, sorted. Raises OSError."""
    return [name for name, _ in _entries(directory)]


def walk(directory: Path) -> Iterator[tuple[Path, Sequence[str]]]:
    """Each folder from a directory down with the names of what is no folder in it. Links to folders are not followed.

    A folder that cannot be read has nothing in it.
    """
    pending = [directory]
    while pending:
        folder = pending.pop()
        with suppress(OSError):
            entries = _entries(folder)
            pending += [folder / name for name, sort in entries if sort == "folder"]
            yield folder, [name for name, sort in entries if sort == "file"]


def is_directory(path: Path) -> bool:
    """Whether there is a directory, or a link to one. Raises OSError where that cannot be seen."""
    return _status(path) == "directory"


def is_file(path: Path) -> bool:
    """Whether there is an ordinary file, or a link to one. Raises OSError where that cannot be seen."""
    return _status(path) == "file"


def exists(path: Path) -> bool:
    """Whether there is anything. Raises OSError where that cannot be seen."""
    return _status(path) != ABSENT


def size(path: Path) -> int:
    """The size of a file in bytes. Raises OSError."""
    instead = _instead_of(path)
    found = path.stat().st_size if instead is None else len(instead)
    _note("size", path, str(found))
    return found


def real(path: Path) -> Path:
    """The path without links in it. Raises RuntimeError where they lead in a circle."""
    found = path.resolve()
    _note("real", path, _name(found))
    return found


def seen_now(look: str, path: str) -> str | None:
    """What a look would see now, as notes have it; None where it cannot see."""
    try:
        return _LOOKS[look](path)
    except FileNotFoundError:
        return ABSENT
    except (OSError, ValueError):
        return None


def unchanged(looks: Iterable[tuple[str, str, str]]) -> bool:
    """Whether each look (its sort, the path, what was seen) would see the same now."""
    return all(seen_now(look, path) == seen for look, path, seen in looks)


def _instead_of(path: Path | str) -> bytes | None:
    """What is seen in place of a file, if anything is."""
    return _amended.get(os.path.realpath(path)) if _amended else None


def _note(look: str, path: Path, seen: str | None) -> None:
    for notes in _taken:
        notes.take(look, str(path), seen)


def _entries(directory: Path) -> list[tuple[str, str]]:
    """What stands in a directory, each with its sort: file, folder, or link to a folder."""
    try:
        found = _scanned(str(directory))
    except FileNotFoundError:
        _note("entries", directory, ABSENT)
        raise
    except OSError:
        _note("entries", directory, None)
        raise
    if _taken:
        _note("entries", directory, _listing(found))
    return found


def _scanned(directory: str) -> list[tuple[str, str]]:
    with os.scandir(directory) as entries:
        found = {entry.name: _sort(entry) for entry in entries}
    if _amended:
        here = os.path.realpath(directory)
        found |= {os.path.basename(file): "file" for file in _amended if os.path.dirname(file) == here}  # noqa: PTH119, PTH120
    return sorted(found.items())


def _sort(entry: os.DirEntry[str]) -> str:
    if not entry.is_dir():
        return "file"
    return "link" if entry.is_symlink() else "folder"


def _listing(entries: list[tuple[str, str]]) -> str:
    return _digest("\0".join(f"{sort} {name}" for name, sort in entries).encode("utf-8", "surrogateescape"))


def _status(path: Path) -> str:
    try:
        seen = _status_of(str(path))
    except OSError:
        _note("status", path, None)
        raise
    _note("status", path, seen)
    return seen


def _status_of(path: str) -> str:
    if _instead_of(path) is not None:
        return "file"
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - also of what pathlib does not take for a path
    except OSError as error:
        if error.errno in _NOT_THERE:
            return ABSENT
        raise
    except ValueError:  # a name that no file system takes
        return ABSENT
    return "directory" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"


def _contents_of(path: str) -> str:
    if _status_of(path) == "other":
        raise OSError("not an ordinary file: to look is to take what is in it")
    return _digest(Path(path).read_bytes())


def _name(path: Path) -> str:
    return _digest(str(path).encode("utf-8", "surrogateescape"))


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


_LOOKS: dict[str, Callable[[str], str]] = {
    "contents": _contents_of,
    "entries": lambda path: _listing(_scanned(path)),
    "status": _status_of,
    "size": lambda path: str(Path(path).stat().st_size),
    "real": lambda path: _name(Path(path).resolve()),
}
