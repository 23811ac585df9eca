"""Paper: what a stream is written as, and that rich writes the same text on a terminal."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from verifier.report.paper import Plain, Terminal, paper_for
from verifier.report.text import Text

PIECES = st.lists(
    st.tuples(
        st.text(st.characters(categories=("L", "N", "P", "Zs"))), st.sampled_from(["", "bold", "dim", "bold red"])
    )
)


class Watched(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_the_width_where_nobody_watches_does_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "37")
    assert paper_for(io.StringIO()).width == 100


def test_a_page_is_never_wider_than_people_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    assert paper_for(Watched()).width == 120


def test_a_terminal_is_coloured_and_a_pipe_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    line = Text("wrong", style="bold red")
    watched, piped = Watched(), io.StringIO()
    for stream in (watched, piped):
        paper_for(stream).write(line)
    assert watched.getvalue().startswith("\x1b[")
    assert piped.getvalue() == "wrong\n"


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_log_that_shows_colours_gets_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = io.StringIO()
    paper = paper_for(stream)
    paper.write(Text("wrong", style="bold red"))
    assert "\x1b[" in stream.getvalue()
    assert paper.width == 100


@given(PIECES)
def test_on_a_terminal_stands_the_same_text(pieces: list[tuple[str, str]]) -> None:
    plain, coloured = io.StringIO(), io.StringIO()
    Plain(plain).write(Text.assemble(*pieces))
    Terminal(Console(file=coloured, width=100, highlight=False, markup=False, emoji=False)).write(
        Text.assemble(*pieces)
    )
    assert coloured.getvalue() == plain.getvalue()
