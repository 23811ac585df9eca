"""Against a small API server of our own with TLS, since trust and client certificates are what is proved."""

from __future__ import annotations

import base64
import datetime as dt
import http.server
import ipaddress
import json
import ssl
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from verifier.errors import AccessError, InsecureEndpoint
from verifier.live.documents import Failed, Found, Request
from verifier.live.endpoints import Endpoints
from verifier.live.kubernetes import endpoint
from verifier.live.kubernetes.kubeconfig import connect, files_of
from verifier.live.kubernetes.reader import KubernetesReader

NAMESPACES = Request(plane="kubernetes", operation="list", path="/api/v1/namespaces")
ANSWER = {"kind": "NamespaceList", "apiVersion": "v1", "metadata": {}, "items": [{"metadata": {"name": "azureml"}}]}


@dataclass
class Authority:
    """A certificate authority of a cluster, and what it issues."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, name: str) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(key, _certificate(name, name, key, key, authority=True))

    def issue(self, name: str) -> tuple[str, str]:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
        certificate = _certificate(name, str(issuer), key, self.key, authority=False)
        return _pem(certificate), _key_pem(key)

    @property
    def pem(self) -> str:
        return _pem(self.certificate)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new("cluster-ca")


@pytest.fixture(scope="module")
def api_server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An API server with a certificate for 127.0.0.1; `seen` is how each caller signed in."""
    folder = tmp_path_factory.mktemp("server")
    certificate, key = authority.issue("api")
    (folder / "server.pem").write_text(certificate + key)
    (folder / "ca.pem").write_text(authority.pem)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            presented = self.connection.getpeercert()
            subject = presented["subject"][0][0][1] if presented else ""
            self.server.seen.append((subject, self.headers.get("Authorization", "")))
            body = json.dumps(ANSWER).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "server.pem")
    tls.load_verify_locations(folder / "ca.pem")
    tls.verify_mode = ssl.CERT_OPTIONAL
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.url = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def config(tmp_path: Path, api_server: Any, authority: Authority) -> Any:
    """Write a kubeconfig with one user and read through it."""

    def write(user: dict[str, Any], **cluster: Any) -> KubernetesReader:
        trusted = {"certificate-authority-data": base64.b64encode(authority.pem.encode()).decode()}
        content = {
            "clusters": [{"name": "c", "cluster": {"server": api_server.url, **trusted, **cluster}}],
            "users": [{"name": "u", "user": user}],
            "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
        }
        file = tmp_path / "config"
        file.write_text(yaml.safe_dump(content))
        return KubernetesReader(lambda: connect("here", (file,)))

    return write


def test_a_token_is_presented(config, api_server):
    assert isinstance(config({"token": "abc"}).read(NAMESPACES), Found)
    assert api_server.seen[-1] == ("", "Bearer abc")


def test_a_token_file_is_read_again_when_it_is_needed(config, api_server, tmp_path):
    reader = config({"tokenFile": "token"})
    for token in ("first", "second"):
        (tmp_path / "token").write_text(f"{token}\n")
        assert isinstance(reader.read(NAMESPACES), Found)
        assert api_server.seen[-1] == ("", f"Bearer {token}")


def test_a_client_certificate_is_presented_from_data(config, api_server, authority):
    certificate, key = (base64.b64encode(pem.encode()).decode() for pem in authority.issue("robot"))
    reader = config({"client-certificate-data": certificate, "client-key-data": key})
    assert isinstance(reader.read(NAMESPACES), Found)
    assert api_server.seen[-1] == ("robot", "")


def test_a_client_certificate_is_presented_from_files_beside_the_kubeconfig(config, api_server, authority, tmp_path):
    certificate, key = authority.issue("filed")
    (tmp_path / "c.pem").write_text(certificate)
    (tmp_path / "k.pem").write_text(key)
    assert isinstance(config({"client-certificate": "c.pem", "client-key": "k.pem"}).read(NAMESPACES), Found)
    assert api_server.seen[-1] == ("filed", "")


def test_an_authority_file_beside_the_kubeconfig_is_trusted(config, authority, tmp_path):
    (tmp_path / "ca.pem").write_text(authority.pem)
    reader = config({"token": "abc"}, **{"certificate-authority-data": "", "certificate-authority": "ca.pem"})
    assert isinstance(reader.read(NAMESPACES), Found)


def test_a_server_of_another_authority_gets_no_token(config, api_server):
    other = base64.b64encode(Authority.new("other-ca").pem.encode()).decode()
    before = len(api_server.seen)
    outcome = config({"token": "abc"}, **{"certificate-authority-data": other}).read(NAMESPACES)
    assert isinstance(outcome, Failed)
    assert "its certificate is not accepted" in outcome.because
    assert len(api_server.seen) == before


