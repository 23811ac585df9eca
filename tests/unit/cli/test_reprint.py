"""A plan that is printed again is the plan that would be made now, whatever has changed; what is kept is harmless."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifier.cli import main, reprint
from verifier.hcl import disk

MAIN = """\
variable "a" { default = "one" }
variable "secret" {
  default   = "hidden-in-the-plan"
  sensitive = true
}
module "child" {
  source = "./child"
  name   = var.a
}
locals {
  text  = file("${path.module}/text.txt")
  page  = templatefile("page.tftpl", { a = var.a })
  there = fileexists("maybe.txt")
  found = sort(fileset(path.module, "files/**"))
  sum   = try(filemd5("maybe.txt"), "none")
}
resource "terraform_data" "r" {
  count = var.a == "none" ? 0 : 1
  input = [local.text, local.page, local.there, local.found, local.sum, terraform.workspace, path.cwd, abspath(".")]
}
output "secret" {
  value     = var.secret
  sensitive = true
}
output "child" { value = module.child.name }
"""
CHILD = 'variable "name" {}\noutput "name" { value = "child of ${var.name}" }\n'
FILES = {
    "main.tf": MAIN,
    "child/main.tf": CHILD,
    "text.txt": "text",
    "page.tftpl": "page of ${a}",
    "files/a": "",
    "files/below/b": "",
    "given.tfvars": 'a = "given"\n',
}
TEXTS = ["", "text", 'a = "two"\n', MAIN, CHILD, 'output "more" { value = 1 }\n', "broken {", "other"]
PATHS = [
    *FILES,
    "more.tf",
    "override.tf",
    "more.tf.json",
    "terraform.tfvars",
    "x.auto.tfvars",
    "x.auto.tfvars.json",
    "maybe.txt",
    "files/c",
    "files/new/d",
    "child/more_override.tf",
    ".terraform/environment",
    ".terraform/modules/modules.json",
    "data/environment",
    "verifier.toml",
    "pyproject.toml",
    ".git/HEAD",
]
VARIABLES = [
    "TF_VAR_a",
    "TF_VAR_none",
    "TF_WORKSPACE",
    "TF_DATA_DIR",
    "TF_CLI_ARGS",
    "VERIFIER_CLOUD",
    "HOME",
    "COLUMNS",
    "LANG",
]
ARGUMENTS = [[], ["--json"], ["--var", "a=three"], ["--var-file", "given.tfvars"], ["--var", "a=none", "--json"]]
CHANGES = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PATHS), st.sampled_from(TEXTS)),
    st.tuples(st.just("remove"), st.sampled_from(PATHS), st.just("")),
    st.tuples(st.just("link"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.just("set"), st.sampled_from(VARIABLES), st.sampled_from(["", "two", "data", "AzureCloud"])),
    st.tuples(st.just("move"), st.just("files"), st.sampled_from(["child/files", "moved"])),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stack that draws on everything a plan can be made from; the working directory, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in reprint.COLOURS:
        monkeypatch.delenv(name, raising=False)
    stack = tmp_path / "stack"
    write_stack(stack)
    monkeypatch.chdir(stack)
    return stack


def write_stack(stack: Path) -> None:
    for name, text in FILES.items():
        (stack / name).parent.mkdir(parents=True, exist_ok=True)
        (stack / name).write_text(text, "utf-8")


def said(*arguments: str) -> tuple[int, str, str]:
    """What the command ends with and says."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["plan", *arguments])
    return code, out.getvalue(), err.getvalue()


