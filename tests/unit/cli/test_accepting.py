"""Waivers, baselines and severities, from the command line to the exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main

REPOSITORY = Path(__file__).resolve().parents[3]
EVERYTHING = """
[[waivers]]
check = "{check}"
subject = "*"
until = {until}
reason = "the incident is being worked on"
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The incident's stack, from whose folder a run is made."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(REPOSITORY / "terraform", tmp_path / "terraform")
    root = tmp_path / "terraform/examples/incident"
    monkeypatch.chdir(root)
    return root


def found(*arguments: str) -> dict[str, str]:
    """The findings of a gate run in the working directory: the verdict by id."""
    main(["gate", ".", "--json", "found.json", *arguments])
    return {f["id"]: f["verdict"] for f in json.loads(Path("found.json").read_text(encoding="utf-8"))["findings"]}


def disagreeing() -> list[str]:
    """The checks that disagree in it."""
    return sorted({id_.partition("[")[0] for id_, verdict in found().items() if verdict == "disagrees"})


def waive(root: Path, until: str, *checks: str) -> None:
    (root / "verifier.toml").write_text("".join(EVERYTHING.format(check=c, until=until) for c in checks), "utf-8")


def test_what_is_waived_is_reported_and_does_not_fail(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waive(root, "2999-12-31", *disagreeing())
    capsys.readouterr()

    assert main(["gate", "."]) == ExitCode.AGREES

    printed = capsys.readouterr().out
    assert "accepted through 2999-12-31: the incident is being worked on" in printed
    assert "0: every check agrees, but for what is waived" in printed
    assert "Where to start" not in printed


def test_a_waiver_that_has_ended_fails_and_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waive(root, "2020-12-31", *disagreeing())

    assert main(["gate", "."]) == ExitCode.DISAGREES

    assert "was waived until 2020-12-31, and that has ended" in capsys.readouterr().out


def test_a_comment_beside_the_module_call_waives_what_is_in_it_and_nothing_else(root: Path) -> None:
    text = (root / "main.tf").read_text(encoding="utf-8")
    said = "".join(f'  # verify-infra:waive {c} until=2999-12-31 reason="later"\n' for c in ("INT12", "INT16"))
    (root / "main.tf").write_text(text.replace('module "sil" {\n', f'module "sil" {{\n{said}'), encoding="utf-8")

    verdicts = found()

    assert verdicts["INT16[compute k8s-tst-001]"] == "waived"
    assert verdicts["INT12[storage account stosmorobotst001]"] == "disagrees"


def test_an_unused_waiver_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waive(root, "2999-12-31", "INT02", "CMP01")

    main(["gate", "."])

    assert "verifier.toml:2: INT02: it is of nothing that disagrees: *" in capsys.readouterr().out


def test_only_what_is_new_fails_with_a_baseline(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", ".", "--write-baseline", "known.json"]) == ExitCode.DISAGREES
    assert main(["gate", ".", "--baseline", "known.json", "--json", "r.json"]) == ExitCode.AGREES
    report = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert report["exit"]["meaning"] == "every check agrees, but for what the baseline knows"
    assert {f["waiver"]["reason"] for f in report["findings"] if f["verdict"] == "waived"} == {"in the baseline"}

    (root / "extra.tfvars").write_text("nobody_declared_this = 1\n", encoding="utf-8")

    assert main(["gate", ".", "--baseline", "known.json", "--var-file", "extra.tfvars"]) == ExitCode.DISAGREES
    assert "1 disagrees" in capsys.readouterr().out


def test_lines_that_move_leave_the_baseline_what_it_was(root: Path) -> None:
    main(["gate", ".", "--write-baseline", "known.json"])
    text = (root / "main.tf").read_text(encoding="utf-8")
    (root / "main.tf").write_text(f"# moved\n\n{text}", encoding="utf-8")

    assert main(["gate", ".", "--baseline", "known.json"]) == ExitCode.AGREES


def test_what_is_less_severe_than_asked_is_reported_and_does_not_fail(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "verifier.toml").write_text(
        "[severity]\n" + "".join(f'{check} = "low"\n' for check in disagreeing()), encoding="utf-8"
    )

    assert main(["gate", ".", "--fail-on", "medium"]) == ExitCode.AGREES
    assert "exit 0: every check agrees, but for what is less than medium" in capsys.readouterr().out
    assert main(["gate", "."]) == ExitCode.DISAGREES


def test_a_severity_that_is_none_is_a_mistake_of_the_command_line(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gate", ".", "--fail-on", "some"]) == ExitCode.USAGE_ERROR
    assert "--fail-on: 'some' is not a severity" in capsys.readouterr().err


def test_waivers_are_listed_with_what_is_wrong_with_them(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waive(root, "2020-12-31", "INT12", "ZZZ01")
    with (root / "main.tf").open("a", encoding="utf-8") as file:
        file.write("# verify-infra:waive INT01 until=2999-12-31 reason=later\n")

    assert main(["waivers", "."]) == ExitCode.DISAGREES

    printed = capsys.readouterr().out
    assert "INT12  *\n       ended with 2020-12-31  verifier.toml:2\n" in printed
    assert "look at verifier.toml:8: ZZZ01: there is no such check" in printed
    assert "the waiver stands beside nothing" in printed


def test_waivers_that_are_right_are_listed_for_programs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waive(root, "2999-12-31", "INT12")

    assert main(["waivers", ".", "--json"]) == ExitCode.AGREES

    listed = json.loads(capsys.readouterr().out)
    assert [(w["check"], w["until"], w["place"]) for w in listed["waivers"]] == [
        ("INT12", "2999-12-31", "verifier.toml:2")
    ]
    assert listed["wrong"] == []


def test_a_stack_without_waivers_has_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["waivers", "."]) == ExitCode.AGREES
    assert capsys.readouterr().out == "no waivers, none to look at\n"


def test_what_is_waived_is_not_changed_by_a_fix_and_what_follows_from_it_is_still_told(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waive(root, "2999-12-31", "INT01")
    before = {file: file.read_bytes() for file in root.parents[1].rglob("*.tf")}

    assert main(["fix", ".", "--offline", "--write", "--json", "fix.json", "-k", "INT01 or INT03 or INT05"]) == 1

    assert {file: file.read_bytes() for file in root.parents[1].rglob("*.tf")} == before
    assert "it is waived: the incident is being worked on" in Path("fix.json").read_text(encoding="utf-8")
