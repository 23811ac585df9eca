"""What the source grants: by roles of its own, to whom, and whether anything runs as them."""

from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.world import World
from verifier.world.grants import (
    granted_to,
    grants_to,
    held_by,
    identity_grantee,
    is_one_reference,
    is_run_as,
    lacks_grants,
    may_be_the_same_principal,
)
from verifier.world.roles import is_made_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

PULL = ("Microsoft.ContainerRegistry/registries/pull/read",)
STACK = """
    resource "azurerm_storage_account" "st" {
      name                = "st"
      resource_group_name = "rg"
    }
    resource "azurerm_container_registry" "acr" {
      name                = "acr"
      resource_group_name = "rg"
    }
    resource "azurerm_user_assigned_identity" "ml" {
      name                = "ml"
      resource_group_name = "rg"
    }
    resource "azurerm_user_assigned_identity" "idle" {
      name                = "idle"
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
      %s
      body = { properties = { computeType = "Kubernetes", resourceId = "/aks" } }
    }
    resource "x_y" "later" {}
"""
AS_ML = 'identity {\n type = "UserAssigned"\n identity_ids = [azurerm_user_assigned_identity.ml.id]\n }'
TO_ML = "principal_id = azurerm_user_assigned_identity.ml.principal_id"
ON_ACR = "scope = azurerm_container_registry.acr.id"
ON_ST = "scope = azurerm_storage_account.st.id"
BLOB = 'role_definition_name = "Storage Blob Data Contributor"'
OWN = """
    resource "azurerm_role_definition" "own" {
      name  = "blobs"
      scope = "/subscriptions/s"
      permissions {
        data_actions = [%s]
      }
    }
"""
BLOBS = '"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"'


def stack(*assignments: tuple[str, ...], identity: str = AS_ML, more: str = "") -> str:
    made = "".join(
        f'resource "azurerm_role_assignment" "r{n}" {{\n' + "\n".join(a) + "\n}\n" for n, a in enumerate(assignments)
    )
    return STACK % identity + made + more


def answer(world: World, name: str, actions: tuple[str, ...], on: str) -> str:
    identity = next(i for i in world.identities if i.name == name)
    grants = granted_to(world, identity_grantee(world, identity.arm_id), on, actions, "control")
    if grants is None:
        return "elsewhere"
    return "granted" if grants.granting else "undecided" if grants.undecided else "missing"


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        (('role_definition_name = "AcrPull"', ON_ACR, TO_ML), "granted"),
        (('role_definition_name = "AcrPush"', ON_ACR, TO_ML), "granted"),
        (('role_definition_name = "Contributor"', ON_ACR, TO_ML), "granted"),
        (('role_definition_name = "Storage Blob Data Owner"', ON_ACR, TO_ML), "missing"),
        (('role_definition_name = "AcrPull"', ON_ST, TO_ML), "missing"),
        (('role_definition_name = "AcrPull"', "scope = x_y.later.id", TO_ML), "undecided"),
    ],
)
def test_control_actions_are_granted_by_actions(
    offline: Observe, make: Make, assignment: tuple[str, ...], said: str
) -> None:
    acr = f"{make.group}/providers/Microsoft.ContainerRegistry/registries/acr"

    assert answer(offline(stack(assignment)), "ml", PULL, acr) == said


@pytest.mark.parametrize(
    ("role", "actions", "granted"),
    [
        ('role_definition_name = "blobs"', BLOBS, True),
        ('role_definition_name = "BLOBS"', BLOBS, True),
        ("role_definition_name = azurerm_role_definition.own.name", BLOBS, True),
        ("role_definition_id = azurerm_role_definition.own.role_definition_resource_id", BLOBS, True),
        ("role_definition_id = azurerm_role_definition.own.id", BLOBS, True),
        ('role_definition_name = "blobs"', '"Microsoft.KeyVault/*"', False),
        ('role_definition_name = "blobs"', "x_y.later.action", False),
    ],
)
def test_a_role_that_is_made_here_counts_by_what_it_grants(
    offline: Observe, role: str, actions: str, *, granted: bool
) -> None:
    world = offline(stack((role, ON_ST, TO_ML), more=OWN % actions))
    ml = next(i for i in world.identities if i.name == "ml")

    assert (grants_to(world, ml, world.storage_accounts[0]).granting is not None) == granted


def test_a_role_is_made_here_by_its_name_or_perhaps_by_one_that_is_not_known(offline: Observe) -> None:
    assert is_made_here(offline(stack(more=OWN % BLOBS)), "Blobs")
    assert not is_made_here(offline(stack(more=OWN % BLOBS)), "Others")
    assert is_made_here(offline(stack(more=(OWN % BLOBS).replace('"blobs"', "x_y.later.name"))), "Others")


