from __future__ import annotations

import re

import pytest
from azure.core.exceptions import ServiceResponseError

from verifier.errors import AccessError, WriteAttempted
from verifier.live.arm_id import ArmId
from verifier.live.azure import reads
from verifier.live.azure.credential import default_credential
from verifier.live.azure.reader import AzureReader
from verifier.live.azure.reads import READINGS
from verifier.live.azure.tape import Tape
from verifier.live.connect import connect
from verifier.live.documents import Absent, Denied, Failed, Found, Request
from verifier.live.endpoints import Endpoints
from verifier.simulator.faults import Fault

LISTS = (
    "{cluster}/providers/Microsoft.KubernetesConfiguration/extensions",
    "{identity}/federatedIdentityCredentials",
    "{workspace}/computes",
    "{workspace}/datastores",
    "{cluster}/trustedAccessRoleBindings",
    "{group}/providers/Microsoft.ContainerService/managedClusters",
    "{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities",
    "{group}/providers/Microsoft.Storage/storageAccounts",
    "{group}/providers/Microsoft.MachineLearningServices/workspaces",
    "{storage}/providers/Microsoft.Authorization/roleAssignments",
)
GETS = ("{cluster}", "{identity}", "{workspace}", "{storage}")


def got(path: str) -> Request:
    return Request(plane="azure", operation="get", path=path)


def listed(path: str, assigned_to: str = "") -> Request:
    return Request(plane="azure", operation="list", path=path, assigned_to=assigned_to)


def reading(path: str, ids: dict[str, str]) -> Request:
    if path in GETS:
        return got(path.format(**ids))
    principal = ids["compute_principal"] if path.endswith("roleAssignments") else ""
    return listed(path.format(**ids), principal)


@pytest.mark.parametrize("path", GETS)
def test_a_resource_is_kept_as_the_service_sent_it(serve, world, reader_of, ids, path):
    outcome = reader_of(serve(world)).read(reading(path, ids))
    assert isinstance(outcome, Found), outcome
    (document,) = outcome.documents
    assert document["properties"]["aFutureProperty"] == {"kept": True}
    assert document["id"].casefold() == path.format(**ids).casefold()


@pytest.mark.parametrize("path", [*GETS, *LISTS])
def test_no_model_is_made_of_what_was_read(serve, world, reader_of, ids, path, monkeypatch):
    reader = reader_of(serve(world, page_size=100))
    for room, makes in MODELS:
        monkeypatch.setattr(f"{room}.{makes}", _no_model)
    assert isinstance(reader.read(reading(path, ids)), Found)


MODELS = (
    ("azure.mgmt.containerservice.operations._operations", "_deserialize"),
    ("azure.mgmt.storage.operations._operations", "_deserialize"),
    ("azure.mgmt.msi._serialization.Deserializer", "__call__"),
    ("azure.mgmt.authorization._serialization.Deserializer", "__call__"),
    ("azure.mgmt.kubernetesconfiguration._serialization.Deserializer", "__call__"),
)
"""Where each SDK makes them."""


def _no_model(*_, **__):
    raise AssertionError("a model was made")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_read_to_its_last_page(serve, world, reader_of, ids, path):
    whole = reader_of(serve(world, page_size=100)).read(reading(path, ids))
    paged = reader_of(serve(world, page_size=1)).read(reading(path, ids))
    assert isinstance(whole, Found), whole
    assert whole.documents
    assert all(document["properties"]["aFutureProperty"] == {"kept": True} for document in whole.documents)
    assert paged == whole


@pytest.mark.parametrize("path", LISTS)
def test_each_page_is_asked_for_by_a_request_of_its_own_name(serve, world, reader_of, ids, path):
    simulator = serve(world, page_size=1)
    reader_of(simulator).read(reading(path, ids))
    names = [seen.client_request_id for seen in simulator.requests if seen.path.startswith("/subscriptions/")]
    assert all(names)
    assert len(set(names)) == len(names)


STATES = "microsoft.policyinsights/policystates/queryresults"
USER_CREDENTIAL = "microsoft.containerservice/managedclusters/listclusterusercredential"


def state(ids, name, **more):
    """A policy state as a world holds it; the service sends it without an id."""
    path = f"{ids['storage']}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    about = {"resourceId": ids["storage"].casefold(), "policyDefinitionId": f"/policyDefinitions/{name}"}
    return {"id": f"{path}/{name}", "type": "x", "name": name, **about, **more}


