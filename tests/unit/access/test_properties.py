"""What holds of effective access whatever is assigned and denied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from verifier.access.denial import EVERYBODY, Denial, barred
from verifier.access.effective import BLOB_DATA, Asked, Assignment, Barred, Granted, Right, groups_of, right_of
from verifier.access.roles import Permission, Role
from verifier.kinds.compare import within

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
S = "/subscriptions/s"
ACCOUNT = f"{S}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"
SCOPES = st.sampled_from([ACCOUNT, f"{S}/resourceGroups/rg", f"{S}/resourceGroups/rg2", S, "/", f"{ACCOUNT}/x/y"])
ACTIONS = st.lists(st.sampled_from([*BLOB_DATA, "*", "Microsoft.Storage/*", "Microsoft.KeyVault/*"]), max_size=2).map(
    tuple
)
PERMISSIONS = st.builds(
    Permission, actions=ACTIONS, not_actions=ACTIONS, data_actions=ACTIONS, not_data_actions=ACTIONS
)
ROLES = st.builds(Role, name=st.just("r"), guid=st.just("g"), permissions=st.lists(PERMISSIONS, max_size=2).map(tuple))
WHOM = st.sampled_from(["me", "ME", "team"])
ASSIGNMENTS = st.lists(
    st.builds(
        Assignment,
        id=st.uuids().map(str),
        principal_id=WHOM,
        scope=SCOPES,
        role_id=st.just("r"),
        role=st.none() | ROLES,
        condition=st.sampled_from(["", "", "@Resource[x]"]),
        since=st.none() | st.integers(0, 600).map(lambda minutes: NOON - timedelta(minutes=minutes)),
    ),
    max_size=4,
)
PRINCIPALS = st.lists(
    st.sampled_from([("me", "User"), ("team", "Group"), ("others", "Group"), (EVERYBODY, "SystemDefined")]), max_size=2
).map(tuple)
DENIALS = st.lists(
    st.builds(
        Denial,
        name=st.just("d"),
        scope=SCOPES,
        for_children=st.booleans(),
        principals=PRINCIPALS,
        excluded=PRINCIPALS,
        permissions=st.lists(PERMISSIONS, max_size=2).map(tuple),
        condition=st.sampled_from(["", "@Resource[x]"]),
    ),
    max_size=3,
)
ASKED = Asked(principal_id="me", scope=ACCOUNT, actions=BLOB_DATA, reaches=within)
RANK = {"missing": 0, "unknown": 1, "conditional": 2, "pending": 3, "granted": 4}


def rank(right: Right) -> int:
    """How much of a right it is; however it is granted is the same."""
    return RANK[right.word.split()[0]]


def with_denials(assignments: list[Assignment], denials: list[Denial]) -> Right:
    right = right_of(assignments, ASKED, now=NOON)
    if isinstance(right, Granted):
        return barred(denials, ASKED, groups=groups_of(assignments, ASKED)) or right
    return right


@given(ASSIGNMENTS, ASSIGNMENTS)
def test_more_assignments_never_take_a_right_away(some: list[Assignment], more: list[Assignment]) -> None:
    assert rank(right_of([*some, *more], ASKED, now=NOON)) >= rank(right_of(some, ASKED, now=NOON))


@given(ASSIGNMENTS, DENIALS)
def test_a_deny_never_gives(assignments: list[Assignment], denials: list[Denial]) -> None:
    without, with_them = right_of(assignments, ASKED, now=NOON), with_denials(assignments, denials)

    assert with_them == without or (isinstance(without, Granted) and isinstance(with_them, Barred))


@given(ASSIGNMENTS, DENIALS, DENIALS)
def test_more_denials_never_give_back(assignments: list[Assignment], some: list[Denial], more: list[Denial]) -> None:
    if isinstance(with_denials(assignments, some), Barred):
        assert isinstance(with_denials(assignments, [*some, *more]), Barred)


@given(ASSIGNMENTS, st.integers(0, 2000))
def test_time_alone_never_takes_a_right_away(assignments: list[Assignment], minutes: int) -> None:
    later = NOON + timedelta(minutes=minutes)

    assert rank(right_of(assignments, ASKED, now=later)) >= rank(right_of(assignments, ASKED, now=NOON))


@given(ASSIGNMENTS)
def test_what_is_pending_until_a_moment_is_granted_at_that_moment_and_not_before(assignments: list[Assignment]) -> None:
    right = right_of(assignments, ASKED, now=NOON)
    if isinstance(right, Granted) and right.until is not None:
        assert right_of(assignments, ASKED, now=right.until).word != "pending"
        assert right_of(assignments, ASKED, now=right.until - timedelta(seconds=1)).word == "pending"


@given(ASSIGNMENTS)
def test_those_that_decide_are_enough_by_themselves(assignments: list[Assignment]) -> None:
    right = right_of(assignments, ASKED)
    if isinstance(right, Granted):
        assert right_of(right.through, ASKED) == right
