from __future__ import annotations

import socket
import threading
import time

import pytest
import requests

from tests.wire_audit import BY_HAND
from verifier.errors import InsecureEndpoint, WriteAttempted
from verifier.live import wire
from verifier.live.deadline import seconds_left, until
from verifier.live.wire import Elsewhere, OutOfTime, TooLarge, reason, session
from verifier.simulator.faults import Fault


def token(simulator):
    return {"Authorization": f"Bearer {simulator.token()}"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "MERGE", "post"])
def test_anything_but_a_read_is_refused_before_it_is_sent(serve, world, ids, method):
    simulator = serve(world)
    with pytest.raises(WriteAttempted, match="is not a read"):
        session(simulator.arm_endpoint).request(method, f"{simulator.arm_endpoint}{ids['storage']}")
    assert not simulator.requests


STATES = "/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"


@pytest.mark.parametrize("of", ["storage", "cluster", "workspace"])
def test_policy_states_are_asked_for_with_a_post(serve, world, ids, of):
    simulator = serve(world)
    url = f"{simulator.arm_endpoint}{ids[of]}{STATES}?api-version=2019-10-01"
    answer = session(simulator.arm_endpoint).post(url, headers=token(simulator))
    assert (answer.status_code, answer.json()["value"]) == (200, [])


PLACE = "/listClusterUserCredential"


def test_where_a_clusters_api_server_is_is_asked_for_with_a_post(serve, world, ids):
    simulator = serve(world)
    url = f"{simulator.arm_endpoint}{ids['cluster']}{PLACE}?api-version=2026-08-01&format=exec"
    answer = session(simulator.arm_endpoint).post(url, headers=token(simulator))
    assert (answer.status_code, len(answer.json()["kubeconfigs"])) == (200, 1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("{cluster}" + PLACE, b"{}"),
        ("{cluster}" + PLACE + "/x", b""),
        ("{cluster}/x" + PLACE, b""),
        ("{cluster}/listClusterAdminCredential", b""),
        ("{cluster}/listClusterMonitoringUserCredential", b""),
        ("{cluster}/accessProfiles/clusterUser/listCredential", b""),
        ("{group}/providers/Microsoft.ContainerService/managedClusters" + PLACE, b""),
        ("{group}/providers/Microsoft.Kubernetes/connectedClusters/arc" + PLACE, b""),
        ("/subscriptions/s/providers/Microsoft.ContainerService/managedClusters/aks" + PLACE, b""),
        ("/x{cluster}" + PLACE, b""),
        ("{storage}" + STATES, b"{}"),
        ("{storage}" + STATES + "/x", b""),
        ("{storage}" + STATES.replace("latest", "default"), b""),
        ("{storage}" + STATES.replace("/queryResults", "/summarize"), b""),
        ("{storage}" + STATES.replace("latest/queryResults", "triggerEvaluation"), b""),
        ("{storage}/x" + STATES, b""),
        ("{workspace}/computes/c" + STATES, b""),
        ("{identity}" + STATES, b""),
        ("/subscriptions/s" + STATES, b""),
        ("/subscriptions/s/resourceGroups/g" + STATES, b""),
        ("/x{storage}" + STATES, b""),
        ("{storage}" + STATES + "/listKeys", b""),
        ("{storage}/listKeys", b""),
    ],
)
def test_no_other_post_is_sent_and_none_with_a_body(serve, world, ids, path, body):
    simulator = serve(world)
    with pytest.raises(WriteAttempted):
        session(simulator.arm_endpoint).post(f"{simulator.arm_endpoint}{path.format(**ids)}", data=body)
    assert not simulator.requests


@pytest.mark.parametrize(
    "operation",
    ["listKeys", "listSecrets", "LISTKEYS", "listClusterAdminCredential", "listClusterUserCredential", "listKeys/"],
)
def test_what_hands_out_secrets_is_refused_whatever_the_method(serve, world, ids, operation):
    simulator = serve(world)
    with pytest.raises(WriteAttempted):
        session(simulator.arm_endpoint).get(f"{simulator.arm_endpoint}{ids['storage']}/{operation}?api-version=1")
    assert not simulator.requests


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "https://example.com/x", "https://127.0.0.1/x"])
def test_no_other_server_is_talked_to(serve, world, url):
    with pytest.raises(Elsewhere):
        session(serve(world).arm_endpoint).get(url)


def test_a_redirect_to_another_server_is_not_followed(serve, world):
    simulator = serve(world)
    simulator.add_fault(_fault(kind="status", status=302))
    assert session(simulator.arm_endpoint).get(f"{simulator.arm_endpoint}/x", headers=BY_HAND).status_code == 302


def test_plain_http_to_another_machine_gets_no_session():
    with pytest.raises(InsecureEndpoint):
        session("http://10.1.2.3")


