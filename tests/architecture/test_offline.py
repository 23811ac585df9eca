"""An offline run pays for nothing that it does not use, and can reach nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
READS = (
    "azure",
    "msal",
    "requests",
    "kubernetes",
    "starlette",
    "uvicorn",
    "verifier.live.azure",
    "verifier.live.kubernetes",
)
SLOW = (
    "click",
    "rich",
    "dataclasses",
    "datetime",
    "verifier.checking.finding",
    "inspect",
    "traceback",
    "tempfile",
    "uuid",
    "pickle",
    "platformdirs",
    "importlib.metadata",
    "difflib",
    "hcl2",
    "lark",
    "yaml",
    "asyncio",
    "ssl",
    "subprocess",
)
"""What takes as long to import as a stack takes to be read; none of it is needed to look at one."""
WORKS = ("pytest", "_pytest", "hcl2", "lark", "rich", "yaml", "verifier.world", "verifier.terraform", "verifier.report")


def test_the_command_itself_imports_neither_what_reads_nor_what_works() -> None:
    assert _loaded("import verifier.cli.command", READS + WORKS) == set()


@pytest.mark.parametrize(
    "arguments",
    [["plan", "terraform"], ["plan", "terraform", "--json"], ["why", "local.tags", "terraform"]],
    ids=" ".join,
)
def test_looking_at_the_source_imports_nothing_that_takes_long_and_is_not_used(arguments: list[str]) -> None:
    code = f"from verifier.cli import main; assert main({arguments!r}) == 0"
    assert _loaded(code, SLOW) == set()


def test_a_plan_that_is_printed_again_imports_next_to_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    code = "from verifier.cli import main; assert main(['plan', 'terraform']) == 0"
    unneeded = (*SLOW, "typing", "json", "decimal", "hashlib", "threading", "verifier.config", "verifier.cli.declaring")
    assert _loaded(code, ("verifier.terraform",)) == {"verifier.terraform"}
    assert _loaded(code, (*unneeded, "verifier.terraform")) == set()


def test_a_gate_imports_nothing_that_reads() -> None:
    code = "from verifier.cli import main; assert main(['gate', 'terraform']) in (0, 1, 10)"
    assert _loaded(code, READS) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "terraform"],
        ["plan", "terraform", "--json"],
        ["why", "local.tags", "terraform"],
        ["console", "terraform"],
    ],
    ids=" ".join,
)
def test_looking_at_the_source_imports_neither_what_reads_nor_what_checks(arguments: list[str]) -> None:
    code = f"from verifier.cli import main; assert main({arguments!r}) == 0"
    checks = ("pytest", "_pytest", "verifier.world", "verifier.checking.plugin")
    assert _loaded(code, READS + checks) == set()


def test_a_run_of_a_snapshot_imports_no_client_of_azure(tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.json"
    world = "terraform/examples/healthy.world.json"
    made = subprocess.run(
        [sys.executable, "-m", "verifier.cli", "snapshot", "terraform", "-o", str(snapshot), "--simulate", world],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    code = f"from verifier.cli import main; assert main(['run', 'terraform', '--snapshot', {str(snapshot)!r}]) == 0"
    assert _loaded(code, READS) == set()


def _loaded(code: str, unwanted: tuple[str, ...]) -> set[str]:
    """Which of these modules a fresh interpreter has after running the code in the repository."""
    tell = "import sys; print('\\nloaded:', *sys.modules)"
    command = [sys.executable, "-c", f"{code}\n{tell}"]
    ended = subprocess.run(
        command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    loaded = set(ended.stdout.rpartition("loaded:")[2].split())
    return loaded & set(unwanted)
