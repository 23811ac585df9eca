from __future__ import annotations

from dataclasses import replace

import pytest

from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Request
from verifier.live.read_plan import CLUSTER, principals, storage_accounts, wanted
from verifier.live.targets import Targets

NONE = Targets(subscription="s")


def keys_are_not(meant):
    return lambda account: account["properties"]["allowSharedKeyAccess"] not in (meant, None if meant else meant)


def found(path, *documents, operation="get"):
    return {Request(plane="azure", operation=operation, path=path): Found(documents=documents)}


def asked(targets, documents=None):
    return {str(request) for request in wanted(targets, documents or Documents())}


def test_nothing_is_read_of_an_intent_that_names_nothing():
    assert wanted(NONE, Documents()) == ()


def test_the_first_wave_follows_from_names_alone(targets, ids):
    assert asked(targets) == {
        f"get {ids['cluster']}",
        f"list {ids['cluster']}/providers/Microsoft.KubernetesConfiguration/extensions",
        f"get {ids['identity']}",
        f"list {ids['identity']}/federatedIdentityCredentials",
        f"get {ids['workspace']}",
        f"list {ids['workspace']}/computes",
        f"list {ids['workspace']}/datastores",
        f"get {ids['storage']}",
        f"list {ids['storage']}/providers/Microsoft.Authorization/denyAssignments",
        "get /.well-known/openid-configuration",
        "list /api/v1/namespaces",
        "list /api/v1/namespaces/azureml/serviceaccounts",
        "list /api/v1/namespaces/azureml/pods",
        "list /api/v1/namespaces/azureml/events",
        "list /api/v1/nodes",
        "list /apis/amlarc.azureml.com/v1alpha1/instancetypes",
        "list /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    }


def test_events_are_read_where_jobs_run(targets):
    events = "list /api/v1/namespaces/azureml/events"
    assert events in asked(targets)
    assert events not in asked(replace(targets, job_namespaces=()))


def test_what_was_read_is_not_read_again_however_it_ended(targets):
    outcomes = [Absent(code="ResourceNotFound"), Denied(permission="p"), Failed(because="b")]
    first = wanted(targets, Documents())
    ended = {request: outcomes[number % 3] for number, request in enumerate(first)}
    assert wanted(targets, Documents().with_more(ended)) == ()


def test_a_name_in_other_letters_is_read_once(ids):
    targets = Targets(subscription="s", storage_accounts=(ids["storage"], ids["storage"].upper()))
    assert asked(targets) == {
        f"get {ids['storage']}",
        f"list {ids['storage']}/providers/Microsoft.Authorization/denyAssignments",
    }


def test_the_storage_account_that_the_workspace_really_uses_is_read(ids):
    workspace = {"id": ids["workspace"], "properties": {"storageAccount": f"{ids['storage']}2"}}
    assert f"get {ids['storage']}2" in asked(NONE, Documents().with_more(found(ids["workspace"], workspace)))


def test_the_storage_account_behind_a_datastore_is_read_where_the_datastore_says_where_it_is(ids):
    datastore = {
        "id": f"{ids['workspace']}/datastores/own",
        "properties": {"accountName": "stown", "resourceGroup": "rg-data", "subscriptionId": "other"},
    }
    documents = Documents().with_more(found(f"{ids['workspace']}/datastores", datastore, operation="list"))
    assert storage_accounts(NONE, documents) == (
        "/subscriptions/other/resourceGroups/rg-data/providers/Microsoft.Storage/storageAccounts/stown",
    )


def test_every_identity_that_a_job_can_act_as_is_a_principal(ids):
    compute = {
        "id": f"{ids['workspace']}/computes/c",
        "identity": {
            "principalId": "compute-own",
            "userAssignedIdentities": {"/x": {"principalId": "compute-assigned"}},
        },
    }
    documents = Documents().with_more(
        {
            **found(ids["identity"], {"id": ids["identity"], "properties": {"principalId": "ml"}}),
            **found(ids["workspace"], {"id": ids["workspace"], "identity": {"principalId": "workspace-own"}}),
            **found(f"{ids['workspace']}/computes", compute, operation="list"),
        }
    )
    assert set(principals(documents)) == {"ml", "compute-own", "compute-assigned"}


def test_each_principal_and_submitter_is_asked_about_at_each_storage_account(ids):
    identity = {"id": ids["identity"], "properties": {"principalId": "ml"}}
    targets = Targets(subscription="s", storage_accounts=(ids["storage"],), submitters=("me",))
    reads = asked(targets, Documents().with_more(found(ids["identity"], identity)))
    listing = f"list {ids['storage']}/providers/Microsoft.Authorization/roleAssignments assigned to"
    assert {read for read in reads if "roleAssignments" in read} == {f"{listing} ml", f"{listing} me"}


def test_where_roles_are_planned_all_assignments_are_read_unless_the_place_is_known_to_be_absent(ids):
    targets = Targets(subscription="s", grant_scopes=("/", ids["registry"], ids["registry"].upper(), ids["storage"]))
    absent = {Request(plane="azure", operation="get", path=ids["storage"]): Absent(code="ResourceNotFound")}
    assert asked(targets, Documents().with_more(absent)) == {
        "list /providers/Microsoft.Authorization/roleAssignments",
        f"list {ids['registry']}/providers/Microsoft.Authorization/roleAssignments",
    }


def test_all_roles_are_listed_where_one_is_named_that_is_not_known():
    listed = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions"
    assert asked(Targets(subscription="s", role_lists=(listed,))) == {f"list {listed}"}


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"datastoreType": "AzureBlob", "containerName": "c"}, "blobServices/default/containers/c"),
        ({"datastoreType": "AzureDataLakeGen2", "filesystem": "c"}, "blobServices/default/containers/c"),
        ({"datastoreType": "AzureFile", "fileShareName": "s"}, "fileServices/default/shares/s"),
        ({"datastoreType": "AzureBlob"}, ""),
        ({"datastoreType": "OneLake", "containerName": "c"}, ""),
    ],
)
def test_the_place_that_a_datastore_stands_for_is_read(ids, properties, place):
    account = {"subscriptionId": "s", "resourceGroup": "g", "accountName": "st"}
    datastore = {"id": f"{ids['workspace']}/datastores/d", "properties": account | properties}
    reads = asked(NONE, Documents().with_more(found(f"{ids['workspace']}/datastores", datastore, operation="list")))
    read = "get /subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st"
    assert {r for r in reads if r.startswith(f"{read}/")} == ({f"{read}/{place}"} if place else set())


