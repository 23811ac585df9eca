from __future__ import annotations

import json
import threading
from importlib.util import find_spec

import pytest

from verifier.errors import AccessError, WriteAttempted
from verifier.live import snapshot
from verifier.live.connect import connect
from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Request
from verifier.live.endpoints import Endpoints
from verifier.live.targets import Targets
from verifier.live.waves import THREADS, read_environment
from verifier.simulator.faults import Fault


def found(documents, path, operation="get", assigned_to="", plane="azure"):
    outcome = documents.outcome(Request(plane=plane, operation=operation, path=path, assigned_to=assigned_to))
    assert isinstance(outcome, Found), outcome
    return outcome.documents


def test_everything_that_the_intent_names_is_found(serve, world, reader_of, targets, ids):
    documents = read_environment(targets, reader_of(serve(world)))
    assert {type(outcome) for _, outcome in documents} == {Found}
    assert found(documents, ids["cluster"])[0]["location"] == "westus3"
    assert (
        len(found(documents, f"{ids['cluster']}/providers/Microsoft.KubernetesConfiguration/extensions", "list")) == 3
    )
    assert len(found(documents, f"{ids['identity']}/federatedIdentityCredentials", "list")) == 3
    assert len(found(documents, f"{ids['workspace']}/computes", "list")) == 1
    assert len(found(documents, f"{ids['workspace']}/datastores", "list")) == 3


def test_what_only_live_ids_lead_to_is_read_after_all_that_names_lead_to(serve, world, reader_of, targets, ids):
    simulator = serve(world)
    read_environment(targets, reader_of(simulator))
    names = {
        *(ids[name].casefold() for name in ("cluster", "identity", "workspace", "storage")),
        f"{ids['cluster']}/providers/microsoft.kubernetesconfiguration/extensions".casefold(),
        f"{ids['identity']}/federatedIdentityCredentials".casefold(),
        *(f"{ids['workspace']}/{children}".casefold() for children in ("computes", "datastores")),
        f"{ids['storage']}/providers/microsoft.authorization/denyassignments".casefold(),
        "/.well-known/openid-configuration",
        "/api/v1/namespaces",
        "/api/v1/namespaces/azureml/serviceaccounts",
        "/api/v1/namespaces/azureml/pods",
        "/api/v1/namespaces/azureml/events",
        "/api/v1/nodes",
        "/apis/amlarc.azureml.com/v1alpha1/instancetypes",
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    }
    asked = [seen for seen in simulator.requests if seen.path != "/msi/token"]
    first = [seen.ordinal for seen in asked if seen.path.casefold() in names]
    second = [seen.ordinal for seen in asked if seen.path.casefold() not in names]
    assert {seen.path.casefold() for seen in asked if seen.ordinal in first} == names
    assert max(first) < min(second)


def test_only_reads_are_sent(serve, world, reader_of, targets):
    simulator = serve(world)
    read_environment(targets, reader_of(simulator))
    assert {seen.method for seen in simulator.requests} == {"GET"}


def test_each_type_is_asked_for_at_the_version_that_its_client_knows(serve, world, reader_of, targets):
    successor = find_spec("azure.mgmt.kubernetesconfiguration.extensions")
    simulator = serve(world)
    read_environment(targets, reader_of(simulator))
    versions = {
        word: {seen.api_version for seen in simulator.requests if seen.path.rstrip("/").split("/")[-1 - back] == word}
        for word, back in (
            ("managedClusters", 1),
            ("userAssignedIdentities", 1),
            ("federatedIdentityCredentials", 0),
            ("extensions", 0),
            ("storageAccounts", 1),
            ("roleAssignments", 0),
            ("workspaces", 1),
            ("computes", 0),
            ("datastores", 0),
        )
    }
    assert versions == {
        "managedClusters": {"2026-08-01"},
        "userAssignedIdentities": {"2024-11-30"},
        "federatedIdentityCredentials": {"2024-11-30"},
        "extensions": {"2025-03-01" if successor else "2023-05-01"},
        "storageAccounts": {"2026-09-01"},
        "roleAssignments": {"2022-04-01"},
        "workspaces": {"2025-12-01"},
        "computes": {"2025-12-01"},
        "datastores": {"2025-12-01"},
    }


