"""Progress: only where somebody watches."""

from __future__ import annotations

import io
import sys
from collections import Counter

import pytest

from verifier.cli.progress import described, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_said_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress() as on_read:
        assert on_read is None
    assert sys.stderr.getvalue() == ""


def test_a_terminal_sees_how_far_the_reading_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress() as on_read:
        assert on_read is not None
        on_read("get /subscriptions/x/providers/y/z/aks", "found")
    assert "reading what is live" in terminal.getvalue()


def test_outcomes_are_counted_in_their_order() -> None:
    assert described(Counter(denied=1, found=12)) == "12 found, 1 denied"
