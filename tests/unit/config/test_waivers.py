"""Waivers as they are written: in verifier.toml, and in comments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.checking.finding import Severity
from verifier.config import Options, settings
from verifier.errors import ConfigurationError
from verifier.preferences import SEVERITIES
from verifier.waiver import Waiver, matches, waiver_of

TABLE = {"check": '"STO01"', "subject": '"storage account *"', "until": "2026-12-31", "reason": '"it is being moved"'}


def written(root: Path, **changes: str | None) -> Path:
    keys = {key: text for key, text in {**TABLE, **changes}.items() if text is not None}
    lines = ["deadline = 5", "", "[[waivers]]", *(f"{key} = {text}" for key, text in keys.items())]
    (root / "verifier.toml").write_text("\n".join(lines), encoding="utf-8")
    return root


def read(root: Path) -> tuple[Waiver, ...]:
    return settings(Options(root=root), {}).waivers


@pytest.mark.parametrize("until", ["2026-12-31", '"2026-12-31"'])
def test_a_waiver_of_the_file_has_its_line_and_its_day(until: str, tmp_path: Path) -> None:
    assert read(written(tmp_path, until=until, who='"me"')) == (
        Waiver(
            check="STO01",
            subject="storage account *",
            until=date(2026, 12, 31),
            reason="it is being moved",
            who="me",
            place=f"{tmp_path.as_posix()}/verifier.toml:3",
        ),
    )


def test_waivers_may_stand_in_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[[tool.verifier.waivers]]\ncheck = "STO01"\nsubject = "*"\nuntil = 2026-12-31\nreason = "r"\n',
        encoding="utf-8",
    )

    assert [w.place for w in read(tmp_path)] == [f"{tmp_path.as_posix()}/pyproject.toml:1"]


def test_a_waiver_written_in_one_line_has_the_file_alone(tmp_path: Path) -> None:
    (tmp_path / "verifier.toml").write_text(
        'waivers = [{ check = "STO01", subject = "*", until = 2026-12-31, reason = "r" }]\n', encoding="utf-8"
    )

    assert [w.place for w in read(tmp_path)] == [f"{tmp_path.as_posix()}/verifier.toml"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": None}, "has no reason"),
        ({"reason": '""'}, "has no reason"),
        ({"reason": '"  "'}, "has a reason that is no text"),
        ({"reason": "1"}, "has a reason that is no text"),
        ({"until": None}, "has no until"),
        ({"subject": None}, "has no subject"),
        ({"check": None}, "has no check"),
        ({"until": '"soon"'}, "has no day in until = soon"),
        ({"until": '"2026-02-30"'}, "has no day in until = 2026-02-30"),
        ({"until": '"20261231"'}, "has no day in until"),
        ({"until": "2026-12-31T00:00:00Z"}, "has no day in until"),
        ({"subjects": '"x"'}, "has the unknown key 'subjects'"),
        ({"unverified": '"yes"'}, "has an unverified that is neither true nor false"),
    ],
)
def test_a_waiver_that_is_not_right_ends_the_run_with_its_line(
    changes: dict[str, str | None], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(written(tmp_path, **changes))

    assert said in raised.value.what
    assert raised.value.where.endswith("verifier.toml:3")


def test_waivers_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    (tmp_path / "verifier.toml").write_text('waivers = ["STO01"]', encoding="utf-8")

    with pytest.raises(ConfigurationError, match="not a list of tables"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('STO01 until=2026-12-31 reason="a b"', {"check": "STO01", "reason": "a b"}),
        ('check=STO01 reason="a b" until="2026-12-31" who="the team"', {"who": "the team", "reason": "a b"}),
        ("STO01 until=2026-12-31 reason=moving unverified=true */", {"unverified": True, "reason": "moving"}),
    ],
)
def test_a_comment_is_a_waiver_of_what_it_stands_beside(text: str, expected: dict[str, object]) -> None:
    waiver = waiver_of(f"verify-infra:waive {text}", "module.sil.azurerm_x.y", "main.tf:4")

    assert (waiver.block, waiver.until, waiver.place) == ("module.sil.azurerm_x.y", date(2026, 12, 31), "main.tf:4")
    assert {key: getattr(waiver, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("STO01 reason=x", "has no until"),
        ("STO01 until=2026-12-31", "has no reason"),
        ("until=2026-12-31 reason=x", "has no check"),
        ('STO01 until=2026-12-31 reason="x', "cannot be understood from"),
        ("STO01 STO02 until=2026-12-31 reason=x", "says check twice"),
        ("STO01 subject=* until=2026-12-31 reason=x", "names a subject"),
        ("STO01 until=2026-12-31 because=x", "has the unknown key 'because'"),
    ],
)
def test_a_comment_that_is_not_right_says_why(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        waiver_of(f"verify-infra:waive {text}", "var.x", "main.tf:4")


def test_a_comment_beside_nothing_is_of_nothing() -> None:
    with pytest.raises(ConfigurationError, match="stands beside nothing"):
        waiver_of("verify-infra:waive STO01 until=2026-12-31 reason=x", "", "main.tf:4")


@given(st.text(), st.text(alphabet="ab[]?.*\\^$\n", max_size=12))
def test_a_pattern_without_a_star_is_meant_as_it_is(text: str, pattern: str) -> None:
    plain = pattern.replace("*", "")

    assert matches(plain, plain)
    assert matches(plain, text) is (plain == text)


@given(st.text(), st.text(), st.text())
def test_a_star_stands_for_any_text(before: str, between: str, after: str) -> None:
    plain_before, plain_after = before.replace("*", ""), after.replace("*", "")

    assert matches(f"{plain_before}*{plain_after}", plain_before + between + plain_after)
    assert matches("*", before)


def test_severities_are_the_findings_own() -> None:
    assert [severity.value for severity in Severity] == list(SEVERITIES)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('fail_on = "some"', "verifier.toml, fail_on"),
        ('[severity]\nSTO01 = "bad"', "verifier.toml"),
        ('severity = "low"', "verifier.toml"),
    ],
)
def test_a_severity_that_is_none_is_refused(text: str, where: str, tmp_path: Path) -> None:
    (tmp_path / "verifier.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError) as raised:
        settings(Options(root=tmp_path), {})

    assert raised.value.where.endswith(where)


def test_the_command_line_says_what_fails_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "verifier.toml").write_text('fail_on = "high"\nbaseline = "known.json"\n', encoding="utf-8")

    said = settings(Options(root=tmp_path, fail_on="low", baseline=Path("other.json")), {})
    unsaid = settings(Options(root=tmp_path), {})

    assert (said.fail_on, said.baseline) == ("low", Path("other.json"))
    assert (unsaid.fail_on, unsaid.baseline) == ("high", tmp_path / "known.json")