def states_of(ids):
    return listed(f"{ids['storage']}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults")


@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_policy_states_are_read_to_the_last_page_and_told_apart(serve, world, reader_of, ids, page_size):
    world["resources"] += [state(ids, "a", policyAssignmentId="/one"), state(ids, "a2"), state(ids, "b")]
    world["resources"].append({**state(ids, "a"), "id": state(ids, "z")["id"], "policyAssignmentId": "/two"})
    outcome = reader_of(serve(world, page_size=page_size)).read(states_of(ids))
    assert isinstance(outcome, Found), outcome
    assert len({document["id"] for document in outcome.documents}) == 4


def test_a_policy_state_of_something_else_fails_the_read(serve, world, reader_of, ids):
    world["resources"].append(state(ids, "a", resourceId=ids["cluster"]))
    assert isinstance(reader_of(serve(world)).read(states_of(ids)), Failed)


def test_policy_states_that_are_denied_name_the_action(serve, world, reader_of, ids):
    world["denied"] = [{"path": "/", "permission": "Microsoft.PolicyInsights/*"}]
    outcome = reader_of(serve(world)).read(states_of(ids))
    assert isinstance(outcome, Denied), outcome
    assert outcome.permission == "Microsoft.PolicyInsights/policyStates/queryResults/action"


def test_there_is_no_single_policy_state_to_read(serve, world, reader_of, ids):
    assert isinstance(reader_of(serve(world)).read(got(f"{states_of(ids).path}/a")), Failed)


def test_there_is_no_single_credential_to_read(serve, world, reader_of, ids):
    simulator = serve(world)
    outcome = reader_of(simulator).read(got(f"{ids['cluster']}/listClusterUserCredential/a"))
    assert isinstance(outcome, Failed)
    assert "has no single ones to read" in outcome.because
    assert not [seen for seen in simulator.requests if seen.path.startswith(ids["cluster"])]


@pytest.mark.parametrize("type_", sorted(READINGS.keys() - {STATES, USER_CREDENTIAL}))
def test_every_type_that_is_read_can_be_got_by_its_id(serve, world, reader_of, type_):
    document = next((r for r in world["resources"] if r["type"].casefold() == type_), None)
    if document is None:
        document = {
            "id": f"/subscriptions/{world['subscription']}/providers/{type_}/cccccccc-0000-0000-0000-000000000009",
            "name": "cccccccc-0000-0000-0000-000000000009",
            "type": type_,
            "properties": {"type": "CustomRole", "permissions": []},
        }
        world["resources"].append(document)
    outcome = reader_of(serve(world)).read(got(document["id"]))
    assert isinstance(outcome, Found), outcome


def test_custom_roles_can_be_listed(serve, world, reader_of, ids):
    path = (
        f"/subscriptions/{ids['subscription']}/providers/Microsoft.Authorization/roleDefinitions/{ids['custom_role']}"
    )
    world["resources"].append(
        {
            "id": path,
            "name": ids["custom_role"],
            "type": "Microsoft.Authorization/roleDefinitions",
            "properties": {"roleName": "Robots", "type": "CustomRole", "permissions": []},
        }
    )
    outcome = reader_of(serve(world)).read(listed(f"{ids['group']}/providers/Microsoft.Authorization/roleDefinitions"))
    assert isinstance(outcome, Found), outcome
    assert [document["name"] for document in outcome.documents] == [ids["custom_role"]]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("{group}/providers/Microsoft.Storage/storageAccounts/other", "ResourceNotFound"),
        ("{group}/providers/Microsoft.ContainerService/managedClusters/other", "ResourceNotFound"),
        ("{group}-other/providers/Microsoft.Storage/storageAccounts/strobots", "ResourceGroupNotFound"),
        ("{workspace}-other/computes/aks-compute", "ParentResourceNotFound"),
    ],
)
def test_what_does_not_exist_is_absent_by_the_services_own_word(serve, world, reader_of, ids, path, code):
    assert reader_of(serve(world)).read(got(path.format(**ids))) == Absent(code=code)


