"""`verify-infra roles refresh`: what Azure says of roles, and runs that judge by it."""

from __future__ import annotations

import copy
import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from verifier.checking.result import ExitCode
from verifier.cli import main

STACK = Path(__file__).resolve().parents[3] / "terraform"
DEFINITIONS = "Microsoft.Authorization/roleDefinitions"
BLOB = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"


def role(name: str, guid: str, kind: str = "BuiltInRole", **permission: list[str]) -> dict[str, Any]:
    return {
        "id": f"/providers/{DEFINITIONS}/{guid}",
        "name": guid,
        "type": DEFINITIONS,
        "properties": {"roleName": name, "type": kind, "assignableScopes": ["/"], "permissions": [permission]},
    }


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reference stack."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(STACK, tmp_path / "terraform", ignore=shutil.ignore_patterns("examples", ".terraform"))
    return Path("terraform")


def world(*roles: dict[str, Any]) -> str:
    """The healthy world with these roles."""
    live = json.loads((STACK / "examples/healthy.world.json").read_text(encoding="utf-8"))
    live["resources"] += copy.deepcopy(list(roles))
    Path("world.json").write_text(json.dumps(live), encoding="utf-8")
    return "world.json"


def test_the_built_in_roles_are_written_beside_the_root(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roles = (
        role("Acme Reader", "11111111-0000-4000-8000-000000000001", actions=["Acme/*/read"]),
        role("Zoo Keeper", "11111111-0000-4000-8000-000000000002", dataActions=["Zoo/*"]),
        role("Not built in", "11111111-0000-4000-8000-000000000003", "CustomRole", actions=["*"]),
    )

    assert main(["roles", "refresh", str(root), "--simulate", world(*roles)]) == ExitCode.AGREES

    written = json.loads((root / "verifier.roles.json").read_text(encoding="utf-8"))
    assert [r["name"] for r in written["roles"]] == ["Acme Reader", "Zoo Keeper"]
    assert written["date"] == "2026-11-21"
    assert capsys.readouterr().out == "2 built-in roles, terraform/verifier.roles.json\n"


def test_runs_judge_by_what_was_written(root: Path) -> None:
    """Azure took writing from the role: whoever has it may not write any more, says the next run."""
    read = ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]
    changed = world(role("Storage Blob Data Contributor", BLOB, dataActions=read))
    run = ["run", str(root), "--simulate", changed, "-k", "jobs_identity_holds_a_data_role"]
    assert main(run) == ExitCode.AGREES

    assert main(["roles", "refresh", str(root), "--simulate", changed]) == ExitCode.AGREES

    assert main(run) == ExitCode.DISAGREES


def test_an_answer_without_any_role_is_not_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["roles", "refresh", str(root), "--simulate", world()]) == ExitCode.UNREADABLE

    assert "no built-in role" in capsys.readouterr().err
    assert not (root / "verifier.roles.json").exists()


def test_roles_that_may_not_be_read_end_the_verb(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = json.loads(Path(world()).read_text(encoding="utf-8"))
    live["faults"] = [{"match": "roleDefinitions", "kind": "status", "status": 403, "code": "AuthorizationFailed"}]
    Path("world.json").write_text(json.dumps(live), encoding="utf-8")

    assert main(["roles", "refresh", str(root), "--simulate", "world.json"]) == ExitCode.UNREADABLE

    assert "Microsoft.Authorization/roleDefinitions/read" in capsys.readouterr().err


def test_it_ends_at_its_deadline(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = world(role("Acme Reader", "11111111-0000-4000-8000-000000000001", actions=["Acme/*/read"]))
    content = json.loads(Path(file).read_text(encoding="utf-8"))
    content["faults"] = [{"match": "roleDefinitions", "kind": "drip", "seconds": 0.3}]
    Path(file).write_text(json.dumps(content), encoding="utf-8")
    began = time.monotonic()

    assert main(["roles", "refresh", str(root), "--simulate", file, "--deadline", "1"]) == ExitCode.UNREADABLE

    assert time.monotonic() - began < 20
    assert "the roles could not be read" in capsys.readouterr().err
    assert not (root / "verifier.roles.json").exists()
