from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from verifier.access.effective import BLOB_DATA, Barred, Conditional, Granted, Missing, Undecided
from verifier.kinds.fact import NotKnown
from verifier.live.documents import Denied, Failed, Found
from verifier.world import NotThere, World
from verifier.world.grants import StatedGrants, stated_grants
from verifier.world.rights import data_right_holders, live_right, may_take_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
STACK = """
    resource "azurerm_storage_account" "st" {
      name                = "st"
      resource_group_name = "rg"
    }
    resource "azurerm_user_assigned_identity" "ml" {
      name                = "ml"
      resource_group_name = "rg"
    }
    resource "azurerm_user_assigned_identity" "other" {
      name                = "other"
      resource_group_name = "rg"
    }
    data "azurerm_user_assigned_identity" "looked_up" {
      name                = "ml"
      resource_group_name = "rg"
    }
    resource "azapi_resource" "w" {
      type      = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
      name      = "mlw"
      parent_id = "/subscriptions/5e0c9d1f-0000-4000-8000-000000000001/resourceGroups/rg"
      body      = { properties = { storageAccount = azurerm_storage_account.st.id } }
    }
    resource "azapi_resource" "c" {
      type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
      name      = "k8s"
      parent_id = azapi_resource.w.id
      identity {
        type         = "UserAssigned"
        identity_ids = [%s]
      }
      body = { properties = { computeType = "Kubernetes", resourceId = "/aks" } }
    }
    resource "x_y" "later" {}
"""
ML = "azurerm_user_assigned_identity.ml.id"
GRANT = """
    resource "azurerm_role_assignment" "r" {
      %s
    }
"""
BLOB = 'role_definition_name = "Storage Blob Data Contributor"'
ON_ST = "scope = azurerm_storage_account.st.id"
TO_ML = "principal_id = azurerm_user_assigned_identity.ml.principal_id"


def grant(*arguments: str) -> str:
    return STACK % ML + GRANT % "\n".join(arguments)


def grants(world: World) -> StatedGrants | None:
    [compute] = world.computes
    account = world.intended_account_of(compute)
    assert account is not None
    return stated_grants(world, compute, account)


def verdict(world: World) -> str:
    found = grants(world)
    if found is None:
        return "elsewhere"
    return "granted" if found.granting else "undecided" if found.undecided else "missing"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((BLOB, ON_ST, TO_ML), "granted"),
        (('role_definition_name = "storage blob data OWNER"', ON_ST, TO_ML), "granted"),
        ((f'role_definition_id = "/x/roleDefinitions/{CONTRIBUTOR}"', ON_ST, TO_ML), "granted"),
        ((BLOB, 'scope = "/"', TO_ML), "granted"),
        ((BLOB, "scope = lower(azurerm_storage_account.st.id)", TO_ML), "granted"),
        ((BLOB, ON_ST, "principal_id = try(azurerm_user_assigned_identity.ml.principal_id, null)"), "granted"),
        (('role_definition_name = "Storage Blob Data Reader"', ON_ST, TO_ML), "missing"),
        (('role_definition_name = "Owner"', ON_ST, TO_ML), "missing"),
        ((BLOB, 'scope = "/subscriptions/s/resourceGroups/rg2"', TO_ML), "missing"),
        ((BLOB, 'scope = "${azurerm_storage_account.st.id}x"', TO_ML), "missing"),
        ((BLOB, ON_ST, "principal_id = azurerm_user_assigned_identity.other.principal_id"), "missing"),
        ((BLOB, ON_ST, "principal_id = azurerm_user_assigned_identity.ml.client_id"), "missing"),
        ((BLOB, ON_ST, 'principal_id = x_y.later.id\nprincipal_type = "Group"'), "missing"),
        ((BLOB, ON_ST, TO_ML, "count = 0"), "missing"),
        ((BLOB, "scope = null", TO_ML), "missing"),
        ((BLOB, "scope = x_y.later.id", TO_ML), "undecided"),
        (('role_definition_name = "A Role Of Our Own"', ON_ST, TO_ML), "undecided"),
        (("role_definition_name = x_y.later.name", ON_ST, TO_ML), "undecided"),
        ((BLOB, ON_ST, TO_ML, "condition = x_y.later.text"), "undecided"),
        ((BLOB, ON_ST, TO_ML, 'condition = "@Resource[x] StringEquals 1"'), "undecided"),
        ((BLOB, ON_ST, TO_ML, "count = x_y.later.count"), "undecided"),
        (
            (
                BLOB,
                ON_ST,
                "principal_id = x_y.later.flag ? azurerm_user_assigned_identity.ml.principal_id : x_y.later.id",
            ),
            "undecided",
        ),
        ((BLOB, ON_ST, "principal_id = data.azurerm_user_assigned_identity.looked_up.principal_id"), "undecided"),
        ((BLOB, ON_ST, 'principal_id = "00000000-0000-4000-8000-000000000000"'), "undecided"),
    ],
)
def test_what_an_assignment_gives_before_apply(offline: Observe, arguments: tuple[str, ...], said: str) -> None:
    assert verdict(offline(grant(*arguments))) == said


