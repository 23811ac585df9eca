from __future__ import annotations

import json
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main

SOURCE = """\
variable "enabled" {
  type    = bool
  default = false
}

resource "terraform_data" "x" {
  count = var.enabled ? 1 : 0
}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text(SOURCE, encoding="utf-8")
    return root


def test_the_root_is_the_working_directory_when_none_is_given(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main(["why", "terraform_data.x"]) == ExitCode.AGREES
    assert capsys.readouterr().out == (
        "terraform_data.x is absent\n"
        "  count is 0: enabled is false, which nobody chose\n"
        "\n"
        "count = 0, from var.enabled ? 1 : 0  main.tf:7\n"
        "└─ var.enabled = false  main.tf:1\n"
        "   └─ default = false, which nobody chose  main.tf:3\n"
        "\n"
        "nobody chose var.enabled: default = false at main.tf:3\n"
    )


def test_a_variable_set_for_the_run_is_somebody_s_choice(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "terraform_data.x", str(root), "--var", "enabled=true"]) == ExitCode.AGREES
    out = capsys.readouterr().out
    assert out.startswith("terraform_data.x is planned\n  its instances are [0]\n")
    assert out.endswith("somebody chose var.enabled: set on the command line (-var enabled)\n")


def test_json_holds_the_same_tree(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "terraform_data.x", str(root), "--json"]) == ExitCode.AGREES
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["asked"]) == ("verify-infra/why/1", "terraform_data.x")
    (explanation,) = found["explanations"]
    assert explanation["presence"] == "absent"
    (count,) = explanation["hops"]
    assert count["source"] == "var.enabled ? 1 : 0"
    (flag,) = count["behind"]
    assert (flag["text"], flag["is"]["value"], flag["step"]) == ("var.enabled", False, "variable")
    (default,) = flag["behind"]
    assert (default["text"], default["place"]) == ("default = false", {"file": "main.tf", "line": 3, "column": 13})
    assert explanation["decided_by"][0]["chosen"] is False


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("var.enabld", "Did you mean one of these?\n  var.enabled"),
        ("qqqqqq", "`verify-infra plan"),
        ("a..b", "nothing in"),
    ],
)
def test_a_name_that_is_nothing_s_is_a_usage_error_with_a_next_step(
    name: str, said: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["why", name, str(root)]) == ExitCode.USAGE_ERROR
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert "Traceback" not in captured.err


def test_a_name_that_many_things_have_lists_them(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "".join(f'resource "terraform_data" "y{i}" {{\n  input = {i}\n}}\n' for i in range(9))
    (root / "more.tf").write_text(more, encoding="utf-8")
    assert main(["why", "input", str(root)]) == ExitCode.USAGE_ERROR
    err = capsys.readouterr().err
    assert "9 things are called input. Ask for one of them:\n  terraform_data.y0.input\n" in err


def test_root_and_name_the_wrong_way_round_are_told_apart(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", str(root), str(root)]) == ExitCode.USAGE_ERROR
    assert "The name comes first" in capsys.readouterr().err


def test_a_source_that_cannot_be_read_whole_still_explains_what_it_can(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "broken.tf").write_text("locals {\n  a = = 1\n}\n", encoding="utf-8")
    assert main(["why", "var.enabled", str(root)]) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    assert "default = false" in captured.out
    assert "broken.tf:2:7" in captured.err