def test_what_is_held_are_the_certain_assignments_with_their_roles(offline: Observe, make: Make) -> None:
    world = offline(
        stack(
            ('role_definition_name = "Owner"', ON_ST, TO_ML),
            (BLOB, ON_ACR, TO_ML),
            ('role_definition_name = "Nobody Knows"', ON_ST, TO_ML),
            (BLOB, ON_ST, "principal_id = x_y.later.id"),
        )
    )
    ml = next(i for i in world.identities if i.name == "ml")

    held = [(a.address, role.name) for a, role in held_by(world, identity_grantee(world, ml.arm_id), make.st)]

    assert held == [("azurerm_role_assignment.r0", "Owner")]


@pytest.mark.parametrize(
    ("identity", "more", "run_as"),
    [
        (AS_ML, "", True),
        ("", "", False),
        ("", ('resource "azurerm_federated_identity_credential" "f" {\n name = "f"\n parent_id = '
         'azurerm_user_assigned_identity.ml.id\n issuer = "i"\n subject = "s"\n audience = []\n}'), True),
        ("", ('resource "azurerm_federated_identity_credential" "f" {\n count = x_y.later.n\n name = "f"\n'
         ' parent_id = "/other"\n issuer = "i"\n subject = "s"\n audience = []\n}'), None),
        (AS_ML + "\ncount = x_y.later.n", "", None),
    ],
)  # fmt: skip
def test_whether_anything_runs_as_an_identity(
    offline: Observe, identity: str, more: str, *, run_as: bool | None
) -> None:
    world = offline(stack(identity=identity, more=more))

    assert is_run_as(world, next(i for i in world.identities if i.name == "ml")) is run_as


@pytest.mark.parametrize(
    ("identity", "assignment", "lacks"),
    [
        ("", (BLOB, ON_ST, TO_ML), True),
        (AS_ML, (BLOB, ON_ST, TO_ML), False),
        (AS_ML, ('role_definition_name = "Owner"', ON_ST, TO_ML), True),
        (AS_ML, ('role_definition_name = "Nobody Knows"', ON_ST, TO_ML), False),
    ],
)
def test_jobs_lack_grants_where_that_is_certain(
    offline: Observe, identity: str, assignment: tuple[str, ...], *, lacks: bool
) -> None:
    world = offline(stack(assignment, identity=identity))

    assert lacks_grants(world, world.computes[0], world.storage_accounts[0]) is lacks


def test_whom_jobs_run_as_is_not_guessed(offline: Observe) -> None:
    world = offline(stack(identity=AS_ML.replace("azurerm_user_assigned_identity.ml.id", "x_y.later.id")))

    with pytest.raises(NotKnown):
        lacks_grants(world, world.computes[0], world.storage_accounts[0])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('"AB"', '"ab"', True),
        ('"ab"', '"cd"', False),
        ("azurerm_user_assigned_identity.ml.principal_id", "azurerm_user_assigned_identity.ml.principal_id", True),
        ("azurerm_user_assigned_identity.ml.principal_id", "azurerm_user_assigned_identity.idle.principal_id", False),
        ("azurerm_user_assigned_identity.ml.principal_id", '"ab"', None),
        ("azurerm_user_assigned_identity.ml.principal_id", "data.azuread_user.me.object_id", None),
        ("azurerm_user_assigned_identity.ml.principal_id", "lower(x_y.later.id)", None),
    ],
)
def test_two_assignments_may_be_for_the_same_principal(
    offline: Observe, one: str, other: str, *, same: bool | None
) -> None:
    looked_up = 'data "azuread_user" "me" {\n user_principal_name = "me"\n}'
    world = offline(
        stack((BLOB, ON_ST, f"principal_id = {one}"), (BLOB, ON_ST, f"principal_id = {other}"), more=looked_up)
    )
    first, second = (a.intent.principal_id for a in world.role_assignments)

    assert may_be_the_same_principal(first, second) is same
    assert may_be_the_same_principal(second, first) is same


@pytest.mark.parametrize(
    ("value", "one"),
    [
        ("x_y.later.id", True),
        ("lower(x_y.later.id)", False),
        ('"ab"', False),
        ('"${x_y.later.a}${x_y.later.b}"', False),
    ],
)
def test_one_reference_is_an_attribute_unchanged(offline: Observe, value: str, *, one: bool) -> None:
    [assignment] = offline(stack((BLOB, ON_ST, f"principal_id = {value}"))).role_assignments

    assert is_one_reference(assignment.intent.principal_id) is one
