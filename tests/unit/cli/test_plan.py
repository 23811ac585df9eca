from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
COMMANDS: dict[str, tuple[str, ...]] = runpy.run_path(str(HERE / "refresh_goldens.py"))["COMMANDS"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("golden", COMMANDS)
def test_what_is_said_of_the_incident_is_what_was_agreed_on(
    golden: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(REPOSITORY)
    assert main(list(COMMANDS[golden])) == ExitCode.AGREES
    captured = capsys.readouterr()
    assert captured.out == (HERE / "goldens" / golden).read_text(encoding="utf-8")
    assert captured.err == ""


def test_json_is_one_line_that_holds_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text('resource "terraform_data" "x" {}\n', encoding="utf-8")
    assert main(["plan", str(tmp_path), "--json"]) == ExitCode.AGREES
    (line,) = capsys.readouterr().out.splitlines()
    assert [change["address"] for change in json.loads(line)["resource_changes"]] == ["terraform_data.x"]


def test_a_plan_takes_var_files_and_variables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "n" {\n  type = number\n}\nvariable "m" {\n  type = number\n}\n'
        'resource "terraform_data" "n" {\n  count = var.n\n}\nresource "terraform_data" "m" {\n  count = var.m\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "some.tfvars").write_text("n = 2\n", encoding="utf-8")
    assert main(["plan", str(tmp_path), "--var-file", str(tmp_path / "some.tfvars"), "--var", "m=0"]) == 0
    out = capsys.readouterr().out
    assert "terraform_data.n[1]" in out
    assert "2 planned, 1 absent, 0 cannot be told" in out
    assert "somebody chose var.m: set on the command line (-var m)" in out


@pytest.mark.parametrize(
    ("order", "planned"),
    [(["--var", "n=3", "--var-file"], 2), (["--var-file"], 2), (["--no-cache", "--var", "n=3", "--var-file"], 2)],
)
@pytest.mark.parametrize("through", ["plainly", "click"])
def test_a_var_file_wins_over_a_variable_that_is_given_before_it(
    order: list[str], planned: int, through: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "n" {\n  type = number\n}\nresource "terraform_data" "n" {\n  count = var.n\n}\n', encoding="utf-8"
    )
    file = tmp_path / "some.tfvars"
    file.write_text("n = 2\n", encoding="utf-8")
    root = [str(tmp_path)] if through == "plainly" else ["--", str(tmp_path)]  # a double dash is click's to read
    assert main(["plan", *order, str(file), *root]) == 0
    assert f"{planned} planned" in capsys.readouterr().out
    assert main(["plan", *order, str(file), "--var", "n=3", *root]) == 0
    assert "3 planned" in capsys.readouterr().out


def test_what_cannot_be_told_says_what_it_waits_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = 'resource "azurerm_x" "a" {}\nresource "azurerm_x" "b" {\n  count = azurerm_x.a.size\n}\n'
    (tmp_path / "main.tf").write_text(source, encoding="utf-8")
    assert main(["plan", str(tmp_path)]) == ExitCode.AGREES
    out = capsys.readouterr().out
    assert "Cannot be told before apply\n  azurerm_x.b  main.tf:2\n" in out
    assert "    azurerm_x.a.size  main.tf:3\n    waits for azurerm_x.a.size\n" in out
    assert out.endswith("1 planned, 0 absent, 1 cannot be told\n")


@pytest.mark.parametrize("arguments", [["plan"], ["plan", "--json"]])
def test_a_source_that_cannot_be_read_whole_ends_with_11_and_the_rest_is_shown(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text('resource "terraform_data" "x" {}\n', encoding="utf-8")
    (tmp_path / "broken.tf").write_text("locals {\n  a = = 1\n}\n", encoding="utf-8")
    assert main([*arguments, str(tmp_path)]) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    assert "terraform_data.x" in captured.out
    assert "error: broken.tf:2:7: " in captured.err


@pytest.mark.parametrize("verb", [["plan"], ["plan", "--json"], ["why", "var.x"]])
def test_a_directory_without_terraform_ends_with_11(
    verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*verb, str(tmp_path)]) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "holds no Terraform configuration" in captured.err
    assert "next: " in captured.err


def test_no_secret_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "s" {\n  sensitive = true\n  default = "hunter2"\n}\n'
        'variable "n" {\n  type = number\n  sensitive = true\n  default = "hunter2"\n}\n'
        'resource "azurerm_x" "y" {\n  count = nonsensitive(length(var.s)) > 9 ? 1 : 0\n  a = var.s\n}\n'
        'resource "azurerm_x" "z" {\n  count = nonsensitive(length(sensitive("hunter2"))) > 9 ? 1 : 0\n}\n',
        encoding="utf-8",
    )
    for arguments in (["plan"], ["plan", "--json"], ["why", "azurerm_x.y"], ["why", "azurerm_x.z", "--json"]):
        main([*arguments, str(tmp_path)])
        captured = capsys.readouterr()
        assert "hunter2" not in captured.out + captured.err
