"""Files that save work: kept in the user's cache directory, never trusted, never needed.

An entry is found by a key that names everything it depends on. A directory that cannot be written, or that somebody
else could have written to, means no cache, and no complaint.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

LARGEST_ENTRY: Final = 64 * 1024 * 1024
"""Bytes. A larger entry is neither written nor read."""


class Cache:
    """Entries below one directory, by room and key."""

    __slots__ = ("directory",)

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def of_user(cls) -> Cache:
        """The cache in the user's cache directory (XDG_CACHE_HOME is respected)."""
        from platformdirs import user_cache_path

        return cls(user_cache_path("verify-infra", appauthor=False))

    def read(self, room: str, key: str) -> bytes | None:
        """The entry's bytes, or None when there is none that may be read."""
        try:
            with (self.directory / room / key).open("rb") as entry:
                status = os.fstat(entry.fileno())
                if not _is_ours(status) or not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_ENTRY:
                    return None
                return entry.read(LARGEST_ENTRY)
        except (OSError, ValueError):
            return None

    def write(self, room: str, key: str, content: bytes) -> None:
        """Keep the entry, whole or not at all, also when several runs write it at once."""
        if len(content) > LARGEST_ENTRY:
            return
        directory = self.directory / room
        with suppress(OSError, ValueError):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".", dir=directory)
            try:
                with os.fdopen(handle, "wb") as entry:
                    entry.write(content)
                Path(temporary).replace(directory / key)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise


def _is_ours(status: os.stat_result) -> bool:
    """Whether nobody but this user could have written the file. Where files have no owners, there is nothing to ask."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
