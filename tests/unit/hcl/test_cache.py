"""The cache saves work, and nothing anybody leaves in it can do more than that."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from verifier.hcl import cache as cache_module
from verifier.hcl.cache import Cache
from verifier.hcl.syntax import building, edition, grammar, parse_file, tables

TEXT = 'a = 1\nb "c" {\n  d = "x${y}"\n}\n'
BROKEN = "a = 1\na = = 2\n"
not_root = pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="the superuser may do everything")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entry(cache: Cache, room: str = "files") -> Path:
    (path,) = (cache.directory / room).iterdir()
    return path


def parsed(text: str, cache: Cache | None) -> str:
    result = parse_file(text, "main.tf", cache=cache)
    return repr((result.body, result.diagnostics))


def run(code: str, directory: Path, **environment: str) -> str:
    command = [sys.executable, "-c", code, str(directory)]
    given = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=given).stdout


PARSE = f"""
import sys
from pathlib import Path
from verifier.hcl.cache import Cache
from verifier.hcl.syntax import parse_file
print(repr(parse_file({TEXT!r}, "main.tf", cache=Cache(Path(sys.argv[1]) / "cache")).body))
print(sorted({{"lark", "hcl2"}} & set(sys.modules)))
"""


UNSHIPPED = f"from verifier.hcl.syntax import tables\ntables.shipped = lambda: None\n{PARSE}"
"""The same, as with a python-hcl2 whose tables are not part of the package."""


@pytest.mark.parametrize("text", [TEXT, BROKEN, ""])
def test_a_hit_gives_what_a_parse_gave(cache: Cache, text: str) -> None:
    first = parsed(text, cache)

    assert parsed(text, cache) == first == parsed(text, None)
    assert entry(cache).exists()


def test_tables_are_built_only_where_none_are_shipped_or_kept(tmp_path: Path) -> None:
    shipped = run(PARSE, tmp_path / "shipped")
    cold = run(UNSHIPPED, tmp_path)
    warm = run(UNSHIPPED, tmp_path)

    assert [said.splitlines()[1] for said in (shipped, cold, warm)] == ["[]", "['lark']", "[]"]
    assert shipped.splitlines()[0] == cold.splitlines()[0] == warm.splitlines()[0]


def test_the_tables_that_are_shipped_are_those_of_the_grammar() -> None:
    built = tables.to_bytes(building.build(*grammar.grammar_text()))

    assert Path(tables.__file__).with_name(tables.SHIPPED).read_bytes() == built


def test_an_entry_knows_no_file_name(cache: Cache) -> None:
    parse_file(BROKEN, "first.tf", cache=cache)
    (diagnostic,) = parse_file(BROKEN, "second.tf", cache=cache).diagnostics

    assert str(diagnostic.place) == "second.tf:2"
    assert entry(cache).exists()


def test_without_a_cache_nothing_is_written(tmp_path: Path) -> None:
    code = f"from verifier.hcl.syntax import parse_file; parse_file({TEXT!r}, 'main.tf')"
    run(code, tmp_path, XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_the_directory_is_where_the_user_keeps_caches(tmp_path: Path) -> None:
    code = "from verifier.hcl.cache import Cache; print(Cache.of_user().directory)"

    assert run(code, tmp_path, XDG_CACHE_HOME=str(tmp_path)).strip() == str(tmp_path / "verify-infra")


def test_a_user_without_a_home_has_no_cache(tmp_path: Path) -> None:
    code = """
import os, pwd
def nobody(uid): raise KeyError(uid)
pwd.getpwuid = nobody
del os.environ["HOME"], os.environ["XDG_CACHE_HOME"]
from verifier.hcl.cache import Cache
print(Cache.of_user())
"""
    assert run(code, tmp_path, XDG_CACHE_HOME="", HOME="").strip() == "None"


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"[]", b"{}", b'[[[1,1,1,1,1,"a"]],[]]', b"[[[22,1,1,1,1,9,9]],[]]"]
)
def test_an_entry_that_is_not_ours_is_made_again(cache: Cache, content: bytes) -> None:
    expected = parsed(TEXT, cache)
    header = entry(cache).read_bytes().partition(b"\n")[0]
    for spoiled in (content, header + b"\n" + content):
        entry(cache).write_bytes(spoiled)

        assert parsed(TEXT, cache) == expected


def test_an_entry_in_the_place_of_another_is_not_read(cache: Cache) -> None:
    expected = parsed(TEXT, cache)
    mine = entry(cache)
    parsed("other = 2\n", cache)
    (other,) = (path for path in mine.parent.iterdir() if path != mine)
    other.replace(mine)

    assert parsed(TEXT, cache) == expected


class Trap:
    """What pickle would run."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (self.place,))

    def __init__(self, place: str) -> None:
        self.place = place


