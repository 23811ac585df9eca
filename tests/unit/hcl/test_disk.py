"""The door to the disk: what it sees, and what it notes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import Popen

import pytest

from verifier.hcl import disk

LOOKS: dict[str, Callable[[Path], object]] = {
    "contents": disk.contents,
    "entries": disk.names,
    "status": disk.exists,
    "size": disk.size,
    "real": disk.real,
}


def noted(*looks: Callable[[], object]) -> disk.Notes:
    with disk.notes_taken() as notes:
        for look in looks:
            with suppress(OSError):
                look()
    return notes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "deep.txt").touch()
    (tmp_path / "file.txt").write_text("text", "utf-8")
    (tmp_path / "link").symlink_to("below")
    (tmp_path / "nowhere").symlink_to("gone")
    return tmp_path


def test_each_thing_is_what_it_is(folder: Path) -> None:
    below, file, nowhere = folder / "below", folder / "file.txt", folder / "nowhere"
    assert disk.is_directory(below)
    assert disk.is_directory(folder / "link")
    assert disk.is_file(file)
    assert not disk.is_file(below)
    assert not disk.exists(nowhere)
    assert not disk.exists(folder / "\0")
    assert not disk.exists(file / "below")
    assert disk.text(file) == "text"
    assert disk.size(file) == 4
    assert disk.real(folder / "link") == disk.real(below)


def test_a_directory_is_listed_in_order_whatever_is_in_it(folder: Path) -> None:
    assert disk.names(folder) == ["below", "file.txt", "link", "nowhere"]


def test_a_walk_follows_no_links_to_folders(folder: Path) -> None:
    found = {path.relative_to(folder).as_posix(): list(names) for path, names in disk.walk(folder)}
    assert found == {".": ["file.txt", "nowhere"], "below": ["deep.txt"]}


def test_a_walk_of_nothing_finds_nothing(folder: Path) -> None:
    assert list(disk.walk(folder / "none")) == []


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_seen_now_is_what_was_noted(look: str, folder: Path) -> None:
    path = folder if look == "entries" else folder / "file.txt"
    notes = noted(lambda: LOOKS[look](path))
    assert notes.seen == {(look, str(path)): disk.seen_now(look, str(path))}
    assert notes.whole


@pytest.mark.parametrize("look", ["contents", "entries", "status"])
def test_that_something_is_not_there_is_noted(look: str, folder: Path) -> None:
    path = folder / "none"
    notes = noted(lambda: LOOKS[look](path))
    assert notes.seen == {(look, str(path)): disk.ABSENT}
    assert notes.whole
    assert disk.seen_now(look, str(path)) == disk.ABSENT


@pytest.mark.parametrize(
    ("look", "change"),
    [
        ("contents", lambda folder: (folder / "file.txt").write_text("texT", "utf-8")),
        ("entries", lambda folder: (folder / "more").touch()),
        ("entries", lambda folder: (folder / "file.txt").unlink()),
        ("entries", lambda folder: (folder / "link").unlink() or (folder / "link").mkdir()),
        ("status", lambda folder: (folder / "file.txt").unlink()),
        ("size", lambda folder: (folder / "file.txt").write_text("longer", "utf-8")),
        ("real", lambda folder: (folder / "file.txt").rename(folder / "x") and (folder / "file.txt").symlink_to("x")),
    ],
)
def test_a_change_is_seen(look: str, change: Callable[[Path], object], folder: Path) -> None:
    path = str(folder if look == "entries" else folder / "file.txt")
    before = disk.seen_now(look, path)
    change(folder)
    assert disk.seen_now(look, path) != before


def test_what_could_not_be_seen_leaves_the_notes_incomplete(folder: Path) -> None:
    assert not noted(lambda: disk.contents(folder)).whole
    assert not noted(lambda: disk.names(folder / "file.txt")).whole


def test_what_a_pipe_gives_is_read_once_and_not_looked_at_again(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    with Popen(["sh", "-c", f"printf text > '{pipe}'"]):
        notes = noted(lambda: disk.contents(pipe, given=True))
    assert not notes.whole
    assert disk.seen_now("contents", str(pipe)) is None


def test_what_changed_while_it_was_looked_at_leaves_the_notes_incomplete(folder: Path) -> None:
    file = folder / "file.txt"
    notes = noted(lambda: disk.contents(file), lambda: file.write_text("b", "utf-8"), lambda: disk.contents(file))
    assert not notes.whole


def test_nothing_is_noted_when_the_notes_are_closed(folder: Path) -> None:
    notes = noted()
    disk.contents(folder / "file.txt")
    assert notes.seen == {}