def kept(root: Path) -> list[Path]:
    return sorted((root.parent / "cache" / "verify-infra" / reprint.ROOM).glob("[!.]*"))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Gets longer with each plan that is made, rather than printed again."""
    runs: list[int] = []
    original = reprint._kept

    def counted(cache: object, key: str, run: Callable[[], int]) -> int:
        runs.append(1)
        return original(cache, key, run)  # type: ignore[arg-type]

    monkeypatch.setattr(reprint, "_kept", counted)
    return runs


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=" ".join)
def test_a_plan_is_made_once_and_printed_the_same_again(arguments: list[str], root: Path, made: list[int]) -> None:
    first = said(*arguments)
    assert said(*arguments) == said(*arguments) == first == said(*arguments, "--no-cache")
    assert first[0] == 0
    assert len(made) == 1
    assert len(kept(root)) == 1


def change(stack: Path, what: str, name: str, how: str) -> None:
    target = stack / name
    if what == "set":
        os.environ[name] = how
    elif what == "write":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_text(how, "utf-8")
    elif what == "remove":
        target.unlink(missing_ok=True)
    elif what == "link":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.symlink_to(stack / how)
    elif target.exists() and not (stack / how).exists():
        target.rename(stack / how)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(CHANGES, st.sampled_from(ARGUMENTS)), min_size=1, max_size=6))
def test_no_change_leaves_a_stale_plan(root: Path, steps: list[tuple[tuple[str, str, str], list[str]]]) -> None:
    environment = dict(os.environ)
    shutil.rmtree(root)
    write_stack(root)
    os.chdir(root)
    try:
        for step, arguments in steps:
            said(*arguments)
            change(root, *step)
            assert said(*arguments) == said(*arguments, "--no-cache")
    finally:
        os.environ.clear()
        os.environ.update(environment)


@pytest.mark.parametrize(
    ("what", "name", "how"),
    [
        ("write", "main.tf", MAIN + "\n# more\n"),
        ("write", "child/main.tf", CHILD + 'output "b" { value = 1 }\n'),
        ("write", "more.tf", 'output "more" { value = 1 }\n'),
        ("write", "x.auto.tfvars", 'a = "two"\n'),
        ("write", "terraform.tfvars", 'a = "two"\n'),
        ("write", "text.txt", "other"),
        ("write", "page.tftpl", "other ${a}"),
        ("write", "maybe.txt", ""),
        ("write", "files/below/c", ""),
        ("write", ".terraform/environment", "blue"),
        ("write", "verifier.toml", 'var_files = ["given.tfvars"]\n'),
        ("link", "files/e", "text.txt"),
        ("set", "TF_VAR_a", "two"),
        ("set", "TF_WORKSPACE", "blue"),
    ],
)
def test_what_a_plan_is_made_from_makes_it_anew(
    what: str, name: str, how: str, root: Path, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = said("--json")
    if what == "set":
        monkeypatch.setenv(name, how)
    else:
        change(root, what, name, how)
    after = said("--json")
    assert len(made) == 2
    assert after == said("--json", "--no-cache")
    assert (after == before) == (how.endswith("# more\n"))


def test_another_working_directory_is_another_plan(
    root: Path, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(str(root), "--json")
    monkeypatch.chdir(root / "child")
    said(str(root), "--json")
    assert len(made) == 2


def test_a_changed_program_makes_the_plan_anew(root: Path, made: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    said()
    monkeypatch.setattr(reprint, "_files", lambda _: iter([("verifier/hcl/evaluate.py", 1, 2)]))
    said()
    assert len(made) == 2


@pytest.mark.parametrize("text", ["broken {", 'variable "needed" {}\n', 'module "m" { source = "x/y/z" }\n'])
def test_an_incomplete_plan_is_not_kept(text: str, root: Path) -> None:
    (root / "more.tf").write_text(text, "utf-8")
    assert said()[0] == 11
    assert kept(root) == []


def test_help_and_mistakes_are_not_kept(root: Path) -> None:
    assert said("--help")[0] == 0
    assert said("--nonsense")[0] == 4
    assert kept(root) == []


def test_no_cache_neither_reads_nor_writes(root: Path, made: list[int]) -> None:
    said("--no-cache")
    assert not (root.parent / "cache").exists()
    said()
    (entry,) = kept(root)
    before = entry.stat().st_mtime_ns
    said("--no-cache")
    assert entry.stat().st_mtime_ns == before
    assert len(made) == 1


def test_what_a_terminal_shows_is_not_kept(root: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with redirect_stdout(Terminal()):
        assert main(["plan"]) == 0
    assert kept(root) == []


def test_a_directory_that_cannot_be_read_is_no_reason_to_keep_a_plan(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: str) -> list[tuple[str, str]]:
        raise PermissionError(13, "denied")

    scanned = disk._scanned
    monkeypatch.setattr(disk, "_scanned", lambda d: refused(d) if d.endswith("below") else scanned(d))
    assert said()[0] == 0
    assert kept(root) == []


def test_no_sensitive_value_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_VAR_secret", "hidden-in-the-environment")
    for arguments in (["--json"], [], ["--json", "--var", "secret=hidden-on-the-command-line"]):
        said(*arguments)
    entries = kept(root)
    assert len(entries) == 3
    assert not [entry for entry in entries if b"hidden" in entry.read_bytes()]
    assert not [entry for entry in entries if entry.stat().st_mode & 0o077]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content.replace(b"planned", b"plannee"),
        lambda _: b"",
        lambda content: content + b"more",
    ],
)
def test_a_damaged_entry_is_not_printed(damage: Callable[[bytes], bytes], root: Path, made: list[int]) -> None:
    first = said()
    (entry,) = kept(root)
    entry.write_bytes(damage(entry.read_bytes()))
    assert said() == first
    assert len(made) == 2


def test_an_entry_that_others_could_have_written_is_not_printed(root: Path, made: list[int]) -> None:
    first = said()
    (entry,) = kept(root)
    entry.chmod(0o666)
    assert said() == first
    assert len(made) == 2


@given(st.binary(max_size=200))
def test_no_content_of_an_entry_is_an_error(content: bytes) -> None:
    assert reprint._parsed(content) is None
    sealed = reprint.sha256(content).hexdigest().encode() + b"\n" + content
    reprint._parsed(sealed)


def test_a_long_plan_is_not_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reprint, "LARGEST", 100)
    assert said("--json")[0] == 0
    assert kept(root) == []


def test_only_so_many_plans_are_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reprint, "MOST", 4)
    for number in range(8):
        said("--var", f"a={number}")
    assert len(kept(root)) <= 5


LOOKS = """
import os, sys
from pathlib import Path
from verifier.hcl import disk
opened = set()
def hook(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, Path)):
        opened.add(os.path.realpath(arguments[0]))
from verifier.cli import main
sys.addaudithook(hook)
with disk.notes_taken() as notes:
    assert main(["plan", "--no-cache", "--json"]) == 0
root = os.path.realpath(".")
seen = {os.path.realpath(path) for _, path in notes.seen}
print("unnoted:", sorted(path for path in opened if path.startswith(root) and path not in seen))
"""


def test_nothing_is_read_of_a_stack_without_a_note(root: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", LOOKS], cwd=root, capture_output=True, text=True, check=True)
    assert ended.stdout.rpartition("unnoted: ")[2].strip() == "[]"