@pytest.mark.parametrize("room", ["files", "grammar"])
def test_an_entry_cannot_run_code(tmp_path: Path, room: str) -> None:
    expected = run(UNSHIPPED, tmp_path).splitlines()[0]
    path = entry(Cache(tmp_path / "cache"), room)
    header = path.read_bytes().partition(b"\n")[0]
    path.write_bytes(header + b"\n" + pickle.dumps({"data": Trap(str(tmp_path / "sprung")), "memo": {}}))
    if room == "grammar":
        entry(Cache(tmp_path / "cache"), "files").unlink()

    assert run(UNSHIPPED, tmp_path).splitlines()[0] == expected
    assert not (tmp_path / "sprung").exists()


HEAD = b'{"format": 1, "grammar": "g", "start": 0, "end": 0, '


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\1\2",
        b"[]",
        b"7",
        b"{}",
        b"[" * 100_000,
        HEAD + b'"actions": [{"NAME": 7}], "gotos": [{}], "rules": []}',
        HEAD + b'"actions": [{"NAME": -9}], "gotos": [{}], "rules": []}',
        HEAD + b'"actions": [{}], "gotos": [{"a": "b"}], "rules": []}',
        HEAD + b'"actions": [{}], "gotos": [{}], "rules": [["a", "a", 1, [[4, true]], false]]}',
        HEAD + b'"actions": [{}], "gotos": [{}], "rules": [], "more": 1}',
    ],
)
@pytest.mark.usefixtures("_fresh_grammar")
def test_tables_that_are_not_ours_are_built_again(cache: Cache, content: bytes) -> None:
    expected = parsed(TEXT, cache)
    path = entry(cache, "grammar")
    path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n" + content)
    entry(cache).unlink()
    grammar._built.clear()

    assert parsed(TEXT, cache) == expected


def test_an_entry_that_others_may_write_is_not_read(cache: Cache) -> None:
    cache.write("files", "key", b"content")
    assert cache.read("files", "key") == b"content"
    (cache.directory / "files" / "key").chmod(0o666)

    assert cache.read("files", "key") is None


def test_entries_are_for_nobody_else(cache: Cache) -> None:
    cache.write("files", "key", b"content")

    assert (cache.directory / "files").stat().st_mode & 0o077 == 0
    assert (cache.directory / "files" / "key").stat().st_mode & 0o077 == 0


@not_root
def test_a_directory_that_cannot_be_written_means_no_cache(cache: Cache) -> None:
    cache.directory.mkdir()
    cache.directory.chmod(0o500)

    assert parsed(TEXT, cache) == parsed(TEXT, None)
    assert list(cache.directory.iterdir()) == []


def test_a_file_in_the_directory_s_place_means_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert parsed(TEXT, Cache(tmp_path / "file")) == parsed(TEXT, None)


def test_another_lowering_reads_no_old_entries(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed(TEXT, cache)
    monkeypatch.setattr(edition, "current", lambda: b"another")
    parsed(TEXT, cache)

    assert len(list((cache.directory / "files").iterdir())) == 2


def test_the_edition_depends_on_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    before = edition.current.__wrapped__()
    monkeypatch.setattr(edition, "grammar", lambda: "another grammar")

    assert edition.current.__wrapped__() != before


def test_runs_at_once_leave_one_whole_entry(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARSE, str(tmp_path)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = {each.communicate()[0].splitlines()[0] for each in runs}

    assert outputs == {repr(parse_file(TEXT, "main.tf").body)}
    assert len(list((tmp_path / "cache" / "files").iterdir())) == 1
    assert run(PARSE, tmp_path).splitlines()[1] == "[]"


def test_a_room_does_not_grow_for_ever(cache: Cache) -> None:
    for number in range(20):
        Cache(cache.directory).write("files", f"{number:02}", b"content", most=10)

    left = sorted(path.name for path in (cache.directory / "files").iterdir())
    assert len(left) <= 11
    assert left[-1] == "19"


def test_a_large_entry_is_not_kept(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "LARGEST_ENTRY", 100)
    cache.write("files", "key", b"x" * 101)

    assert cache.read("files", "key") is None


@pytest.fixture
def _fresh_grammar(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tables, "shipped", lambda: None)
    kept = list(grammar._built)
    grammar._built.clear()
    yield
    grammar._built[:] = kept


@pytest.mark.usefixtures("_fresh_grammar")
def test_the_parser_s_tables_are_kept(cache: Cache) -> None:
    parsed(TEXT, cache)
    built = entry(cache, "grammar").stat().st_mtime_ns
    grammar._built.clear()
    entry(cache).unlink()

    assert parsed(TEXT, cache) == parsed(TEXT, None)
    assert entry(cache, "grammar").stat().st_mtime_ns == built


def test_the_grammar_is_left_without_newlines() -> None:
    assert "new_line_or_comment" not in grammar._without_newlines(edition.grammar())
