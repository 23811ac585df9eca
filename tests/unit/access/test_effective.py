from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.access.effective import (
    BLOB_DATA,
    BLOB_READ,
    Asked,
    Assignment,
    Conditional,
    Granted,
    Missing,
    Undecided,
    right_of,
)
from verifier.access.roles import Permission, Role, builtin_role_named, guid_of, role_from_document
from verifier.kinds.compare import within

SUBSCRIPTION = "/subscriptions/1"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-ml"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st"
ME = "11111111-1111-4111-8111-111111111111"


def assignment(
    role: str | Role | None, *, scope: str = ACCOUNT, principal: str = ME, condition: str = ""
) -> Assignment:
    found = builtin_role_named(role) if isinstance(role, str) else role
    return Assignment(id="ra", principal_id=principal, scope=scope, role_id="role", role=found, condition=condition)


def right(*assignments: Assignment) -> object:
    return right_of(assignments, Asked(principal_id=ME, scope=ACCOUNT, actions=BLOB_DATA, reaches=within))


def test_a_contributor_role_on_the_account_grants_reading_and_writing() -> None:
    assert right(assignment("Storage Blob Data Contributor")) == Granted(
        how="granted", through=(assignment("Storage Blob Data Contributor"),)
    )


@pytest.mark.parametrize("role", ["Owner", "Contributor", "Reader", "Storage Account Contributor"])
def test_control_plane_roles_grant_no_data(role: str) -> None:
    assert isinstance(right(assignment(role)), Missing)


def test_a_reader_may_not_write() -> None:
    found = right(assignment("Storage Blob Data Reader"))

    assert isinstance(found, Missing)
    assert found.actions == (BLOB_DATA[1],)


@pytest.mark.parametrize("scope", [GROUP, SUBSCRIPTION, "/", "/providers/Microsoft.Management/managementGroups/root"])
def test_what_is_granted_above_is_inherited(scope: str) -> None:
    found = right(assignment("Storage Blob Data Owner", scope=scope))

    assert isinstance(found, Granted)
    assert found.how == "granted inherited"


def test_a_neighbour_whose_name_begins_alike_is_not_above() -> None:
    assert isinstance(right(assignment("Storage Blob Data Owner", scope=GROUP[:-1])), Missing)


def test_another_principal_is_a_group_that_this_one_is_in() -> None:
    found = right(assignment("Storage Blob Data Owner", principal="a-group"))

    assert isinstance(found, Granted)
    assert found.how == "granted via group"


def test_a_condition_makes_the_grant_conditional() -> None:
    assert isinstance(right(assignment("Storage Blob Data Owner", condition="@Resource[...]")), Conditional)


def test_a_condition_does_not_take_away_what_another_assignment_grants() -> None:
    found = right(
        assignment("Storage Blob Data Owner", condition="@Resource[...]"), assignment("Storage Blob Data Contributor")
    )

    assert isinstance(found, Granted)


def test_a_role_that_could_not_be_read_leaves_it_undecided() -> None:
    assert isinstance(right(assignment(None)), Undecided)


def test_what_one_element_takes_back_another_may_still_grant() -> None:
    role = Role(
        name="own",
        guid="g",
        permissions=(
            Permission(data_actions=("*",), not_data_actions=(BLOB_READ,)),
            Permission(data_actions=(BLOB_READ.upper(),)),
        ),
    )

    assert isinstance(right(assignment(role)), Granted)


def test_a_custom_role_is_read_from_its_definition() -> None:
    document = {
        "id": "/providers/Microsoft.Authorization/roleDefinitions/ABC",
        "properties": {"roleName": "own", "permissions": [{"dataActions": ["Microsoft.Storage/*"]}]},
    }

    role = role_from_document(document)

    assert role is not None
    assert role.grants(BLOB_READ, "data")


def test_a_definition_in_either_scopes_form_has_the_same_guid() -> None:
    assert guid_of("/providers/x/roleDefinitions/AB") == guid_of("/subscriptions/1/providers/x/roleDefinitions/ab")


@given(
    st.lists(
        st.sampled_from(["Owner", "Reader", "Storage Blob Data Reader", "Storage Blob Data Contributor", "AcrPull"])
    )
)
def test_more_assignments_never_take_a_grant_away(roles: list[str]) -> None:
    granted = isinstance(right(*map(assignment, roles)), Granted)

    assert granted == ("Storage Blob Data Contributor" in roles)
