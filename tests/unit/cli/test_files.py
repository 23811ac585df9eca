"""Writing files: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.cli.files import write
from verifier.errors import ConfigurationError


def test_a_file_is_written_with_the_folder_it_stands_in(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b.json", "{}\n")
    assert (tmp_path / "a" / "b.json").read_text(encoding="utf-8") == "{}\n"


def test_nothing_else_is_left_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "b.json", "{}\n")
    assert [f.name for f in tmp_path.iterdir()] == ["b.json"]


def test_a_file_that_cannot_be_written_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written") as refused:
        write(tmp_path / "file" / "b.json", "{}\n")
    assert refused.value.where.endswith("file/b.json")


def test_a_folder_in_its_place_stays(tmp_path: Path) -> None:
    (tmp_path / "b.json").mkdir()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write(tmp_path / "b.json", "{}\n")
    assert [f.name for f in tmp_path.iterdir()] == ["b.json"]


def test_a_device_is_written_to_and_not_replaced() -> None:
    write(Path("/dev/null"), "{}\n")
    assert Path("/dev/null").is_char_device()
