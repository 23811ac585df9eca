"""Effective access as a table: each row reads as a sentence about one principal at one storage account.

The account stands in resource group rg-ml of subscription S, below management group `platform` below the root. The
principal is in the group `team`. Unless a row says otherwise the question is whether it may read and write blobs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from verifier.access.denial import EVERYBODY, Denial, barred
from verifier.access.effective import BLOB_DATA, LIST_KEYS, Asked, Assignment, Granted, Right, groups_of, right_of
from verifier.access.roles import Permission, Plane, Role, builtin_role_named
from verifier.kinds.compare import within

S = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111111111111"
GROUP = f"{S}/resourceGroups/rg-ml"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stml"
CONTAINER = f"{ACCOUNT}/blobServices/default/containers/models"
PLATFORM = "/providers/Microsoft.Management/managementGroups/platform"
ROOT = "/"
ME = "aaaaaaaa-0000-4000-8000-000000000001"
TEAM = "aaaaaaaa-0000-4000-8000-000000000002"
OTHER_TEAM = "aaaaaaaa-0000-4000-8000-000000000003"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
WRITE = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"
CONTRIBUTOR = "Storage Blob Data Contributor"
CONDITION = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'models'"


def own(name: str = "Own", **permission: tuple[str, ...]) -> Role:
    """A custom role of one permission."""
    return Role(name=name, guid="own", permissions=(Permission(**permission),))


def given(
    role: str | Role | None, scope: str = ACCOUNT, to: str = ME, condition: str = "", minutes_ago: int | None = 10_000
) -> Assignment:
    """An assignment; `minutes_ago` None is one of which the service did not say when it was made."""
    found = builtin_role_named(role) if isinstance(role, str) else role
    assert found is not None or role is None
    name = found.name if found is not None else "unread"
    since = None if minutes_ago is None else NOON - timedelta(minutes=minutes_ago)
    return Assignment(
        id=f"{scope}/{name}/{to}",
        principal_id=to,
        scope=scope,
        role_id="r",
        role=found,
        condition=condition,
        since=since,
    )


def denied(
    actions: str = "Microsoft.Storage/*",
    scope: str = ACCOUNT,
    to: tuple[tuple[str, str], ...] = ((EVERYBODY, "SystemDefined"),),
    excluded: tuple[tuple[str, str], ...] = (),
    condition: str = "",
    *,
    children: bool = True,
    spared: tuple[str, ...] = (),
) -> Denial:
    permission = Permission(data_actions=(actions,), not_data_actions=spared)
    return Denial(
        name="stack",
        scope=scope,
        for_children=children,
        principals=to,
        excluded=excluded,
        permissions=(permission,),
        condition=condition,
    )


class Case(NamedTuple):
    sentence: str
    answer: str
    assignments: tuple[Assignment, ...] = ()
    denials: tuple[Denial, ...] = ()
    actions: tuple[str, ...] = BLOB_DATA
    plane: Plane = "data"
    me: str = ME
    scope: str = ACCOUNT


CASES = [
    # --- scopes
    Case("nothing is granted without any assignment", "missing"),
    Case("a data role at the account grants", "granted", (given(CONTRIBUTOR),)),
    Case("a data role at the resource group is inherited", "granted inherited", (given(CONTRIBUTOR, GROUP),)),
    Case("a data role at the subscription is inherited", "granted inherited", (given(CONTRIBUTOR, S),)),
    Case("a data role at a management group is inherited", "granted inherited", (given(CONTRIBUTOR, PLATFORM),)),
    Case("a data role at the root is inherited", "granted inherited", (given(CONTRIBUTOR, ROOT),)),
    Case("a data role at the root without a slash is inherited", "granted inherited", (given(CONTRIBUTOR, ""),)),
    Case(
        "a role at a group whose name begins alike is nothing",
        "missing",
        (given(CONTRIBUTOR, f"{S}/resourceGroups/rg-m"),),
    ),
    Case("a role at a group whose name goes on is nothing", "missing", (given(CONTRIBUTOR, f"{GROUP}2"),)),
    Case("a role at an account whose name goes on is nothing", "missing", (given(CONTRIBUTOR, f"{ACCOUNT}2"),)),
    Case("a role at an account whose name begins alike is nothing", "missing", (given(CONTRIBUTOR, ACCOUNT[:-1]),)),
    Case("a role at another subscription is nothing", "missing", (given(CONTRIBUTOR, S[:-1] + "2"),)),
    Case("a role at one container does not grant the account", "missing", (given(CONTRIBUTOR, CONTAINER),)),
    Case("a role at the account reaches its containers", "granted inherited", (given(CONTRIBUTOR),), scope=CONTAINER),
    Case("a role at another container is nothing", "missing", (given(CONTRIBUTOR, CONTAINER + "2"),), scope=CONTAINER),
    Case(
        "a role at a registry is nothing",
        "missing",
        (given(CONTRIBUTOR, f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/stml"),),
    ),
    Case("a slash at the end of a scope changes nothing", "granted", (given(CONTRIBUTOR, ACCOUNT + "/"),)),
    Case("the scope in other letters is the same", "granted", (given(CONTRIBUTOR, ACCOUNT.upper()),)),
    Case(
        "the group in other letters is the same",
        "granted inherited",
        (given(CONTRIBUTOR, GROUP.replace("resourceGroups", "resourcegroups")),),
    ),
    Case(
        "the management group in other letters is above too",
        "granted inherited",
        (given(CONTRIBUTOR, PLATFORM.upper()),),
    ),
    Case("the principal in other letters is the same", "granted", (given(CONTRIBUTOR, to=ME.upper()),)),
    # --- planes and roles
    Case("Owner reads no blob", "missing", (given("Owner"),)),
    Case("Owner at the root reads no blob", "missing", (given("Owner", ROOT),)),
    Case("Contributor reads no blob", "missing", (given("Contributor"),)),
    Case("Reader reads no blob", "missing", (given("Reader"),)),
    Case("Storage Account Contributor reads no blob", "missing", (given("Storage Account Contributor"),)),
    Case("Reader and Data Access holds keys and no data role", "missing", (given("Reader and Data Access"),)),
    Case("Storage Blob Data Owner grants", "granted", (given("Storage Blob Data Owner"),)),
    Case("Storage Blob Data Reader alone does not write", "missing", (given("Storage Blob Data Reader"),)),
    Case("Storage Blob Data Reader reads", "granted", (given("Storage Blob Data Reader"),), actions=(READ,)),
    Case(
        "Storage Blob Delegator signs, and reads nothing",
        "missing",
        (given("Storage Blob Delegator"),),
        actions=(READ,),
    ),
    Case("a file role is no blob role", "missing", (given("Storage File Data Privileged Contributor"),)),
    Case("a queue role is no blob role", "missing", (given("Storage Queue Data Contributor"),)),
    Case("control roles together read no blob", "missing", (given("Owner"), given("Contributor"), given("Reader"))),
    Case("Owner lists keys", "granted", (given("Owner"),), actions=LIST_KEYS, plane="control"),
    Case("Contributor lists keys", "granted", (given("Contributor"),), actions=LIST_KEYS, plane="control"),
    Case(
        "Storage Account Contributor lists keys",
        "granted",
        (given("Storage Account Contributor"),),
        actions=LIST_KEYS,
        plane="control",
    ),
    Case("Reader lists no keys", "missing", (given("Reader"),), actions=LIST_KEYS, plane="control"),
    Case(
        "a blob role lists no keys", "missing", (given("Storage Blob Data Owner"),), actions=LIST_KEYS, plane="control"
    ),
    Case(
        "Contributor assigns no roles",
        "missing",
        (given("Contributor"),),
        actions=("Microsoft.Authorization/roleAssignments/write",),
        plane="control",
    ),
    Case(
        "User Access Administrator assigns roles",
        "granted",
        (given("User Access Administrator"),),
        actions=("Microsoft.Authorization/roleAssignments/write",),
        plane="control",
    ),
    Case(
        "AcrPull pulls",
        "granted",
        (given("AcrPull"),),
        actions=("Microsoft.ContainerRegistry/registries/pull/read",),
        plane="control",
    ),
    # --- custom roles, wildcards, what a role takes back
    Case("a custom role with both actions grants", "granted", (given(own(data_actions=(READ, WRITE))),)),
    Case(
        "a custom role with a wildcard at the end grants",
        "granted",
        (given(own(data_actions=("Microsoft.Storage/*",))),),
    ),
    Case(
        "a wildcard stands for segments in the middle too",
        "granted",
        (given(own(data_actions=("Microsoft.Storage/*/blobs/read", "Microsoft.Storage/*/blobs/write"))),),
    ),
    Case("a lone star grants all data", "granted", (given(own(data_actions=("*",))),)),
    Case("a star among actions grants no data", "missing", (given(own(actions=("*",))),)),
    Case(
        "a star among data actions grants no control",
        "missing",
        (given(own(data_actions=("*",))),),
        actions=LIST_KEYS,
        plane="control",
    ),
    Case(
        "an action in other letters is the same", "granted", (given(own(data_actions=(READ.upper(), WRITE.lower()))),)
    ),
    Case(
        "a wildcard for another service grants nothing",
        "missing",
        (given(own(data_actions=("Microsoft.KeyVault/*",))),),
    ),
    Case("a dot in a pattern is a dot", "missing", (given(own(data_actions=("MicrosoftXStorage/*",))),)),
    Case(
        "what the role takes back is not granted",
        "missing",
        (given(own(data_actions=("*",), not_data_actions=(WRITE,))),),
    ),
    Case(
        "another role grants what one takes back",
        "granted",
        (given(own("Less", data_actions=("*",), not_data_actions=(WRITE,))), given(own("More", data_actions=(WRITE,)))),
    ),
    Case(
        "another permission of the role grants what one takes back",
        "granted",
        (
            given(
                Role(
                    name="Two",
                    guid="g",
                    permissions=(
                        Permission(data_actions=("*",), not_data_actions=("*",)),
                        Permission(data_actions=(READ, WRITE)),
                    ),
                )
            ),
        ),
    ),
    Case("notActions take no data back", "granted", (given(own(data_actions=("*",), not_actions=("*",))),)),
    Case(
        "two roles together grant",
        "granted",
        (given(own("R", data_actions=(READ,))), given(own("W", data_actions=(WRITE,)))),
    ),
    Case(
        "one role here and one above are inherited together",
        "granted inherited",
        (given(own("R", data_actions=(READ,))), given(own("W", data_actions=(WRITE,)), GROUP)),
    ),
    Case("a role without permissions grants nothing", "missing", (given(Role(name="None", guid="g", permissions=())),)),
    Case("a role that could not be read may grant", "unknown", (given(None),)),
    Case(
        "a role that could not be read beside one that grants is no matter",
        "granted",
        (given(None), given(CONTRIBUTOR)),
    ),
    Case("a role that could not be read elsewhere is no matter", "missing", (given(None, GROUP + "2"),)),
    # --- groups
    Case("a group's role is granted via the group", "granted via group", (given(CONTRIBUTOR, to=TEAM),)),
    Case("a group's role above is granted via the group", "granted via group", (given(CONTRIBUTOR, GROUP, to=TEAM),)),
    Case("its own role is told before a group's", "granted", (given(CONTRIBUTOR, to=TEAM), given(CONTRIBUTOR))),
    Case(
        "its own role above is told before a group's here",
        "granted inherited",
        (given(CONTRIBUTOR, to=TEAM), given(CONTRIBUTOR, GROUP)),
    ),
    Case(
        "half its own and half a group's is via the group",
        "granted via group",
        (given(own("R", data_actions=(READ,))), given(own("W", data_actions=(WRITE,)), to=TEAM)),
    ),
    Case("a group's control role reads no blob", "missing", (given("Owner", to=TEAM),)),
    # --- conditions
    Case("a condition makes it conditional", "conditional", (given(CONTRIBUTOR, condition=CONDITION),)),
    Case(
        "a condition on half makes it conditional",
        "conditional",
        (given(own("R", data_actions=(READ,))), given(own("W", data_actions=(WRITE,)), condition=CONDITION)),
    ),
    Case(
        "the same role without a condition grants",
        "granted",
        (given(CONTRIBUTOR, condition=CONDITION), given(CONTRIBUTOR)),
    ),
    Case(
        "a group's unconditional role grants",
        "granted via group",
        (given(CONTRIBUTOR, condition=CONDITION), given(CONTRIBUTOR, to=TEAM)),
    ),
    Case("a condition on a role of no use is no matter", "missing", (given("Owner", condition=CONDITION),)),
    # --- deny assignments
    Case("a deny for everybody takes it away", "denied", (given(CONTRIBUTOR),), (denied(),)),
    Case(
        "a deny for the principal takes it away",
        "denied",
        (given(CONTRIBUTOR),),
        (denied(to=((ME.upper(), "ServicePrincipal"),)),),
    ),
    Case(
        "a deny for another principal is no matter",
        "granted",
        (given(CONTRIBUTOR),),
        (denied(to=(("someone", "User"),)),),
    ),
    Case(
        "a deny that excludes the principal is no matter",
        "granted",
        (given(CONTRIBUTOR),),
        (denied(excluded=((ME, "ServicePrincipal"),)),),
    ),
    Case("a deny at the resource group takes it away", "denied", (given(CONTRIBUTOR),), (denied(scope=GROUP),)),
    Case("a deny at a management group takes it away", "denied", (given(CONTRIBUTOR),), (denied(scope=PLATFORM),)),
    Case(
        "a deny above that spares children is no matter",
        "granted",
        (given(CONTRIBUTOR),),
        (denied(scope=GROUP, children=False),),
    ),
    Case("a deny here that spares children takes it away", "denied", (given(CONTRIBUTOR),), (denied(children=False),)),
    Case(
        "a deny at a group whose name goes on is no matter",
        "granted",
        (given(CONTRIBUTOR),),
        (denied(scope=GROUP + "2"),),
    ),
    Case("a deny of writing alone takes reading and writing away", "denied", (given(CONTRIBUTOR),), (denied(WRITE),)),
    Case("a deny of writing leaves reading", "granted", (given(CONTRIBUTOR),), (denied(WRITE),), actions=(READ,)),
    Case("a deny that spares blobs is no matter", "granted", (given(CONTRIBUTOR),), (denied(spared=(READ, WRITE)),)),
    Case(
        "a deny of data leaves the keys",
        "granted",
        (given("Owner"),),
        (denied("*"),),
        actions=LIST_KEYS,
        plane="control",
    ),
    Case(
        "a deny for a group that it is known to be in takes it away",
        "denied",
        (given(CONTRIBUTOR, to=TEAM),),
        (denied(to=((TEAM, "Group"),)),),
    ),
    Case(
        "a deny for a group of which nobody knows is not decided",
        "unknown",
        (given(CONTRIBUTOR),),
        (denied(to=((OTHER_TEAM, "Group"),)),),
    ),
    Case(
        "a deny that excludes its group is no matter",
        "granted via group",
        (given(CONTRIBUTOR, to=TEAM),),
        (denied(excluded=((TEAM, "Group"),)),),
    ),
    Case(
        "a deny that excludes a group of which nobody knows is not decided",
        "unknown",
        (given(CONTRIBUTOR),),
        (denied(excluded=((OTHER_TEAM, "Group"),)),),
    ),
    Case("a deny under a condition is not decided", "unknown", (given(CONTRIBUTOR),), (denied(condition=CONDITION),)),
    Case("a deny takes nothing from who has nothing", "missing", (), (denied(),)),
    # --- time
    Case("a role of five minutes ago is pending", "pending", (given(CONTRIBUTOR, minutes_ago=5),)),
    Case("a role of an hour ago is granted", "granted", (given(CONTRIBUTOR, minutes_ago=60),)),
    Case("a role of half an hour ago has just spread", "granted", (given(CONTRIBUTOR, minutes_ago=30),)),
    Case("a role of the future is pending", "pending", (given(CONTRIBUTOR, minutes_ago=-5),)),
    Case("a role of no known age is pending", "pending", (given(CONTRIBUTOR, minutes_ago=None),)),
    Case(
        "an old group role carries a young one's",
        "granted via group",
        (given(CONTRIBUTOR, minutes_ago=5), given(CONTRIBUTOR, to=TEAM)),
    ),
    Case(
        "half of it being young is pending",
        "pending",
        (given(own("R", data_actions=(READ,))), given(own("W", data_actions=(WRITE,)), minutes_ago=1)),
    ),
    Case("data at a management group takes hours", "pending", (given(CONTRIBUTOR, PLATFORM, minutes_ago=60),)),
    Case(
        "control at a management group does not",
        "granted inherited",
        (given("Owner", PLATFORM, minutes_ago=60),),
        actions=LIST_KEYS,
        plane="control",
    ),
    Case(
        "a young role under a condition is conditional",
        "conditional",
        (given(CONTRIBUTOR, condition=CONDITION, minutes_ago=5),),
    ),
]


def judged(case: Case) -> Right:
    asked = Asked(principal_id=case.me, scope=case.scope, actions=case.actions, reaches=within, plane=case.plane)
    right = right_of(case.assignments, asked, now=NOON)
    if isinstance(right, Granted):
        return barred(case.denials, asked, groups=groups_of(case.assignments, asked)) or right
    return right


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_effective_access(case: Case) -> None:
    assert judged(case).word == case.answer


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_the_order_of_assignments_never_matters(case: Case) -> None:
    assert judged(case._replace(assignments=case.assignments[::-1])) == judged(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_letters_of_ids_never_matter(case: Case) -> None:
    shouted = tuple(
        replace(a, scope=a.scope.upper(), principal_id=a.principal_id.upper(), id=a.id.upper())
        for a in case.assignments
    )
    denials = tuple(replace(d, scope=d.scope.upper()) for d in case.denials)

    assert judged(case._replace(assignments=shouted, denials=denials, me=ME.upper())).word == case.answer


def test_every_sentence_stands_once() -> None:
    assert len({case.sentence for case in CASES}) == len(CASES) >= 60


def test_until_is_when_the_first_way_to_it_has_spread() -> None:
    found = judged(
        CASES[0]._replace(assignments=(given(CONTRIBUTOR, minutes_ago=5), given(CONTRIBUTOR, GROUP, minutes_ago=20)))
    )

    assert isinstance(found, Granted)
    assert [a.scope for a in found.young] == [GROUP]
    assert found.until == NOON + timedelta(minutes=10)


def test_until_is_when_the_last_part_of_it_has_spread() -> None:
    parts = (
        given(own("R", data_actions=(READ,)), minutes_ago=5),
        given(own("W", data_actions=(WRITE,)), minutes_ago=20),
    )

    found = judged(CASES[0]._replace(assignments=parts))

    assert isinstance(found, Granted)
    assert found.until == NOON + timedelta(minutes=25)


def test_of_no_known_age_is_until_nobody_knows_when() -> None:
    found = judged(CASES[0]._replace(assignments=(given(CONTRIBUTOR, minutes_ago=None),)))

    assert isinstance(found, Granted)
    assert (len(found.young), found.until) == (1, None)


def test_without_a_clock_nothing_is_young() -> None:
    asked = Asked(principal_id=ME, scope=ACCOUNT, actions=BLOB_DATA, reaches=within)

    assert right_of([given(CONTRIBUTOR, minutes_ago=0)], asked).word == "granted"