def test_a_subscription_that_is_not_found_proves_nothing(serve, world, reader_of, ids):
    elsewhere = ids["storage"].replace(ids["subscription"], "99999999-0000-0000-0000-000000000000")
    outcome = reader_of(serve(world)).read(got(elsewhere))
    assert isinstance(outcome, Failed)
    assert "SubscriptionNotFound" in outcome.because


@pytest.mark.parametrize("path", [*GETS, *LISTS])
def test_a_refusal_names_the_missing_permission(serve, world, reader_of, ids, path):
    request = reading(path, ids)
    world["denied"] = [{"path": request.path}, {"path": f"{ids['group']}/providers"}]
    outcome = reader_of(serve(world)).read(request)
    assert isinstance(outcome, Denied), outcome
    assert re.fullmatch(r"Microsoft\.\w+/[\w/]+/read", outcome.permission)
    assert "AuthorizationFailed" in outcome.detail


def test_a_refused_role_assignment_read_names_its_own_permission(serve, world, reader_of, ids):
    world["denied"] = [{"path": f"{ids['storage']}/providers/Microsoft.Authorization/roleAssignments"}]
    outcome = reader_of(serve(world)).read(reading(LISTS[-1], ids))
    assert isinstance(outcome, Denied)
    assert outcome.permission == "Microsoft.Authorization/roleAssignments/read"


BROKEN = [
    ({"kind": "html"}, "HTML"),
    ({"kind": "html", "status": 403}, "not in Azure Resource Manager's words"),
    ({"kind": "html", "status": 404}, "not in Azure Resource Manager's words"),
    ({"kind": "html", "status": 502}, "HTTP 502"),
    ({"kind": "empty-body"}, "the answer is not"),
    ({"kind": "wrong-resource"}, "another sort of thing|not the resource that was asked for"),
    ({"kind": "status", "status": 500, "code": "InternalServerError"}, "HTTP 500 InternalServerError"),
    ({"kind": "status", "status": 429, "retry_after": 300}, "throttled; it asks to wait 300 s"),
    ({"kind": "status", "status": 409, "code": "Conflict"}, "HTTP 409 Conflict"),
    ({"kind": "reset"}, "the answer did not come"),
    ({"kind": "truncated"}, "the answer did not come|cut off"),
]


@pytest.mark.parametrize("path", ["{storage}", "{identity}", "{workspace}", *LISTS[:4], LISTS[-1]])
@pytest.mark.parametrize(("fault", "says"), BROKEN, ids=[f"{f['kind']}-{f.get('status', '')}" for f, _ in BROKEN])
def test_an_answer_that_is_not_what_was_asked_for_has_failed(serve, world, reader_of, ids, path, fault, says):
    request = reading(path, ids)
    world["faults"] = [{"match": re.escape(request.path) + "[?]", **fault}]
    outcome = reader_of(serve(world)).read(request)
    assert isinstance(outcome, Failed), outcome
    assert re.search(says, outcome.because), outcome.because


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_goes_in_circles_has_failed(serve, world, reader_of, ids, path):
    request = reading(path, ids)
    world["faults"] = [{"match": re.escape(request.path) + "[?]", "kind": "next-link-loop"}]
    assert reader_of(serve(world)).read(request) == Failed(
        because="the list goes in circles: two of its pages have the same link to the next"
    )


@pytest.mark.parametrize("path", [LISTS[0], LISTS[1], LISTS[3], LISTS[-1]])
@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "html"}, {"kind": "truncated"}])
def test_a_list_whose_second_page_does_not_come_has_failed(serve, world, reader_of, ids, path, fault):
    request = reading(path, ids)
    world["faults"] = [{"match": re.escape(request.path) + ".*skip", **fault}]
    assert isinstance(reader_of(serve(world, page_size=1)).read(request), Failed)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_goes_wrong_once_is_tried_again(serve, world, reader_of, ids, status):
    world["faults"] = [{"match": "strobots", "kind": "status", "status": status, "times": 1, "retry_after": 0.1}]
    simulator = serve(world)
    assert isinstance(reader_of(simulator).read(got(ids["storage"])), Found)
    assert [seen.status for seen in simulator.requests if "strobots" in seen.path] == [status, 200]


def test_what_does_not_exist_is_not_tried_again(serve, world, reader_of, ids):
    simulator = serve(world)
    reader_of(simulator).read(got(f"{ids['storage']}other"))
    assert len([seen for seen in simulator.requests if "strobots" in seen.path]) == 1


