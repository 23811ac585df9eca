"""Snapshots from the command line: equal to live, masked, compared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.remote_backend import BACKEND, BLOB, SECRET
from verifier.checking.exit_code import ExitCode
from verifier.cli import main

REPOSITORY = Path(__file__).resolve().parents[3]
STACK = REPOSITORY / "terraform"
INCIDENT = STACK / "examples" / "incident"
SCHEMA = json.loads((REPOSITORY / "docs" / "snapshot.schema.json").read_text(encoding="utf-8"))
WORLDS = {
    "healthy": (STACK, STACK / "examples" / "healthy.world.json", ExitCode.AGREES),
    "incident": (INCIDENT, INCIDENT / "world.json", ExitCode.DISAGREES),
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID", "ARM_TENANT_ID", "AZURE_TENANT_ID"):
        monkeypatch.delenv(name, raising=False)


def report(*arguments: str, code: int) -> dict[str, Any]:
    """The JSON report of a run."""
    assert main(["run", *arguments, "--json", "report.json"]) == code
    content: dict[str, Any] = json.loads(Path("report.json").read_text(encoding="utf-8"))
    return content


def tenant_of(world: Path) -> str:
    """The tenant that a world is in."""
    resources = json.loads(world.read_text(encoding="utf-8"))["resources"]
    return next(r["properties"]["tenantId"] for r in resources if "tenantId" in (r.get("properties") or {}))


def taken(root: Path, world: Path, *options: str, to: str = "snapshot.json") -> dict[str, Any]:
    """The snapshot that is taken of a world."""
    assert main(["snapshot", str(root), "--simulate", str(world), "-o", to, *options]) == ExitCode.AGREES
    content: dict[str, Any] = json.loads(Path(to).read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("mask", [(), ("--mask",)], ids=["plain", "masked"])
@pytest.mark.parametrize("world", WORLDS)
def test_verifying_a_snapshot_gives_the_findings_of_verifying_live(
    world: str, mask: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, file, code = WORLDS[world]
    monkeypatch.setenv("ARM_TENANT_ID", tenant_of(file))
    live = report(str(root), "--simulate", str(file), code=code)
    jsonschema.validate(taken(root, file, *mask), SCHEMA)
    replayed = report(str(root), "--snapshot", "snapshot.json", code=code)
    for part in ("findings", "causes"):
        assert replayed[part] == live[part]
    assert live["findings"]


@pytest.fixture
def remote(tmp_path: Path) -> tuple[Path, Path]:
    """The healthy stack with its state in a blob, where only the cluster is recorded; and its world."""
    root, file = tmp_path / "terraform", tmp_path / "world.json"
    shutil.copytree(STACK, root, ignore=shutil.ignore_patterns(".terraform"))
    (root / "backend.tf").write_text(BACKEND, encoding="utf-8")
    world = json.loads(WORLDS["healthy"][1].read_text(encoding="utf-8"))
    [cluster] = [r for r in world["resources"] if r["type"].casefold() == "microsoft.containerservice/managedclusters"]
    attributes = {"id": cluster["id"], "name": cluster["name"], "kube_admin_config_raw": SECRET}
    recorded = {"mode": "managed", "type": "azurerm_kubernetes_cluster", "name": "main", "module": "module.sil"}
    state = {"version": 4, "lineage": "1", "resources": [{**recorded, "instances": [{"attributes": attributes}]}]}
    file.write_text(json.dumps({**world, "blobs": {BLOB: state}}), encoding="utf-8")
    return root, file


@pytest.mark.parametrize("mask", [(), ("--mask",)], ids=["plain", "masked"])
def test_a_snapshot_keeps_the_state_that_only_its_run_could_read(
    remote: tuple[Path, Path], mask: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, file = remote
    monkeypatch.setenv("ARM_TENANT_ID", tenant_of(file))
    live = report(str(root), "--simulate", str(file), code=ExitCode.DISAGREES)
    content = taken(root, file, *mask)
    jsonschema.validate(content, SCHEMA)
    replayed = report(str(root), "--snapshot", "snapshot.json", code=ExitCode.DISAGREES)

    assert "TWS01" in {f["check"] for f in live["findings"] if f["verdict"] == "disagrees"}
    for part in ("findings", "causes"):
        assert replayed[part] == live[part]
    assert SECRET not in json.dumps(content)
    subscription = json.loads(file.read_text(encoding="utf-8"))["subscription"]
    assert (subscription in json.dumps(content)) is not bool(mask)


def test_a_state_that_could_not_be_read_is_not_read_in_the_snapshot_either(
    remote: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root, file = remote
    world = json.loads(file.read_text(encoding="utf-8"))
    denied = {"match": "dev[.]tfstate", "kind": "status", "status": 403, "code": "AuthorizationPermissionMismatch"}
    file.write_text(json.dumps({**world, "faults": [denied]}), encoding="utf-8")

    assert main(["snapshot", str(root), "--simulate", str(file), "-o", "snapshot.json"]) == ExitCode.UNVERIFIED
    assert "verify-infra: the state is not read (blob" in capsys.readouterr().err
    live = report(str(root), "--simulate", str(file), code=ExitCode.UNVERIFIED)
    assert report(str(root), "--snapshot", "snapshot.json", code=ExitCode.UNVERIFIED)["findings"] == live["findings"]


def test_a_snapshot_without_the_state_of_a_remote_backend_ends_unverified(remote: tuple[Path, Path]) -> None:
    root, file = remote
    content = taken(root, file)
    del content["state"]
    Path("snapshot.json").write_text(json.dumps(content), encoding="utf-8")

    report(str(root), "--snapshot", "snapshot.json", code=ExitCode.UNVERIFIED)


def test_a_snapshot_of_a_run_without_a_state_leaves_a_local_one_to_be_found() -> None:
    root, file, _ = WORLDS["healthy"]

    assert "state" not in taken(root, file)


@pytest.mark.parametrize("world", WORLDS)
def test_who_does_not_know_the_tenant_gets_the_verdicts_all_the_same(world: str) -> None:
    root, file, code = WORLDS[world]
    live = report(str(root), "--simulate", str(file), code=code)
    taken(root, file, "--mask")
    replayed = report(str(root), "--snapshot", "snapshot.json", code=code)
    verdicts = [[(f["id"], f["verdict"]) for f in each["findings"]] for each in (live, replayed)]
    assert verdicts[0] == verdicts[1]


@pytest.mark.parametrize("world", WORLDS)
def test_a_masked_snapshot_names_neither_subscription_nor_tenant(world: str) -> None:
    root, file, _ = WORLDS[world]
    plain = json.loads(file.read_text(encoding="utf-8"))
    tenants = {r["properties"]["tenantId"] for r in plain["resources"] if "tenantId" in (r.get("properties") or {})}
    assert tenants
    text = json.dumps(taken(root, file, "--mask")).casefold()
    assert [name for name in (plain["subscription"], *tenants) if name.casefold() in text] == []


def test_a_masked_snapshot_of_another_subscription_verifies_nothing() -> None:
    root, file, _ = WORLDS["healthy"]
    taken(root, file, "--mask")
    other = "00000000-0000-4000-8000-000000000001"
    report(str(root), "--snapshot", "snapshot.json", "--subscription", other, code=ExitCode.UNVERIFIED)


def test_equal_snapshots_differ_in_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    taken(*WORLDS["healthy"][:2], to="a.json")
    taken(*WORLDS["healthy"][:2], to="b.json")
    capsys.readouterr()
    assert main(["snapshot", "diff", "a.json", "b.json"]) == ExitCode.AGREES
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "verify-infra: no differences\n")


def test_a_plain_and_a_masked_snapshot_of_the_same_differ_in_nothing() -> None:
    taken(*WORLDS["healthy"][:2], to="a.json")
    taken(*WORLDS["healthy"][:2], "--mask", to="b.json")
    assert main(["snapshot", "diff", "a.json", "b.json"]) == ExitCode.AGREES


def test_a_difference_is_told_by_resource_and_property(capsys: pytest.CaptureFixture[str]) -> None:
    content = taken(*WORLDS["healthy"][:2], to="a.json")
    [account] = [r for r in content["resources"] if r["type"] == "Microsoft.Storage/storageAccounts"]
    account["properties"]["allowSharedKeyAccess"] = True
    Path("b.json").write_text(json.dumps(content), encoding="utf-8")
    capsys.readouterr()
    assert main(["snapshot", "diff", "a.json", "b.json"]) == ExitCode.DISAGREES
    assert capsys.readouterr().out == (
        f"changed    {account['id']}\n           properties.allowSharedKeyAccess: false -> true\n"
    )


def test_a_snapshot_that_is_none_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.json").write_text("{}", encoding="utf-8")
    assert main(["snapshot", "diff", "a.json", "a.json"]) == ExitCode.UNREADABLE
    assert "does not say its schema" in capsys.readouterr().err


def test_two_snapshots_are_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "diff", "a.json"]) == ExitCode.USAGE_ERROR
    assert "snapshot diff" in capsys.readouterr().err
