"""Which room may import which: the contracts of pyproject.toml, and that they bite."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
CHECKS = sorted((REPOSITORY / "checks").rglob("*.py"))


def test_every_contract_is_kept() -> None:
    report = _lint_imports(REPOSITORY)
    assert report.returncode == 0, report.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("kinds/broken.py", "import verifier.live.documents", "Kinds are pure"),
        ("hcl/broken.py", "import verifier.world", "Rooms know only the rooms below them"),
        ("hcl/broken.py", "import verifier.errors, hcl2", "Only hcl.syntax imports the parser"),
        ("live/broken.py", "import azure.identity", "Only live.azure imports Azure's clients"),
        ("report/broken.py", "def f():\n    import verifier.world", "Reports and history know findings only"),
        ("simulator/broken.py", "import verifier.cli", "The simulator stands alone"),
        ("world/broken.py", "import pytest", "Only checking and the command line know pytest"),
        ("checking/broken.py", "import verifier.simulator", "Only a run that asks for it meets the simulator"),
        ("terraform/broken.py", "import verifier.access", "Terraform knows nothing of Azure"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(module: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "verifier", tmp_path / "verifier", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    (tmp_path / "verifier" / module).write_text(f"{line}\n", encoding="utf-8")
    report = _lint_imports(tmp_path)
    assert report.returncode == 1
    assert any(contract in said and "BROKEN" in said for said in report.stdout.splitlines()), report.stdout


@pytest.mark.parametrize("file", CHECKS, ids=lambda file: file.relative_to(REPOSITORY).as_posix())
def test_a_check_imports_pytest_and_the_verifier_s_words_and_nothing_else(file: Path) -> None:
    roots = {name.partition(".")[0] for name in _imports(file)}
    assert roots - {"__future__", "collections", "dataclasses", "typing"} <= {"pytest", "verifier", "checks"}


def _imports(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.'); {code}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


LOOKS_AT_DISK = {
    "exists", "glob", "is_dir", "is_file", "is_symlink", "iterdir", "listdir", "lstat", "read_bytes", "read_text",
    "readlink", "realpath", "rglob", "scandir", "stat",
}  # fmt: skip
OTHER_DOORS = {"hcl/disk.py", "hcl/cache.py", "hcl/syntax/edition.py", "hcl/syntax/tables.py", "terraform/state.py"}


def _of_a_plan() -> list[Path]:
    package = REPOSITORY / "verifier"
    files = [*(package / "hcl").rglob("*.py"), *(package / "terraform").rglob("*.py")]
    files += [package / "config.py", package / "preferences.py"]
    return sorted(file for file in files if file.relative_to(package).as_posix() not in OTHER_DOORS)


@pytest.mark.parametrize("file", _of_a_plan(), ids=lambda file: file.relative_to(REPOSITORY).as_posix())
def test_what_a_plan_is_made_from_comes_in_through_one_door(file: Path) -> None:
    """A plan is printed again while all it was made from is the same; what is read past hcl.disk would be forgotten."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of_disk = isinstance(node.func.value, ast.Name) and node.func.value.id == "disk"
            assert of_disk or node.func.attr not in LOOKS_AT_DISK, f"{file}:{node.lineno}"
            assert node.func.attr != "resolve" or node.args, f"{file}:{node.lineno}"
        assert not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open")
