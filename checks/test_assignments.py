"""Role assignments, planned and live: is each there, and as it was meant?"""

from __future__ import annotations

import pytest

from verifier.words import (
    Fix,
    NotThere,
    RoleAssignment,
    Subject,
    World,
    agree,
    concern,
    disagree,
    intend,
    live_assignment,
    name_of,
    observe,
    opened_by,
    same_text,
    stated_role,
)

REMOVED = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"
CONDITIONS = "https://learn.microsoft.com/azure/role-based-access-control/conditions-overview"
FOR_NOBODY = "it is planned for nobody (INT11), or at no scope: nothing of the kind can be live"


@pytest.mark.check(
    id="RBA02",
    severity="high",
    asks="agreement",
    link=14,
    after=["INT11", "INT20", "INT21"],
    why="An identity that is made again is another principal: what was granted to the old one helps nobody.",
    see=[REMOVED, "https://github.com/hashicorp/terraform-provider-azurerm/issues/6068"],
)
def test_the_role_is_held_by_its_principal(role_assignment: Subject[RoleAssignment], world: World) -> None:
    """The planned role assignment is live, for the principal that is meant now."""
    found = live_assignment(world, role_assignment)
    stated = role_assignment.intent
    if found is None:
        pytest.skip(FOR_NOBODY)
    said = stated.role_name.value if stated.role_name.stated else name_of(stated.role_definition_id.value)
    intend(f"{said} on {name_of(stated.scope.value)} for principal {stated.principal_id.value}")
    if found.served is not None:
        observe(f"{said} is assigned", source=found.source)
        return
    role = stated_role(world, stated)
    if role is not None:
        concern(*opened_by(world, stated, role))
    others = ", ".join(found.strangers)
    observe(f"it is assigned there to {others}, whom nothing here knows" if others else "it is not assigned there")
    disagree(
        f"{said} on {name_of(stated.scope.value)} is not held by its principal, {stated.principal_id.value}",
        fix=Fix(action="apply the configuration: `terraform apply`", place=role_assignment.place),
    )


@pytest.mark.check(
    id="RBA03",
    severity="medium",
    asks="agreement",
    link=14,
    after=["RBA02"],
    why="A condition that nobody meant lets some requests through and refuses others: access fails here and there.",
    see=[CONDITIONS],
)
def test_the_role_has_the_condition_that_is_meant(role_assignment: Subject[RoleAssignment], world: World) -> None:
    """The live role assignment has the condition that Terraform states, or none where it states none."""
    try:
        found = live_assignment(world, role_assignment)
    except NotThere:
        pytest.skip("it is not live: nor is what it is assigned at")
    if found is None:
        pytest.skip(FOR_NOBODY)
    if found.served is None:
        pytest.skip("it is not live")
    meant, real = role_assignment.intent.condition, found.served.condition
    agree(
        meant,
        real,
        same=same_text,
        what="a live condition is none that Terraform states" if real.known and real.value else "the condition is gone",
        fix=Fix(
            action="apply the configuration: `terraform apply` (a condition is replaced with its assignment)",
            place=role_assignment.place,
        ),
    )
