from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ManagedIdentityCredential

from tests.simulator.conftest import IDENTITY, ML_CLIENT, ML_PRINCIPAL, STORAGE, Azure, arm_fetch, code_of, fetch, world
from verifier.simulator import Simulator

ARM_SCOPE = "https://management.azure.com/.default"
STORAGE_READ = f"{STORAGE}?api-version=2026-09-01"


def claims(token: str) -> dict[str, object]:
    middle = token.split(".")[1]
    content: dict[str, object] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return content


def test_a_token_says_whom_it_is_for_and_where_it_counts(azure: Azure) -> None:
    token = azure.credential.get_token(ARM_SCOPE)
    said = claims(token.token)
    caller = azure.simulator.world.caller
    assert (said["aud"], said["oid"], said["exp"]) == (
        "https://management.azure.com",
        caller.object_id,
        token.expires_on,
    )


@pytest.mark.parametrize(
    "options",
    [
        {"client_id": ML_CLIENT},
        {"identity_config": {"resource_id": IDENTITY}},
        {"identity_config": {"object_id": ML_PRINCIPAL}},
    ],
    ids=["client id", "resource id", "object id"],
)
def test_a_user_assigned_identity_of_the_world_gets_its_own_token(azure: Azure, options: dict[str, object]) -> None:
    with ManagedIdentityCredential(**options) as credential:
        assert claims(credential.get_token(ARM_SCOPE).token)["oid"] == ML_PRINCIPAL


def test_an_identity_that_the_world_does_not_know_gets_no_token(azure: Azure) -> None:
    stranger = ManagedIdentityCredential(client_id="00000000-0000-0000-0000-00000000dead")
    with stranger, pytest.raises(ClientAuthenticationError):
        stranger.get_token(ARM_SCOPE)


def test_the_token_endpoint_wants_its_own_header(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_HEADER", "guessed")
    with ManagedIdentityCredential() as credential, pytest.raises(ClientAuthenticationError):
        credential.get_token(ARM_SCOPE)


@pytest.mark.parametrize("query", ["resource=x", "api-version=2019-08-01", "api-version=2017-09-01&resource=x"])
def test_the_token_endpoint_wants_its_api_version_and_a_resource(
    simulate: Callable[..., Simulator], query: str
) -> None:
    simulator = simulate()
    environment = simulator.identity_environment()
    endpoint = f"{environment['IDENTITY_ENDPOINT']}?{query}"
    assert fetch(endpoint, X_IDENTITY_HEADER=environment["IDENTITY_HEADER"]).status_code == 400


def test_no_token_is_401_with_a_challenge(simulate: Callable[..., Simulator]) -> None:
    response = fetch(simulate().arm_endpoint + STORAGE_READ)
    assert code_of(response) == (401, "AuthenticationFailed")
    assert response.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")


def test_a_token_that_was_never_issued_is_401(simulate: Callable[..., Simulator]) -> None:
    response = fetch(simulate().arm_endpoint + STORAGE_READ, Authorization="Bearer a.b.c")
    assert code_of(response) == (401, "InvalidAuthenticationToken")


def test_a_token_of_another_simulator_is_401(simulate: Callable[..., Simulator]) -> None:
    one, other = simulate(), simulate()
    response = fetch(one.arm_endpoint + STORAGE_READ, Authorization=f"Bearer {other.token()}")
    assert code_of(response) == (401, "InvalidAuthenticationToken")


def test_an_expired_token_is_401(simulate: Callable[..., Simulator]) -> None:
    response = arm_fetch(simulate(token_lifetime_seconds=0), STORAGE_READ)
    assert code_of(response) == (401, "ExpiredAuthenticationToken")


def test_a_token_for_another_audience_is_401(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate()
    token = simulator.token(audience="https://storage.azure.com")
    response = fetch(simulator.arm_endpoint + STORAGE_READ, Authorization=f"Bearer {token}")
    assert code_of(response) == (401, "InvalidAuthenticationTokenAudience")


def test_the_caller_of_a_world_is_whom_the_endpoint_gives_tokens_for(
    simulate: Callable[..., Simulator], azure_at: Callable[[Simulator], Azure]
) -> None:
    simulator = simulate({**world(), "caller": {"object_id": "00000000-0000-0000-0000-000000000777"}})
    token = azure_at(simulator).credential.get_token(ARM_SCOPE)
    assert claims(token.token)["oid"] == "00000000-0000-0000-0000-000000000777"


def test_no_token_and_no_secret_reaches_a_log(azure: Azure, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = azure.credential.get_token(ARM_SCOPE).token
    azure.get(STORAGE, **{"api-version": "2026-09-01"})
    secret = azure.simulator.identity_environment()["IDENTITY_HEADER"]
    written = caplog.text + fetch(f"{azure.simulator.arm_endpoint}/_simulator/requests").text
    assert "/msi/token" in written
    assert [word for word in (token, token.split(".")[1], secret) if word in written] == []


@pytest.mark.parametrize("options", [{}, {"client_id": ML_CLIENT}, {"identity_config": {"resource_id": IDENTITY}}])
def test_a_machines_identity_reads(
    simulate: Callable[..., Simulator], monkeypatch: pytest.MonkeyPatch, options: dict[str, object]
) -> None:
    simulator = simulate()
    for name in simulator.identity_environment():
        monkeypatch.delenv(name, raising=False)
    for name, value in simulator.machine_environment().items():
        monkeypatch.setenv(name, value)

    with ManagedIdentityCredential(**options) as credential:
        token = credential.get_token(ARM_SCOPE)

    principal = ML_PRINCIPAL if options else simulator.world.caller.object_id
    assert claims(token.token)["oid"] == principal
    read = fetch(simulator.arm_endpoint + STORAGE_READ, Authorization=f"Bearer {token.token}")
    assert read.status_code in {200, 403}


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, "api-version=2018-02-01&resource=x"),
        ({"Metadata": "true", "X_Forwarded_For": "10.0.0.1"}, "api-version=2018-02-01&resource=x"),
        ({"Metadata": "true"}, "api-version=2018-02-01"),
        ({"Metadata": "true"}, "resource=x"),
        ({"Metadata": "true"}, "api-version=2018-02-01&resource=x&client_id=nobody"),
    ],
    ids=["no metadata header", "forwarded", "no resource", "no version", "nobody's identity"],
)
def test_a_machines_endpoint_is_as_strict_as_azures(
    simulate: Callable[..., Simulator], headers: dict[str, str], query: str
) -> None:
    response = fetch(f"{simulate().arm_endpoint}/metadata/identity/oauth2/token?{query}", **headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
