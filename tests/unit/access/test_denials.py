from __future__ import annotations

import pytest

from verifier.access.denial import Denial, barred
from verifier.access.effective import BLOB_DATA, Asked, Barred
from verifier.access.roles import Permission
from verifier.kinds.compare import within

GROUP = "/subscriptions/1/resourceGroups/rg-ml"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st"
ME = "11111111-1111-4111-8111-111111111111"
EVERYBODY = ("00000000-0000-0000-0000-000000000000", "SystemDefined")
TEAM = ("22222222-2222-4222-8222-222222222222", "Group")


def denial(**changes: object) -> Denial:
    fields: dict[str, object] = {
        "name": "stack",
        "scope": ACCOUNT,
        "for_children": True,
        "principals": (EVERYBODY,),
        "excluded": (),
        "permissions": (Permission(data_actions=("Microsoft.Storage/*",)),),
    }
    return Denial(**{**fields, **changes})  # type: ignore[arg-type] - the table's own freedom


def asked(principal: str = ME) -> Asked:
    return Asked(principal_id=principal, scope=ACCOUNT, actions=BLOB_DATA, reaches=within)


def judged(one: Denial) -> Barred | None:
    return barred([one], asked(ME.upper()))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Barred(by="stack", certain=True)),
        ({"principals": ((ME, "ServicePrincipal"),)}, Barred(by="stack", certain=True)),
        ({"scope": GROUP}, Barred(by="stack", certain=True)),
        ({"scope": "/providers/Microsoft.Management/managementGroups/root"}, Barred(by="stack", certain=True)),
        ({"scope": GROUP, "for_children": False}, None),
        ({"scope": GROUP + "2"}, None),
        ({"principals": (("someone-else", "User"),)}, None),
        ({"excluded": ((ME, "ServicePrincipal"),)}, None),
        ({"principals": (TEAM,)}, Barred(by="stack", certain=False)),
        ({"excluded": (TEAM,)}, Barred(by="stack", certain=False)),
        ({"permissions": (Permission(actions=("*",)),)}, None),
        ({"permissions": (Permission(data_actions=("*",), not_data_actions=("Microsoft.Storage/*",)),)}, None),
    ],
)
def test_a_deny_assignment_takes_away_what_it_names_from_whom_it_names(
    changes: dict[str, object], expected: Barred | None
) -> None:
    assert judged(denial(**changes)) == expected


def test_a_certain_denial_is_told_before_a_doubtful_one() -> None:
    doubtful = denial(name="doubtful", principals=(TEAM,))

    found = barred([doubtful, denial()], asked())

    assert found == Barred(by="stack", certain=True)
