"""Bad input: what is wrong, where, what was expected, the next step; exit code 11; never a traceback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main

REPOSITORY = Path(__file__).resolve().parents[3]
STACK = REPOSITORY / "terraform"
CREDENTIALS = ("AZURE_", "ARM_", "IDENTITY_", "MSI_", "VERIFIER_", "TF_VAR_")


@pytest.fixture(autouse=True)
def _bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is logged in, and nothing stands in the environment."""

    for name in [name for name in os.environ if name.startswith(CREDENTIALS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """The reference stack, to be broken."""
    return Path(shutil.copytree(STACK, tmp_path / "terraform"))


def test_a_folder_without_terraform_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    err = _refused(["run", str(tmp_path / "empty"), "--subscription", "x"], capsys)
    assert ".tf" in err


def test_broken_source_is_located_and_the_rest_is_still_judged(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (stack / "broken.tf").write_text("locals {\n  a = = 1\n}\n", encoding="utf-8")
    assert main(["gate", str(stack)]) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    assert "broken.tf:2:7" in captured.out
    assert "agree" in captured.out
    assert "Traceback" not in captured.err


def test_a_required_variable_without_a_value(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (stack / "terraform.tfvars").unlink()
    assert main(["gate", str(stack)]) == ExitCode.UNREADABLE
    assert "resource_prefix" in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "location = = 1\n", "\x00\x01"])
def test_a_var_file_that_cannot_be_read(text: str | None, stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if text is not None:
        (stack / "x.tfvars").write_text(text, encoding="utf-8")
    code = main(["gate", str(stack), "--var-file", str(stack / "x.tfvars")])
    captured = capsys.readouterr()
    assert code == ExitCode.UNREADABLE
    assert "x.tfvars" in captured.out + captured.err
    assert "Traceback" not in captured.err


def test_a_module_that_is_not_on_disk(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = 'module "far" {\n  source = "git::https://example.com/far.git"\n}\n'
    (stack / "far.tf").write_text(source, encoding="utf-8")
    main(["gate", str(stack)])
    out = capsys.readouterr().out
    assert "far.tf:" in out
    assert "git::https://example.com/far.git" in out


def test_no_subscription(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _replace(stack / "terraform.tfvars", 'subscription_id = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"', "")
    err = _refused(["run", str(stack)], capsys)
    assert "no subscription" in err


def test_connection_refused(stack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "x")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
    _refused(["run", str(stack), "--arm-endpoint", "http://127.0.0.1:1", "--deadline", "20"], capsys)


@pytest.mark.parametrize("option", ["--arm-endpoint", "--kubernetes-endpoint"])
def test_plain_http_to_another_host(option: str, stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    err = _refused(["run", str(stack), option, "http://arm.example.com"], capsys)
    assert option in err
    assert "plain http" in err


@pytest.mark.parametrize("option", ["--snapshot", "--simulate"])
@pytest.mark.parametrize("text", [None, "", "[]", '{"schema": "verify-infra/snapshot/9"}'])
def test_a_file_that_is_no_snapshot(
    option: str, text: str | None, stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = stack / "world.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    err = _refused(["run", str(stack), option, str(file)], capsys)
    assert "world.json" in err


def test_a_folder_of_checks_that_is_not_there(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    err = _refused(["gate", str(stack), "--checks", "none"], capsys)
    assert "none" in err


def test_a_check_that_cannot_be_imported(stack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "test_own.py").write_text("import no_such_module\n", encoding="utf-8")
    code = main(["gate", str(stack), "--checks", str(tmp_path / "own")])
    captured = capsys.readouterr()
    assert code not in (ExitCode.AGREES, ExitCode.DISAGREES, ExitCode.UNVERIFIED)
    assert "no_such_module" in captured.out + captured.err


def _refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a run that cannot begin says."""
    assert main(arguments) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert "a defect of" not in captured.err
    return captured.err


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
