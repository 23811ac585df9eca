"""Whole readings of a cluster at its own API server, over TLS and with the real clients."""

from __future__ import annotations

import base64
import json
import logging
import re
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from verifier.live.connect import connect
from verifier.live.deadline import until
from verifier.live.documents import Denied, Failed, Found, Request
from verifier.live.endpoints import Endpoints
from verifier.live.snapshot import dump
from verifier.live.waves import read_environment
from verifier.simulator.faults import Fault

ACTION = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"
NAMESPACES = "/api/v1/namespaces"
SECRET = "bm90LWEtc2VjcmV0LWJ1dC1sb29rcy1saWtlLW9uZQ"


@pytest.fixture
def cluster(world):
    """The cluster's properties, in the world: integrated with Entra."""
    document = next(r for r in world["resources"] if r["type"].endswith("/ManagedClusters"))
    document["properties"]["aadProfile"] = {"managed": True, "enableAzureRBAC": True}
    return document["properties"]


@pytest.fixture
def started(serve, world, cluster):
    """Serve the world over TLS, Kubernetes for tokens of its own audience alone."""
    return lambda: serve(world, tls=True, kubernetes_requires_token=True)


def reader_of(simulator, **options):
    return connect(Endpoints(arm=simulator.arm_endpoint), **options)


def of(*clusters, path=NAMESPACES):
    return Request(plane="kubernetes", operation="list", path=path, clusters=clusters)


def why(outcome):
    assert isinstance(outcome, Failed), outcome
    return outcome.because


def counted(simulator):
    """How often what was asked of the cluster's own server and of Azure, by its last word."""
    return Counter(f"{seen.method} {seen.path.rpartition('/')[2]}" for seen in simulator.requests)


def has_asked_for_a_token_of_clusters(simulator):
    """Whether a token was asked for that opens API servers."""
    return any("6dae42f8" in seen.query for seen in simulator.requests)


def kubeconfig(*, server="https://127.0.0.1:9", user=None, authority="", **more):
    """One as Azure gives it, but for what is said."""
    cluster = {"server": server, "certificate-authority-data": authority}
    return {
        "clusters": [{"name": "aks", "cluster": {name: value for name, value in cluster.items() if value}}],
        "users": [{"name": "u", "user": user or {"exec": {"command": "kubelogin", "env": None}}}],
        **more,
    }


def test_a_cluster_is_read_where_azure_says_it_is_with_a_token_of_its_own(started, ids):
    simulator = started()
    outcome = reader_of(simulator).read(of(ids["cluster"]))
    assert isinstance(outcome, Found), outcome
    [asked] = [seen for seen in simulator.requests if seen.path == NAMESPACES]
    assert asked.status == 200
    assert has_asked_for_a_token_of_clusters(simulator)


def test_integration_with_kubernetes_own_rbac_does_as_well(started, cluster, ids):
    cluster["aadProfile"] = {"managed": True, "enableAzureRBAC": False}
    assert isinstance(reader_of(started()).read(of(ids["cluster"])), Found)


def test_nothing_is_asked_before_something_is_to_be_read(started, ids):
    simulator = started()
    reader = reader_of(simulator)
    reader.read(Request(plane="azure", operation="get", path=ids["storage"]))
    assert counted(simulator)["POST listClusterUserCredential"] == 0


def test_where_it_is_is_asked_once_whoever_reads(started, ids):
    simulator = started()
    reader = reader_of(simulator)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(reader.read, [of(ids["cluster"]), of(ids["cluster"].upper())] * 8))
    assert {type(outcome) for outcome in outcomes} == {Found}
    assert counted(simulator)["POST listClusterUserCredential"] == 1


def test_nobody_is_asked_where_an_endpoint_is_given(serve, world, cluster, targets):
    simulator = serve(world)
    endpoints = Endpoints(arm=simulator.arm_endpoint, kubernetes=simulator.kubernetes_endpoint)
    read_environment(targets, connect(endpoints))
    assert counted(simulator)["POST listClusterUserCredential"] == 0


