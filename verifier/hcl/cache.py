"""Entries that save work: kept in the user's cache directory, never trusted, never needed.

An entry is found by a key that names everything it depends on. A directory that cannot be written, or an entry that
somebody else could have written, means no cache, and no complaint.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

LARGEST_ENTRY = 64 * 1024 * 1024
"""Bytes. A larger entry is neither written nor read."""

MOST_ENTRIES = 8192
"""Entries a room holds, unless it is to hold fewer; beyond that, the half that was written first goes."""


class Cache:
    """Entries below one directory, by room and key."""

    __slots__ = ("_counted", "directory")

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._counted: set[str] = set()

    @classmethod
    def of_user(cls) -> Cache | None:
        """The cache in the user's cache directory (XDG_CACHE_HOME is respected); None for a user without a home."""
        try:
            directory = _of_user()
        except RuntimeError:  # no HOME, and nobody in the password database, as in some containers
            return None
        return cls(directory) if directory.is_absolute() else None

    def read(self, room: str, key: str) -> bytes | None:
        """The entry's bytes, or None when there is none that may be read."""
        try:
            with (self.directory / room / key).open("rb") as entry:
                status = os.fstat(entry.fileno())
                if not _is_ours(status) or status.st_size > LARGEST_ENTRY:
                    return None
                content = entry.read()
        except (OSError, ValueError):
            return None
        name, _, rest = content.partition(b"\n")
        return rest if name == _name(room, key) else None

    def write(self, room: str, key: str, content: bytes, *, most: int = MOST_ENTRIES) -> None:
        """Keep the entry, whole or not at all, also when several runs write it at once. A room holds `most` entries."""
        if len(content) > LARGEST_ENTRY // 2:
            return
        directory = self.directory / room
        with suppress(OSError, ValueError):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_place(directory, room, most)
            temporary = directory / f".{os.getpid()}.{os.urandom(8).hex()}"
            try:
                with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as entry:
                    entry.write(_name(room, key) + b"\n" + content)
                temporary.replace(directory / key)
            except OSError:
                temporary.unlink(missing_ok=True)
                raise

    def _make_place(self, directory: Path, room: str, most: int) -> None:
        """Once a run, see that a room does not grow for ever."""
        if room in self._counted:
            return
        self._counted.add(room)
        with os.scandir(directory) as entries:
            found = [entry.path for entry in entries]
        if len(found) > most:
            found.sort(key=lambda path: Path(path).stat().st_mtime)
            for path in found[: len(found) // 2]:
                Path(path).unlink(missing_ok=True)


def _of_user() -> Path:
    """The directory for this user's caches of ours. Raises RuntimeError for a user without a home."""
    if sys.platform in ("darwin", "win32"):
        from platformdirs import user_cache_path

        return user_cache_path("verify-infra", appauthor=False)
    # What platformdirs does everywhere else, without the time that importing it takes.
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if named.strip() else Path("~/.cache").expanduser()) / "verify-infra"


def _name(room: str, key: str) -> bytes:
    """What an entry begins with, so that one entry cannot be put in another's place."""
    return f"verify-infra {room} {key}".encode()


def _is_ours(status: os.stat_result) -> bool:
    """Whether nobody but this user could have written it. Where files have no owners, there is nothing to ask."""
    if not stat.S_ISREG(status.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