def test_the_token_is_asked_for_once(serve, world, reader_of, targets):
    simulator = serve(world)
    read_environment(targets, reader_of(simulator))
    assert [seen.path for seen in simulator.requests].count("/msi/token") == 1


def test_what_a_compute_holds_at_the_storage_account_includes_what_it_inherits(serve, world, reader_of, targets, ids):
    documents = read_environment(targets, reader_of(serve(world)))
    held = found(
        documents,
        f"{ids['storage']}/providers/Microsoft.Authorization/roleAssignments",
        "list",
        assigned_to=ids["compute_principal"],
    )
    scopes = {document["properties"]["scope"] for document in held}
    assert scopes == {ids["storage"], ids["group"], f"/subscriptions/{ids['subscription']}"}


def test_a_custom_role_is_read_and_a_built_in_one_is_not(serve, world, reader_of, targets, ids, add_assignment):
    add_assignment(7, scope=ids["storage"], principal=ids["compute_principal"], role=ids["custom_role"])
    path = (
        f"/subscriptions/{ids['subscription']}/providers/Microsoft.Authorization/roleDefinitions/{ids['custom_role']}"
    )
    definition = {"roleName": "Robots", "type": "CustomRole", "permissions": [{"dataActions": ["Microsoft.Storage/*"]}]}
    world["resources"].append(
        {
            "id": path,
            "name": ids["custom_role"],
            "type": "Microsoft.Authorization/roleDefinitions",
            "properties": definition,
        }
    )
    documents = read_environment(targets, reader_of(serve(world)))
    assert found(documents, path)[0]["properties"]["roleName"] == "Robots"
    assert [str(request) for request, _ in documents if "roleDefinitions" in request.path] == [f"get {path}"]


def test_service_accounts_are_read_where_computes_and_subjects_are(serve, world, reader_of, targets):
    documents = read_environment(targets, reader_of(serve(world)))
    for namespace, number in (("azureml", 1), ("pilots", 1), ("training", 3)):
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        assert len(found(documents, path, "list", plane="kubernetes")) == number


def test_what_has_no_name_before_apply_is_found_by_its_type(serve, world, reader_of, ids):
    targets = Targets(
        subscription=ids["subscription"],
        lists=(
            f"{ids['group']}/providers/Microsoft.MachineLearningServices/workspaces",
            f"{ids['group']}/providers/Microsoft.ManagedIdentity/userAssignedIdentities",
        ),
    )
    documents = read_environment(targets, reader_of(serve(world)))
    assert isinstance(documents.get(ids["workspace"]), Found)
    assert len(found(documents, f"{ids['workspace']}/datastores", "list")) == 3
    assert len(found(documents, f"{ids['identity']}/federatedIdentityCredentials", "list")) == 3


def test_what_was_read_before_is_kept_and_not_read_again(serve, world, reader_of, targets, ids):
    simulator = serve(world)
    reader = reader_of(simulator)
    first = read_environment(Targets(subscription=ids["subscription"], clusters=(ids["cluster"],)), reader)
    documents = read_environment(targets, reader, documents=first)
    asked = [seen.path for seen in simulator.requests if seen.path.casefold() == ids["cluster"].casefold()]
    assert len(asked) == 1
    assert isinstance(documents.get(ids["cluster"]), Found)
    assert isinstance(documents.get(ids["workspace"]), Found)


