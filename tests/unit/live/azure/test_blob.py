"""A blob is read with a token, never with a key, and every way that it can end is told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from verifier.live import wire
from verifier.live.azure.blob import BlobReader
from verifier.live.azure.credential import SharedCredential, default_credential
from verifier.live.blob import Blob, Content
from verifier.live.deadline import until
from verifier.live.documents import Absent, Denied, Failed
from verifier.live.endpoints import Endpoints
from verifier.live.trace import Sent
from verifier.simulator import Simulator
from verifier.simulator.faults import Fault

STATE = {"version": 4, "resources": []}
HERE = Blob(account="sttfstate", container="tfstate", name="dev.tfstateenv:prd")
SUBSCRIPTION = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
ACCOUNT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/sttfstate"
WORLD: dict[str, Any] = {
    "schema": "verify-infra/snapshot/1",
    "subscription": SUBSCRIPTION,
    "resources": [{"id": ACCOUNT, "type": "Microsoft.Storage/storageAccounts", "name": "sttfstate"}],
    "blobs": {str(HERE): STATE, "sttfstate/other/dir/x.tfstate": {}},
}


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    monkeypatch.setattr(wire, "PAUSES_SECONDS", (0.01, 0.01))
    with Simulator(WORLD) as running:
        for name, value in running.identity_environment().items():
            monkeypatch.setenv(name, value)
        yield running


def reader(simulator: Simulator, sent: list[Sent] | None = None) -> BlobReader:
    endpoints = Endpoints(arm=simulator.arm_endpoint, blob=simulator.blob_endpoint)
    return BlobReader(endpoints, default_credential("AzureCloud"), trace=None if sent is None else sent.append)


def test_what_is_there_is_read(simulator: Simulator) -> None:
    found = reader(simulator).read(HERE)

    assert isinstance(found, Content)
    assert found.bytes == b'{"version": 4, "resources": []}'
    assert "resources" not in repr(found)


def test_a_name_may_have_folders(simulator: Simulator) -> None:
    found = reader(simulator).read(Blob(account="sttfstate", container="other", name="dir/x.tfstate"))

    assert isinstance(found, Content)


def test_one_request_is_sent_and_traced_without_its_token(simulator: Simulator) -> None:
    sent: list[Sent] = []
    reader(simulator, sent).read(HERE)

    (request,) = [seen for seen in simulator.requests if seen.path.startswith("/_blob/")]
    assert request.method == "GET"
    assert [(each.method, each.status) for each in sent] == [("GET", 200)]
    assert "eyJ" not in str(sent)


def test_a_blob_that_is_not_there_is_absent(simulator: Simulator) -> None:
    gone = Blob(account="sttfstate", container="tfstate", name="other.tfstate")

    assert reader(simulator).read(gone) == Absent(code="BlobNotFound")


@pytest.mark.parametrize(("account", "container"), [("sttfstate", "none"), ("stother", "tfstate")])
def test_a_container_that_is_not_there_is_no_absent_blob(simulator: Simulator, account: str, container: str) -> None:
    found = reader(simulator).read(Blob(account=account, container=container, name="x"))

    assert isinstance(found, Failed)
    assert found.because.startswith(f"{account} has no container {container}")


@pytest.mark.parametrize("path", [f"{ACCOUNT}/blobServices/default/containers/tfstate", "/_blob/sttfstate/tfstate"])
def test_a_refusal_names_the_role(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    with Simulator({**WORLD, "denied": [{"path": path}]}) as simulator:
        for name, value in simulator.identity_environment().items():
            monkeypatch.setenv(name, value)
        found = reader(simulator).read(HERE)

    assert isinstance(found, Denied)
    assert found.permission.endswith("/blobs/read")
    assert "Storage Blob Data Reader is missing on sttfstate/tfstate" in found.detail


TROUBLE = {
    "a firewall": (Fault(match="_blob", kind="status", status=403, code="AuthorizationFailure"), Denied),
    "a proxy's refusal": (Fault(match="_blob", kind="html", status=403), Failed),
    "a proxy's 404": (Fault(match="_blob", kind="bare", status=404), Failed),
    "a refused token": (Fault(match="_blob", kind="status", status=401), Failed),
    "keys only": (Fault(match="_blob", kind="status", status=403, code="AuthenticationFailed"), Denied),
    "too many requests": (Fault(match="_blob", kind="status", status=503), Failed),
    "an error": (Fault(match="_blob", kind="status", status=500), Failed),
    "a reset": (Fault(match="_blob", kind="reset"), Failed),
    "half an answer": (Fault(match="_blob", kind="truncated"), Failed),
    "a redirect": (Fault(match="_blob", kind="status", status=302), Failed),
}


@pytest.mark.parametrize(("fault", "ends"), TROUBLE.values(), ids=TROUBLE)
def test_trouble_is_never_a_content_and_never_an_absence(simulator: Simulator, fault: Fault, ends: type) -> None:
    simulator.add_fault(fault)

    assert isinstance(reader(simulator).read(HERE), ends)


def test_what_comes_too_late_has_failed(simulator: Simulator) -> None:
    simulator.add_fault(Fault(match="_blob", kind="latency", seconds=30))
    with until(0.0):
        found = reader(simulator).read(HERE)

    assert isinstance(found, Failed)


def test_trouble_that_passes_is_tried_again(simulator: Simulator) -> None:
    simulator.add_fault(Fault(match="_blob", kind="status", status=503, times=1))

    assert isinstance(reader(simulator).read(HERE), Content)


@pytest.mark.parametrize(
    ("account", "container"),
    [
        ("st.evil", "tfstate"),
        ("sttfstate/x", "tfstate"),
        ("evil.example#", "tfstate"),
        ("sttfstate", "a/../b"),
        ("", ""),
    ],
)
def test_no_token_is_sent_where_the_names_lead_elsewhere(simulator: Simulator, account: str, container: str) -> None:
    found = reader(simulator).read(Blob(account=account, container=container, name="x"))

    assert isinstance(found, Failed)
    assert simulator.requests == ()


def test_with_another_resource_manager_azure_s_own_storage_is_not_asked(simulator: Simulator) -> None:
    endpoints = Endpoints(arm=simulator.arm_endpoint)
    found = BlobReader(endpoints, SharedCredential(_no_credential)).read(HERE)

    assert isinstance(found, Failed)
    assert "--blob-endpoint" in found.because


def test_without_a_credential_it_says_so(simulator: Simulator) -> None:
    endpoints = Endpoints(arm=simulator.arm_endpoint, blob=simulator.blob_endpoint)
    found = BlobReader(endpoints, SharedCredential(_no_credential)).read(HERE)

    assert isinstance(found, Failed)
    assert "no credential for Azure" in found.because


def _no_credential() -> Any:
    raise ValueError("none here")
