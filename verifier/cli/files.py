"""Files that a verb writes."""

from __future__ import annotations

from pathlib import Path

from verifier.errors import ConfigurationError


def write(file: Path, text: str) -> None:
    """Put a whole text into a file, or leave the file as it was. Makes the folder it stands in.

    Raises ConfigurationError where that cannot be done.
    """
    beside = file.with_name(f".{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise ConfigurationError(
            f"cannot be written: {error.strerror or error}",
            where=file.as_posix(),
            expected="a file in a folder that can be written to",
        ) from None
