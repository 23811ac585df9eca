"""What the workspace's own identity may do: on the clusters attached to it, and with its account's blobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.access import BLOB_ROLE, principal_of_ml
from tests.checks.proofs.breaking import ACCOUNT, ASSIGNMENT, CLUSTER, COMPUTE, IDENTITY, WORKSPACE
from tests.checks.proofs.grants import ON_THE_CLUSTER, workspace_as_the_ml_identity
from tests.checks.proofs.workspace_rights import (
    ADMIN,
    CONTRIBUTOR,
    EXTENSIONS,
    READER,
    acting_as_ml,
    held,
    no_longer_held,
    own_principal,
    reaching_its_cluster,
)
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

DENIAL = "Microsoft.Authorization/denyAssignments"
YOUNG = "2026-11-21T19:56:00.1234567Z"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
TEAM = "4f6d2c1b-0a9e-4b7d-8c3f-5e1a2b3c4d5e"
SECOND = "id-second"
CONDITION = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringStartsWith 'f02bf2e6'"


def judged(bench: Bench, check: str) -> Finding:
    [found] = [f for f in bench.run().findings if f.check == check]
    return found


def group(bench: Bench) -> str:
    return str(bench.resource(CLUSTER)["id"].partition("/providers/")[0])


def without_its_data_role(bench: Bench) -> None:
    no_longer_held(bench, BLOB_ROLE, own_principal(bench))


def a_second_identity(bench: Bench) -> dict[str, Any]:
    """Another identity, assigned to the workspace beside whatever it has."""
    identity = bench.resource(IDENTITY, "id-ml-armpilot-dev-001")
    made = {**identity, "id": identity["id"].rpartition("/")[0] + f"/{SECOND}", "name": SECOND}
    made["properties"] = {**identity["properties"], "principalId": "77b0f3a1-2c4d-4e5f-9a6b-8c7d0e1f2a3b"}
    bench.world["resources"].append(made)
    has = bench.resource(WORKSPACE)["identity"]
    assigned = {made["id"]: {"principalId": made["properties"]["principalId"]}}
    has["userAssignedIdentities"] = has.get("userAssignedIdentities", {}) | assigned
    return made


def nothing_granted_in_the_source(bench: Bench) -> None:
    workspace_as_the_ml_identity(bench)
    acting_as_ml(bench)


def planned_and_not_live(bench: Bench) -> None:
    workspace_as_the_ml_identity(bench, *ON_THE_CLUSTER)
    acting_as_ml(bench)


def test_what_the_source_does_not_make_is_granted_by_a_command_for_each_role(bench: Bench) -> None:
    acting_as_ml(bench)
    held(bench, bench.resource(CLUSTER)["id"], READER)

    fix = judged(bench, "RBA08").fix

    assert fix is not None
    assert not fix.edits
    assert [part.split('"')[1] for part in fix.command.split(" && ")] == [*ON_THE_CLUSTER[1:]]
    assert fix.command.count(f"--assignee-object-id {principal_of_ml(bench)}") == 2
    assert "--assignee-principal-type ServicePrincipal" in fix.command


def test_what_the_source_grants_and_is_not_live_is_applied_and_not_granted_twice(bench: Bench) -> None:
    planned_and_not_live(bench)

    found = judged(bench, "RBA08")

    assert found.verdict is Verdict.DISAGREES
    assert found.fix is not None
    assert (found.fix.action, found.fix.edits, found.fix.command) == (
        "apply the configuration: `terraform apply`",
        (),
        "",
    )


def test_a_planned_role_that_is_not_live_explains_what_the_workspace_may_not_do(bench: Bench) -> None:
    reaching_its_cluster(bench)
    no_longer_held(bench, ADMIN)

    [cause] = bench.run().causes

    assert (cause.finding.check, [f.check for f in cause.explains]) == ("RBA02", ["RBA08", "TWS01"])


def test_the_source_is_where_to_start_where_it_grants_nothing(bench: Bench) -> None:
    nothing_granted_in_the_source(bench)

    [cause] = [c for c in bench.run().causes if c.finding.link == 7]

    assert (cause.finding.check, [f.check for f in cause.explains]) == ("INT45", ["RBA08"])


@pytest.mark.parametrize("role", [CONTRIBUTOR, OWNER])
def test_whatever_grants_the_actions_will_do_from_above_and_through_a_group(bench: Bench, role: str) -> None:
    acting_as_ml(bench)
    bench.world.setdefault("groups", {})[TEAM] = [principal_of_ml(bench)]
    held(bench, group(bench), role, principal=TEAM)

    assert judged(bench, "RBA08").verdict is Verdict.AGREES


def a_condition(bench: Bench) -> None:
    held(bench, bench.resource(CLUSTER)["id"], READER, EXTENSIONS)
    held(bench, bench.resource(CLUSTER)["id"], ADMIN, condition="@Request[a:b] StringEquals 'c'")


def an_unheard_of_identity(bench: Bench) -> None:
    reaching_live(bench)
    bench.resource(WORKSPACE)["identity"]["type"] = "FederatedAssigned"


def no_identity(bench: Bench) -> None:
    reaching_live(bench)
    bench.resource(WORKSPACE)["identity"] = {"type": "None"}


def several_identities(bench: Bench) -> None:
    reaching_live(bench)
    a_second_identity(bench)


def made_again(bench: Bench) -> None:
    reaching_live(bench)
    [noted] = bench.resource(WORKSPACE)["identity"]["userAssignedIdentities"].values()
    noted["principalId"] = TEAM


def a_primary_that_it_does_not_have(bench: Bench) -> None:
    reaching_live(bench)
    bench.resource(WORKSPACE)["properties"]["primaryUserAssignedIdentity"] = f"{group(bench)}/providers/{IDENTITY}/id-x"


def reaching_live(bench: Bench) -> None:
    held(bench, bench.resource(CLUSTER)["id"], READER, EXTENSIONS, ADMIN)


@pytest.mark.parametrize(
    "odd",
    [
        a_condition,
        an_unheard_of_identity,
        no_identity,
        several_identities,
        made_again,
        a_primary_that_it_does_not_have,
    ],
)
@pytest.mark.parametrize("check", ["RBA08", "RBA09"])
def test_whom_it_acts_as_and_what_holds_under_a_condition_is_not_known(
    bench: Bench, odd: Callable[[Bench], None], check: str
) -> None:
    acting_as_ml(bench)
    odd(bench)

    agreeing = odd is a_condition and check == "RBA09"
    assert judged(bench, check).verdict is (Verdict.AGREES if agreeing else Verdict.UNVERIFIED)


@pytest.mark.parametrize(
    "path",
    [
        f"/managedClusters/[^/]+/providers/{ASSIGNMENT}$",
        f"/managedClusters/[^/]+/providers/{DENIAL}$",
        "/managedClusters/[^/]+$",
        "/computes$",
        "/userAssignedIdentities/id-ml-armpilot-dev-001$",
    ],
)
def test_what_could_not_be_read_of_its_clusters_is_unverified(bench: Bench, path: str) -> None:
    acting_as_ml(bench)
    reaching_live(bench)
    assert judged(bench, "RBA08").verdict is Verdict.AGREES
    bench.deny(path)

    assert judged(bench, "RBA08").verdict is Verdict.UNVERIFIED


def test_the_primary_one_of_several_identities_is_whom_it_acts_as(bench: Bench) -> None:
    acting_as_ml(bench)
    reaching_live(bench)
    second = a_second_identity(bench)
    properties = bench.resource(WORKSPACE)["properties"]
    properties["primaryUserAssignedIdentity"] = bench.resource(IDENTITY, "id-ml-armpilot-dev-001")["id"].upper()
    assert judged(bench, "RBA08").verdict is Verdict.AGREES
    properties["primaryUserAssignedIdentity"] = second["id"]

    found = judged(bench, "RBA08")

    assert found.verdict is Verdict.DISAGREES
    assert SECOND in found.what


def test_a_denial_on_the_cluster_takes_away_what_is_granted(bench: Bench) -> None:
    acting_as_ml(bench)
    reaching_live(bench)
    cluster = bench.resource(CLUSTER)["id"]
    bench.world["resources"].append(
        {
            "id": f"{cluster}/providers/{DENIAL}/5f1e7f0c-2b0c-4b0e-9a55-0c8a4c2f7a11",
            "type": DENIAL,
            "name": "5f1e7f0c-2b0c-4b0e-9a55-0c8a4c2f7a11",
            "properties": {
                "denyAssignmentName": "no credentials",
                "permissions": [{"actions": ["Microsoft.ContainerService/managedClusters/listCluster*"]}],
                "scope": cluster,
                "doNotApplyToChildScopes": False,
                "principals": [{"id": principal_of_ml(bench), "type": "ServicePrincipal"}],
                "excludePrincipals": [],
                "isSystemProtected": True,
            },
        }
    )

    found = judged(bench, "RBA08")

    assert found.verdict is Verdict.DISAGREES
    assert "no credentials" in found.what


def test_a_young_grant_is_pending(bench: Bench) -> None:
    acting_as_ml(bench)
    reaching_live(bench)
    bench.world["resources"][-1]["properties"]["createdOn"] = YOUNG

    assert judged(bench, "RBA08").verdict is Verdict.PENDING


def attached_to_arc(bench: Bench) -> None:
    properties = bench.resource(COMPUTE)["properties"]
    properties["resourceId"] = f"{group(bench)}/providers/Microsoft.Kubernetes/connectedClusters/edge"


def detached(bench: Bench) -> None:
    bench.remove(COMPUTE)


def without_the_cluster(bench: Bench) -> None:
    bench.remove(CLUSTER)


@pytest.mark.parametrize("attached", [attached_to_arc, detached, without_the_cluster])
def test_where_no_aks_cluster_is_attached_nothing_is_asked_of_it(
    bench: Bench, attached: Callable[[Bench], None]
) -> None:
    acting_as_ml(bench)
    attached(bench)

    assert judged(bench, "RBA08").verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("kind", ["SystemAssigned", "SystemAssigned,UserAssigned", "SystemAssigned, UserAssigned"])
def test_a_system_assigned_identity_is_left_to_the_service_on_the_cluster(bench: Bench, kind: str) -> None:
    bench.resource(WORKSPACE)["identity"]["type"] = kind
    no_longer_held(bench, CONTRIBUTOR, own_principal(bench))

    assert judged(bench, "RBA08").verdict is Verdict.AGREES


@pytest.mark.parametrize("kind", ["Hub", "Project", "FeatureStore"])
@pytest.mark.parametrize("check", ["RBA08", "RBA09"])
def test_hubs_and_their_like_are_not_judged(bench: Bench, kind: str, check: str) -> None:
    without_its_data_role(bench)
    bench.resource(WORKSPACE)["kind"] = kind

    assert judged(bench, check).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("mode", ["Identity", "identity", "UserDelegationSAS"])
def test_a_workspace_that_may_not_write_to_its_account_is_granted_it_again(bench: Bench, mode: str) -> None:
    without_its_data_role(bench)
    bench.resource(WORKSPACE)["properties"]["systemDatastoresAuthMode"] = mode

    found = judged(bench, "RBA09")

    assert found.verdict is Verdict.DISAGREES
    assert found.fix is not None
    assert found.fix.command.startswith('az role assignment create --role "Storage Blob Data Contributor"')
    assert f"--assignee-object-id {own_principal(bench)}" in found.fix.command
    assert found.fix.command.endswith(f"--scope {bench.resource(ACCOUNT)['id']}")


@pytest.mark.parametrize(
    ("mode", "verdict"),
    [("AccessKey", Verdict.NOT_APPLICABLE), (None, Verdict.NOT_APPLICABLE), ("Passkey", Verdict.UNVERIFIED)],
)
def test_a_workspace_with_keys_needs_no_data_role_and_of_a_new_mode_nobody_knows(
    bench: Bench, mode: str | None, verdict: Verdict
) -> None:
    without_its_data_role(bench)
    bench.resource(WORKSPACE)["properties"]["systemDatastoresAuthMode"] = mode

    assert judged(bench, "RBA09").verdict is verdict


def test_a_control_role_is_no_data_role(bench: Bench) -> None:
    without_its_data_role(bench)
    held(bench, bench.resource(ACCOUNT)["id"], OWNER, principal=own_principal(bench))

    assert judged(bench, "RBA09").verdict is Verdict.DISAGREES


def test_a_data_role_of_a_group_on_the_resource_group_counts(bench: Bench) -> None:
    without_its_data_role(bench)
    bench.world.setdefault("groups", {})[TEAM] = [own_principal(bench)]
    held(bench, group(bench), BLOB_ROLE, principal=TEAM)

    assert judged(bench, "RBA09").verdict is Verdict.AGREES


def test_a_young_data_role_is_pending(bench: Bench) -> None:
    without_its_data_role(bench)
    held(bench, bench.resource(ACCOUNT)["id"], BLOB_ROLE, principal=own_principal(bench))
    bench.world["resources"][-1]["properties"]["createdOn"] = YOUNG

    assert judged(bench, "RBA09").verdict is Verdict.PENDING


@pytest.mark.parametrize(("isolated", "verdict"), [(False, Verdict.UNVERIFIED), (True, Verdict.NOT_APPLICABLE)])
def test_the_condition_that_data_isolation_makes_is_not_judged(
    bench: Bench, verdict: Verdict, *, isolated: bool
) -> None:
    without_its_data_role(bench)
    held(bench, bench.resource(ACCOUNT)["id"], BLOB_ROLE, principal=own_principal(bench), condition=CONDITION)
    bench.resource(WORKSPACE)["properties"]["enableDataIsolation"] = isolated

    assert judged(bench, "RBA09").verdict is verdict


@pytest.mark.parametrize(
    ("takes", "primary", "verdict"),
    [
        (False, False, Verdict.AGREES),
        (False, True, Verdict.UNVERIFIED),
        (True, True, Verdict.DISAGREES),
    ],
)
def test_beside_its_own_identity_a_primary_one_may_be_whom_it_acts_as(
    bench: Bench, verdict: Verdict, *, takes: bool, primary: bool
) -> None:
    """The second identity holds nothing; the workspace's own holds the role, unless that is taken."""
    second = a_second_identity(bench)
    workspace = bench.resource(WORKSPACE)
    workspace["identity"]["type"] = "SystemAssigned,UserAssigned"
    if primary:
        workspace["properties"]["primaryUserAssignedIdentity"] = second["id"]
    if takes:
        without_its_data_role(bench)

    assert judged(bench, "RBA09").verdict is verdict


@pytest.mark.parametrize(
    "path",
    [
        f"/storageAccounts/[^/]+/providers/{ASSIGNMENT}$",
        f"/storageAccounts/[^/]+/providers/{DENIAL}$",
        "/storageAccounts/[^/]+$",
    ],
)
def test_what_could_not_be_read_of_its_account_is_unverified(bench: Bench, path: str) -> None:
    bench.deny(path)

    assert judged(bench, "RBA09").verdict is Verdict.UNVERIFIED


def test_an_account_that_is_gone_has_no_roles(bench: Bench) -> None:
    bench.remove(ACCOUNT)

    assert judged(bench, "RBA09").verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("check", ["RBA08", "RBA09"])
def test_a_workspace_that_is_not_there_is_told_once(bench: Bench, check: str) -> None:
    bench.remove(WORKSPACE)

    assert judged(bench, check).verdict is Verdict.NOT_APPLICABLE


def test_a_role_that_learn_calls_optional_is_said_to_be(bench: Bench) -> None:
    acting_as_ml(bench)
    no_longer_held(bench, BLOB_ROLE)

    [note] = judged(bench, "RBA09").notes
    assert "optional" in note
