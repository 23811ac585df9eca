from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.simulator.conftest import CLUSTER, SUBSCRIPTION, Azure, arm_fetch, fetch, world
from tests.wire_audit import BY_HAND
from verifier.errors import ConfigurationError
from verifier.simulator import Simulator, usage
from verifier.simulator.server import _listen

ROOT = Path(__file__).parents[2]


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_listens_on_loopback_only(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate()
    assert simulator.arm_endpoint == simulator.kubernetes_endpoint
    assert simulator.arm_endpoint.startswith("http://127.0.0.1:")


def test_nothing_answers_and_no_thread_is_left_after_the_block() -> None:
    before = threading.active_count()
    with Simulator(world()) as simulator:
        assert fetch(f"{simulator.arm_endpoint}/version").status_code == 200
    with pytest.raises(requests.ConnectionError):
        fetch(f"{simulator.arm_endpoint}/version")
    assert threading.active_count() == before


def test_it_stops_when_the_block_raises() -> None:
    with pytest.raises(LookupError), Simulator(world()) as simulator:
        raise LookupError
    with pytest.raises(requests.ConnectionError):
        fetch(f"{simulator.arm_endpoint}/version")


def test_it_stops_though_a_client_keeps_its_connection() -> None:
    with requests.Session() as session:
        with Simulator(world()) as simulator:
            session.get(f"{simulator.arm_endpoint}/version", headers=BY_HAND, timeout=10)
        with pytest.raises(requests.ConnectionError):
            session.get(f"{simulator.arm_endpoint}/version", headers=BY_HAND, timeout=10)


def test_its_socket_is_named_as_tcp_so_that_asyncio_sends_at_once() -> None:
    with _listen(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_two_worlds_are_served_at_once(simulate: Callable[..., Simulator]) -> None:
    empty = simulate({"schema": "verify-infra/snapshot/1"})
    full = simulate()
    path = f"{CLUSTER}?api-version=2026-08-01"
    assert [arm_fetch(one, path).status_code for one in (empty, full)] == [404, 200]


def test_a_taken_port_is_said(simulate: Callable[..., Simulator]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} cannot be served"):
            simulate(port=port)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_said(simulate: Callable[..., Simulator], port: int) -> None:
    with pytest.raises(ConfigurationError, match=f"port {port} cannot be served"):
        simulate(port=port)


def test_requests_are_logged_in_the_order_they_came_with_what_was_asked(azure: Azure) -> None:
    azure.get(CLUSTER, **{"api-version": "2026-08-01"})
    token, read = azure.simulator.requests
    assert (token.path, token.status, token.ordinal) == ("/msi/token", 200, 1)
    assert (read.method, read.path, read.query, read.api_version, read.status, read.ordinal) == (
        "GET",
        CLUSTER,
        "api-version=2026-08-01",
        "2026-08-01",
        200,
        2,
    )
    assert read.started >= token.started + token.milliseconds / 1000


def test_the_log_is_there_over_http_and_is_not_in_itself(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate()
    fetch(f"{simulator.arm_endpoint}/version")
    shown = [fetch(f"{simulator.arm_endpoint}/_simulator/requests").json() for _ in range(2)]
    assert [[entry["path"] for entry in entries] for entries in shown] == [["/version"], ["/version"]]


def test_the_log_can_be_emptied(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate()
    fetch(f"{simulator.arm_endpoint}/version")
    simulator.forget_requests()
    assert simulator.requests == ()


def test_the_usage_is_a_whole_command_line(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate()
    lines = [line.strip() for line in usage(simulator)]
    environment = simulator.identity_environment()
    assert f"export IDENTITY_ENDPOINT={environment['IDENTITY_ENDPOINT']}" in lines
    assert f"export IDENTITY_HEADER={environment['IDENTITY_HEADER']}" in lines
    assert f"export ARM_SUBSCRIPTION_ID={SUBSCRIPTION}" in lines
    assert lines[-1] == (
        f"verify-infra run --arm-endpoint {simulator.arm_endpoint} --kubernetes-endpoint {simulator.arm_endpoint}"
    )


def test_serving_ends_on_an_interrupt_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "small.world.json"
    path.write_text(json.dumps(world()), encoding="utf-8")
    code = (
        "import sys, pathlib, signal; from verifier.simulator import serve; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "  # shells have what runs behind them ignore it
        "serve(pathlib.Path(sys.argv[1]))"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline().startswith(f"serving {path} (")
        endpoint = serving.stdout.readline().split()[-1]
        assert fetch(f"{endpoint}/version").status_code == 200
        serving.send_signal(signal.SIGINT)
        rest, errors = serving.communicate(timeout=30)
    assert (serving.returncode, errors, rest.splitlines()[-1]) == (0, "", "stopped after 1 requests")


def test_importing_the_room_imports_no_server() -> None:
    code = "import sys, verifier.simulator; print([m for m in ('starlette', 'uvicorn', 'azure') if m in sys.modules])"
    assert run_python(code).stdout.strip() == "[]"


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "cryptography"])
def test_a_missing_extra_is_said_with_what_to_install(missing: str) -> None:
    code = (
        "import sys; sys.modules[sys.argv[1]] = None\n"
        "from verifier.errors import ConfigurationError; from verifier.simulator import Simulator\n"
        "try:\n    Simulator({'schema': 'verify-infra/snapshot/1'}, tls=True).__enter__()\n"
        "except ConfigurationError as error:\n    print(error)\n"
    )
    done = run_python(code, missing)
    assert f"the simulator needs {missing}, which is not installed" in done.stdout
    assert "pip install 'verify-infra[simulator]'" in done.stdout


def test_the_room_imports_nothing_of_the_others() -> None:
    code = (
        "import sys, verifier.simulator.loopback\n"
        "print(sorted(m for m in sys.modules if m.startswith('verifier.') and not m.startswith('verifier.simulator')))"
    )
    assert run_python(code).stdout.strip() == "['verifier.errors', 'verifier.ordinary']"
