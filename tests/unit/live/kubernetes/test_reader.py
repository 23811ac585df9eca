from __future__ import annotations

import re

import pytest

from verifier.errors import AccessError
from verifier.live.documents import Absent, Denied, Failed, Found, Request, kubernetes_path
from verifier.live.kubernetes.reader import Connection, KubernetesReader

TRAINING = "/api/v1/namespaces/training/serviceaccounts"


def listed(path):
    return Request(plane="kubernetes", operation="list", path=path)


def got(path):
    return Request(plane="kubernetes", operation="get", path=path)


def reader_at(simulator, token=""):
    return KubernetesReader(lambda: Connection(server=simulator.kubernetes_endpoint, token=lambda: token))


def test_a_list_is_read_to_its_last_page(serve, world, monkeypatch):
    monkeypatch.setattr("verifier.live.kubernetes.reader.PAGE", 1)
    simulator = serve(world)
    outcome = reader_at(simulator).read(listed(TRAINING))
    assert isinstance(outcome, Found), outcome
    assert [kubernetes_path(document) for document in outcome.documents] == [
        f"{TRAINING}/{name}" for name in ("default", "extra", "third")
    ]
    assert len(simulator.requests) == 3


def test_one_object_is_read(serve, world):
    outcome = reader_at(serve(world)).read(got(f"{TRAINING}/extra"))
    assert isinstance(outcome, Found), outcome
    assert kubernetes_path(outcome.documents[0]) == f"{TRAINING}/extra"


@pytest.mark.parametrize("path", [f"{TRAINING}/nobody", "/api/v1/namespaces/nowhere"])
def test_what_does_not_exist_is_absent(serve, world, path):
    assert reader_at(serve(world)).read(got(path)) == Absent(code="NotFound")


def test_a_refusal_names_the_missing_permission(serve, world):
    world["denied"] = [{"path": TRAINING}]
    outcome = reader_at(serve(world)).read(listed(TRAINING))
    assert isinstance(outcome, Denied)
    assert outcome.permission == "list serviceaccounts in namespace training"


@pytest.mark.parametrize("path", [TRAINING, "/api/v1/namespaces"])
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"kind": "html"}, "HTML"),
        ({"kind": "html", "status": 403}, "HTML"),
        ({"kind": "status", "status": 500}, "HTTP 500"),
        ({"kind": "status", "status": 429, "retry_after": 300}, "HTTP 429"),
        ({"kind": "status", "status": 401}, "refuses the credential"),
        ({"kind": "reset"}, "no answer from http://127"),
        ({"kind": "truncated"}, "no answer from http://127|cut off"),
        ({"kind": "wrong-resource"}, "holds what is not in it|holds something"),
        ({"kind": "empty-body"}, "not a list"),
        ({"kind": "next-link-loop"}, "goes in circles"),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_has_failed(serve, world, path, fault, says):
    world["faults"] = [{"match": f"^{re.escape(path)}", **fault}]
    outcome = reader_at(serve(world)).read(listed(path))
    assert isinstance(outcome, Failed), outcome
    assert re.search(says, outcome.because), outcome.because


def test_a_token_is_sent_where_one_is_needed(serve, world):
    simulator = serve(world, kubernetes_requires_token=True)
    token = simulator.token(audience="6dae42f8-4368-4678-94ff-3960e28e3630")
    assert isinstance(reader_at(simulator, token).read(listed(TRAINING)), Found)
    assert isinstance(reader_at(simulator).read(listed(TRAINING)), Failed)


def test_what_cannot_be_connected_to_fails_each_read_and_is_tried_once():
    tried = []

    def connect():
        tried.append(1)
        raise AccessError("the kubeconfig has no context 'x'", where="config")

    reader = KubernetesReader(connect)
    for _ in range(3):
        assert reader.read(listed(TRAINING)) == Failed(because="the kubeconfig has no context 'x'")
    assert tried == [1]


def test_a_token_that_cannot_be_had_fails_the_read(serve, world):
    def token():
        raise AccessError("no credential for Azure: nobody is signed in")

    simulator = serve(world)
    reader = KubernetesReader(lambda: Connection(server=simulator.kubernetes_endpoint, token=token))
    assert reader.read(listed(TRAINING)) == Failed(because="no credential for Azure: nobody is signed in")
