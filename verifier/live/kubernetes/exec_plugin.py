"""A kubeconfig's exec plug-in (kubelogin and its like): a command that prints an ExecCredential."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from verifier.errors import AccessError
from verifier.live.deadline import seconds_left
from verifier.live.documents import JSON

TIMEOUT_SECONDS = 30.0
RENEWED_BEFORE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What the command printed. `expires` is in seconds since the epoch, infinite where it does not say."""

    token: str
    certificate: str
    key: str
    expires: float


@dataclass(slots=True, kw_only=True)
class ExecPlugin:
    """Runs the command when a credential is needed, and keeps what it printed until shortly before it expires.

    It is never given a terminal: a command that would ask somebody to sign in fails or is stopped in time.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str]
    api_version: str
    where: str
    _issued: Issued | None = None
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def parse(cls, settings: Mapping[str, JSON], *, folder: Path, where: str) -> ExecPlugin:
        """The plug-in that a user's `exec` describes. Raises AccessError."""
        command, args = settings.get("command"), settings.get("args") or []
        if not isinstance(command, str) or not command or not isinstance(args, list):
            raise AccessError("the exec plug-in has no command", where=where)
        # A command with a folder in it is relative to the kubeconfig, as kubectl takes it.
        started = str(folder / command) if os.sep in command else command
        return cls(
            command=(started, *(str(arg) for arg in args)),
            environment=_environment(settings.get("env")),
            api_version=str(settings.get("apiVersion") or "client.authentication.k8s.io/v1"),
            where=where,
        )

    def token(self) -> str:
        """The bearer token; empty when the command gives a certificate instead. Raises AccessError."""
        return self._current().token

    def certificate(self) -> tuple[str, str] | None:
        """The client certificate and its key, if the command gives them. Raises AccessError."""
        issued = self._current()
        return (issued.certificate, issued.key) if issued.certificate else None

    def _current(self) -> Issued:
        with self._lock:
            if self._issued is None or self._issued.expires - time.time() < RENEWED_BEFORE_SECONDS:
                self._issued = self._parse(self._run())
            return self._issued

    def _run(self) -> str:
        asked = {"apiVersion": self.api_version, "kind": "ExecCredential", "spec": {"interactive": False}}
        name = Path(self.command[0]).name
        try:
            done = subprocess.run(  # noqa: S603 - the user's own kubeconfig names it
                self.command,
                env={**os.environ, **self.environment, "KUBERNETES_EXEC_INFO": json.dumps(asked)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=max(0.1, min(TIMEOUT_SECONDS, seconds_left())),
                check=False,
            )
        except FileNotFoundError:
            raise AccessError(f"the exec plug-in {name} is not installed", where=self.where) from None
        except subprocess.TimeoutExpired:
            raise AccessError(f"the exec plug-in {name} gave no credential in time", where=self.where) from None
        except OSError as error:
            raise AccessError(f"the exec plug-in {name} does not start: {error.strerror}", where=self.where) from None
        if done.returncode:
            said = done.stderr.strip().rpartition("\n")[2][:300]
            raise AccessError(f"the exec plug-in {name} failed ({done.returncode}): {said}", where=self.where)
        return done.stdout

    def _parse(self, printed: str) -> Issued:
        try:
            status = json.loads(printed)["status"]
            issued = Issued(
                token=str(status.get("token") or ""),
                certificate=str(status.get("clientCertificateData") or ""),
                key=str(status.get("clientKeyData") or ""),
                expires=_moment(status.get("expirationTimestamp")),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            issued = Issued(token="", certificate="", key="", expires=0)
        if not (issued.token or issued.certificate):
            raise AccessError("the exec plug-in printed no credential", where=self.where, expected="an ExecCredential")
        return issued


def _environment(given: JSON) -> Mapping[str, str]:
    entries = [entry for entry in given if isinstance(entry, dict)] if isinstance(given, list) else []
    return {str(entry.get("name")): str(entry.get("value")) for entry in entries}


def _moment(text: object) -> float:
    return datetime.fromisoformat(text).timestamp() if isinstance(text, str) and text else float("inf")
