"""Whole readings over TLS, signed by an authority that only the usual variables name."""

from __future__ import annotations

import http.server
import select
import socket
import threading
from collections.abc import Iterator

import pytest
from azure.core.credentials import AccessToken

from verifier.errors import AccessError
from verifier.live.azure.credential import SharedCredential
from verifier.live.azure.reader import AzureReader
from verifier.live.connect import connect
from verifier.live.documents import Failed, Found, Request
from verifier.live.endpoints import Endpoints
from verifier.live.trust import VARIABLES, trusted

ISSUER = "https://westus3.oic.prod-aks.azure.com/t/i/"
NAMESPACES = Request(plane="kubernetes", operation="list", path="/api/v1/namespaces")


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch):
    for name in (*VARIABLES, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def account(ids):
    return Request(plane="azure", operation="get", path=ids["storage"])


class Shown:
    """A credential that has its token already: only the reading itself is to be refused."""

    def __init__(self, simulator):
        self._token = simulator.token()

    def get_token(self, *_, **__):
        return AccessToken(self._token, 4102444800)


def signed_in(simulator):
    return AzureReader(Endpoints(arm=simulator.arm_endpoint), credential=SharedCredential(lambda: Shown(simulator)))


def reading(simulator):
    return connect(Endpoints(arm=simulator.arm_endpoint, kubernetes=simulator.kubernetes_endpoint))


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_that_a_usual_variable_names_is_trusted(serve, world, ids, monkeypatch, variable):
    simulator = serve(world, tls=True)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv(variable, str(simulator.authority))
    reader = reading(simulator)
    assert isinstance(reader.read(account(ids)), Found)
    assert isinstance(reader.read(NAMESPACES), Found)


def test_an_authority_that_nobody_names_is_not_trusted(serve, world, ids, monkeypatch):
    simulator = serve(world, tls=True)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(AccessError, match="its certificate is not accepted"):
        signed_in(simulator).read(account(ids))
    assert isinstance(reading(simulator).read(NAMESPACES), Failed)


def test_a_clusters_own_authority_is_trusted_for_the_cluster_alone(serve, world, ids, monkeypatch):
    simulator = serve(world, tls=True)
    authority = str(simulator.authority)
    endpoints = Endpoints(arm=simulator.arm_endpoint, kubernetes=simulator.kubernetes_endpoint, kubernetes_ca=authority)
    assert isinstance(connect(endpoints).read(NAMESPACES), Found)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(AccessError, match="its certificate is not accepted"):
        signed_in(simulator).read(account(ids))


def test_the_first_variable_that_says_something_wins(monkeypatch):
    assert trusted() is True
    monkeypatch.setenv("SSL_CERT_FILE", "openssl.pem")
    assert trusted() == "openssl.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")
    assert trusted() == "openssl.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "requests.pem")
    assert trusted() == "requests.pem"


def forget(monkeypatch, simulator):
    for name in simulator.identity_environment():
        monkeypatch.delenv(name)


def test_a_client_secret_signs_in(serve, world, ids, monkeypatch):
    simulator = serve(world, tls=True)
    forget(monkeypatch, simulator)
    for name, value in simulator.secret_environment().items():
        monkeypatch.setenv(name, value)
    assert isinstance(reading(simulator).read(account(ids)), Found)


def test_a_workload_identity_signs_in_through_its_federated_credential(serve, world, ids, monkeypatch, tmp_path):
    simulator = serve(world, tls=True)
    forget(monkeypatch, simulator)
    said = simulator.workload_environment(
        tmp_path,
        client_id="bbbbbbbb-0000-0000-0000-000000000001",
        issuer=ISSUER,
        subject="system:serviceaccount:azureml:default",
    )
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert isinstance(reading(simulator).read(account(ids)), Found)


def test_a_workload_identity_without_a_credential_is_refused_with_entras_reason(
    serve, world, ids, monkeypatch, tmp_path
):
    simulator = serve(world, tls=True)
    forget(monkeypatch, simulator)
    said = simulator.workload_environment(
        tmp_path,
        client_id="bbbbbbbb-0000-0000-0000-000000000001",
        issuer=ISSUER.rstrip("/"),
        subject="system:serviceaccount:azureml:default",
    )
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(AccessError, match="Entra refused a token to WorkloadIdentityCredential: AADSTS70021: No match"):
        reading(simulator).read(account(ids))


class _Proxy(http.server.BaseHTTPRequestHandler):
    """Lets CONNECT through, and remembers to where."""

    asked: list[str]

    def do_CONNECT(self) -> None:
        self.asked.append(self.path)
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port))) as server:
            self.send_response(200)
            self.end_headers()
            ends = [self.connection, server]
            while True:
                for end in select.select(ends, [], [], 10)[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end is self.connection].sendall(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy's URL, and the hosts it was asked to connect to."""
    asked: list[str] = []
    handler = type("Proxy", (_Proxy,), {"asked": asked})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_a_proxy_that_the_usual_variable_names_is_used(serve, world, ids, monkeypatch, proxy):
    url, asked = proxy
    simulator = serve(world, tls=True)
    monkeypatch.setenv("HTTPS_PROXY", url)
    assert isinstance(reading(simulator).read(account(ids)), Found)
    assert set(asked) == {simulator.arm_endpoint.removeprefix("https://")}


def test_what_is_not_to_go_through_the_proxy_does_not(serve, world, ids, monkeypatch, proxy):
    url, asked = proxy
    simulator = serve(world, tls=True)
    monkeypatch.setenv("HTTPS_PROXY", url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert isinstance(reading(simulator).read(account(ids)), Found)
    assert asked == []
