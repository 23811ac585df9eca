"""Which live assignment a planned one stands for."""

from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Absent, Denied, Failed
from verifier.world import NotThere, World
from verifier.world.assignments import LiveAssignment, live_assignment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
STACK = """
    resource "azurerm_storage_account" "st" {
      name                = "st"
      resource_group_name = "rg"
    }
    resource "azurerm_user_assigned_identity" "ml" {
      name                = "ml"
      resource_group_name = "rg"
    }
    resource "x_y" "later" {}
    resource "azurerm_role_assignment" "r" {
      %s
    }
"""
BLOB = 'role_definition_name = "Storage Blob Data Contributor"'
ON_ST = "scope = azurerm_storage_account.st.id"
TO_ML = "principal_id = azurerm_user_assigned_identity.ml.principal_id"


def seen(
    observed: Observe,
    make: Make,
    *documents: Any,
    says: tuple[str, ...] = (BLOB, ON_ST, TO_ML),
    ends: dict[str, Any] | None = None,
) -> World:
    return observed(STACK % "\n".join(says), make.account(), make.identity(), *documents, ends=ends)


def of(world: World) -> LiveAssignment | None:
    [planned] = world.role_assignments
    return live_assignment(world, planned)


@pytest.mark.parametrize(
    "says",
    [
        (BLOB, ON_ST, TO_ML),
        (BLOB.upper().replace("ROLE_DEFINITION_NAME", "role_definition_name"), ON_ST, TO_ML),
        (f'role_definition_id = "/subscriptions/other/roleDefinitions/{CONTRIBUTOR.upper()}"', ON_ST, TO_ML),
        (BLOB, "scope = upper(azurerm_storage_account.st.id)", TO_ML),
        (BLOB, ON_ST, 'principal_id = "PRINCIPAL-of-ml"'),
    ],
)
def test_it_is_found_by_role_scope_and_principal(observed: Observe, make: Make, says: tuple[str, ...]) -> None:
    live = make.assignment("principal-of-ml", CONTRIBUTOR)

    found = of(seen(observed, make, live, says=says))

    assert found is not None
    assert found.served is not None
    assert found.source == live["id"]


@pytest.mark.parametrize(
    ("principal", "role", "scope"),
    [
        ("principal-of-ml", READER, ""),
        ("principal-of-other", CONTRIBUTOR, ""),
        ("principal-of-ml", CONTRIBUTOR, "/subscriptions/5e0c9d1f-0000-4000-8000-000000000001/resourceGroups/rg"),
    ],
)
def test_another_role_principal_or_scope_is_another_assignment(
    observed: Observe, make: Make, principal: str, role: str, scope: str
) -> None:
    found = of(seen(observed, make, make.assignment(principal, role, scope=scope)))

    assert found is not None
    assert found.served is None


def test_whoever_holds_the_role_there_and_is_unknown_here_is_named(observed: Observe, make: Make) -> None:
    gone = make.assignment("gone", CONTRIBUTOR, principalType="ServicePrincipal")
    person = make.assignment("a-person", CONTRIBUTOR, principalType="User")
    reader = make.assignment("a-reader", READER, principalType="ServicePrincipal")

    found = of(seen(observed, make, gone, person, reader))

    assert found == LiveAssignment(served=None, strangers=("gone",))


@pytest.mark.parametrize(
    "says",
    [
        (BLOB, ON_ST, "principal_id = x_y.later.id"),
        (BLOB, "scope = x_y.later.id", TO_ML),
    ],
)
def test_what_is_out_of_sight_is_not_known(observed: Observe, make: Make, says: tuple[str, ...]) -> None:
    with pytest.raises(NotKnown, match="not read"):
        of(seen(observed, make, says=says))


@pytest.mark.parametrize("says", [(BLOB, ON_ST, "principal_id = null"), (BLOB, 'scope = ""', TO_ML)])
def test_what_is_for_nobody_is_not_looked_for(observed: Observe, make: Make, says: tuple[str, ...]) -> None:
    assert of(seen(observed, make, says=says)) is None


@pytest.mark.parametrize("outcome", [Denied(permission="r/read"), Failed(because="timed out")])
def test_a_list_that_could_not_be_read_shows_nothing(observed: Observe, make: Make, outcome: Denied | Failed) -> None:
    with pytest.raises(NotKnown) as caught:
        of(seen(observed, make, ends={"roleAssignments": outcome}))
    assert caught.value.missing == (("r/read",) if isinstance(outcome, Denied) else ())


def test_an_identity_that_could_not_be_read_leaves_it_open(observed: Observe, make: Make) -> None:
    with pytest.raises(NotKnown):
        of(seen(observed, make, ends={"userAssignedIdentities/ml": Failed(because="timed out")}))


def test_at_a_place_that_does_not_exist_nothing_is_assigned(observed: Observe, make: Make) -> None:
    with pytest.raises(NotThere):
        of(seen(observed, make, ends={"storageAccounts/st": Absent(code="ResourceNotFound")}))


def test_a_live_role_that_could_not_be_read_may_be_the_one_that_is_meant(observed: Observe, make: Make) -> None:
    says = ('role_definition_name = "Own"', ON_ST, TO_ML)
    live = make.assignment("principal-of-ml", "own")
    definition = make.resource(live["properties"]["roleDefinitionId"], {"roleName": "own", "permissions": []})

    found = of(seen(observed, make, live, definition, says=says))

    assert found is not None
    assert found.served is not None
    with pytest.raises(NotKnown):
        of(seen(observed, make, live, says=says))
