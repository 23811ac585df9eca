"""A simulator for one run: only when asked, never with a real credential within reach."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from verifier.cli.simulated import simulated, without_credentials
from verifier.config import Options, Settings, settings

WORLD = {
    "schema": "verify-infra/snapshot/1",
    "cloud": "AzureCloud",
    "subscription": "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10",
    "resources": [],
    "objects": [],
    "reads": [],
}


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a run with --simulate, on a machine that is logged in to Azure."""
    (tmp_path / "world.json").write_text(json.dumps(WORLD), encoding="utf-8")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "a real one")
    # what a simulator of another test, still at hand in this process, told azure-identity
    monkeypatch.delenv("IDENTITY_ENDPOINT", raising=False)
    monkeypatch.setenv("TF_VAR_location", "westus3")
    return settings(Options(root=tmp_path, simulated=tmp_path / "world.json"), dict(os.environ))


def test_a_run_that_does_not_ask_meets_no_simulator(asked: Settings) -> None:
    unasked = replace(asked, simulated=None)
    with simulated(unasked) as given:
        assert given is unasked
        assert os.environ["AZURE_CLIENT_SECRET"] == "a real one"


def test_a_simulated_run_reads_from_loopback_and_says_so(asked: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with simulated(asked) as given:
        assert given.arm_endpoint.startswith("http://127.0.0.1:")
        assert given.kubernetes_endpoint.startswith("http://127.0.0.1:")
        assert given.live.startswith("the simulator, ")
    assert "not Azure: a simulator serves" in capsys.readouterr().err


def test_no_real_credential_is_within_reach_of_a_simulated_run(asked: Settings) -> None:
    with simulated(asked) as given:
        assert "AZURE_CLIENT_SECRET" not in os.environ
        assert "AZURE_CLIENT_SECRET" not in given.environment
        assert os.environ["IDENTITY_ENDPOINT"].startswith("http://127.0.0.1:")
    assert os.environ["AZURE_CLIENT_SECRET"] == "a real one"
    assert "IDENTITY_ENDPOINT" not in os.environ


def test_the_environment_comes_back_when_the_run_fails(asked: Settings) -> None:
    with pytest.raises(RuntimeError, match="broken"), simulated(asked):
        raise RuntimeError("broken")
    assert os.environ["AZURE_CLIENT_SECRET"] == "a real one"


def test_a_proxy_is_not_asked_for_loopback(asked: Settings) -> None:
    with simulated(asked):
        assert "127.0.0.1" in os.environ["NO_PROXY"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("AZURE_CLIENT_ID", False),
        ("AZURE_FEDERATED_TOKEN_FILE", False),
        ("AZURE_AUTHORITY_HOST", False),
        ("IDENTITY_ENDPOINT", False),
        ("MSI_ENDPOINT", False),
        ("ARM_CLIENT_SECRET", False),
        ("ARM_OIDC_TOKEN", False),
        ("AZURE_SUBSCRIPTION_ID", True),
        ("ARM_SUBSCRIPTION_ID", True),
        ("TF_VAR_location", True),
        ("PATH", True),
    ],
)
def test_what_a_credential_is_taken_from_is_left_out(name: str, kept: bool) -> None:
    assert (name in without_credentials({name: "x"})) is kept