@pytest.mark.parametrize(
    ("principal", "said"),
    [
        ("azurerm_user_assigned_identity.ml.principal_id", "granted"),
        ("data.azurerm_user_assigned_identity.looked_up.principal_id", "granted"),
        ("lower(azurerm_user_assigned_identity.ml.principal_id)", "granted"),
        ('"PRINCIPAL-of-ml"', "granted"),
        ('"principal-of-other"', "missing"),
        ("azurerm_user_assigned_identity.other.principal_id", "missing"),
        ("azurerm_user_assigned_identity.ml.client_id", "missing"),
    ],
)
def test_what_is_live_settles_whom_an_assignment_means(
    observed: Observe, make: Make, principal: str, said: str
) -> None:
    source = grant(BLOB, ON_ST, f"principal_id = {principal}")
    world = observed(source, make.account(), make.workspace(), make.identity(), make.identity("other"))

    assert verdict(world) == said


def test_grants_made_with_for_each_are_each_looked_at(offline: Observe) -> None:
    many = """
        resource "azurerm_role_assignment" "r" {
          for_each = {
            read  = { role = "Storage Blob Data Reader", to = azurerm_user_assigned_identity.ml.principal_id }
            other = { role = "Storage Blob Data Contributor", to = azurerm_user_assigned_identity.other.principal_id }
            write = { role = "Storage Blob Data Contributor", to = azurerm_user_assigned_identity.ml.principal_id }
          }
          role_definition_name = each.value.role
          principal_id         = each.value.to
          scope                = azurerm_storage_account.st.id
        }
    """
    found = grants(offline(STACK % ML + many))

    assert found is not None
    assert found.granting is not None
    assert found.granting.address == 'azurerm_role_assignment.r["write"]'


def test_an_assignment_that_azapi_makes_counts(offline: Observe, make: Make) -> None:
    made = f"""
        resource "azapi_resource" "r" {{
          type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
          name      = "11111111-2222-4333-8444-555555555555"
          parent_id = azurerm_storage_account.st.id
          body = {{ properties = {{
            principalId      = azurerm_user_assigned_identity.ml.principal_id
            roleDefinitionId = "{make.group}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"
          }} }}
        }}
    """

    assert verdict(offline(STACK % ML + made)) == "granted"


