"""Whole runs of the reference stack and the incident, from the command line to the reports, by the real clients."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main
from verifier.simulator import Simulator

REPOSITORY = Path(__file__).resolve().parents[3]
STACK = REPOSITORY / "terraform"
HEALTHY = STACK / "examples" / "healthy.world.json"
INCIDENT = STACK / "examples" / "incident"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs leave what they keep in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def world(tmp_path: Path) -> Callable[[Callable[[dict], None]], Path]:
    """The healthy world with one thing changed, as a file."""

    def change(edit: Callable[[dict], None]) -> Path:
        document = json.loads(HEALTHY.read_text(encoding="utf-8"))
        edit(document)
        file = tmp_path / "world.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        return file

    return change


def test_the_healthy_stack_agrees_on_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(STACK), "--simulate", str(HEALTHY)]) == ExitCode.AGREES
    captured = capsys.readouterr()
    assert "exit 0: every check agrees" in captured.out
    assert "disagree" not in captured.out
    assert f"live       the simulator, {HEALTHY.as_posix()}" in captured.out


def test_the_incident_names_its_three_causes_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(INCIDENT), "--simulate", str(INCIDENT / "world.json"), "--json", "r.json"]) == 1
    start = capsys.readouterr().out.partition("\nWhere to start\n")[2]
    flag, compute, keys = start.index("should_install_extension"), start.index("has no identity"), start.index("keys")
    assert flag < compute < keys
    report = json.loads(Path("r.json").read_text(encoding="utf-8"))
    inert = [f["subject"] for f in report["findings"] if f["verdict"] == "inert"]
    assert any("aml-default-fic" in subject for subject in inert)


def test_the_json_report_of_a_real_run_is_as_its_published_schema_says() -> None:
    main(["run", str(INCIDENT), "--simulate", str(INCIDENT / "world.json"), "--json", "r.json"])
    schema = json.loads((REPOSITORY / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(Path("r.json").read_text(encoding="utf-8")), schema)


def test_a_gate_of_the_healthy_stack_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", str(STACK)]) == ExitCode.AGREES
    assert "live       nothing (offline)" in capsys.readouterr().out


def test_a_gate_stops_the_incident_before_it_happens(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", str(INCIDENT)]) == ExitCode.DISAGREES
    assert "should_install_extension" in capsys.readouterr().out


def test_a_snapshot_is_judged_as_what_it_was_taken_of(capsys: pytest.CaptureFixture[str]) -> None:
    world = str(INCIDENT / "world.json")
    main(["run", str(INCIDENT), "--simulate", world, "--json", "live.json"])
    assert main(["snapshot", str(INCIDENT), "--simulate", world, "-o", "snapshot.json"]) == ExitCode.AGREES
    assert main(["run", str(INCIDENT), "--snapshot", "snapshot.json", "--json", "replayed.json"]) == 1
    live, replayed = (json.loads(Path(f).read_text(encoding="utf-8")) for f in ("live.json", "replayed.json"))
    assert live["findings"] == replayed["findings"]
    assert live["causes"] == replayed["causes"]


def test_a_drift_run_remembers_the_one_before(world, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", str(STACK), "--simulate", str(HEALTHY)]) == ExitCode.AGREES
    assert "Since the previous run" not in capsys.readouterr().out
    assert main(["drift", str(STACK), "--simulate", str(world(_allow_shared_keys))]) == ExitCode.DISAGREES
    since = capsys.readouterr().out.partition("Since the previous run")[2].partition("Where to start")[0]
    assert "new        STO01" in since
    assert main(["drift", str(STACK), "--simulate", str(HEALTHY)]) == ExitCode.AGREES
    assert "resolved   STO01" in capsys.readouterr().out


def test_a_denied_read_leaves_its_checks_unverified_and_names_the_permission(
    world, capsys: pytest.CaptureFixture[str]
) -> None:
    file = world(_deny_federated_credentials)
    assert main(["run", str(STACK), "--simulate", str(file)]) == ExitCode.UNVERIFIED
    start = capsys.readouterr().out.partition("Where to start")[2]
    permission = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read"
    assert f"missing    {permission}" in start
    assert "FIC01 " in start


def test_any_server_that_speaks_arm_s_wire_format_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(HEALTHY) as simulator:
        for name, value in simulator.identity_environment().items():
            monkeypatch.setenv(name, value)
        endpoints = ["--arm-endpoint", simulator.arm_endpoint, "--kubernetes-endpoint", simulator.kubernetes_endpoint]
        assert main(["run", str(STACK), *endpoints]) == ExitCode.AGREES
        assert {seen.method for seen in simulator.requests} <= {"GET", "HEAD"}


def test_checks_can_be_selected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", str(STACK), "-k", "no_such_check"]) == ExitCode.NOTHING_CHECKED
    assert "exit 5: nothing was checked" in capsys.readouterr().out


def _allow_shared_keys(document: dict) -> None:
    for resource in document["resources"]:
        if resource["type"] == "Microsoft.Storage/storageAccounts":
            resource["properties"]["allowSharedKeyAccess"] = True


def _deny_federated_credentials(document: dict) -> None:
    [identity] = [r["id"] for r in document["resources"] if r["id"].endswith("/id-ml-armpilot-dev-001")]
    document["reads"] = [
        {
            "plane": "azure",
            "operation": "list",
            "path": f"{identity}/federatedIdentityCredentials",
            "outcome": "denied",
            "permission": "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
        }
    ]
