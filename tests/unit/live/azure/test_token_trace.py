"""The requests for tokens that azure-identity sends, in the trace, from each place that gives tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from verifier.errors import AccessError
from verifier.live.azure.credential import default_credential
from verifier.live.trace import tracing
from verifier.simulator import Simulator

SCOPE = "https://management.azure.com/.default"
CLIENT = "bbbbbbbb-0000-0000-0000-000000000001"
ISSUER = "https://westus3.oic.prod-aks.azure.com/t/i/"
SUBJECT = "system:serviceaccount:azureml:default"
Serve = Callable[..., Simulator]


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[str, list[dict[str, Any]], str]]:
    """Ask for a token in an environment: the token or why there is none, the lines of the trace, and their text."""

    def ask(environment: dict[str, str]) -> tuple[str, list[dict[str, Any]], str]:
        for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        file = tmp_path / "trace.jsonl"
        with tracing(file) as trace:
            try:
                got = default_credential("AzureCloud", trace=trace).get_token(SCOPE).token
            except AccessError as error:
                got = str(error)
        text = file.read_text(encoding="utf-8")
        return got, [json.loads(line) for line in text.splitlines()], text

    return ask


def said(line: dict[str, Any]) -> tuple[str, str, int | None]:
    return line["method"], line["path"], line["status"]


def parts_of(token: str) -> list[str]:
    return [part for part in token.split(".") if part]


def test_a_client_secret_is_shown_at_the_tenants_token_endpoint(serve: Serve, world: Any, signed_in: Any) -> None:
    simulator = serve(world, tls=True)
    environment = simulator.secret_environment()
    token, lines, text = signed_in(environment)
    tenant = environment["AZURE_TENANT_ID"]
    assert [said(line) for line in lines] == [
        ("GET", f"/{tenant}/v2.0/.well-known/openid-configuration", 200),
        ("POST", f"/{tenant}/oauth2/v2.0/token", 200),
    ]
    assert list(lines[1]) == ["method", "path", "api_version", "status", "milliseconds", "request_id"]
    assert lines[1]["milliseconds"] > 0
    assert lines[1]["request_id"]
    assert parts_of(token)
    assert not [secret for secret in (*parts_of(token), environment["AZURE_CLIENT_SECRET"]) if secret in text]


def test_a_refused_secret_is_a_401_of_the_token_endpoint(serve: Serve, world: Any, signed_in: Any) -> None:
    environment = serve(world, tls=True).secret_environment() | {"AZURE_CLIENT_SECRET": "guessed-secret"}
    _, lines, text = signed_in(environment)
    assert said(lines[-1]) == ("POST", f"/{environment['AZURE_TENANT_ID']}/oauth2/v2.0/token", 401)
    assert "guessed-secret" not in text
    assert "AADSTS" not in text


def test_a_pods_token_is_shown_at_the_token_endpoint_and_is_in_no_line(
    serve: Serve, world: Any, signed_in: Any, tmp_path: Path
) -> None:
    simulator = serve(world, tls=True)
    environment = simulator.workload_environment(tmp_path, client_id=CLIENT, issuer=ISSUER, subject=SUBJECT)
    token, lines, text = signed_in(environment)
    assertion = Path(environment["AZURE_FEDERATED_TOKEN_FILE"]).read_text(encoding="ascii")
    assert said(lines[-1]) == ("POST", f"/{environment['AZURE_TENANT_ID']}/oauth2/v2.0/token", 200)
    assert not [part for part in (*parts_of(token), *parts_of(assertion)) if part in text]


def test_a_refused_pod_is_a_400_of_the_token_endpoint(serve: Serve, world: Any, signed_in: Any, tmp_path: Path) -> None:
    simulator = serve(world, tls=True)
    _, lines, _ = signed_in(
        simulator.workload_environment(tmp_path, client_id=CLIENT, issuer=ISSUER, subject=SUBJECT + "-other")
    )
    assert said(lines[-1])[2] == 400


def test_a_machines_identity_is_asked_of_its_metadata_service(serve: Serve, world: Any, signed_in: Any) -> None:
    token, lines, text = signed_in(serve(world).machine_environment())
    assert {said(line) for line in lines} == {("GET", "/metadata/identity/oauth2/token", 200)}
    assert {line["api_version"] for line in lines} == {"2018-02-01"}
    assert token not in text
    assert "resource" not in text


def test_an_apps_identity_is_asked_of_its_endpoint_without_its_header(serve: Serve, world: Any, signed_in: Any) -> None:
    environment = serve(world).identity_environment()
    token, lines, text = signed_in(environment)
    assert [said(line) for line in lines] == [("GET", "/msi/token", 200)]
    assert not [secret for secret in (token, environment["IDENTITY_HEADER"]) if secret in text]


def test_an_identity_that_is_not_assigned_is_refused_by_the_metadata_service(
    serve: Serve, world: Any, signed_in: Any
) -> None:
    stranger = "00000000-0000-0000-0000-00000000dead"
    _, lines, text = signed_in(serve(world).machine_environment() | {"AZURE_CLIENT_ID": stranger})
    assert said(lines[-1]) == ("GET", "/metadata/identity/oauth2/token", 400)
    assert stranger not in text


def test_an_attempt_without_an_answer_says_why_and_the_next_one_has_its_own_line(
    serve: Serve, world: Any, signed_in: Any
) -> None:
    world["faults"] = [{"match": "oauth2/v2.0/token", "kind": "reset", "times": 1}]
    environment = serve(world, tls=True).secret_environment()
    _, lines, text = signed_in(environment)
    failed, answered = [line for line in lines if line["method"] == "POST"]
    assert (failed["status"], failed["error"]) == (None, "Remote end closed connection without response")
    assert answered["status"] == 200
    assert environment["AZURE_CLIENT_SECRET"] not in text
