"""The prompt of a terminal: line editing, and a history that outlives the session."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from verifier.cli.speaking import say

PROMPT = "> "
FURTHER = "| "
MOST_LINES = 2000


class Prompt:
    """Asks for lines. Without readline, or a home to keep the history in, it does without."""

    def __enter__(self) -> Self:
        """Take up the history."""
        self._history = _history()
        if self._history is not None:
            import readline

            with suppress(OSError):
                readline.read_history_file(self._history)
            readline.set_history_length(MOST_LINES)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Keep the history."""
        if self._history is not None:
            import readline

            with suppress(OSError):
                self._history.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                readline.write_history_file(self._history)

    def ask(self, *, goes_on: Callable[[str], bool]) -> str | None:
        """What the person typed, over several lines while it `goes_on`; None at the end of the input."""
        typed: list[str] = []
        while True:
            try:
                typed.append(input(FURTHER if typed else PROMPT))
            except EOFError:
                say("")
                return None
            except KeyboardInterrupt:
                say("")
                typed.clear()
                continue
            # A heredoc ends with a line, and the line with its break.
            text = "".join(f"{line}\n" for line in typed) if typed[1:] else typed[0]
            if not goes_on(text):
                return text


def _history() -> Path | None:
    """The file in the user's state directory; None where lines cannot be edited."""
    if "readline" not in sys.modules:
        try:
            import readline  # noqa: F401 - importing it is what gives input() its line editing
        except ImportError:
            return None
    from platformdirs import user_state_path

    directory = user_state_path("verify-infra", appauthor=False)
    return directory / "console_history" if directory.is_absolute() else None
