"""uvicorn around the application: in any thread, ready when it says so, ended at once."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path

import uvicorn
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from verifier.errors import ConfigurationError
from verifier.simulator.application import TRANSPORT, Application
from verifier.simulator.faults import FaultTable
from verifier.simulator.planes import Planes


class _TransportInState(H11Protocol):
    """Lets the application reach its connection, which is the only way to end one in the middle of an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


class _Stoppable(uvicorn.Server):
    """Ends when told, without uvicorn's ticks, and closes what is still open."""

    def __init__(self, config: Config, ready: threading.Event, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def main_loop(self) -> None:
        self._ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=1)
        for listener in sockets or []:
            listener.close()


class LoopbackServer:
    """One running server. `run` belongs to the serving thread, the others to whoever started it.

    With a certificate (a file that holds its key, too) it speaks TLS.
    """

    def __init__(self, planes: Planes, faults: FaultTable, *, endpoint: str, certificate: Path | None = None) -> None:
        self._planes = planes
        self._faults = faults
        self._endpoint = endpoint
        self._certificate = certificate
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._application: Application | None = None

    async def run(self, listener: socket.socket) -> None:
        """Serve on a bound socket until stopped."""
        self._loop = asyncio.get_running_loop()
        self._application = Application(self._planes, self._faults, endpoint=self._endpoint)
        config = Config(
            self._application,
            http=_TransportInState,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            ssl_certfile=self._certificate,
        )
        await _Stoppable(config, self._ready, self._application.stopping).serve(sockets=[listener])

    def wait_until_started(self) -> None:
        """Return when the server accepts connections."""
        if not self._ready.wait(timeout=10):
            raise ConfigurationError("the simulator did not start within 10 s", where="simulator")

    def stop(self) -> None:
        """Let `run` return."""
        if self._loop is not None and self._application is not None:
            self._loop.call_soon_threadsafe(self._application.stopping.set)