def test_a_datastore_that_names_no_group_stands_for_its_workspaces_account(ids):
    workspace = {"id": ids["workspace"], "properties": {"storageAccount": ids["storage"]}}
    name = ids["storage"].rpartition("/")[2]
    named = {
        mine: {
            "id": f"{ids['workspace']}/datastores/{mine}",
            "properties": {"datastoreType": "AzureBlob", "containerName": mine, "accountName": account},
        }
        for mine, account in (("own", name), ("other", "another"))
    }
    documents = Documents().with_more(found(ids["workspace"], workspace))
    listed = found(f"{ids['workspace']}/datastores", named["own"], named["other"], operation="list")
    reads = {r for r in asked(NONE, documents.with_more(listed)) if "/containers/" in r}
    assert reads == {f"get {ids['storage']}/blobServices/default/containers/own"}


@pytest.mark.parametrize(
    ("meant", "keys", "asked_for"),
    [(True, False, True), (False, None, True), (False, False, False), (True, None, False), (True, True, False)],
)
def test_policies_are_read_only_of_what_is_not_as_meant(ids, meant, keys, asked_for):
    targets = Targets(subscription="s", governed=((ids["storage"], keys_are_not(meant)),))
    account = {"id": ids["storage"], "properties": {"allowSharedKeyAccess": keys}}
    reads = asked(targets, Documents().with_more(found(ids["storage"], account)))
    assert any("policyStates" in read for read in reads) is asked_for