def test_a_refused_read_says_which_permission_is_missing_and_the_rest_is_read(serve, world, reader_of, targets, ids):
    world["denied"] = [{"path": ids["storage"]}]
    documents = read_environment(targets, reader_of(serve(world)))
    denied = documents.get(ids["storage"])
    assert isinstance(denied, Denied)
    assert denied.permission == "Microsoft.Storage/storageAccounts/read"
    assert isinstance(documents.get(ids["cluster"]), Found)


def test_roles_are_not_asked_for_at_a_storage_account_that_does_not_exist(serve, world, reader_of, targets, ids):
    world["resources"] = [r for r in world["resources"] if r["id"] != ids["storage"]]
    simulator = serve(world)
    documents = read_environment(targets, reader_of(simulator))
    assert documents.get(ids["storage"]) == Absent(code="ResourceNotFound")
    asked = [seen.path for seen in simulator.requests if "strobots/providers" in seen.path]
    assert not [path for path in asked if path.endswith("roleAssignments")]


def test_what_is_not_back_at_the_deadline_has_failed(serve, world, reader_of, targets, ids):
    world["faults"] = [{"match": "managedClusters/aks-robots[?]", "kind": "latency", "seconds": 20}]
    documents = read_environment(targets, reader_of(serve(world)), deadline_seconds=3)
    assert documents.get(ids["cluster"]) == Failed(because="timed out after 3 s")
    assert isinstance(documents.get(ids["storage"]), Found)


def test_a_wave_that_the_deadline_leaves_no_time_for_has_failed(targets, ids):
    class Slow:
        def read(self, request: Request) -> Found:
            threading.Event().wait(0.2)
            return Found(documents=({"id": request.path, "identity": {"principalId": "p"}},))

    documents = read_environment(targets, Slow(), deadline_seconds=0.1)
    assert {outcome for _, outcome in documents} == {Failed(because="timed out after 0.1 s")}


def test_each_read_is_reported_once_in_the_callers_thread(serve, world, reader_of, targets):
    reported = []
    here = threading.get_ident()

    def on_read(request, outcome):
        reported.append((request.key, threading.get_ident()))

    documents = read_environment(targets, reader_of(serve(world)), on_read=on_read)
    assert sorted(key for key, _ in reported) == sorted(request.key for request, _ in documents)
    assert {thread for _, thread in reported} == {here}


def test_no_more_reads_are_under_way_than_there_are_threads(ids):
    busy, most, lock = 0, 0, threading.Lock()

    class Counting:
        def read(self, _: Request) -> Absent:
            nonlocal busy, most
            with lock:
                busy, most = busy + 1, max(most, busy + 1)
            threading.Event().wait(0.005)
            with lock:
                busy -= 1
            return Absent(code="ResourceNotFound")

    accounts = tuple(f"{ids['storage']}{number}" for number in range(60))
    read_environment(Targets(subscription=ids["subscription"], storage_accounts=accounts), Counting())
    assert 1 < most <= THREADS


def test_no_subscription_ends_the_run(reader_of):
    with pytest.raises(AccessError, match="no subscription is known") as error:
        read_environment(Targets(subscription=""), snapshot.SnapshotReader(snapshot.parse(_empty(), where="x")))
    assert "ARM_SUBSCRIPTION_ID" in error.value.next_step


def test_a_token_that_azure_refuses_everywhere_ends_the_run(serve, world, reader_of, targets):
    world["faults"] = [
        {"match": "^/subscriptions", "kind": "status", "status": 401, "code": "InvalidAuthenticationToken"}
    ]
    with pytest.raises(AccessError, match="refuses the token"):
        read_environment(targets, reader_of(serve(world)))


def test_a_token_that_azure_refuses_once_is_that_reads_failure(serve, world, reader_of, targets, ids):
    world["faults"] = [
        {"match": "storageAccounts/strobots[?]", "kind": "status", "status": 401, "code": "ExpiredToken"}
    ]
    documents = read_environment(targets, reader_of(serve(world)))
    outcome = documents.get(ids["storage"])
    assert isinstance(outcome, Failed)
    assert "ExpiredToken" in outcome.because


