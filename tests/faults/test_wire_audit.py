"""The audit of what is sent sees whole runs, and would object."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.bench import HEALTHY, REPOSITORY, STACK
from tests.wire_audit import WireAudit, objection
from verifier.cli import main
from verifier.simulator import Seen

ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"
CLUSTER = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks"


def request(method: str, path: str, api_version: str = "2026-09-01") -> Seen:
    return Seen(
        ordinal=1,
        started=0.0,
        milliseconds=1.0,
        method=method,
        path=path,
        query="",
        api_version=api_version,
        status=200,
        user_agent="verify-infra/0.1.0",
    )


def test_the_audit_sees_every_request_of_a_run(
    wire_audit: WireAudit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(STACK), "--simulate", str(HEALTHY)]) == 0
    sent = wire_audit.take()
    assert {seen.method for seen in sent} == {"GET"}
    assert sum(seen.path.startswith("/subscriptions/") for seen in sent) > 10
    assert any(seen.path.startswith("/api/v1/") for seen in sent)
    assert [objection(seen) for seen in sent] == [""] * len(sent)


def test_the_audit_knows_the_two_queries_that_are_posts_and_no_third() -> None:
    states = f"{ACCOUNT}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    assert objection(request("POST", states)) == ""
    assert objection(request("POST", f"{CLUSTER}/listClusterUserCredential")) == ""
    for path in (f"{CLUSTER}/listClusterAdminCredential", f"{CLUSTER}/stop", f"{states}/x"):
        assert objection(request("POST", path)) == f"POST {path} is not a read"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_audit_objects_to_a_write(method: str) -> None:
    assert objection(request(method, ACCOUNT)) == f"{method} {ACCOUNT} is not a read"


@pytest.mark.parametrize(
    "path",
    [
        f"{ACCOUNT}/listKeys",
        f"{CLUSTER}/listClusterUserCredential",
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv/secrets/x",
        "/api/v1/namespaces/azureml/secrets",
        "/api/v1/secrets",
        "/",
    ],
)
def test_the_audit_objects_to_a_read_of_what_is_not_to_be_read(path: str) -> None:
    assert "is not among what is to be read" in objection(request("GET", path))


def test_the_audit_objects_to_a_read_at_no_api_version() -> None:
    assert objection(request("GET", ACCOUNT, api_version="")) != ""


SENDING = """
import pytest
import requests

from tests.wire_audit import BY_HAND
from verifier.simulator import Simulator

OURS = {"User-Agent": "verify-infra/0"}


@pytest.fixture(scope="module")
def simulator():
    with Simulator({"schema": "verify-infra/snapshot/1", "resources": []}) as started:
        yield started


@pytest.fixture(scope="module")
def sent_for_several(simulator):
    requests.put(simulator.arm_endpoint + "/set-up", headers=OURS)
    yield
    requests.put(simulator.arm_endpoint + "/taken-down", headers=OURS)


def test_marked(simulator):
    requests.put(simulator.arm_endpoint + "/by-hand", headers=BY_HAND)


def test_by_whomever(simulator):
    requests.put(simulator.arm_endpoint + "/by-another", headers={"User-Agent": "azsdk-python"})


def test_before_it(sent_for_several):
    pass
"""


def test_the_audit_hears_of_fixtures_for_several_tests_and_of_every_client(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_sending.py").write_text(SENDING, encoding="utf-8")
    told = ("-q", "-rN", "-p", "no:cacheprovider", "-p", "tests.conftest", "-c", str(tmp_path / "pytest.ini"))
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *told, str(tmp_path)],
        cwd=REPOSITORY,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    objected = re.findall(r"one more item: '(PUT \S+) is not a read'", ran.stdout)
    assert objected == ["PUT /by-another", "PUT /set-up", "PUT /taken-down"], ran.stdout
    assert "3 errors" in ran.stdout