@pytest.mark.parametrize(
    ("credential", "account", "asked_for"),
    [("AccountKey", None, True), ("Sas", None, True), ("None", None, False), ("AccountKey", "another", False)],
)
def test_policies_are_read_too_where_a_datastore_keeps_a_key_that_is_not_taken(ids, credential, account, asked_for):
    targets = Targets(subscription="s", governed=((ids["storage"], keys_are_not(False)),))
    name = account or ids["storage"].rpartition("/")[2].upper()
    store = {
        "id": f"{ids['workspace']}/datastores/d",
        "type": "Microsoft.MachineLearningServices/workspaces/datastores",
        "properties": {"accountName": name, "credentials": {"credentialsType": credential}},
    }
    documents = Documents().with_more(
        found(ids["storage"], {"id": ids["storage"], "properties": {"allowSharedKeyAccess": False}})
        | found(f"{ids['workspace']}/datastores", store, operation="list")
    )
    assert any("policyStates" in read for read in asked(targets, documents)) is asked_for


@pytest.mark.parametrize(("effect", "leads"), [("Deny", True), ("modify", True), ("append", True), ("audit", False)])
def test_of_policies_only_those_that_act_are_read_themselves(ids, effect, leads):
    path = f"{ids['storage']}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    named = {"policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/d"}
    named["policyAssignmentId"] = "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a"
    state = {"id": f"{path}/s", "policyDefinitionAction": effect, **named}
    reads = asked(NONE, Documents().with_more(found(path, state, operation="list")))
    assert reads == ({f"get {identifier}" for identifier in named.values()} if leads else set())


def test_the_identities_and_the_cluster_of_a_compute_are_read(ids):
    compute = {
        "id": f"{ids['workspace']}/computes/c",
        "identity": {"userAssignedIdentities": {ids["compute_identity"]: {"principalId": "p"}}},
        "properties": {"resourceId": ids["cluster"]},
    }
    reads = asked(NONE, Documents().with_more(found(f"{ids['workspace']}/computes", compute, operation="list")))
    assert {f"get {ids['compute_identity']}", f"get {ids['cluster']}"} <= reads


def test_a_compute_that_is_attached_to_something_else_leads_nowhere(ids):
    compute = {"id": f"{ids['workspace']}/computes/c", "properties": {"resourceId": "/subscriptions/s/vm"}}
    assert asked(NONE, Documents().with_more(found(f"{ids['workspace']}/computes", compute, operation="list"))) == set()


@pytest.mark.parametrize(
    ("subject", "namespaces"),
    [
        ("system:serviceaccount:pilots:runner", {"/api/v1/namespaces/pilots/serviceaccounts"}),
        ("repo:org/name:ref:refs/heads/main", set()),
        ("system:serviceaccount:pilots", set()),
        ("", set()),
    ],
)
def test_service_accounts_are_read_where_a_subject_says(ids, subject, namespaces):
    credential = {"id": f"{ids['identity']}/federatedIdentityCredentials/f", "properties": {"subject": subject}}
    path = f"{ids['identity']}/federatedIdentityCredentials"
    targets = Targets(subscription="s", clusters=(ids["cluster"],))
    requests = wanted(targets, Documents().with_more(found(path, credential, operation="list")))
    assert {r.path for r in requests if r.path.endswith("serviceaccounts")} == namespaces


@pytest.mark.parametrize(
    "broken", [None, [], "text", {"id": 1}, {"properties": None}, {"properties": {"storageAccount": 3}}]
)
def test_documents_of_another_shape_lead_nowhere(ids, broken):
    document = {"id": ids["workspace"], **(broken if isinstance(broken, dict) else {"properties": broken})}
    asked(NONE, Documents().with_more(found(ids["workspace"], document)))


@pytest.mark.parametrize(
    ("properties", "read"),
    [
        ({}, False),
        ({"disableLocalAccounts": False, "apiServerAccessProfile": {"authorizedIPRanges": []}}, False),
        ({"disableLocalAccounts": True}, True),
        ({"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/24"]}}, True),
    ],
)
def test_whom_a_cluster_trusts_is_read_where_it_lets_nobody_in_without(ids, properties, read):
    cluster = {"id": ids["cluster"], "properties": properties}

    later = asked(NONE, Documents().with_more(found(ids["cluster"], cluster)))

    assert (f"list {ids['cluster']}/trustedAccessRoleBindings" in later) is read