def test_a_custom_role_counts_once_it_was_read(observed: Observe, make: Make) -> None:
    role = f"{make.group}/providers/Microsoft.Authorization/roleDefinitions/own"
    source = grant(f'role_definition_id = "{role}"', ON_ST, TO_ML)
    data = {"dataActions": ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"]}
    definition = make.resource(role, {"roleName": "own", "permissions": [data]})
    live = make.assignment("principal-of-ml", "x", roleDefinitionId=role)
    everything = make.account(), make.workspace(), make.identity(), live, definition

    assert verdict(observed(source, *everything)) == "granted"
    assert verdict(observed(source, *everything, ends={"roleDefinitions/own": Failed(because="no")})) == "undecided"


@pytest.mark.parametrize(
    "principal",
    ["azapi_resource.c.identity[0].principal_id", "azapi_resource.c.output.identity.principalId"],
)
def test_a_system_assigned_identity_goes_by_either_of_its_names(offline: Observe, principal: str) -> None:
    source = (STACK % ML).replace('"UserAssigned"\n        identity_ids = ', '"SystemAssigned"\n        ids = ')
    source += GRANT % "\n".join((BLOB, ON_ST, f"principal_id = {principal}"))

    assert verdict(offline(source)) == "granted"


def test_the_grants_of_an_identity_made_elsewhere_may_stand_elsewhere_too(observed: Observe, make: Make) -> None:
    source = STACK % f'"{make.ml}-shared"'
    granted = source + GRANT % "\n".join((BLOB, ON_ST, 'principal_id = "principal-of-ml-shared"'))
    live = make.account(), make.workspace(), make.identity("ml-shared")

    assert verdict(observed(source, *live)) == "elsewhere"
    assert verdict(observed(granted, *live)) == "granted"


def test_an_identity_that_is_not_known_is_not_granted_anything_by_guess(offline: Observe) -> None:
    with pytest.raises(NotKnown):
        grants(offline(STACK % "x_y.later.id"))


def test_the_account_of_a_workspace_made_elsewhere_is_no_question_to_this_source(offline: Observe, make: Make) -> None:
    world = offline(f"""
        resource "azapi_resource" "c" {{
          type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
          name      = "k8s"
          parent_id = "{make.mlw}"
          body      = {{ properties = {{ computeType = "Kubernetes" }} }}
        }}
    """)

    assert world.intended_account_of(world.computes[0]) is None


def right(world: World) -> Any:
    return live_right(world, "principal-of-ml", world.storage_accounts[0], BLOB_DATA)


def live(observed: Observe, make: Make, *documents: Any, ends: dict[str, Any] | None = None) -> World:
    return observed(STACK % ML, make.account(), make.workspace(), make.identity(), *documents, ends=ends)


def test_a_live_assignment_grants(observed: Observe, make: Make) -> None:
    found = right(live(observed, make, make.assignment("principal-of-ml", CONTRIBUTOR)))

    assert isinstance(found, Granted)
    assert found.how == "granted"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"scope": None}, Granted),
        ({"condition": "@Resource[x]"}, Conditional),
        ({"roleDefinitionId": f"/roleDefinitions/{READER}"}, Missing),
        ({"roleDefinitionId": f"/roleDefinitions/{OWNER}"}, Missing),
        ({"roleDefinitionId": "/x/providers/Microsoft.Authorization/roleDefinitions/own"}, Undecided),
        ({"scope": "/subscriptions/other"}, Missing),
    ],
)
def test_what_a_live_assignment_says_decides(
    observed: Observe, make: Make, properties: dict[str, Any], expected: type[object]
) -> None:
    found = right(live(observed, make, make.assignment("principal-of-ml", CONTRIBUTOR, **properties)))

    assert isinstance(found, expected)


def test_an_assignment_that_does_not_say_its_role_is_not_known(observed: Observe, make: Make) -> None:
    odd = make.assignment("principal-of-ml", CONTRIBUTOR)
    del odd["properties"]["roleDefinitionId"]

    with pytest.raises(NotKnown):
        right(live(observed, make, odd))


def test_a_grant_on_the_group_reaches_the_account(observed: Observe, make: Make) -> None:
    found = right(live(observed, make, make.assignment("principal-of-ml", CONTRIBUTOR, scope=make.group)))

    assert isinstance(found, Granted)
    assert found.how == "granted inherited"


@pytest.mark.parametrize("part", ["roleAssignments", "denyAssignments"])
@pytest.mark.parametrize("outcome", [Denied(permission="r/read"), Failed(because="timed out")])
def test_assignments_that_could_not_be_read_grant_nothing_and_deny_nothing(
    observed: Observe, make: Make, part: str, outcome: Denied | Failed
) -> None:
    world = live(observed, make, make.assignment("principal-of-ml", CONTRIBUTOR), ends={part: outcome})

    with pytest.raises(NotKnown) as caught:
        right(world)
    assert caught.value.missing == (("r/read",) if isinstance(outcome, Denied) else ())


