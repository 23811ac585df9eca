"""When a run is: what it calls recent is judged by that, and not by whichever clock is at hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from verifier.config import Settings
from verifier.live.snapshot import SCHEMA, moment, stamp
from verifier.world.reading import moment_and_cloud, moment_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def snapshot(folder: Path, taken: str) -> Path:
    path = folder / "snapshot.json"
    path.write_text(json.dumps({"schema": SCHEMA, "taken": taken, "subscription": "s"}), encoding="utf-8")
    return path


def test_a_live_run_is_when_it_reads() -> None:
    before = datetime.now(UTC)

    found = moment_of(Settings(root=Path()))

    assert found is not None
    assert before <= found <= datetime.now(UTC)


def test_a_snapshot_is_judged_as_of_when_it_was_taken(tmp_path: Path) -> None:
    assert moment_of(Settings(root=tmp_path, snapshot=snapshot(tmp_path, stamp(NOON)))) == NOON


@pytest.mark.parametrize("taken", ["", "yesterday"])
def test_a_snapshot_that_does_not_say_when_it_was_taken_has_no_moment(tmp_path: Path, taken: str) -> None:
    assert moment_of(Settings(root=tmp_path, snapshot=snapshot(tmp_path, taken))) is None


def test_a_moment_that_is_given_wins(tmp_path: Path) -> None:
    asked = Settings(root=tmp_path, snapshot=snapshot(tmp_path, "2020-01-01T00:00:00Z"), now=NOON)

    assert moment_of(asked) == NOON


@pytest.mark.parametrize(("said", "cloud"), [("", "AzureCloud"), ("AzureChinaCloud", "AzureChinaCloud")])
def test_a_snapshot_is_judged_as_of_the_cloud_that_it_was_taken_in(tmp_path: Path, said: str, cloud: str) -> None:
    path = snapshot(tmp_path, stamp(NOON))
    path.write_text(path.read_text("utf-8").replace("{", f'{{"cloud": "{said}", ', 1), "utf-8")

    assert moment_and_cloud(Settings(root=tmp_path, snapshot=path, cloud="AzureUSGovernment")) == (NOON, cloud)


def test_what_is_read_is_in_the_cloud_that_was_asked_for() -> None:
    assert moment_and_cloud(Settings(root=Path(), now=NOON, cloud="AzureUSGovernment")) == (NOON, "AzureUSGovernment")


@pytest.mark.parametrize("text", ["2026-11-21T12:00:00Z", "2026-11-21T12:00:00", "2026-11-21T14:00:00.0000000+02:00"])
def test_a_moment_without_a_zone_is_in_utc(text: str) -> None:
    assert moment(text) == NOON
    assert moment(stamp(NOON + timedelta(microseconds=3))) == NOON
