"""Styled text: no operation loses a character or its style."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from verifier.report.text import OURS, Text, cells

TEXTS = st.builds(
    lambda pieces: Text.assemble(*pieces),
    st.lists(st.tuples(st.text("ab字 \n…", max_size=4), st.sampled_from(["", "bold", "dim"])), max_size=5),
)


def styled(text: Text) -> list[tuple[str, str]]:
    """Each character with its style."""
    return [(character, style) for piece, style in text.pieces for character in piece]


@given(TEXTS, st.lists(st.integers(0, 20), max_size=3).map(sorted))
def test_the_parts_of_a_text_are_the_text(text: Text, offsets: list[int]) -> None:
    within = [offset for offset in offsets if offset <= len(text.plain)]
    assert styled(Text.assemble(*text.divide(within))) == styled(text)


@given(TEXTS)
def test_the_lines_of_a_text_are_the_text_without_its_breaks(text: Text) -> None:
    lines = list(text.lines())
    assert [line.plain for line in lines] == text.plain.split("\n")
    assert styled(Text.assemble(*lines)) == [each for each in styled(text) if each[0] != "\n"]


@given(TEXTS)
def test_what_is_stripped_is_white_space_at_the_end(text: Text) -> None:
    assert text.stripped().plain == text.plain.rstrip()
    assert styled(text)[: len(text.stripped().plain)] == styled(text.stripped())


@given(TEXTS, st.integers(1, 12))
def test_what_is_cut_fits_and_is_as_long_as_it_can_be(text: Text, room: int) -> None:
    cut = text.cut(room).plain
    assert cells(cut) <= room
    if cells(text.plain) <= room:
        assert cut == text.plain
    else:
        kept = cut.removesuffix("…")
        assert text.plain.startswith(kept)
        assert cells(text.plain[: len(kept) + 1]) > room - 1


@given(st.lists(TEXTS, max_size=4))
def test_joined_texts_have_the_joint_between_them(texts: list[Text]) -> None:
    assert Text(", ").join(texts).plain == ", ".join(text.plain for text in texts)


@pytest.mark.parametrize(("text", "width"), [("", 0), ("abc", 3), ("字", 2), ("é", 1), ("e\u0301", 1)])
def test_a_wide_character_takes_two_cells_and_an_accent_none(text: str, width: int) -> None:
    assert cells(text) == width


@given(st.text(st.one_of(st.sampled_from(OURS), st.characters()), max_size=8))
def test_a_text_is_as_wide_as_rich_says(text: str) -> None:
    assert cells(text) == cell_len(text) or not text.isprintable()
