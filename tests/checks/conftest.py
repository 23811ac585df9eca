"""A bench: the healthy stack and the healthy world, of which a test breaks one thing."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from verifier.checking.result import RunResult
from verifier.checking.session import run
from verifier.config import Options, settings
from verifier.live.snapshot import moment
from verifier.simulator import Simulator

REPOSITORY = Path(__file__).parents[2]


class Bench:
    """The reference stack's source and a world, both free to be changed; `run` verifies one against the other."""

    def __init__(self, root: Path, world: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.world = world
        self.monkeypatch = monkeypatch

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands exactly once in a source file."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def add(self, file: str, text: str) -> None:
        """Append to a source file, made if it is not there."""
        path = self.root / file
        path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8")

    def resource(self, arm_type: str, name: str = "") -> dict[str, Any]:
        """The live resource of that type (and name)."""
        [found] = [r for r in self.world["resources"] if _is(r, arm_type, name)]
        return dict_of(found)

    def remove(self, arm_type: str, name: str = "") -> None:
        """Take live resources of that type (and name) away."""
        before = len(self.world["resources"])
        self.world["resources"] = [r for r in self.world["resources"] if not _is(r, arm_type, name)]
        assert len(self.world["resources"]) < before

    def kubernetes_object(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        """The live Kubernetes object."""
        [found] = [
            o
            for o in self.world["objects"]
            if o["kind"] == kind and o["metadata"]["name"] == name and o["metadata"].get("namespace") == namespace
        ]
        return dict_of(found)

    def deny(self, path: str) -> None:
        """Refuse every read whose path contains this (case ignored)."""
        fault = {"match": path.replace("$", r"(\?|$)"), "kind": "status", "status": 403, "code": "AuthorizationFailed"}
        self.world.setdefault("faults", []).append(fault)

    def run(self, *, offline: bool = False, state: Path | None = None) -> RunResult:
        """Verify the source against the world, through HTTP and the real clients."""
        with Simulator(copy.deepcopy(self.world)) as simulator:
            for name, value in simulator.identity_environment().items():
                self.monkeypatch.setenv(name, value)
            options = Options(
                root=self.root,
                offline=offline,
                state=state,
                arm_endpoint=simulator.arm_endpoint,
                kubernetes_endpoint=simulator.kubernetes_endpoint,
                blob_endpoint=simulator.blob_endpoint,
                now=moment(self.world["taken"]),
            )
            return run(settings(options, {}))


def dict_of(value: Any) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


def _is(resource: dict[str, Any], arm_type: str, name: str) -> bool:
    return str(resource["type"]).casefold() == arm_type.casefold() and (not name or resource["name"] == name)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    root = tmp_path / "terraform"
    shutil.copytree(REPOSITORY / "terraform", root, ignore=shutil.ignore_patterns("examples", ".terraform"))
    world = json.loads((REPOSITORY / "terraform/examples/healthy.world.json").read_text(encoding="utf-8"))
    return Bench(root, world, monkeypatch)


@pytest.fixture
def incident(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    root = tmp_path / "terraform"
    shutil.copytree(REPOSITORY / "terraform", root, ignore=shutil.ignore_patterns(".terraform"))
    world = json.loads((REPOSITORY / "terraform/examples/incident/world.json").read_text(encoding="utf-8"))
    return Bench(root / "examples/incident", world, monkeypatch)
