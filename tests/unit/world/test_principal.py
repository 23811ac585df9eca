from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Denied
from verifier.world import World
from verifier.world.joined import Principal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

COMPUTE = """
    resource "azapi_resource" "c" {
      type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
      name      = "k8s"
      parent_id = "%s"
      body      = { properties = { computeType = "Kubernetes", resourceId = "%s" } }
    }
"""


def see(observed: Observe, make: Make, identity: Any, **options: Any) -> World:
    compute = make.compute(identity=identity)
    source = COMPUTE % (make.mlw, make.aks)
    return observed(source, make.workspace(), compute, make.identity(), make.identity("b"), **options)


def principal(world: World) -> Principal:
    return world.principal_of(world.computes[0])


def test_jobs_run_as_the_one_user_assigned_identity(observed: Observe, make: Make) -> None:
    assigned = {"type": "UserAssigned", "userAssignedIdentities": {make.ml.lower(): {"principalId": "principal-of-ml"}}}

    assert principal(see(observed, make, assigned)) == Principal(name="identity ml", object_id="principal-of-ml")


def test_jobs_run_as_the_system_assigned_identity(observed: Observe, make: Make) -> None:
    found = principal(see(observed, make, {"type": "SystemAssigned", "principalId": "p"}))

    assert found == Principal(name="the system-assigned identity of compute k8s", object_id="p")


def test_of_several_identities_none_is_picked(observed: Observe, make: Make) -> None:
    two = {"type": "UserAssigned", "userAssignedIdentities": {make.ml: {}, make.ml + "2": {}}}
    both = {"type": "SystemAssigned,UserAssigned", "principalId": "p", "userAssignedIdentities": {make.ml: {}}}

    for identity in (two, both):
        with pytest.raises(NotKnown, match="several identities"):
            principal(see(observed, make, identity))


@pytest.mark.parametrize(("noted", "outdated"), [("principal-of-ML", False), ("an-older-one", True)])
def test_an_identity_that_was_made_again_is_not_the_one_that_was_assigned(
    observed: Observe, make: Make, noted: str, outdated: bool
) -> None:
    assigned = {"type": "UserAssigned", "userAssignedIdentities": {make.ml: {"principalId": noted}}}

    assert principal(see(observed, make, assigned)).outdated is outdated


@pytest.mark.parametrize("noted", [{}, None, {"principalId": ""}])
def test_that_no_principal_was_noted_does_not_say_which_one_it_was(
    observed: Observe, make: Make, noted: dict[str, str] | None
) -> None:
    found = principal(see(observed, make, {"type": "UserAssigned", "userAssignedIdentities": {make.ml: noted}}))

    assert (found.object_id, found.outdated) == ("principal-of-ml", None)
    with pytest.raises(NotKnown, match="made again"):
        found.refuse_unnoted()


def test_an_identity_without_a_principal_was_not_made_again(observed: Observe, make: Make) -> None:
    compute = make.compute(
        identity={"type": "UserAssigned", "userAssignedIdentities": {make.ml: {"principalId": "principal-of-ml"}}}
    )
    identity = {**make.identity(), "properties": {"principalId": ""}}

    with pytest.raises(NotKnown, match="names no principal of identity ml"):
        principal(observed(COMPUTE % (make.mlw, make.aks), make.workspace(), compute, identity))


def test_an_identity_that_could_not_be_read_has_no_known_principal(observed: Observe, make: Make) -> None:
    assigned = {"type": "UserAssigned", "userAssignedIdentities": {make.ml: {}}}
    world = see(observed, make, assigned, ends={f"get {make.ml}": Denied(permission="i/read")})

    with pytest.raises(NotKnown) as caught:
        principal(world)
    assert caught.value.missing == ("i/read",)


def test_a_type_without_a_principal_is_nobody(observed: Observe, make: Make) -> None:
    with pytest.raises(NotKnown, match="names no principal"):
        principal(see(observed, make, {"type": "SystemAssigned"}))
