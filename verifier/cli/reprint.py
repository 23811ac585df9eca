"""A plan that has been printed before, printed again: as long as nothing has changed that it was made from.

What a plan is made from is noted while it is made (verifier.hcl.disk): the contents of files, what stands in
directories, what is not there. The entry's key is what else it is made from: the command line, the working directory,
the environment that is read, this program and Python. An entry is looked up by the key, and is used when every look
that it names sees today what it saw then. Nothing else is needed, so that little is imported.

Not kept: what a terminal shows, which depends on the terminal; a plan that is not complete; one for which something
could not be seen; and nothing with --no-cache.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout

from verifier import __version__
from verifier.hcl import disk
from verifier.hcl.cache import Cache
from verifier.hcl.digest import sha256

TYPE_CHECKING = False  # typing's own, without the time that importing it takes

if TYPE_CHECKING:
    from typing import TextIO

ROOM = "plans"
MOST = 64
"""Plans that are kept."""
LARGEST = 2 * 1024 * 1024
"""Bytes of a plan's text; longer ones are made anew each time."""

READ_FROM_ENVIRONMENT = ("TF_", "VERIFIER_")
"""How the names begin of what a plan's making reads of the environment."""
COLOURS = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""What makes a page coloured where there is no terminal (verifier.report.paper)."""


def reprinted(arguments: Sequence[str], run: Callable[[], int]) -> int:
    """Print what these arguments printed last time, if it would be the same; else run, and keep what that prints.

    Gives the exit code.
    """
    cache = Cache.of_user() if _may_be_kept(arguments) else None
    if cache is None:
        return run()
    key = _key(arguments)
    kept = _parsed(cache.read(ROOM, key))
    if kept is not None:
        _print(*kept)
        return 0
    return _kept(cache, key, run)


def _may_be_kept(arguments: Sequence[str]) -> bool:
    watched = sys.stdout.isatty() or any(os.environ.get(name) for name in COLOURS)
    return not watched and "--no-cache" not in arguments


def _kept(cache: Cache, key: str, run: Callable[[], int]) -> int:
    out, err = _Copied(sys.stdout), _Copied(sys.stderr)
    with disk.notes_taken() as notes, redirect_stdout(out), redirect_stderr(err):
        code = run()
    if code == 0 and notes.seen and notes.whole and not out.left_out and not err.left_out:
        content = _composed(notes, out.text(), err.text())
        if content is not None:
            cache.write(ROOM, key, content, most=MOST)
    return code


class _Copied:
    """A stream on which all that is written is remembered, unless it is too much."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._written: list[str] = []
        self._size = 0
        self.left_out = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, and remember."""
        self._size += len(text)
        if self._size > LARGEST:
            self.left_out = True
            self._written.clear()
        else:
            self._written.append(text)
        return self._stream.write(text)

    def flush(self) -> None:
        """Let what was written through."""
        self._stream.flush()

    def text(self) -> str:
        """What was written."""
        return "".join(self._written)


def _print(out: str, err: str) -> None:
    sys.stdout.write(out)
    sys.stdout.flush()
    sys.stderr.write(err)
    sys.stderr.flush()


def _key(arguments: Sequence[str]) -> str:
    read = sorted(item for item in os.environ.items() if item[0].startswith(READ_FROM_ENVIRONMENT))
    said: list[object] = [__version__, sys.version, os.getcwd(), list(arguments), read, *_program()]  # noqa: PTH109 - pathlib gives the same
    return sha256(repr(said).encode()).hexdigest()


def _program() -> Iterator[object]:
    """What tells this program from another version of it: each file's age and size, and when packages came."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - names alone
    yield package
    yield from sorted(_files(package))
    for place in sys.path:
        if place.endswith("-packages"):
            yield place, _age(place)


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size


def _age(place: str) -> int:
    try:
        return os.stat(place).st_mtime_ns  # noqa: PTH116 - no path object is needed
    except OSError:
        return 0


def _composed(notes: disk.Notes, out: str, err: str) -> bytes | None:
    """An entry: a digest of the rest; how many looks, and how long the texts; the looks; the texts."""
    lines = [f"{look} {seen} {path}" for (look, path), seen in notes.seen.items()]
    if any("\n" in line for line in lines):
        return None
    try:
        texts = [text.encode() for text in (out, err)]
        looks = "".join(f"{line}\n" for line in lines).encode()
    except UnicodeEncodeError:
        return None
    rest = b"%d %d %d\n" % (len(lines), *map(len, texts)) + looks + b"".join(texts)
    return sha256(rest).hexdigest().encode() + b"\n" + rest


def _parsed(content: bytes | None) -> tuple[str, str] | None:
    """What was written on both streams; None where the entry is damaged, or something has changed since."""
    digest, _, rest = (content or b"").partition(b"\n")
    if sha256(rest).hexdigest().encode() != digest:
        return None
    head, _, rest = rest.partition(b"\n")
    try:
        count, out, err = map(int, head.split())
        *looks, texts = rest.split(b"\n", count)
        if len(looks) != count or len(texts) != out + err or not disk.unchanged(map(_look, looks)):
            return None
        return texts[:out].decode(), texts[out:].decode()
    except ValueError:
        return None


def _look(line: bytes) -> tuple[str, str, str]:
    look, seen, path = line.decode().split(" ", 2)
    return look, path, seen