@pytest.mark.parametrize("profile", [None, {}, {"managed": False, "serverAppID": "own"}, {"managed": "true"}, []])
def test_a_cluster_without_integration_is_not_asked_for_its_secrets(started, cluster, ids, profile):
    cluster["aadProfile"] = profile
    simulator = started()
    said = why(reader_of(simulator).read(of(ids["cluster"])))
    assert said == (
        "cluster aks-robots is not integrated with Entra, so no token of it opens the API server: "
        "pass --kube-context or --kubernetes-endpoint"
    )
    assert counted(simulator)["POST listClusterUserCredential"] == 0
    assert not has_asked_for_a_token_of_clusters(simulator)


def test_a_stopped_cluster_is_said_to_be_stopped(started, cluster, ids):
    cluster["powerState"] = {"code": "Stopped"}
    simulator = started()
    assert "is stopped" in why(reader_of(simulator).read(of(ids["cluster"])))
    assert counted(simulator)["POST listClusterUserCredential"] == 0


def test_a_refused_query_names_the_permission_that_it_takes(started, world, ids):
    world["denied"] = [{"path": ids["cluster"], "permission": ACTION}]
    outcome = reader_of(started()).read(of(ids["cluster"]))
    assert isinstance(outcome, Denied)
    assert outcome.permission == ACTION


def test_a_cluster_that_may_not_be_read_is_not_asked_for_more(started, world, ids):
    world["denied"] = [{"path": ids["cluster"], "permission": "*/read"}]
    simulator = started()
    outcome = reader_of(simulator).read(of(ids["cluster"]))
    assert isinstance(outcome, Denied)
    assert outcome.permission == "Microsoft.ContainerService/managedClusters/read"
    assert counted(simulator)["POST listClusterUserCredential"] == 0


def test_a_cluster_that_is_not_there_is_no_empty_one(started, ids):
    assert "there is no such cluster" in why(reader_of(started()).read(of(f"{ids['cluster']}-2")))


@pytest.mark.parametrize("asked", ["GET", "POST"])
def test_what_went_wrong_with_azure_is_not_taken_for_the_clusters_word(started, ids, asked):
    simulator = started()
    path = re.escape(ids["cluster"]) + (r"\?" if asked == "GET" else "/listClusterUserCredential")
    simulator.add_fault(Fault(match=f"^{path}", kind="status", status=500))
    said = why(reader_of(simulator).read(of(ids["cluster"])))
    assert re.match("where the cluster's API server is could not be learned: HTTP 500", said), said


@pytest.mark.parametrize(
    ("clusters", "says"),
    [
        ((), "which cluster is meant is not known, and none is guessed"),
        (("{cluster}", "{cluster}-2"), r"several clusters can be meant \(aks-robots, aks-robots-2\)"),
        (("{group}/providers/Microsoft.Kubernetes/connectedClusters/arc",), "is not a cluster of AKS"),
        (("{group}/providers/Microsoft.ContainerService/managedClusters",), "is not a cluster of AKS"),
        (("aks",), "is not a cluster of AKS"),
    ],
)
def test_no_cluster_is_guessed(started, ids, clusters, says):
    simulator = started()
    said = why(reader_of(simulator).read(of(*(cluster.format(**ids) for cluster in clusters))))
    assert re.search(says, said), said
    assert "pass --kube-context" in said
    assert simulator.requests == ()


@pytest.mark.parametrize(
    "user",
    [
        {"client-certificate-data": SECRET, "client-key-data": SECRET},
        {"exec": {"command": "kubelogin"}, "client-key-data": SECRET},
        {"token": SECRET},
        {"username": "admin", "password": SECRET},
        {"auth-provider": {"name": "azure", "config": {"access-token": SECRET}}},
        {SECRET: SECRET},
        {"exec": {"command": "kubelogin", "env": [{"name": "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET", "value": SECRET}]}},
    ],
)
def test_an_answer_that_holds_a_secret_is_refused_and_goes_nowhere(
    started, world, ids, targets, user, caplog, tmp_path
):
    caplog.set_level(logging.DEBUG)
    world["kubeconfigs"] = {ids["cluster"]: kubeconfig(user=user)}
    simulator = started()
    sent = []
    documents = read_environment(targets, reader_of(simulator, trace=sent.append))
    outcome = documents.list(NAMESPACES, plane="kubernetes")
    assert "nothing of it is taken" in why(outcome)
    assert counted(simulator)["GET namespaces"] == 0
    everything = repr(documents) + repr(sent) + dump(documents, taken="", cloud="", subscription="") + caplog.text
    encoded = base64.b64encode(json.dumps(kubeconfig(user=user)).encode()).decode()
    assert SECRET not in everything
    assert encoded[:40] not in everything


