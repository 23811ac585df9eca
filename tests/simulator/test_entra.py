"""Tokens from Entra's endpoint, over TLS, through azure-identity."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential, WorkloadIdentityCredential

from tests.simulator.conftest import ML_CLIENT, ML_PRINCIPAL, STORAGE, world
from tests.wire_audit import BY_HAND
from verifier.errors import ConfigurationError
from verifier.simulator import Simulator

ARM_SCOPE = "https://management.azure.com/.default"
ISSUER = "https://westus3.oic.prod-aks.azure.com/tenant/issuer/"
SUBJECT = "system:serviceaccount:azureml:default"


def object_id(token: str) -> str:
    middle = token.split(".")[1]
    said: str = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))["oid"]
    return said


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The small world, over TLS, whose federated credentials have their audience."""
    with Simulator(world(), tls=True) as started:
        yield started


@pytest.fixture
def pod(simulator: Simulator, tmp_path: Path) -> Callable[..., WorkloadIdentityCredential]:
    """The credential of a pod that runs as a service account of a cluster."""

    def credential(
        *, issuer: str = ISSUER, subject: str = SUBJECT, client: str = ML_CLIENT
    ) -> WorkloadIdentityCredential:
        said = simulator.workload_environment(tmp_path, client_id=client, issuer=issuer, subject=subject)
        return WorkloadIdentityCredential(
            tenant_id=said["AZURE_TENANT_ID"],
            client_id=said["AZURE_CLIENT_ID"],
            token_file_path=said["AZURE_FEDERATED_TOKEN_FILE"],
            authority=said["AZURE_AUTHORITY_HOST"],
            disable_instance_discovery=True,
            connection_verify=said["REQUESTS_CA_BUNDLE"],
        )

    return credential


def test_a_federated_credential_that_fits_gives_the_identitys_token(
    pod: Callable[..., WorkloadIdentityCredential],
) -> None:
    with pod() as credential:
        assert object_id(credential.get_token(ARM_SCOPE).token) == ML_PRINCIPAL


@pytest.mark.parametrize(
    "shown",
    [{"issuer": ISSUER.rstrip("/")}, {"subject": SUBJECT.upper()}, {"subject": "system:serviceaccount:azureml:other"}],
    ids=["an issuer without its slash", "a subject in other letters", "another subject"],
)
def test_a_token_that_no_credential_is_for_gives_none(
    pod: Callable[..., WorkloadIdentityCredential], shown: dict[str, str]
) -> None:
    with pod(**shown) as credential, pytest.raises(ClientAuthenticationError, match="AADSTS70021"):
        credential.get_token(ARM_SCOPE)


def test_an_identity_that_does_not_exist_is_not_found(pod: Callable[..., WorkloadIdentityCredential]) -> None:
    stranger = pod(client="00000000-0000-0000-0000-00000000dead")
    with stranger, pytest.raises(ClientAuthenticationError, match="AADSTS700016"):
        stranger.get_token(ARM_SCOPE)


def secret_credential(simulator: Simulator, secret: str = "", tenant: str = "") -> ClientSecretCredential:
    said = simulator.secret_environment()
    return ClientSecretCredential(
        tenant or said["AZURE_TENANT_ID"],
        said["AZURE_CLIENT_ID"],
        secret or said["AZURE_CLIENT_SECRET"],
        authority=said["AZURE_AUTHORITY_HOST"],
        disable_instance_discovery=True,
        connection_verify=said["REQUESTS_CA_BUNDLE"],
    )


def test_the_callers_secret_gives_the_callers_token(simulator: Simulator) -> None:
    with secret_credential(simulator) as credential:
        assert object_id(credential.get_token(ARM_SCOPE).token) == simulator.world.caller.object_id


@pytest.mark.parametrize(
    ("given", "code"),
    [({"secret": "guessed"}, "AADSTS7000215"), ({"tenant": "00000000-0000-0000-0000-00000000dead"}, "AADSTS90002")],
)
def test_a_wrong_secret_or_tenant_gives_none(simulator: Simulator, given: dict[str, str], code: str) -> None:
    with secret_credential(simulator, **given) as credential, pytest.raises(ClientAuthenticationError, match=code):
        credential.get_token(ARM_SCOPE)


def test_such_a_token_opens_the_azure_plane(simulator: Simulator) -> None:
    with secret_credential(simulator) as credential:
        token = credential.get_token(ARM_SCOPE).token
    answer = requests.get(
        f"{simulator.arm_endpoint}{STORAGE}?api-version=2026-09-01",
        headers={"Authorization": f"Bearer {token}"},
        verify=str(simulator.authority),
        timeout=10,
    )
    assert answer.json()["id"] == STORAGE


def test_who_does_not_know_the_authority_does_not_connect(simulator: Simulator) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{simulator.arm_endpoint}/version", timeout=10)


def test_no_body_and_no_secret_is_in_the_request_log(simulator: Simulator) -> None:
    with secret_credential(simulator) as credential:
        credential.get_token(ARM_SCOPE)
    secret = simulator.secret_environment()["AZURE_CLIENT_SECRET"]
    assert simulator.requests
    assert secret not in repr(simulator.requests)


def test_the_authoritys_file_is_gone_with_the_server() -> None:
    with Simulator(world(), tls=True) as simulator:
        file = simulator.authority
        assert file.exists()
    assert not file.exists()


def test_without_tls_there_is_no_authority() -> None:
    with Simulator(world()) as simulator, pytest.raises(ConfigurationError, match="no authority"):
        _ = simulator.authority


@pytest.mark.parametrize("kind", ["reset", "truncated"])
def test_faults_strike_over_tls_too(kind: str) -> None:
    faults = [{"match": "version", "kind": kind}]
    with Simulator({**world(), "faults": faults}, tls=True) as simulator, pytest.raises(requests.RequestException):
        requests.get(
            f"{simulator.kubernetes_endpoint}/version", headers=BY_HAND, verify=str(simulator.authority), timeout=10
        )
