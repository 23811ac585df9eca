"""Reading a file without waiting for what never comes.

What is found in a folder has to be an ordinary file, or a link to one: a pipe would be waited for until somebody writes
to it, and a device may have no end. What a person names may be a pipe that is written to, as a shell's `<(…)` and
`/dev/stdin` are: secrets come that way, and stay off the disk.
"""

from __future__ import annotations

import os
import stat
import time
from errno import EFBIG, EINVAL, ETIMEDOUT
from pathlib import Path

LONGEST_WITHOUT_WRITER_SECONDS = 2.0
"""How long a named pipe that nobody writes to yet is given: whoever is to write may just have been started."""

LARGEST = 256 * 1024 * 1024
"""In bytes, of what is no ordinary file and so does not say how large it is."""


class NotOrdinary(OSError):
    """There is something that is no file to read; `strerror` says what."""


def contents(path: Path) -> bytes:
    """The bytes of an ordinary file. Raises OSError, NotOrdinary for what is none."""
    if special := _special(path):
        raise NotOrdinary(EINVAL, f"{special}, and no ordinary file", str(path))
    return path.read_bytes()


def given(path: Path) -> bytes:
    """The bytes of a file that somebody named: all that a pipe or a device gives, too, once. Raises OSError."""
    special = _special(path)
    if not special:
        return path.read_bytes()
    # A pipe without a name, which the shell made, has its writer from the beginning.
    waits = special == "a pipe" and os.path.exists(os.path.realpath(path))  # noqa: PTH110 - not a name of a file system
    with os.fdopen(os.open(path, os.O_RDONLY | (os.O_NONBLOCK if waits else 0)), "rb") as opened:
        begun = _begun(opened.fileno(), path) if waits else b""
        content = begun + opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise NotOrdinary(EFBIG, f"{special} that gives more than {LARGEST // 1024**2} MiB", str(path))
    return content


def advice(error: Exception) -> str:
    """The next step after an error of these two; none for what any unreadable file says."""
    return "write what it is to give into a file, and name that" if isinstance(error, NotOrdinary) else ""


def _special(path: Path) -> str:
    """What is there, if it is neither a file nor a folder."""
    mode = os.stat(path).st_mode  # noqa: PTH116 - also of what pathlib does not take for a path
    return next((said for is_one, said in _SPECIAL if is_one(mode)), "")


_SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _begun(descriptor: int, path: Path) -> bytes:
    """What a pipe gives first, if anything, when somebody writes to it. Raises NotOrdinary when nobody does."""
    until = time.monotonic() + LONGEST_WITHOUT_WRITER_SECONDS
    while True:
        try:
            begun = os.read(descriptor, 65536)
        except BlockingIOError:  # whoever is to write is there
            begun = b""
            break
        if begun:
            break
        if time.monotonic() > until:
            raise NotOrdinary(ETIMEDOUT, "a pipe that nobody writes to", str(path))
        time.sleep(0.02)
    os.set_blocking(descriptor, True)
    return begun
