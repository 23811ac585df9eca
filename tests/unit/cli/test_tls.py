"""Whole runs over TLS, the cluster's authority named by an option."""

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