def test_of_an_answer_without_secrets_nothing_is_kept_either(started, ids, targets, caplog):
    caplog.set_level(logging.DEBUG)
    simulator = started()
    sent = []
    documents = read_environment(targets, reader_of(simulator, trace=sent.append))
    assert isinstance(documents.list(NAMESPACES, plane="kubernetes"), Found)
    everything = repr(documents) + repr(sent) + dump(documents, taken="", cloud="", subscription="") + caplog.text
    for word in ("CERTIFICATE", "kubelogin", "kubeconfig", simulator.token(), "eyJ"):
        assert word not in everything


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (kubeconfig(server="http://127.0.0.1:9", authority="YQ=="), "gave no https address"),
        (kubeconfig(server=f"https://admin:{SECRET}@127.0.0.1:9", authority="YQ=="), "gave no https address"),
        (kubeconfig(server="https://127.0.0.1:9/path", authority="YQ=="), "gave no https address"),
        (kubeconfig(server="https://127.0.0.1:99999", authority="YQ=="), "gave no https address"),
        (kubeconfig(server="https://[::1", authority="YQ=="), "gave no https address"),
        (kubeconfig(server="https://elsewhere.example.com:443", authority="YQ=="), "is not cluster aks-robots's own"),
        (kubeconfig(server="https://127.0.0.1@elsewhere.example.com", authority="YQ=="), "gave no https address"),
        (kubeconfig(server="https://portal.example.com", authority="YQ=="), "own server, which is 127.0.0.1"),
        (kubeconfig(server="https://", authority="YQ=="), "gave no https address"),
        (kubeconfig(), "where the API server is and who signs for it"),
        (kubeconfig(server="", authority="YQ=="), "where the API server is and who signs for it"),
        (kubeconfig(authority="YQ=="), "no certificates that can be read"),
        (kubeconfig(authority="not base64"), "not in base64"),
        (kubeconfig(authority="Cg=="), "not in base64, or not text"),
        (kubeconfig(authority="YQ==", clusters=[]), "names no clusters"),
        (kubeconfig(clusters=[{"cluster": {}}, {"cluster": {}}]), "names 2 clusters"),
        (kubeconfig(clusters="x"), "has clusters that are none"),
        (kubeconfig(users=[1]), "has users that are none"),
        ("users: [{user: {1: a, token: b}}]", "holds a credential"),
        ("- a list", "as a kubeconfig is none"),
        ("a: b: c", "as a kubeconfig is none"),
        ("[" * 1000, "as a kubeconfig is none"),
        ("#" * 100_000, "does not hold one kubeconfig"),
    ],
)
def test_an_answer_that_does_not_lead_to_the_clusters_own_server_is_not_followed(
    started, world, cluster, ids, given, says
):
    cluster["azurePortalFQDN"] = "portal.example.com"
    cluster["fqdn"] = "127.0.0.1"
    world["kubeconfigs"] = {ids["cluster"]: given}
    simulator = started()
    said = why(reader_of(simulator).read(of(ids["cluster"])))
    assert re.search(says, said), said
    assert SECRET not in said
    assert counted(simulator)["GET namespaces"] == 0
    assert not has_asked_for_a_token_of_clusters(simulator)


@pytest.mark.parametrize("name", ["fqdn", "privateFQDN"])
def test_either_name_of_a_clusters_server_is_its_own(started, cluster, ids, name):
    cluster[name] = "127.0.0.1"
    assert isinstance(reader_of(started()).read(of(ids["cluster"])), Found)


def test_a_server_that_another_authority_signs_for_gets_no_token(started, serve, world, cluster, ids):
    simulator = started()
    other = serve({**world, "kubeconfigs": {ids["cluster"]: kubeconfig()}}, tls=True)
    authority = base64.b64encode(other.authority.read_bytes()).decode()
    given = kubeconfig(server=simulator.arm_endpoint, authority=authority)
    third = serve({**world, "kubeconfigs": {ids["cluster"]: given}}, tls=True)
    said = why(reader_of(third).read(of(ids["cluster"])))
    assert "its certificate is not accepted" in said
    assert counted(simulator)["GET namespaces"] == 0