@pytest.mark.parametrize(
    ("permission", "granted", "expected"),
    [
        ({}, {}, Barred(by="stack", certain=True)),
        ({"condition": "@Resource[x]"}, {}, Barred(by="stack", certain=False)),
        ({}, {"condition": "@Resource[x]"}, Barred(by="stack", certain=True)),
    ],
    ids=["certainly", "on a condition", "what was granted on a condition"],
)
def test_a_deny_assignment_takes_a_grant_away(
    observed: Observe, make: Make, permission: dict[str, str], granted: dict[str, str], expected: Barred
) -> None:
    everybody = {"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}
    properties = {
        "denyAssignmentName": "stack",
        "scope": make.st,
        "principals": [everybody],
        "permissions": [{"dataActions": ["*"], **permission}],
    }
    denial = make.resource(f"{make.st}/providers/Microsoft.Authorization/denyAssignments/d", properties)
    world = live(
        observed,
        make,
        make.assignment("principal-of-ml", CONTRIBUTOR, **granted),
        ends={"denyAssignments": Found(documents=(denial,))},
    )

    assert right(world) == expected


def test_a_deny_on_a_condition_leaves_a_grant_on_a_condition_as_it_is(observed: Observe, make: Make) -> None:
    everybody = {"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}
    permissions = [{"dataActions": ["*"], "condition": "@Resource[x]"}]
    properties = {"scope": make.st, "principals": [everybody], "permissions": permissions}
    denial = make.resource(f"{make.st}/providers/Microsoft.Authorization/denyAssignments/d", properties)
    ends = {"denyAssignments": Found(documents=(denial,))}
    grant = make.assignment("principal-of-ml", CONTRIBUTOR, condition="@Resource[y]")

    assert isinstance(right(live(observed, make, grant, ends=ends)), Conditional)


def test_a_role_that_grants_on_a_condition_grants_on_a_condition(observed: Observe, make: Make) -> None:
    role_id = "/providers/Microsoft.Authorization/roleDefinitions/0b9f0d7e-0000-4000-8000-00000000000a"
    permissions = [{"dataActions": ["*"], "condition": "@Resource[x]"}]
    role = make.resource(role_id, {"roleName": "own", "permissions": permissions})
    grant = make.assignment("principal-of-ml", CONTRIBUTOR, roleDefinitionId=role_id)

    assert isinstance(right(live(observed, make, grant, role)), Conditional)


@pytest.mark.parametrize("left_out", ["principals", "permissions"])
def test_a_deny_assignment_that_does_not_say_whom_it_denies_what_may_be_about_anybody(
    observed: Observe, make: Make, left_out: str
) -> None:
    properties = {"scope": make.st, "principals": [], "permissions": []}
    del properties[left_out]
    denial = make.resource(f"{make.st}/providers/Microsoft.Authorization/denyAssignments/d", properties)
    world = live(
        observed,
        make,
        make.assignment("principal-of-ml", CONTRIBUTOR),
        ends={"denyAssignments": Found(documents=(denial,))},
    )

    with pytest.raises(NotKnown, match="whom the deny assignment d denies what"):
        right(world)


def test_an_account_that_does_not_exist_is_no_scope(observed: Observe, make: Make) -> None:
    world = observed(STACK % ML, make.workspace(), make.identity())

    with pytest.raises(NotThere, match="storage account st does not exist"):
        right(world)


def test_nobody_has_no_rights_that_could_be_looked_for(observed: Observe, make: Make) -> None:
    world = live(observed, make)

    with pytest.raises(NotKnown, match="whose role assignments"):
        live_right(world, "", world.storage_accounts[0], BLOB_DATA)


def test_who_holds_the_right_is_told_as_far_as_could_be_read(observed: Observe, make: Make) -> None:
    world = live(observed, make, make.assignment("principal-of-ml", CONTRIBUTOR), make.identity("other"))

    assert list(data_right_holders(world, world.storage_accounts[0])) == ["identity ml"]


def test_a_grant_of_this_moment_is_pending_and_one_of_yesterday_is_not(observed: Observe, make: Make) -> None:
    when = "2026-11-21T11:50:00.1234567Z"
    world = live(observed, make, make.assignment("principal-of-ml", CONTRIBUTOR, createdOn=when))
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)

    assert right(replace(world, now=noon)).word == "pending"
    assert right(replace(world, now=noon + timedelta(days=1))).word == "granted"


@pytest.mark.parametrize(
    ("role", "keys", "may"),
    [(OWNER, True, True), (OWNER, None, True), (OWNER, False, False), (CONTRIBUTOR, True, False)],
)
def test_keys_are_a_way_in_for_who_may_list_them_while_they_are_on(
    observed: Observe, make: Make, role: str, *, keys: bool | None, may: bool
) -> None:
    account = make.account(allowSharedKeyAccess=keys)
    world = observed(STACK % ML, account, make.workspace(), make.identity(), make.assignment("principal-of-ml", role))

    assert may_take_keys(world, "principal-of-ml", world.storage_accounts[0]) is may


def test_a_group_that_the_principal_is_known_to_be_in_is_denied_for_certain(observed: Observe, make: Make) -> None:
    denial = make.resource(
        f"{make.st}/providers/Microsoft.Authorization/denyAssignments/d",
        {
            "denyAssignmentName": "stack",
            "scope": make.st,
            "principals": [{"id": "team", "type": "Group"}],
            "permissions": [{"dataActions": ["*"]}],
        },
    )
    via_team = make.assignment("team", CONTRIBUTOR)
    world = live(
        observed,
        make,
        ends={
            "denyAssignments": Found(documents=(denial,)),
            "roleAssignments assigned to": Found(documents=(via_team,)),
        },
    )

    assert right(world) == Barred(by="stack", certain=True)
