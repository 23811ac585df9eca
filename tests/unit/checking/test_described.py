from __future__ import annotations

from pathlib import Path

import pytest

from verifier.checking.described import described
from verifier.errors import ConfigurationError

CHECK = '''\
import pytest


@pytest.mark.check(id="{id}", severity="low", asks="{asks}", why="It matters.")
def test_{name}({argument}):
    """It holds.

    And this is how.
    """
'''


def written(folder: Path, name: str, *, id_: str = "OWN01", asks: str = "coherence", argument: str = "root") -> Path:
    file = folder / f"test_{name}.py"
    file.write_text(CHECK.format(id=id_, asks=asks, name=name, argument=argument), encoding="utf-8")
    return file


def test_a_check_says_what_it_is_without_being_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "one", argument="storage_account, world")

    [found] = described([tmp_path])

    assert (found.id, found.family, found.check.sentence) == ("OWN01", "OWN", "It holds.")
    assert (found.details, found.subject, found.place) == ("And this is how.", "storage_account", "test_one.py:4")


@pytest.mark.parametrize(("asks", "verbs"), [("coherence", ("gate", "run", "drift")), ("invariant", ("run", "drift"))])
def test_only_what_needs_nothing_live_is_run_by_the_gate(asks: str, verbs: tuple[str, ...], tmp_path: Path) -> None:
    written(tmp_path, "one", asks=asks)

    assert described([tmp_path])[0].verbs == verbs


def test_checks_come_by_id_whatever_file_they_stand_in(tmp_path: Path) -> None:
    written(tmp_path, "a", id_="OWN02")
    written(tmp_path, "b", id_="OWN01")

    assert [found.id for found in described([tmp_path])] == ["OWN01", "OWN02"]


def test_a_test_without_the_marker_is_no_check(tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")

    assert described([tmp_path]) == ()


def test_an_id_that_two_checks_have_is_told_with_both_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "a")
    written(tmp_path, "b")

    with pytest.raises(ConfigurationError, match=r"test_b\.py:4: another check, at test_a\.py:4, has the id OWN01"):
        described([tmp_path])


def test_a_file_that_cannot_be_imported_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import pytest\nimport nowhere_to_be_found\n", encoding="utf-8")

    with pytest.raises(ConfigurationError) as raised:
        described([tmp_path])

    assert "test_broken.py:2" in str(raised.value)
    assert "No module named 'nowhere_to_be_found'" in raised.value.what


def test_a_marker_that_is_not_right_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "one", asks="nothing")

    with pytest.raises(ConfigurationError, match=r"test_one\.py:4: asks is 'nothing'"):
        described([tmp_path])
