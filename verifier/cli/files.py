"""Files that a verb writes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from verifier.errors import ConfigurationError


def write(file: Path, text: str) -> None:
    """Put a whole text into a file, or leave the file as it was. Makes the folder it stands in.

    Raises ConfigurationError where that cannot be done.
    """
    try:
        if file.exists() and not file.is_file():
            # A device or a pipe (/dev/stdout) is written to; a folder refuses.
            file.write_text(text, encoding="utf-8")
        else:
            _replace(file, text)
    except OSError as error:
        raise ConfigurationError(
            f"cannot be written: {error.strerror or error}",
            where=file.as_posix(),
            expected="a file in a folder that can be written to",
        ) from None


def _replace(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}.partial")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