def test_a_server_is_checked_for_the_name_that_the_kubeconfig_gives(config):
    reader = config({"token": "abc"}, **{"tls-server-name": "api.robots.example"})
    assert isinstance(reader.read(NAMESPACES), Found)
    outcome = config({"token": "abc"}, **{"tls-server-name": "another.example"}).read(NAMESPACES)
    assert isinstance(outcome, Failed)
    assert "'another.example' doesn't match" in outcome.because


def test_a_server_that_is_not_to_be_verified_gets_no_token(config, api_server):
    before = len(api_server.seen)
    outcome = config({"token": "abc"}, **{"insecure-skip-tls-verify": True}).read(NAMESPACES)
    assert isinstance(outcome, Failed)
    assert "not to verify" in outcome.because
    assert len(api_server.seen) == before


def test_a_public_authority_does_not_vouch_for_a_cluster(config, authority):
    connection = config({"token": "abc"})._connect()
    assert connection.tls is not None
    assert [dict(part[0] for part in c["subject"]) for c in connection.tls.get_ca_certs()] == [
        {"commonName": "cluster-ca"}
    ]


def plugin(tmp_path: Path, script: str) -> dict[str, Any]:
    (tmp_path / "plugin.py").write_text(script)
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": sys.executable,
            "args": [str(tmp_path / "plugin.py")],
            "env": [{"name": "GIVEN", "value": "by-the-kubeconfig"}],
        }
    }


PRINTS = "import json, os; info = json.loads(os.environ['KUBERNETES_EXEC_INFO']); print(json.dumps({'status': %s}))"


def test_an_exec_plug_in_gives_the_token(config, api_server, tmp_path):
    script = PRINTS % "{'token': os.environ['GIVEN'] + ' ' + info['apiVersion'] + str(info['spec']['interactive'])}"
    assert isinstance(config(plugin(tmp_path, script)).read(NAMESPACES), Found)
    assert api_server.seen[-1] == ("", "Bearer by-the-kubeconfig client.authentication.k8s.io/v1beta1False")


def test_an_exec_plug_in_gives_a_certificate(config, api_server, authority, tmp_path):
    certificate, key = authority.issue("plugged")
    script = PRINTS % f"{{'clientCertificateData': {certificate!r}, 'clientKeyData': {key!r}}}"
    assert isinstance(config(plugin(tmp_path, script)).read(NAMESPACES), Found)
    assert api_server.seen[-1] == ("plugged", "")


@pytest.mark.parametrize(("expires", "runs"), [("2999-01-01T00:00:00Z", 1), ("2001-01-01T00:00:00Z", 4)])
def test_an_exec_plug_in_runs_again_only_when_its_credential_has_expired(config, tmp_path, expires, runs):
    count = tmp_path / "count"
    script = (
        f"open({str(count)!r}, 'a').write('x')\n" + PRINTS % f"{{'token': 't', 'expirationTimestamp': {expires!r}}}"
    )
    reader = config(plugin(tmp_path, script))
    for _ in range(3):
        reader.read(NAMESPACES)
    assert len(count.read_text()) == runs


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("raise SystemExit('please sign in')", "failed (1): please sign in"),
        ("print('hello')", "printed no credential"),
        ("print('{\"status\": {}}')", "printed no credential"),
    ],
)
def test_an_exec_plug_in_that_gives_nothing_says_why(config, tmp_path, script, says):
    outcome = config(plugin(tmp_path, script)).read(NAMESPACES)
    assert isinstance(outcome, Failed)
    assert says in outcome.because


def test_an_exec_plug_in_that_waits_for_somebody_is_stopped(config, tmp_path, monkeypatch):
    monkeypatch.setattr("verifier.live.kubernetes.exec_plugin.TIMEOUT_SECONDS", 0.3)
    outcome = config(plugin(tmp_path, "import time; time.sleep(30)")).read(NAMESPACES)
    assert isinstance(outcome, Failed)
    assert "gave no credential in time" in outcome.because


def test_an_exec_plug_in_that_is_not_installed_is_named(config):
    outcome = config({"exec": {"command": "no-such-login"}}).read(NAMESPACES)
    assert outcome == Failed(because="the exec plug-in no-such-login is not installed")


