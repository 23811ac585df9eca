"""Connecting as a kubeconfig context says: server, trust, and client certificate, token, or exec plug-in."""

from __future__ import annotations

import base64
import binascii
import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from verifier import ordinary
from verifier.errors import AccessError
from verifier.live.documents import JSON
from verifier.live.endpoints import secure
from verifier.live.kubernetes.exec_plugin import ExecPlugin
from verifier.live.kubernetes.reader import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One named part of a kubeconfig, and the folder that its relative paths start from."""

    values: Mapping[str, JSON]
    folder: Path
    where: str

    def text(self, name: str) -> str:
        """A setting's text; empty when it is not set."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def pem(self, name: str) -> str:
        """A certificate or key: `name-data` in base64, or the file that `name` is the path of. Empty when not set."""
        try:
            if data := self.text(f"{name}-data"):
                return base64.b64decode(data, validate=True).decode("ascii")
            return (self.folder / self.text(name)).read_text(encoding="ascii") if self.text(name) else ""
        except (OSError, UnicodeDecodeError, binascii.Error) as error:
            raise AccessError(f"{name} cannot be read: {error}", where=self.where, expected="PEM") from None


def connect(context: str, files: tuple[Path, ...]) -> Connection:
    """A connection as `context`, or else the current context, describes it in the first of these files that does.

    Raises AccessError for what is not there or cannot be followed, InsecureEndpoint for plain http elsewhere.
    """
    cluster, user = _entries(context, files)
    server = cluster.text("server")
    secure(server, option=f"{cluster.where}: server")
    if cluster.values.get("insecure-skip-tls-verify"):
        raise AccessError(
            "the kubeconfig says not to verify the server's certificate; no token is sent to a server like that",
            where=cluster.where,
            expected="certificate-authority or certificate-authority-data",
        )
    certificate, key = user.pem("client-certificate"), user.pem("client-key")
    token = _token(user)
    if token is None and not certificate:
        raise AccessError(
            "the kubeconfig's user has no way to sign in that verify-infra knows",
            where=user.where,
            expected="a client certificate, a token, or an exec plug-in",
        )
    if isinstance(token, ExecPlugin) and (issued := token.certificate()):
        certificate, key = issued
    return Connection(
        server=server,
        tls=_tls(cluster, certificate=certificate, key=key),
        server_name=cluster.text("tls-server-name"),
        token=token.token if isinstance(token, ExecPlugin) else token or _no_token,
    )


def files_of(environment: Mapping[str, str], separator: str) -> tuple[Path, ...]:
    """Where kubectl looks: KUBECONFIG's files, else the one in the home folder."""
    named = tuple(Path(name) for name in environment.get("KUBECONFIG", "").split(separator) if name)
    return named or (Path("~/.kube/config").expanduser(),)


def _entries(context: str, files: tuple[Path, ...]) -> tuple[Entry, Entry]:
    parts = [_parse(file) for file in files if file.exists()]
    if not parts:
        raise AccessError("there is no kubeconfig", where=" ".join(file.as_posix() for file in files))
    current = (str(content.get("current-context") or "") for _, content in parts)
    chosen = _named(parts, "contexts", "context", context or next((name for name in current if name), ""))
    return (
        _named(parts, "clusters", "cluster", chosen.text("cluster")),
        _named(parts, "users", "user", chosen.text("user")),
    )


def _parse(file: Path) -> tuple[Path, Mapping[str, JSON]]:
    try:
        content = yaml.safe_load(ordinary.given(file).decode("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise AccessError(f"the kubeconfig cannot be read: {error}", where=file.as_posix()) from None
    if not isinstance(content, dict):
        raise AccessError("this is no kubeconfig", where=file.as_posix(), expected="clusters, users and contexts")
    return file, content


def _named(parts: list[tuple[Path, Mapping[str, JSON]]], collection: str, inner: str, name: str) -> Entry:
    names: list[str] = []
    for file, content in parts:
        entries = content.get(collection)
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                names.append(str(entry["name"]))
                values = entry.get(inner)
                if entry["name"] == name and isinstance(values, dict):
                    return Entry(values=values, folder=file.parent, where=f"{file.as_posix()}: {inner} {name}")
    raise AccessError(
        f"the kubeconfig has no {inner} {name!r}",
        where=" ".join(file.as_posix() for file, _ in parts),
        expected=f"one of {', '.join(names)}" if names else "",
    )


def _token(user: Entry) -> Callable[[], str] | ExecPlugin | None:
    if token := user.text("token"):
        return lambda: token
    if file := user.text("tokenFile"):
        return lambda: _read_token(user.folder / file)
    plugin = user.values.get("exec")
    return ExecPlugin.parse(plugin, folder=user.folder, where=user.where) if isinstance(plugin, dict) else None


def _read_token(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(f"the token file cannot be read: {error}", where=file.as_posix()) from None


def _no_token() -> str:
    return ""


def _tls(cluster: Entry, *, certificate: str, key: str) -> ssl.SSLContext:
    authority = cluster.pem("certificate-authority")
    try:
        tls = ssl.create_default_context(cadata=authority or None)
        if certificate:
            _present(tls, certificate, key)
    except ssl.SSLError as error:
        raise AccessError(f"a certificate or key is not usable: {error}", where=cluster.where, expected="PEM") from None
    return tls


def _present(tls: ssl.SSLContext, certificate: str, key: str) -> None:
    """Present a client certificate. OpenSSL takes it from files only; they are gone before anything is sent."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "client.pem")
        file.touch(mode=0o600)
        file.write_text(f"{certificate}\n{key}\n", encoding="ascii")
        tls.load_cert_chain(file)
