"""Whole runs over TLS, the cluster's authority named by an option, or learned from Azure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.cli import main
from verifier.simulator import Simulator

STACK = Path(__file__).resolve().parents[3] / "terraform"
HEALTHY = STACK / "examples" / "healthy.world.json"


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """The healthy world over TLS; its authority is trusted for all but what an option says otherwise of."""
    monkeypatch.chdir(tmp_path)
    with Simulator(HEALTHY, tls=True) as started:
        for name, value in started.identity_environment().items():
            monkeypatch.setenv(name, value)
        yield started


def run(simulator: Simulator, authority: Path) -> tuple[int, str]:
    """The exit code, and why the cluster's namespaces could not be read."""
    endpoints = ["--arm-endpoint", simulator.arm_endpoint, "--kubernetes-endpoint", simulator.kubernetes_endpoint]
    code = main(["run", str(STACK), *endpoints, "--kubernetes-ca", str(authority), "--json", "r.json"])
    reads = json.loads(Path("r.json").read_text(encoding="utf-8"))["reads"]
    [of_namespaces] = [read for read in reads if read["request"] == "list /api/v1/namespaces"]
    return code, of_namespaces["detail"] if of_namespaces["outcome"] == "failed" else ""


def test_a_cluster_is_read_whose_authority_is_named(simulator: Simulator) -> None:
    assert run(simulator, simulator.authority) == (ExitCode.AGREES, "")


def test_a_cluster_of_another_authority_is_not_read(simulator: Simulator) -> None:
    with Simulator(HEALTHY, tls=True) as other:
        code, why = run(simulator, other.authority)
    assert code == ExitCode.UNVERIFIED
    assert "its certificate is not accepted" in why


def test_a_file_without_certificates_leaves_the_cluster_unread(simulator: Simulator, tmp_path: Path) -> None:
    code, why = run(simulator, tmp_path / "none.pem")
    assert code == ExitCode.UNVERIFIED
    assert "holds no certificates that can be read" in why


def test_an_authority_without_a_server_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["run", str(STACK), "--kubernetes-ca", str(tmp_path / "ca.pem")]) == ExitCode.USAGE_ERROR
    assert "--kubernetes-endpoint, too" in capsys.readouterr().err


@pytest.fixture
def integrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """The healthy world over TLS. Its cluster's own server is here, and takes Entra tokens alone."""
    monkeypatch.chdir(tmp_path)
    world = json.loads(HEALTHY.read_text(encoding="utf-8"))
    [cluster] = [r for r in world["resources"] if r["type"].endswith("/ManagedClusters")]
    del cluster["properties"]["fqdn"]
    with Simulator(world, tls=True, kubernetes_requires_token=True) as started:
        for name, value in started.identity_environment().items():
            monkeypatch.setenv(name, value)
        yield started


def test_a_run_that_is_told_of_azure_alone_reads_the_cluster_at_its_own_server(integrated: Simulator) -> None:
    options = ["--arm-endpoint", integrated.arm_endpoint, "--trace", "t.jsonl", "--json", "r.json"]
    assert main(["run", str(STACK), *options]) == ExitCode.AGREES
    report = json.loads(Path("r.json").read_text(encoding="utf-8"))
    inside = [read for read in report["reads"] if read["request"].startswith("list /api")]
    assert len(inside) > 5
    assert {read["outcome"] for read in inside} == {"found"}
    agreeing = {finding["check"] for finding in report["findings"] if finding["verdict"] == "agrees"}
    assert {"K8S01", "K8S02", "K8S03", "K8S04"} <= agreeing
    trace = Path("t.jsonl").read_text(encoding="utf-8")
    sent = [json.loads(line) for line in trace.splitlines()]
    assert [line["path"].rpartition("/")[2] for line in sent if line["method"] != "GET"] == [
        "listClusterUserCredential"
    ]
    assert not any(word in trace for word in ("kubeconfig", "CERTIFICATE", "Bearer", "eyJ"))


def test_a_run_that_is_not_to_look_into_the_cluster_does_not(integrated: Simulator) -> None:
    options = ["--arm-endpoint", integrated.arm_endpoint, "--no-kubernetes"]
    assert main(["run", str(STACK), *options]) == ExitCode.UNVERIFIED
    assert {seen.method for seen in integrated.requests if seen.path.startswith("/subscriptions")} == {"GET"}
    assert not [seen for seen in integrated.requests if seen.path.startswith("/api")]


def test_a_snapshot_of_a_cluster_at_its_own_server_has_nothing_of_how_it_was_reached(integrated: Simulator) -> None:
    options = ["--arm-endpoint", integrated.arm_endpoint, "-o", "live.json"]
    assert main(["snapshot", str(STACK), *options]) == 0
    taken = Path("live.json").read_text(encoding="utf-8")
    assert '"/api/v1/namespaces"' in taken
    assert not any(word in taken for word in ("listClusterUserCredential", "kubeconfig", "CERTIFICATE", "kubelogin"))
    assert main(["run", str(STACK), "--snapshot", "live.json"]) == ExitCode.AGREES