@pytest.mark.parametrize(
    ("user", "says"),
    [
        ({}, "no way to sign in"),
        ({"username": "u", "password": "p"}, "no way to sign in"),
        ({"client-certificate-data": "%%%"}, "client-certificate cannot be read"),
        ({"client-certificate": "none.pem"}, "client-certificate cannot be read"),
        ({"client-certificate-data": base64.b64encode(b"nothing").decode()}, "is not usable"),
        ({"exec": {}}, "has no command"),
        ({"tokenFile": "none"}, "token file cannot be read"),
    ],
)
def test_a_user_that_cannot_sign_in_says_why(config, user, says):
    outcome = config(user).read(NAMESPACES)
    assert isinstance(outcome, Failed)
    assert says in outcome.because


def test_plain_http_in_a_kubeconfig_is_refused(config):
    with pytest.raises(InsecureEndpoint):
        config({"token": "abc"}, server="http://10.0.0.1")._connect()


def test_an_unknown_context_names_the_known_ones(tmp_path):
    file = tmp_path / "config"
    file.write_text(yaml.safe_dump({"contexts": [{"name": "a", "context": {}}, {"name": "b", "context": {}}]}))
    with pytest.raises(AccessError) as error:
        connect("c", (file,))
    assert error.value.expected == "one of a, b"


@pytest.mark.parametrize("content", ["[]", "a: [", "contexts: 1"])
def test_a_file_that_is_no_kubeconfig_is_an_error(tmp_path, content):
    file = tmp_path / "config"
    file.write_text(content)
    with pytest.raises(AccessError):
        connect("c", (file,))


def test_no_kubeconfig_at_all_is_an_error(tmp_path):
    with pytest.raises(AccessError, match="there is no kubeconfig"):
        connect("c", (tmp_path / "none",))


def test_a_context_may_be_in_another_file_than_its_cluster(tmp_path, api_server, authority):
    trusted = base64.b64encode(authority.pem.encode()).decode()
    first = {"contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}]}
    second = {
        "clusters": [{"name": "c", "cluster": {"server": api_server.url, "certificate-authority-data": trusted}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
    }
    for name, content in (("one", first), ("two", second)):
        (tmp_path / name).write_text(yaml.safe_dump(content))
    assert connect("here", (tmp_path / "one", tmp_path / "two")).server == api_server.url


def test_without_a_name_the_current_context_is_meant(tmp_path, api_server, authority):
    trusted = base64.b64encode(authority.pem.encode()).decode()
    content = {
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": api_server.url, "certificate-authority-data": trusted}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
    }
    (tmp_path / "config").write_text(yaml.safe_dump(content))
    assert connect("", (tmp_path / "config",)).server == api_server.url


def test_kubeconfig_is_looked_for_where_kubectl_looks():
    assert files_of({"KUBECONFIG": "/a:/b:"}, ":") == (Path("/a"), Path("/b"))
    assert files_of({}, ":") == (Path.home() / ".kube" / "config",)


def test_an_endpoint_with_its_own_authority_gets_an_entra_token(api_server, authority, tmp_path):
    (tmp_path / "ca.pem").write_text(authority.pem)
    asked = []

    class Credential:
        def get_token(self, *scopes: str) -> Any:
            from azure.core.credentials import AccessToken

            asked.extend(scopes)
            return AccessToken("entra", 0)

    endpoints = Endpoints(kubernetes=api_server.url, kubernetes_ca=str(tmp_path / "ca.pem"))
    reader = KubernetesReader(lambda: endpoint.connect(endpoints, Credential()))
    assert isinstance(reader.read(NAMESPACES), Found)
    assert api_server.seen[-1] == ("", "Bearer entra")
    assert asked == ["6dae42f8-4368-4678-94ff-3960e28e3630/.default"]


def test_an_endpoint_whose_authority_is_not_known_gets_no_token(api_server):
    before = len(api_server.seen)
    reader = KubernetesReader(lambda: endpoint.connect(Endpoints(kubernetes=api_server.url), _Never()))
    outcome = reader.read(NAMESPACES)
    assert isinstance(outcome, Failed)
    assert len(api_server.seen) == before


def test_an_authority_file_that_is_none_says_so(api_server, tmp_path):
    (tmp_path / "ca.pem").write_text("nothing")
    endpoints = Endpoints(kubernetes=api_server.url, kubernetes_ca=str(tmp_path / "ca.pem"))
    with pytest.raises(AccessError, match="holds no certificates"):
        endpoint.connect(endpoints, _Never())


class _Never:
    def get_token(self, *_: str) -> Any:
        from azure.core.credentials import AccessToken

        return AccessToken("must-not-arrive", 0)


def _certificate(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, signs: ec.EllipticCurvePrivateKey, *, authority: bool
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("api.robots.example")]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signs, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
