"""`verify-infra chain` from the command line, and the chain in the reports of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main

STACK = Path(__file__).resolve().parents[3] / "terraform"
INCIDENT = str(STACK / "examples/incident")
WORLD = str(STACK / "examples/incident/world.json")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_it_shows_both_sides_of_a_link_and_where_the_chain_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain", INCIDENT, "--simulate", WORLD]) == ExitCode.DISAGREES
    told = capsys.readouterr().out
    assert "compute k8s-tst-001 · module.sil.azapi_resource.compute[0]\n" in told
    assert "  2. compute identity · compute k8s-tst-001 · broken\n     meant      identity.type = not set\n" in told
    assert "  breaks first at the compute identity (CMP02, INT16), and at " in told


def test_offline_it_says_that_nothing_live_was_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain", str(STACK), "--offline"]) == ExitCode.AGREES
    told = capsys.readouterr().out
    assert "live       nothing (offline)" in told
    assert "     real       not looked at\n" in told
    assert "as far as the source says, every link holds; nothing live was looked at" in told


def test_one_compute_is_asked_for_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain", INCIDENT, "--offline", "--compute", "K8S-tst-001"]) == ExitCode.DISAGREES
    assert "compute k8s-tst-001" in capsys.readouterr().out
    assert main(["chain", INCIDENT, "--offline", "--compute", "gpu"]) == ExitCode.USAGE_ERROR
    assert "there is no compute gpu; there is k8s-tst-001" in capsys.readouterr().err


def test_the_report_of_a_run_says_in_a_line_where_the_chain_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", INCIDENT, "--simulate", WORLD, "--json", "r.json"])
    told = " ".join(capsys.readouterr().out.split())
    assert "compute k8s-tst-001: first at the compute identity (CMP02, INT16), and at " in told
    [chain] = json.loads(Path("r.json").read_text("utf-8"))["chains"]
    assert chain["links"][chain["first_broken"]]["name"] == "compute identity"


def test_a_chain_that_holds_is_not_spoken_of_in_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", str(STACK), "--simulate", str(STACK / "examples/healthy.world.json")])
    assert "the way to the data" not in capsys.readouterr().out


def test_a_fix_shows_the_ways_out_of_a_broken_chain_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fix", INCIDENT, "--simulate", WORLD, "--json", "f.json"])
    told = capsys.readouterr().out
    assert "Ways out for compute k8s-tst-001, the best first\n" in told
    assert "  2. turn the account's keys on · would lead out\n" in told
    [ways] = json.loads(Path("f.json").read_text("utf-8"))["ways_out"]
    assert [way["weakens_security"] for way in ways["ways"]] == [False, True, False, False, False]