def test_a_netrc_does_not_take_the_tokens_place(serve, world, ids, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    simulator = serve(world)
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    assert session(simulator.arm_endpoint).get(url, headers=token(simulator)).status_code == 200


def test_this_machine_is_not_reached_through_a_proxy(serve, world, ids, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    simulator = serve(world)
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    assert session(simulator.arm_endpoint).get(url, headers=token(simulator)).status_code == 200


def test_an_answer_that_is_too_large_is_not_taken(serve, world, ids, monkeypatch):
    monkeypatch.setattr(wire, "LARGEST_ANSWER", 100)
    simulator = serve(world)
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    with pytest.raises(TooLarge):
        session(simulator.arm_endpoint).get(url, headers=token(simulator))


def test_nothing_is_sent_after_the_deadline(serve, world):
    simulator = serve(world)
    with until(time.monotonic() - 1), pytest.raises(OutOfTime):
        session(simulator.arm_endpoint).get(f"{simulator.arm_endpoint}/x")
    assert not simulator.requests


def test_an_answer_that_drips_past_the_deadline_is_not_waited_for(serve, world, ids):
    simulator = serve(world)
    simulator.add_fault(_fault(kind="drip", seconds=0.15))
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    with until(time.monotonic() + 0.3), pytest.raises(requests.RequestException):
        session(simulator.arm_endpoint).get(url, headers=token(simulator))


def test_a_wait_past_the_deadline_is_not_waited(serve, world):
    simulator = serve(world)
    simulator.add_fault(_fault(kind="status", status=429, retry_after=20))
    with until(time.monotonic() + 5):
        assert session(simulator.arm_endpoint).get(f"{simulator.arm_endpoint}/x", headers=BY_HAND).status_code == 429
    assert len(simulator.requests) == 1


def test_a_wait_that_a_server_asks_for_is_waited_as_long_as_the_deadline_lets(serve, world, ids, monkeypatch):
    waited = []
    monkeypatch.setattr(wire.time, "sleep", waited.append)
    simulator = serve(world)
    simulator.add_fault(_fault(kind="status", status=429, retry_after=45, times=1))
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    with until(time.monotonic() + 60):
        assert session(simulator.arm_endpoint).get(url, headers=token(simulator)).status_code == 200
    assert waited == [45]


def test_a_server_that_says_when_to_come_again_is_asked_again_more_than_twice(serve, world, ids):
    simulator = serve(world)
    simulator.add_fault(_fault(kind="status", status=429, retry_after=0.01, times=5))
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    assert session(simulator.arm_endpoint).get(url, headers=token(simulator)).status_code == 200
    assert len(simulator.requests) == 6


def test_a_server_that_never_lets_one_in_is_given_up(serve, world, ids, monkeypatch):
    monkeypatch.setattr(wire, "PAUSES_SECONDS", (0.01, 0.01))
    simulator = serve(world)
    simulator.add_fault(_fault(kind="status", status=429, retry_after=0.01))
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    assert session(simulator.arm_endpoint).get(url, headers=token(simulator)).status_code == 429
    assert len(simulator.requests) == 1 + wire.MOST_WAITS + 2


@pytest.mark.parametrize("kind", ["latency", "drip"])
def test_a_server_that_is_too_slow_is_not_asked_again(serve, world, ids, monkeypatch, kind):
    monkeypatch.setattr(wire, "READ_SECONDS", 0.2)
    simulator = serve(world)
    simulator.add_fault(_fault(kind=kind, seconds=0.6, times=1))
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    with pytest.raises(requests.RequestException) as error:
        session(simulator.arm_endpoint).get(url, headers=token(simulator))
    assert "timed out" in reason(error.value).lower()


@pytest.mark.parametrize("kind", ["reset", "truncated"])
def test_a_broken_connection_is_tried_again_twice(serve, world, ids, kind):
    simulator = serve(world)
    simulator.add_fault(_fault(kind=kind, times=2))
    url = f"{simulator.arm_endpoint}{ids['storage']}?api-version=2026-09-01"
    assert session(simulator.arm_endpoint).get(url, headers=token(simulator)).status_code == 200
    assert len(simulator.requests) == 3


def test_without_a_deadline_there_is_always_time():
    assert seconds_left() == float("inf")


def test_a_deadline_is_its_own_threads():
    seen: list[float] = []
    with until(time.monotonic() + 5):
        other = threading.Thread(target=lambda: seen.append(seconds_left()))
        other.start()
        other.join()
    assert seen == [float("inf")]


def test_the_reason_of_a_refused_connection_is_said_in_two_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(requests.ConnectionError) as error:
            session(f"http://127.0.0.1:{port}").get(f"http://127.0.0.1:{port}/x")
    assert reason(error.value) == "connection refused"


def test_the_reason_of_an_unknown_host_names_no_library():
    with pytest.raises(requests.ConnectionError) as error:
        session("https://nowhere.invalid").get("https://nowhere.invalid/x")
    assert "urllib3" not in reason(error.value)
    assert "Max retries" not in reason(error.value)


def _fault(**settings):
    return Fault(match=".", **settings)