def test_a_token_that_the_cluster_refuses_is_said(started, ids):
    simulator = started()
    simulator.add_fault(Fault(match="^/api/v1/namespaces", kind="status", status=401))
    assert "refuses the credential" in why(reader_of(simulator).read(of(ids["cluster"])))


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ({"enablePrivateCluster": True}, "; the cluster's API server is private; run from a network that reaches it"),
        ({"authorizedIPRanges": ["203.0.113.0/24"]}, "; the cluster's API server lets in some addresses only; run"),
        ({}, "$"),
    ],
)
def test_a_server_that_cannot_be_reached_is_said_and_why_that_may_be(started, world, cluster, ids, profile, says):
    cluster["privateFQDN"] = "aks-robots.privatelink.invalid"
    cluster["apiServerAccessProfile"] = profile
    simulator = started()
    authority = base64.b64encode(simulator.authority.read_bytes()).decode()
    world["kubeconfigs"] = {
        ids["cluster"]: kubeconfig(server="https://aks-robots.privatelink.invalid:443", authority=authority)
    }
    said = why(reader_of(started()).read(of(ids["cluster"])))
    assert re.search(rf"^no answer from https://aks-robots.privatelink.invalid:443: [^;]+{says}", said), said


def unreachable(world, ids, simulator, port):
    authority = base64.b64encode(simulator.authority.read_bytes()).decode()
    given = kubeconfig(server=f"https://127.0.0.1:{port}", authority=authority)
    world["kubeconfigs"] = {ids["cluster"]: given}


def test_a_private_server_that_is_out_of_reach_is_not_waited_for_with_every_read(started, world, cluster, ids):
    cluster["privateFQDN"] = "127.0.0.1"
    cluster["apiServerAccessProfile"] = {"enablePrivateCluster": True}
    unreachable(world, ids, started(), port=9)
    sent = []
    reader = reader_of(started(), trace=sent.append)
    first = reader.read(of(ids["cluster"]))
    tried = len(sent)
    assert "is private" in why(first)
    assert reader.read(of(ids["cluster"], path="/api/v1/nodes")) == first
    assert len(sent) == tried


def test_a_server_that_takes_the_call_and_says_nothing_is_left_at_the_deadline(started, world, cluster, ids, targets):
    cluster["privateFQDN"] = "127.0.0.1"
    cluster["apiServerAccessProfile"] = {"enablePrivateCluster": True}
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        unreachable(world, ids, started(), port=silent.getsockname()[1])
        began = time.monotonic()
        documents = read_environment(targets, reader_of(started()), deadline_seconds=2.0)
        assert time.monotonic() - began < 6.0
    assert isinstance(documents.list(NAMESPACES, plane="kubernetes"), Failed)
    assert isinstance(documents.get(ids["cluster"]), Found)


def test_two_clusters_that_one_reader_reads_are_not_mixed(started, world, cluster, ids):
    second = f"{ids['cluster']}-2"
    world["resources"].append({"id": second, "name": "aks-robots-2", "type": "x", "properties": {}})
    third = f"{ids['cluster']}-3"
    properties = {"aadProfile": {"managed": True}, "fqdn": "aks-robots-3.example.com"}
    world["resources"].append({"id": third, "name": "aks-robots-3", "type": "x", "properties": properties})
    reader = reader_of(started())
    barrier = threading.Barrier(3)

    def read(cluster):
        barrier.wait()
        return reader.read(of(cluster))

    with ThreadPoolExecutor(3) as pool:
        first, other, elsewhere = pool.map(read, (ids["cluster"], second, third))
    assert isinstance(first, Found)
    assert "aks-robots-2 is not integrated" in why(other)
    assert "is not cluster aks-robots-3's own server, which is aks-robots-3.example.com" in why(elsewhere)


def test_what_only_came_too_late_for_one_reading_is_asked_again_by_the_next(started, ids):
    simulator = started()
    simulator.add_fault(Fault(match="listClusterUserCredential", kind="latency", seconds=1.0, times=1))
    reader = reader_of(simulator)
    reader.read(Request(plane="azure", operation="get", path=ids["storage"]))
    with until(time.monotonic() + 0.5):
        assert isinstance(reader.read(of(ids["cluster"])), Failed)
    assert isinstance(reader.read(of(ids["cluster"])), Found)
