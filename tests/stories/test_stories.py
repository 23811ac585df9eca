"""Every story ends in its whole expected report."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.chains import unfounded
from verifier.checking.finding import Verdict
from verifier.checking.fixing import Mending, fixing
from verifier.checking.result import ExitCode, RunResult
from verifier.checking.session import run
from verifier.config import Options, settings
from verifier.live.snapshot import moment
from verifier.report.fixes_json import render_fixes
from verifier.report.paper import Plain
from verifier.report.terminal import report
from verifier.simulator import Simulator

REPOSITORY = Path(__file__).parents[2]
STORIES = sorted(p.parent for p in Path(__file__).parent.glob("*/story.toml"))
FIX_SCHEMA = json.loads((REPOSITORY / "docs" / "fix.schema.json").read_text(encoding="utf-8"))
REWRITE = "VERIFIER_REWRITE_GOLDENS" in os.environ


def told(folder: Path) -> dict[str, Any]:
    """What a story says, and what it leaves to the one in whose world it goes on."""
    story = tomllib.loads((folder / "story.toml").read_text(encoding="utf-8"))
    return {**told(folder.parent / story["as_in"]), **story} if "as_in" in story else story


def source(story: dict[str, Any], into: Path) -> Path:
    """A copy of the story's stack, with its changes, under the stack's own name."""
    stack = into / "terraform"
    shutil.copytree(REPOSITORY / "terraform", stack, ignore=shutil.ignore_patterns(".terraform"))
    root = into / story["root"]
    for change in story.get("source", []):
        file = root / change["file"]
        text = file.read_text(encoding="utf-8")
        assert text.count(change["old"]) == 1, f"{change['old']!r} stands {text.count(change['old'])} times"
        file.write_text(text.replace(change["old"], change["new"]), encoding="utf-8")
    return root


def world(story: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The story's world, with its changes."""
    document: dict[str, Any] = json.loads((REPOSITORY / story["world"]).read_text(encoding="utf-8"))
    if (folder / "added.json").exists():
        document["resources"] += json.loads((folder / "added.json").read_text(encoding="utf-8"))
    for change in story.get("live", []):
        [found] = [r for r in document["resources"] if r["id"].endswith(change["id"])]
        if change.get("remove"):
            document["resources"].remove(found)
        else:
            put(found, change)
    for change in story.get("objects", []):
        [found] = [o for o in document["objects"] if o["kind"] == change["kind"] and name_of(o) == change["name"]]
        put(found, change)
    return document


def state(folder: Path, into: Path) -> Path | None:
    """The story's Terraform state, if it has one, beside the copy of its stack."""
    if not (folder / "state.json").exists():
        return None
    shutil.copy(folder / "state.json", into)
    return Path("state.json")


def put(document: dict[str, Any], change: dict[str, Any]) -> None:
    *way, last = change["path"].split(".")
    for step in way:
        document = document[step]
    if "value" in change:
        document[last] = change["value"]
    else:
        del document[last]


def name_of(document: dict[str, Any]) -> str:
    return f"{document['metadata'].get('namespace', '')}/{document['metadata']['name']}"


def run_in(
    live: dict[str, Any], root: Path, monkeypatch: pytest.MonkeyPatch, recorded: Path | None = None
) -> RunResult:
    """Verify a stack against a world."""
    with Simulator(live) as simulator:
        for name, value in simulator.identity_environment().items():
            monkeypatch.setenv(name, value)
        options = Options(
            root=root,
            state=recorded,
            arm_endpoint=simulator.arm_endpoint,
            kubernetes_endpoint=simulator.kubernetes_endpoint,
            now=moment(live["taken"]),
        )
        return run(settings(options, {}))


def printed(result: RunResult) -> Iterator[str]:
    """The report as a file gets it, 100 columns wide."""
    out = io.StringIO()
    report(result, Plain(out))
    return iter(out.getvalue().splitlines())


@pytest.fixture(params=STORIES, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_the_story_ends_in_its_report(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = told(folder)
    source(story, tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run_in(world(story, folder), Path(story["root"]), monkeypatch, state(folder, tmp_path))
    lines = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:PORT", "\n".join(printed(result))) + "\n"

    if REWRITE:
        (folder / "expected.txt").write_text(lines, encoding="utf-8")
    fixes = json.loads(render_fixes(Mending(result=result, fixing=fixing(result, Path(story["root"])), tried=None), ""))
    assert list(jsonschema.Draft202012Validator(FIX_SCHEMA).iter_errors(fixes)) == []
    assert [c.finding.check for c in result.causes] == story["causes"]
    assert sorted(f.check for f in result.with_verdict(Verdict.INERT)) == story["inert"]
    assert result.exit_code == story["exit_code"]
    assert list(unfounded(result)) == []
    assert lines == (folder / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [f for f in STORIES if f.name.startswith("s1-step")], ids=lambda folder: folder.name)
def test_what_an_s1_step_names_first_can_be_written_and_gates_green(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told(folder)
    root = source(story, tmp_path)
    result = run_in(world(story, folder), root, monkeypatch)

    found = fixing(result, root)
    for file in found.files:
        (root / file.path).write_bytes(file.after.encode("utf-8"))

    assert [step.change.finding.check for step in found.steps] == story["causes"]
    assert [step.change.not_made for step in found.steps] == ["" for _ in found.steps]
    assert result.chains[0].broken is not None
    assert result.chains[0].broken.name == "compute identity"
    assert run(settings(Options(root=root, offline=True), {})).exit_code is ExitCode.AGREES


def test_repairing_what_the_last_step_names_and_nothing_else_turns_its_world_green(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source is changed by what `fix` makes of "where to start" alone; the world by what applying that makes."""
    here = Path(__file__).parent
    last, applied = here / "s1-step-9", here / "s1-repaired"
    story = told(last)
    root = source(story, tmp_path)
    monkeypatch.chdir(tmp_path)
    before = run_in(world(story, last), Path(story["root"]), monkeypatch)
    for file in fixing(before, root).files:
        (root / file.path).write_bytes(file.after.encode("utf-8"))

    after = {**story, "live": [*story.get("live", []), *told(applied)["live"]]}
    result = run_in(world(after, last), Path(story["root"]), monkeypatch, state(applied, tmp_path))

    assert before.exit_code is ExitCode.DISAGREES
    assert [f"{f.id}: {f.what}" for f in result.with_verdict(Verdict.DISAGREES, Verdict.UNVERIFIED)] == []
    assert result.exit_code is ExitCode.AGREES