def test_whom_a_cluster_trusts_is_read_at_once_where_the_intent_says_that_it_matters(ids):
    targets = Targets(subscription="s", clusters=(ids["cluster"],), trusting=(ids["cluster"].upper(),))

    assert [a for a in asked(targets) if a.endswith("/trustedAccessRoleBindings")] == [
        f"list {ids['cluster'].upper()}/trustedAccessRoleBindings"
    ]


def clusters_of(targets, documents=None):
    """The clusters that Kubernetes reads can be of; None where none is called for yet."""
    reads = [r for r in wanted(targets, documents or Documents()) if r.plane == "kubernetes"]
    said = {request.clusters for request in reads}
    assert len(said) <= 1
    return said.pop() if said else None


def test_each_read_of_kubernetes_says_which_cluster_the_intent_means(targets, ids):
    assert clusters_of(targets) == (ids["cluster"],)


def test_all_clusters_are_said_where_several_can_be_meant(targets, ids):
    both = (ids["cluster"], f"{ids['cluster']}-2")
    assert clusters_of(replace(targets, inside=both)) == both


def test_a_cluster_without_a_name_is_waited_for_and_is_the_one_that_is_found(targets, ids):
    unnamed = replace(targets, clusters=(), inside=(), workspaces=(), lists=(f"{ids['group']}/providers/{CLUSTER}",))
    assert clusters_of(unnamed) is None
    listed = f"{ids['group']}/providers/{CLUSTER}"
    cluster = {"id": ids["cluster"], "properties": {}}
    one = Documents().with_more(found(listed, cluster, operation="list"))
    assert clusters_of(unnamed, one) == (ids["cluster"],)
    other = {"id": f"{ids['cluster']}-2", "properties": {}}
    assert clusters_of(unnamed, Documents().with_more(found(listed, cluster, other, operation="list"))) == (
        ids["cluster"],
        f"{ids['cluster']}-2",
    )


def test_a_cluster_that_was_looked_for_and_not_found_is_not_waited_for(targets, ids):
    unnamed = replace(targets, clusters=(), inside=(), workspaces=(), lists=(f"{ids['group']}/providers/{CLUSTER}",))
    listed = Request(plane="azure", operation="list", path=f"{ids['group']}/providers/{CLUSTER}")
    assert clusters_of(unnamed, Documents().with_more({listed: Failed(because="timed out")})) == ()


def test_the_cluster_of_an_intent_that_names_none_is_the_one_that_its_computes_are_attached_to(targets, ids):
    without = replace(targets, clusters=(), inside=())
    assert clusters_of(without) is None
    compute = {"id": f"{ids['workspace']}/computes/k8s", "properties": {"resourceId": ids["cluster"]}}
    listed = found(f"{ids['workspace']}/computes", compute, operation="list")
    assert clusters_of(without, Documents().with_more(listed)) == (ids["cluster"],)


def test_two_requests_for_the_same_thing_do_not_differ_by_where_it_is_looked_for():
    path = "/api/v1/namespaces"
    here = Request(plane="kubernetes", operation="list", path=path, clusters=("/a",))
    assert here == Request(plane="kubernetes", operation="list", path=path)


def registry_of(ids, **properties):
    registry = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/acr"
    identity = f"{ids['identity']}2"
    compute = {"id": f"{ids['workspace']}/computes/c", "identity": {"userAssignedIdentities": {identity: {}}}}
    documents = found(registry, {"id": registry, "properties": properties})
    documents |= found(identity, {"id": identity, "properties": {"principalId": "of-the-compute"}})
    documents |= found(f"{ids['workspace']}/computes", compute, operation="list")
    return {r for r in asked(NONE, Documents().with_more(documents)) if "/acr/" in r}


def test_who_may_pull_is_read_of_the_computes_own_identities(ids):
    [denied, assigned] = sorted(registry_of(ids), key=lambda request: "roleAssignments" in request)

    assert denied.endswith("/acr/providers/Microsoft.Authorization/denyAssignments")
    assert "of-the-compute" in assigned


