"""What the changes that a run asks for would settle is tried before anybody writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.conftest import Bench
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict
from verifier.checking.fixing import ChangedFile, Fixing, Tried
from verifier.checking.trying import mending, tried
from verifier.cli import main
from verifier.config import Options, settings
from verifier.hcl.frozen import replace
from verifier.live.snapshot import moment
from verifier.simulator import Simulator
from verifier.world.observe import observe


def trying(bench: Bench, change: str) -> Tried:
    """What comes of trying the incident's changes, main.tf made otherwise than they have it."""

    def otherwise(file: ChangedFile) -> ChangedFile:
        return file if file.path != "main.tf" else replace(file, after=change or file.before)

    asked = settings(Options(root=bench.root, offline=True), {})
    mended = mending(asked)
    found = replace(mended.fixing, files=tuple(otherwise(file) for file in mended.fixing.files))
    return tried(asked, observe(asked), mended.result, found)


def test_what_the_incidents_changes_settle_is_known_before_they_are_made(incident: Bench) -> None:
    before = {file: file.read_bytes() for file in incident.root.rglob("*.tf")}
    with Simulator(incident.world) as simulator:
        for name, value in simulator.identity_environment().items():
            incident.monkeypatch.setenv(name, value)
        mended = mending(
            settings(
                Options(
                    root=incident.root,
                    arm_endpoint=simulator.arm_endpoint,
                    kubernetes_endpoint=simulator.kubernetes_endpoint,
                    now=moment(incident.world["taken"]),
                ),
                {},
            )
        )
        asked = [seen.path for seen in simulator.requests]

    assert mended.tried is not None
    assert [identifier.partition("[")[0] for identifier in mended.tried.settled] == ["INT01", "INT01", "INT12", "INT16"]
    assert (mended.tried.left, mended.tried.new, mended.tried.errors) == ((), (), ())
    assert {file: file.read_bytes() for file in incident.root.rglob("*.tf")} == before
    assert len([path for path in asked if path.endswith("/computes")]) == 1, "nothing is read a second time"


def test_a_change_that_settles_nothing_is_told_apart(incident: Bench) -> None:
    came = trying(incident, "")

    assert came.settled == ()
    assert sorted(finding.check for finding in came.left) == ["INT01", "INT01", "INT12", "INT16"]
    assert {finding.verdict for finding in came.left} == {Verdict.DISAGREES}


def test_what_a_change_brings_up_is_told(incident: Bench) -> None:
    text = (incident.root / "main.tf").read_text("utf-8")
    came = trying(incident, text + 'variable "idle" {\n  type = string\n  default = "x"\n}\n')

    assert [finding.subject for finding in came.new] == ["var.idle"]


def test_what_terraform_would_refuse_is_an_error(incident: Bench) -> None:
    text = (incident.root / "main.tf").read_text("utf-8")
    came = trying(incident, text + "locals {\n  wrong = var.not_there\n}\n")

    assert [("not_there" in error, error.startswith("main.tf:")) for error in came.errors] == [(True, True)]
    assert came.settled == ()


def test_what_only_could_not_be_evaluated_is_not_settled(incident: Bench) -> None:
    came = trying(incident, "locals {\n  wrong = var.not_there\n}\n")

    assert came.errors
    assert came.settled == ()


def test_nothing_is_written_that_terraform_would_refuse(
    incident: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = incident.root / "main.tf"
    before = file.read_text("utf-8")
    broken = ChangedFile(path="main.tf", before=before, after=before + "locals {\n  wrong = var.not_there\n}\n")
    monkeypatch.setattr("verifier.checking.trying.fixing", lambda *_: Fixing(steps=(), files=(broken,)))

    assert main(["fix", str(incident.root), "--offline", "--write"]) == ExitCode.DISAGREES
    assert file.read_text("utf-8") == before
    told = capsys.readouterr().out
    assert "no file is changed" in told
    assert "not_there" in told
    assert "Files that `--write` changes" in told


def test_a_run_without_changes_tries_none(bench: Bench) -> None:
    assert mending(settings(Options(root=bench.root, offline=True), {})).tried is None


def test_links_and_new_files_are_seen_as_they_would_be(tmp_path: Path) -> None:
    from verifier.hcl import disk

    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "main.tf").write_text("old", "utf-8")
    (tmp_path / "link").symlink_to("real")
    files = {tmp_path / "link" / "main.tf": b"new", tmp_path / "real" / "imports.tf": b"more"}

    with disk.amended(files):
        assert disk.contents(tmp_path / "real" / "main.tf") == b"new"
        assert disk.text(tmp_path / "link" / "imports.tf") == "more"
        assert disk.names(tmp_path / "link") == ["imports.tf", "main.tf"]
        assert disk.is_file(tmp_path / "real" / "imports.tf")
        assert disk.size(tmp_path / "real" / "imports.tf") == 4
        assert not disk.is_directory(tmp_path / "real" / "imports.tf")

    assert disk.text(tmp_path / "link" / "main.tf") == "old"
    assert disk.names(tmp_path / "real") == ["main.tf"]
    assert not disk.exists(tmp_path / "real" / "imports.tf")


def test_what_is_seen_otherwise_is_noted_as_not_to_be_relied_on(tmp_path: Path) -> None:
    from verifier.hcl import disk

    (tmp_path / "main.tf").write_text("old", "utf-8")
    with disk.notes_taken() as notes, disk.amended({tmp_path / "main.tf": b"new"}):
        disk.contents(tmp_path / "main.tf")

    assert not notes.whole
