"""Runs whose state is in an azurerm backend's blob: what it adds, and what is said where it cannot be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.breaking import CLUSTER, CREDENTIAL
from tests.remote_backend import BACKEND, BLOB, SECRET
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict
from verifier.checking.result import RunResult
from verifier.live import wire
from verifier.report.json import render

if TYPE_CHECKING:
    from conftest import Bench

CLUSTER_AT = "module.sil.azurerm_kubernetes_cluster.main"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PAUSES_SECONDS", (0.01, 0.01))


@pytest.fixture
def remote(bench: Bench) -> Bench:
    """The healthy stack with its state in a blob, where the cluster is recorded."""
    bench.add("backend.tf", BACKEND)
    live = bench.resource(CLUSTER)
    instance = {"attributes": {"id": live["id"], "name": live["name"], "kube_admin_config_raw": SECRET}}
    bench.world["blobs"] = {
        BLOB: {
            "version": 4,
            "lineage": "1",
            "resources": [
                {
                    "module": "module.sil",
                    "mode": "managed",
                    "type": "azurerm_kubernetes_cluster",
                    "name": "main",
                    "instances": [instance],
                }
            ],
        }
    }
    return bench


def recorded(bench: Bench) -> dict[str, Any]:
    attributes: dict[str, Any] = bench.world["blobs"][BLOB]["resources"][0]["instances"][0]["attributes"]
    return attributes


def agreeing(result: RunResult) -> set[str]:
    return {f.id for f in result.findings if f.verdict is Verdict.AGREES}


def test_the_state_is_read_from_its_blob(remote: Bench) -> None:
    result = remote.run()

    assert result.state == f"blob {BLOB}, the azurerm backend's"
    assert "INT41[cluster aks-armpilot-dev-001]" in agreeing(result)


def test_it_judges_as_the_same_state_in_a_file_does(remote: Bench) -> None:
    file = remote.root / "kept.tfstate"
    file.write_text(json.dumps(remote.world["blobs"][BLOB]), encoding="utf-8")

    def said(result: RunResult) -> list[tuple[str, Verdict, str]]:
        return [(f.id, f.verdict, f.what) for f in result.findings]

    assert said(remote.run()) == said(remote.run(state=file))


def test_no_secret_of_it_reaches_a_report(remote: Bench) -> None:
    recorded(remote)["location"] = "eastus"

    assert SECRET not in render(remote.run())


def test_a_workspace_has_its_own(remote: Bench) -> None:
    (remote.root / ".terraform").mkdir()
    (remote.root / ".terraform/environment").write_text("dev", encoding="utf-8")
    remote.world["blobs"][f"{BLOB}env:dev"] = remote.world["blobs"].pop(BLOB)

    assert remote.run().state == f"blob {BLOB}env:dev, the azurerm backend's"


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"kind": "status", "status": 403}, "Storage Blob Data Reader is missing on sttfstate/tfstate"),
        ({"kind": "status", "status": 500}, "HTTP 500"),
        ({"kind": "status", "status": 401}, "the token is refused"),
        ({"kind": "reset"}, "no answer"),
        ({"kind": "truncated"}, "no answer"),
        ({"kind": "html"}, "not JSON"),
        ({"kind": "html", "status": 403}, "a proxy or another server"),
        ({"kind": "bare"}, "a proxy or another server"),
        ({"kind": "empty-body"}, "not a Terraform state"),
        ({"kind": "not-an-object"}, "not a Terraform state"),
    ],
    ids=lambda given: "-".join(map(str, given.values())) if isinstance(given, dict) else "",
)
def test_a_state_that_could_not_be_looked_at_is_said_and_agrees_with_nothing(
    remote: Bench, fault: dict[str, Any], why: str
) -> None:
    remote.world["faults"] = [{"match": "/_blob/", **fault}]
    result = remote.run()

    assert result.state.startswith(f"not read (blob {BLOB}: ")
    assert why in result.state
    assert {f.verdict for f in result.findings if f.check in {"INT41", "TWS01"}} == {Verdict.UNVERIFIED}
    assert result.exit_code is ExitCode.UNVERIFIED


@pytest.mark.parametrize("attributes", [None, "garbled", {"id": None}])
def test_an_instance_of_which_it_has_no_id_is_not_in_sync(remote: Bench, attributes: object) -> None:
    remote.world["blobs"][BLOB]["resources"][0]["instances"][0]["attributes"] = attributes

    (found,) = (f for f in remote.run().findings if f.id == "TWS01[cluster aks-armpilot-dev-001]")

    assert found.verdict is Verdict.UNVERIFIED
    assert f"the state blob {BLOB} has {CLUSTER_AT} without its id" in found.what


def test_before_the_first_apply_there_is_none(remote: Bench) -> None:
    remote.world["blobs"] = {"sttfstate/tfstate/other": {}}
    result = remote.run()

    assert "nothing was applied to it yet" in result.state
    assert result.exit_code is ExitCode.AGREES


def test_a_backend_that_is_not_all_written_out_asks_for_the_rest(remote: Bench) -> None:
    remote.edit("backend.tf", '    key                  = "dev.tfstate"\n', "")
    result = remote.run()

    assert "the azurerm backend's key is not known: pass --backend-config" in result.state
    assert result.exit_code is ExitCode.AGREES


def test_a_thing_that_only_live_has_is_called_so_by_the_remote_state(remote: Bench) -> None:
    result = remote.run()
    live = remote.resource(CREDENTIAL)["name"]

    (found,) = [f for f in result.findings if f.check == "TWS01" and f.subject == f"federated credential {live}"]
    assert "not in the state" in found.what