def test_nothing_to_connect_to_ends_the_run(serve, world, targets):
    serve(world)
    with pytest.raises(AccessError, match=r"no connection to http://127\.0\.0\.1:9: connection refused"):
        read_environment(targets, connect(Endpoints(arm="http://127.0.0.1:9")))


def test_a_write_that_a_reader_attempts_ends_the_run(targets):
    class Writing:
        def read(self, _: Request) -> Found:
            raise WriteAttempted("POST is not a read")

    with pytest.raises(WriteAttempted):
        read_environment(targets, Writing())


def test_a_reader_at_fault_is_heard_of(targets):
    class Broken:
        def read(self, _: Request) -> Found:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_environment(targets, Broken())


def test_an_unreachable_kubernetes_does_not_end_the_run(serve, world, targets, ids):
    simulator = serve(world)
    reader = connect(Endpoints(arm=simulator.arm_endpoint, kubernetes="http://127.0.0.1:9"))
    documents = read_environment(targets, reader)
    outcome = documents.list("/api/v1/namespaces", plane="kubernetes")
    assert outcome == Failed(because="no answer from http://127.0.0.1:9: connection refused")
    assert isinstance(documents.get(ids["cluster"]), Found)


def test_a_cluster_that_is_not_integrated_with_entra_says_what_to_pass(serve, world, targets):
    documents = read_environment(targets, connect(Endpoints(arm=serve(world).arm_endpoint)))
    outcome = documents.list("/api/v1/namespaces", plane="kubernetes")
    assert isinstance(outcome, Failed)
    assert "is not integrated with Entra" in outcome.because
    assert "pass --kube-context or --kubernetes-endpoint" in outcome.because


def test_kubernetes_is_left_unread_where_it_is_said_not_to_be_read(serve, world, targets):
    simulator = serve(world)
    endpoints = Endpoints(arm=simulator.arm_endpoint, kubernetes=simulator.kubernetes_endpoint)
    documents = read_environment(targets, connect(endpoints, kubernetes=False))
    outcome = documents.list("/api/v1/namespaces", plane="kubernetes")
    assert isinstance(outcome, Failed)
    assert "--no-kubernetes" in outcome.because
    assert not [seen for seen in simulator.requests if seen.path.startswith(("/api", "/.well-known"))]


def test_secrets_do_not_get_into_the_documents(serve, world, reader_of, targets, ids):
    storage = next(r for r in world["resources"] if r["id"] == ids["storage"])
    storage["properties"]["primaryKey"] = "c2VjcmV0LXRoaW5n"
    account = next(o for o in world["objects"] if o["kind"] == "ServiceAccount")
    account["secrets"] = [{"name": "default-token-abcde"}]
    documents = read_environment(targets, reader_of(serve(world)))
    assert "c2VjcmV0LXRoaW5n" not in repr(documents)
    assert "default-token-abcde" not in repr(documents)


def test_reading_a_snapshot_gives_what_reading_live_gave(serve, world, reader_of, targets, ids):
    world["denied"] = [{"path": f"{ids['workspace']}/datastores"}]
    world["resources"] = [r for r in world["resources"] if r["id"] != ids["compute_identity"]]
    simulator = serve(world)
    simulator.add_fault(Fault(match="serviceaccounts", kind="status", status=500))
    documents = read_environment(targets, reader_of(simulator))
    assert {type(outcome) for _, outcome in documents} == {Found, Absent, Denied, Failed}
    assert _replayed(documents, targets) == documents


def _replayed(documents: Documents, targets: Targets) -> Documents:
    text = snapshot.dump(documents, taken="2026-11-21T20:00:00Z", cloud="AzureCloud", subscription=targets.subscription)
    return read_environment(targets, snapshot.SnapshotReader(snapshot.parse(json.loads(text), where="x")))


def _empty():
    return {"schema": "verify-infra/snapshot/1"}
