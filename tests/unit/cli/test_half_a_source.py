"""A source of which a part cannot be read: every verb says which, and none ends as if that had been all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main

STACK = Path(__file__).resolve().parents[3] / "terraform"
WORLD = str(STACK / "examples/healthy.world.json")
BROKEN = "locals {\n  zones = = 1\n}\n"
LIVE = ("--simulate", WORLD)
VERBS = {
    "run": LIVE,
    "drift": LIVE,
    "fix": LIVE,
    "chain": LIVE,
    "snapshot": (*LIVE, "-o", "live.json"),
    "gate": (),
    "plan": (),
    "waivers": (),
}


@pytest.fixture(autouse=True)
def _stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the healthy stack in the working directory, and with it a file that is no Terraform."""
    shutil.copytree(STACK, tmp_path / "terraform", ignore=shutil.ignore_patterns(".terraform"))
    Path(tmp_path / "terraform/zones.tf").write_text(BROKEN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_names_what_it_could_not_read(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "terraform", *VERBS[verb]]) == ExitCode.UNREADABLE

    printed = capsys.readouterr()
    assert "zones.tf:2:11: expected an expression after =" in printed.out + printed.err


def test_a_chain_does_not_hold_as_if_all_had_been_judged(capsys: pytest.CaptureFixture[str]) -> None:
    main(["chain", "terraform", *LIVE])

    told = capsys.readouterr().out
    assert "as far as it could be judged, every link holds" in told
    assert "\n  every link holds" not in told


def test_a_fix_that_changes_nothing_says_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    Path("terraform/zones.tf").unlink()
    world = Path(WORLD).read_text("utf-8").rstrip().removesuffix("}")
    fault = '"match": "/denyAssignments", "kind": "status", "status": 403, "code": "AuthorizationFailed"'
    Path("world.json").write_text(f'{world}, "faults": [{{{fault}}}]}}', encoding="utf-8")

    assert main(["fix", "terraform", "--simulate", "world.json"]) == ExitCode.UNVERIFIED

    told = capsys.readouterr().out
    assert "Nothing disagrees: there is nothing to change" in told
    assert "findings could not be verified: `verify-infra run` says what each of them lacks" in told


def test_a_snapshot_of_what_could_be_read_is_written_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    main(["snapshot", "terraform", *LIVE, "-o", "live.json"])

    assert Path("live.json").stat().st_size
    assert "what the rest of the source names is not in the snapshot" in capsys.readouterr().err
