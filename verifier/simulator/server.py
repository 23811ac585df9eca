"""The simulator as a server: in a daemon thread for tests, or blocking for `verify-infra simulate`. Loopback only."""

from __future__ import annotations

import asyncio
import shlex
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Self

from verifier.errors import ConfigurationError
from verifier.simulator import blobs, kubeconfig
from verifier.simulator import world as worlds
from verifier.simulator.faults import Fault, FaultTable
from verifier.simulator.planes import Planes
from verifier.simulator.request_log import Seen
from verifier.simulator.wire import Principal

if TYPE_CHECKING:
    from verifier.simulator.certificates import Certificates
    from verifier.simulator.loopback import LoopbackServer

HOST = "127.0.0.1"
_ARM_AUDIENCE = "https://management.azure.com"


class Simulator:
    """ARM, Kubernetes and a managed identity endpoint over one world, for as long as the `with` block.

    >>> with Simulator(Path("incident.world.json")) as simulator:
    ...     simulator.arm_endpoint
    'http://127.0.0.1:40123'

    `page_size` is how many entries a page of a list has at most. `port` 0 takes a free one.
    `token_lifetime_seconds` is how long a token is good for. `kubernetes_requires_token` makes the Kubernetes plane
    refuse calls without one; by default it answers them, as `kubectl proxy` does. `read_budget` is how many reads of
    Azure are allowed at once, at 25 more a second; by default none is refused.
    `tls` serves with a certificate of an authority made for the purpose (`authority`), whose own certificate is written
    into a file that goes with the server, or into one that is named (`authority_file`) and stays. It is then the API
    server of its world's clusters, too: those that do not say what theirs is called are at this host.
    Raises SnapshotError for a world that is none, ConfigurationError when what it needs is not installed, the port is
    taken, or the authority's file cannot be written.
    """

    def __init__(
        self,
        world: Mapping[str, object] | Path,
        *,
        page_size: int = 2,
        port: int = 0,
        token_lifetime_seconds: int = 3600,
        kubernetes_requires_token: bool = False,
        read_budget: int | None = None,
        tls: bool = False,
        authority_file: Path | None = None,
    ) -> None:
        loaded = worlds.load(world)
        self.world = kubeconfig.at_home(loaded, HOST) if tls else loaded
        self.faults = FaultTable(self.world.faults)
        self._planes = Planes(
            self.world,
            page_size=page_size,
            token_lifetime_seconds=token_lifetime_seconds,
            kubernetes_requires_token=kubernetes_requires_token,
            read_budget=read_budget,
        )
        self._port = port
        self.tls = tls
        self._authority_file = authority_file
        self._files = ExitStack()
        self._certificates: Certificates | None = None
        self._server: LoopbackServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to serve; the endpoints answer when this returns."""
        with _installed():
            from verifier.simulator.loopback import LoopbackServer
        listener = _listen(self._port)
        self._port = int(listener.getsockname()[1])
        if self.tls:
            try:
                self._certificates = self._issue()
            except ConfigurationError:
                listener.close()
                self._files.close()
                raise
            self._planes.signed_by(self._certificates.authority.read_text(encoding="ascii"))
        self._server = LoopbackServer(
            self._planes,
            self.faults,
            endpoint=self.arm_endpoint,
            certificate=self._certificates.server if self._certificates else None,
        )
        running = threading.Thread(
            target=asyncio.run, args=(self._server.run(listener),), name=f"simulator:{self._port}", daemon=True
        )
        running.start()
        self._thread = running
        self._server.wait_until_started()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and wait until every connection is closed."""
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join(timeout=5)
        self._files.close()

    def _issue(self) -> Certificates:
        with _installed():
            from verifier.simulator.certificates import issue

        made = issue(Path(self._files.enter_context(TemporaryDirectory())), host=HOST)
        if self._authority_file is None:
            return made
        try:
            self._authority_file.write_bytes(made.authority.read_bytes())
        except OSError as error:
            raise ConfigurationError(
                f"cannot be written: {error.strerror or error}", where=f"--write-ca {self._authority_file.as_posix()}"
            ) from None
        return replace(made, authority=self._authority_file.absolute())

    @property
    def arm_endpoint(self) -> str:
        """The base URL of the Azure plane."""
        return f"{'https' if self.tls else 'http'}://{HOST}:{self._port}"

    @property
    def kubernetes_endpoint(self) -> str:
        """The base URL of the Kubernetes plane."""
        return self.arm_endpoint

    @property
    def blob_endpoint(self) -> str:
        """The base URL below which every storage account's blobs are."""
        return self.arm_endpoint + blobs.PREFIX.rstrip("/")

    @property
    def authority(self) -> Path:
        """The file with the certificate of the authority that signed the server's. There is one only with TLS."""
        if self._certificates is None:
            raise ConfigurationError("there is no authority", where="simulator", expected="tls=True, and running")
        return self._certificates.authority

    @property
    def requests(self) -> tuple[Seen, ...]:
        """What was asked so far, in order of arrival."""
        return self._planes.log.all()

    def forget_requests(self) -> None:
        """Empty the request log."""
        self._planes.log.clear()

    def identity_environment(self) -> dict[str, str]:
        """The environment in which azure-identity gets its tokens from here and from nowhere else."""
        return {
            "IDENTITY_ENDPOINT": f"{self.arm_endpoint}/msi/token",
            "IDENTITY_HEADER": self._planes.identity.secret,
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            **({"REQUESTS_CA_BUNDLE": str(self.authority)} if self.tls else {}),
        }

    def machine_environment(self) -> dict[str, str]:
        """The environment of a virtual machine or a node, whose managed identity its metadata service has."""
        return {
            "AZURE_POD_IDENTITY_AUTHORITY_HOST": self.arm_endpoint,
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            **({"REQUESTS_CA_BUNDLE": str(self.authority)} if self.tls else {}),
        }

    def secret_environment(self) -> dict[str, str]:
        """The environment in which azure-identity signs in as the world's caller, with a client secret. Needs TLS."""
        return {
            **self._authority_environment(),
            "AZURE_CLIENT_ID": self.world.caller.client_id,
            "AZURE_CLIENT_SECRET": self._planes.entra.secret,
            "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential",
        }

    def workload_environment(self, folder: Path, *, client_id: str, issuer: str, subject: str) -> dict[str, str]:
        """The environment of a pod: a token of its cluster in a file in `folder`, for the identity of `client_id`.

        Needs TLS.
        """
        file = folder / "federated-token"
        file.write_text(self._planes.entra.assertion(issuer=issuer, subject=subject), encoding="ascii")
        return {
            **self._authority_environment(),
            "AZURE_CLIENT_ID": client_id,
            "AZURE_FEDERATED_TOKEN_FILE": str(file),
            "AZURE_TOKEN_CREDENTIALS": "WorkloadIdentityCredential",
        }

    def _authority_environment(self) -> dict[str, str]:
        return {
            "AZURE_AUTHORITY_HOST": self.arm_endpoint,
            "AZURE_TENANT_ID": self.world.caller.tenant_id,
            "REQUESTS_CA_BUNDLE": str(self.authority),
        }

    def token(self, *, audience: str = _ARM_AUDIENCE, principal: Principal | None = None) -> str:
        """A token without the endpoint, for one who speaks HTTP by hand; for the world's caller if none is named."""
        issued = self._planes.tokens.issue(
            principal or self.world.caller, audience=audience, lifetime_seconds=self._planes.token_lifetime_seconds
        )
        return issued.text

    def add_fault(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self.faults.add(fault)


def serve(
    path: Path,
    *,
    port: int = 0,
    page_size: int = 2,
    authority_file: Path | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serve a world file until Ctrl-C; `say` gets the lines that tell how to use it.

    With a file for the authority's certificate it serves over TLS.
    """
    tls = authority_file is not None
    with Simulator(path, port=port, page_size=page_size, tls=tls, authority_file=authority_file) as simulator:
        try:
            for line in usage(simulator):
                say(line)
            threading.Event().wait()
        except KeyboardInterrupt:
            say(f"stopped after {len(simulator.requests)} requests")


def usage(simulator: Simulator) -> tuple[str, ...]:
    """The endpoints, and the environment and command that verify against them."""
    exports = (f"export {name}={shlex.quote(value)}" for name, value in simulator.identity_environment().items())
    world = simulator.world
    trust = (f"  authority   {simulator.authority} (REQUESTS_CA_BUNDLE; curl --cacert)",) if simulator.tls else ()
    size = f"{len(world.resources)} resources, {len(world.objects)} objects"
    endpoints = f"--arm-endpoint {simulator.arm_endpoint} --kubernetes-endpoint {simulator.kubernetes_endpoint}"
    return (
        f"serving {world.source} ({size}) until Ctrl-C",
        f"  Azure       {simulator.arm_endpoint}",
        f"  Kubernetes  {simulator.kubernetes_endpoint}",
        f"  requests    {simulator.arm_endpoint}/_simulator/requests",
        *trust,
        "",
        "To verify against it, in another shell:",
        *(f"  {line}" for line in exports),
        *((f"  export ARM_SUBSCRIPTION_ID={shlex.quote(world.subscription)}",) if world.subscription else ()),
        f"  verify-infra run {endpoints}",
    )


@contextmanager
def _installed() -> Iterator[None]:
    """Say what to install where an import fails for lack of a package that only the simulator needs."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in ("starlette", "uvicorn", "h11", "cryptography"):
            raise
        raise ConfigurationError(
            f"the simulator needs {package}, which is not installed",
            where="simulator",
            expected="starlette and uvicorn, and cryptography for TLS",
            next_step="pip install 'verify-infra[simulator]'",
        ) from error


def _listen(port: int) -> socket.socket:
    # Named as TCP, because asyncio turns Nagle's algorithm off only then; with it, every second answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigurationError(
            f"port {port} cannot be served: {error}", where="--port", expected="a free port, or 0 for any"
        ) from error
    return listener