def test_a_wait_that_is_too_long_is_not_waited(serve, world, reader_of, ids):
    world["faults"] = [{"match": "strobots", "kind": "status", "status": 429, "retry_after": 3600}]
    simulator = serve(world)
    reader_of(simulator).read(got(ids["storage"]))
    assert len([seen for seen in simulator.requests if "strobots" in seen.path]) == 1


@pytest.mark.parametrize(
    "path", ["", "strobots", "/subscriptions/s", "/subscriptions/s/resourceGroups/../providers/Microsoft.Storage/a/b"]
)
def test_what_is_no_id_has_failed_before_anything_is_sent(path):
    reader = AzureReader(Endpoints(arm="http://127.0.0.1:9"))
    assert reader.read(got(path)) == Failed(because=f"{path} is not the id of an Azure resource")


def test_a_type_that_is_not_read_says_so(ids):
    outcome = AzureReader(Endpoints(arm="http://127.0.0.1:9")).read(got(f"{ids['registry']}/webhooks/w"))
    assert outcome == Failed(
        because="Microsoft.ContainerRegistry/registries/webhooks is not among the types that verify-infra reads"
    )


def test_a_refused_token_is_an_error_for_the_whole_run(serve, world, reader_of, ids):
    simulator = serve(world)
    simulator.add_fault(Fault(match="strobots", kind="status", status=401, code="InvalidAuthenticationTokenTenant"))
    with pytest.raises(AccessError, match="InvalidAuthenticationTokenTenant") as error:
        reader_of(simulator).read(got(ids["storage"]))
    assert "az login" in error.value.next_step


def test_no_credential_is_an_error_with_a_next_step(monkeypatch, ids):
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_USERNAME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AccessError, match="no credential for Azure") as error:
        connect(Endpoints(arm="http://127.0.0.1:9")).read(got(ids["storage"]))
    assert "az login" in error.value.next_step


def test_a_page_link_to_another_server_is_not_followed(serve, world, ids):
    first, second = serve(world), serve(world)
    reader = AzureReader(Endpoints(arm=second.arm_endpoint))
    elsewhere = f"{first.arm_endpoint}{ids['workspace']}/datastores?api-version=2025-12-01"

    request = listed(f"{ids['workspace']}/datastores")
    parsed = ArmId.parse(request.path)
    assert parsed is not None
    call = reads.Call(clients=reader._clients, id=parsed, request=request, hook=Tape(request).hook)
    with pytest.raises(ServiceResponseError, match="another server"):
        reads._send(call, elsewhere, {})
    assert not [seen for seen in first.requests if "datastores" in seen.path]


@pytest.mark.parametrize(
    "write",
    [
        lambda c, s: c.storage(s).storage_accounts.list_keys("rg-robots", "strobots"),
        lambda c, s: c.storage(s).storage_accounts.delete("rg-robots", "strobots"),
        lambda c, s: c.clusters(s).managed_clusters.list_cluster_admin_credentials("rg-robots", "aks-robots"),
        lambda c, s: c.clusters(s).managed_clusters.begin_delete("rg-robots", "aks-robots"),
        lambda c, s: c.identities(s).federated_identity_credentials.delete("rg-robots", "id-ml", "aml-fic"),
        lambda c, s: c.authorization(s).role_assignments.delete("subscriptions/s", "role"),
        lambda c, s: c.extensions(s).extensions.begin_delete(
            "rg-robots", "Microsoft.ContainerService", "managedClusters", "aks-robots", "azureml"
        ),
    ],
)
def test_no_sdk_can_send_anything_but_a_read(serve, world, ids, write):
    simulator = serve(world)
    reader = AzureReader(Endpoints(arm=simulator.arm_endpoint))
    with pytest.raises(WriteAttempted):
        write(reader._clients, ids["subscription"])
    assert {seen.method for seen in simulator.requests} <= {"GET"}


def test_the_token_is_nowhere_to_be_seen(serve, world, ids):
    simulator = serve(world)
    credential = default_credential("AzureCloud")
    reader = AzureReader(Endpoints(arm=simulator.arm_endpoint), credential=credential)
    outcome = reader.read(got(ids["storage"]))
    token = credential.get_token("https://management.azure.com/.default").token
    assert token not in f"{credential!r} {reader!r} {outcome!r}"
