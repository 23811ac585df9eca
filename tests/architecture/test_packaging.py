"""What is installed: the package with the checks inside it, and nothing that would take another's name."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline by the build backend that pyproject.toml names."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
    return next(folder.glob("*.whl"))


def test_every_check_is_in_the_wheel_under_the_package(wheel: Path) -> None:
    checks = {f.relative_to(REPOSITORY / "checks").as_posix() for f in (REPOSITORY / "checks").rglob("*.py")}
    assert checks
    assert {f"verifier/bundled_checks/{check}" for check in checks} <= set(_names(wheel))


def test_the_wheel_takes_no_name_but_its_own(wheel: Path) -> None:
    assert {name.partition("/")[0] for name in _names(wheel)} == {"verifier", "verify_infra-0.1.0.dist-info"}


def test_the_wheel_holds_nothing_that_was_left_lying_about(wheel: Path) -> None:
    assert not [name for name in _names(wheel) if "__pycache__" in name or name.endswith((".pyc", ".partial"))]


def test_an_installed_package_finds_its_checks(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = "from verifier.checking.bundled import checks_directory; print(checks_directory())"
    ended = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(ended.stdout.strip()) == tmp_path / "verifier" / "bundled_checks"


def test_the_wheel_says_that_it_is_typed(wheel: Path) -> None:
    assert "verifier/py.typed" in _names(wheel)


def test_the_version_is_the_same_wherever_it_stands() -> None:
    from verifier import __version__

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__


def test_the_pins_name_no_index() -> None:
    pins = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in pins
    assert "index" not in pins.replace("sortedcontainers", "")


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()
