"""Lines: where they break, and how wide they are."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest

from verifier.report.page import Page, breaks
from verifier.report.paper import Plain
from verifier.report.text import Text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one", ["one"]),
        ("one two three", ["one two", "three"]),
        ("one-word-that-is-too-long", ["one-word-that-is-too-long"]),
        ("a one-word-that-is-too-long b", ["a", "one-word-that-is-too-long", "b"]),
        ("exactly8 12345678", ["exactly8", "12345678"]),
        ("字字 字字字", ["字字", "字字字"]),
    ],
)
def test_a_line_breaks_between_words_only(text: str, lines: list[str]) -> None:
    offsets = [0, *breaks(text, 8), len(text)]
    assert [text[a:b].rstrip() for a, b in pairwise(offsets)] == lines


def test_a_paragraph_continues_under_its_own_beginning() -> None:
    stream = io.StringIO()
    Page(Plain(stream, 40)).row("why", "because it is so and in no other way", indent=2)
    assert stream.getvalue() == "  why        because it is so and in no\n             other way\n"


def test_an_entry_of_a_list_hangs_over_what_follows() -> None:
    stream = io.StringIO()
    Page(Plain(stream, 30)).line("because it is so and in no other way", indent=2, hang=4)
    assert stream.getvalue() == "  because it is so and in\n      no other way\n"


def test_a_brief_row_is_cut_where_the_line_ends() -> None:
    stream = io.StringIO()
    Page(Plain(stream, 40)).brief("explains", "├ CMP02 compute k8s: it has no identity", indent=2)
    assert stream.getvalue() == "  explains   ├ CMP02 compute k8s: it ha…\n"


def test_an_entry_is_cut_where_the_line_ends() -> None:
    stream = io.StringIO()
    Page(Plain(stream, 40)).entry(Text("STO01 storage account st: keys are refused, as meant"))
    assert stream.getvalue() == "  STO01 storage account st: keys are re…\n"


def test_an_exact_row_keeps_to_one_line_however_long() -> None:
    stream = io.StringIO()
    Page(Plain(stream, 30)).exact("command", "x" * 200 + "\nrm -rf /", indent=0)
    assert stream.getvalue().count("\n") == 1
