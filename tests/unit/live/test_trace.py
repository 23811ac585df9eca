from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path

import pytest

from verifier.errors import ConfigurationError
from verifier.live.connect import connect
from verifier.live.documents import Request
from verifier.live.endpoints import Endpoints
from verifier.live.trace import Sent, place_of, tracing
from verifier.live.waves import read_environment

SENT = Sent(method="GET", path="/x", api_version="1", status=200, milliseconds=1.0, request_id="r")


def traced(simulator, file, targets=None, request=None):
    with tracing(file) as trace:
        endpoints = Endpoints(arm=simulator.arm_endpoint, kubernetes=simulator.kubernetes_endpoint)
        reader = connect(endpoints, trace=trace)
        if targets is not None:
            read_environment(targets, reader)
        if request is not None:
            reader.read(request)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def account(ids):
    return Request(plane="azure", operation="get", path=ids["storage"])


def test_every_request_has_its_line(serve, world, targets, tmp_path):
    simulator = serve(world)
    lines = traced(simulator, tmp_path / "trace.jsonl", targets)
    assert sorted((line["method"], line["path"], line["api_version"], line["status"]) for line in lines) == sorted(
        (each.method, each.path, each.api_version, each.status) for each in simulator.requests
    )


def test_a_line_says_these_things_and_no_others(serve, world, ids, tmp_path):
    _, line = traced(serve(world), tmp_path / "t", request=account(ids))
    assert list(line) == ["method", "path", "api_version", "status", "milliseconds", "request_id"]
    assert (line["path"], line["status"]) == (ids["storage"], 200)
    assert line["milliseconds"] > 0
    assert line["request_id"]


def test_a_kubernetes_request_has_its_line_too(serve, world, tmp_path):
    request = Request(plane="kubernetes", operation="list", path="/api/v1/namespaces")
    [line] = traced(serve(world), tmp_path / "t", request=request)
    assert (line["path"], line["api_version"], line["status"]) == ("/api/v1/namespaces", "", 200)


def test_each_attempt_has_its_line(serve, world, ids, tmp_path):
    world["faults"] = [{"match": "strobots", "kind": "status", "status": 503, "times": 2}]
    _, *lines = traced(serve(world), tmp_path / "t", request=account(ids))
    assert [line["status"] for line in lines] == [503, 503, 200]


def test_a_request_without_an_answer_says_why(serve, world, ids, tmp_path):
    world["faults"] = [{"match": "strobots", "kind": "reset"}]
    _, *lines = traced(serve(world), tmp_path / "t", request=account(ids))
    assert [(line["status"], line["request_id"]) for line in lines] == [(None, "")] * 3
    assert all(line["error"] for line in lines)


def test_nothing_secret_is_in_the_trace(serve, world, ids, targets, tmp_path):
    world["resources"][0]["properties"]["primaryKey"] = "c2VjcmV0"
    simulator = serve(world)
    issued = []
    issue = simulator._planes.tokens.issue

    def remember(*arguments, **named):
        issued.append(issue(*arguments, **named))
        return issued[-1]

    simulator._planes.tokens.issue = remember
    traced(simulator, tmp_path / "t", targets)
    text = (tmp_path / "t").read_text(encoding="utf-8")
    assert issued
    assert not [token for token in issued if token.text in text]
    for secret in ("c2VjcmV0", "Bearer", "filter", "assignedTo", simulator._planes.identity.secret):
        assert secret not in text


def test_only_the_path_and_the_api_version_of_a_url_are_shown():
    url = "https://management.azure.com/subscriptions/s?api-version=2024-11-30&sig=secret&$skiptoken=x"
    assert place_of(url) == ("/subscriptions/s", "2024-11-30")


def test_lines_are_whole_whoever_writes_them(tmp_path):
    with tracing(tmp_path / "t") as trace:
        threads = [threading.Thread(target=lambda: [trace(SENT) for _ in range(200)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = (tmp_path / "t").read_text(encoding="utf-8").splitlines()
    assert set(lines) == {SENT.as_line()}
    assert len(lines) == 1600


def test_a_line_stands_in_the_file_as_soon_as_it_is_written(tmp_path):
    with tracing(tmp_path / "t") as trace:
        trace(SENT)
        assert (tmp_path / "t").read_text(encoding="utf-8") == SENT.as_line() + "\n"


def test_a_thread_that_was_left_behind_writes_no_more(tmp_path):
    with tracing(tmp_path / "t") as trace:
        pass
    trace(SENT)
    assert (tmp_path / "t").read_text(encoding="utf-8") == ""


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be written") as error, tracing(tmp_path):
        pass
    assert error.value.where == f"--trace {tmp_path.as_posix()}"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_write_that_failed_is_said_at_the_end_whoever_swallowed_it():
    full, swallowed = tracing(Path("/dev/full")), contextlib.suppress(ConfigurationError)
    with pytest.raises(ConfigurationError, match="cannot be written: No space"), full as trace, swallowed:
        trace(SENT)


def test_without_a_file_nothing_is_traced():
    with tracing(None) as trace:
        assert trace is None