@pytest.mark.parametrize("way", ["adminUserEnabled", "anonymousPullEnabled"])
def test_who_may_pull_is_not_read_where_no_role_is_asked_for(ids, way):
    assert registry_of(ids, **{way: True}) == set()


def workspace_on(ids, identity, **properties):
    """A workspace with keyless datastores on its account, and a compute on its cluster."""
    properties = {"storageAccount": ids["storage"], "systemDatastoresAuthMode": "Identity"} | properties
    workspace = {"id": ids["workspace"], "identity": identity, "properties": properties}
    compute = {"id": f"{ids['workspace']}/computes/c", "properties": {"resourceId": ids["cluster"]}}
    return Documents().with_more(
        {
            **found(ids["workspace"], workspace),
            **found(f"{ids['workspace']}/computes", compute, operation="list"),
        }
    )


def rights_asked_about(documents):
    reads = (str(request) for request in wanted(NONE, documents))
    return {read.removeprefix("list ") for read in reads if "assigned to" in read}


def test_a_workspace_that_acts_as_itself_is_asked_about_at_its_account_alone(ids):
    documents = workspace_on(ids, {"type": "SystemAssigned", "principalId": "own"})
    listing = "providers/Microsoft.Authorization/roleAssignments assigned to own"
    assert rights_asked_about(documents) == {f"{ids['storage']}/{listing}"}
    assert f"list {ids['cluster']}/providers/Microsoft.Authorization/denyAssignments" not in asked(NONE, documents)


def test_a_workspace_that_acts_as_another_identity_is_asked_about_at_its_clusters_as_well(ids):
    documents = workspace_on(
        ids, {"type": "UserAssigned", "userAssignedIdentities": {ids["identity"]: {"principalId": "ml"}}}
    )
    listing = "providers/Microsoft.Authorization/roleAssignments assigned to ml"
    assert rights_asked_about(documents) == {f"{ids['storage']}/{listing}", f"{ids['cluster']}/{listing}"}
    assert f"list {ids['cluster']}/providers/Microsoft.Authorization/denyAssignments" in asked(NONE, documents)
    assert f"get {ids['identity']}" in asked(NONE, documents)


def test_of_several_identities_of_a_workspace_the_primary_one_is_asked_about(ids):
    both = {ids["identity"]: {"principalId": "ml"}, f"{ids['identity']}-2": {"principalId": "second"}}
    primary = {"primaryUserAssignedIdentity": ids["identity"].upper()}
    of = {"type": "UserAssigned", "userAssignedIdentities": both}
    assert {read.rpartition(" ")[2] for read in rights_asked_about(workspace_on(ids, of, **primary))} == {"ml"}
    assert {read.rpartition(" ")[2] for read in rights_asked_about(workspace_on(ids, of))} == {"ml", "second"}
    beside = {"type": "SystemAssigned,UserAssigned", "principalId": "own", "userAssignedIdentities": both}
    assert {read.rpartition(" ")[2] for read in rights_asked_about(workspace_on(ids, beside))} == {"own"}


@pytest.mark.parametrize("mode", ["AccessKey", "accesskey", None])
def test_nobody_is_asked_about_at_the_account_of_a_workspace_that_takes_its_keys(ids, mode):
    documents = workspace_on(ids, {"type": "SystemAssigned", "principalId": "own"}, systemDatastoresAuthMode=mode)
    assert rights_asked_about(documents) == set()


@pytest.mark.parametrize("kind", ["Hub", "project", "FeatureStore"])
def test_nothing_is_asked_about_whom_a_hub_or_its_like_acts_as(ids, kind):
    workspace = {
        "id": ids["workspace"],
        "kind": kind,
        "identity": {"type": "SystemAssigned", "principalId": "own"},
        "properties": {"storageAccount": ids["storage"], "systemDatastoresAuthMode": "Identity"},
    }
    assert rights_asked_about(Documents().with_more(found(ids["workspace"], workspace))) == set()
