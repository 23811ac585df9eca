from __future__ import annotations

import pytest

from verifier.checking.finding import Severity
from verifier.checking.marker import MarkerError, Metadata, Of, Question, read_marker, refuse_clashes, unresolved

RIGHT = {"id": "STO01", "severity": "high", "asks": "agreement", "why": "Because."}


def test_a_right_marker_is_read() -> None:
    assert read_marker({**RIGHT, "after": ["INT12"], "link": 13}, "It holds.\n\nMore.") == Metadata(
        id="STO01",
        sentence="It holds.",
        severity=Severity.HIGH,
        asks=Question.AGREEMENT,
        of=Of.PLANNED,
        why="Because.",
        link=13,
        after=("INT12",),
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"id": "sto1"}, "id is 'sto1'"),
        ({"severity": "huge"}, "expected one of critical, high"),
        ({"asks": "nicely"}, "expected one of coherence"),
        ({"why": ""}, "why is missing"),
        ({"after": "INT12"}, "after is 'INT12'; expected a list"),
        ({"colour": "red"}, "unknown argument 'colour'"),
        ({"link": "early"}, "link is 'early'"),
    ],
)
def test_a_wrong_marker_says_what_is_wrong(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(MarkerError, match=says):
        read_marker({**RIGHT, **wrong}, "It holds.")


def test_a_check_without_a_sentence_is_refused() -> None:
    with pytest.raises(MarkerError, match="docstring"):
        read_marker(RIGHT, None)


def metadata(check: str, *after: str) -> Metadata:
    return read_marker({**RIGHT, "id": check, "after": after}, "It holds.")


def test_two_checks_with_one_id_are_refused() -> None:
    with pytest.raises(MarkerError, match="two checks have the id AAA01"):
        refuse_clashes([metadata("AAA01"), metadata("AAA01")])


def test_a_circle_of_after_is_refused() -> None:
    with pytest.raises(MarkerError, match="AAA01 → BBB01 → AAA01"):
        refuse_clashes([metadata("AAA01", "BBB01"), metadata("BBB01", "AAA01")])


def test_an_after_that_names_no_check_is_found() -> None:
    assert unresolved([metadata("AAA01", "CCC01")]) == ("AAA01 after CCC01",)
