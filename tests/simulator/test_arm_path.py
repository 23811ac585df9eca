from __future__ import annotations

import pytest

from verifier.simulator import arm_path

SUB = "/subscriptions/s"
RG = f"{SUB}/resourceGroups/rg"
ACCOUNT = f"{RG}/providers/Microsoft.Storage/storageAccounts/a"

# path, type, parent, is it a list
PATHS = [
    ("/subscriptions", "Microsoft.Resources/subscriptions", "", True),
    (SUB, "Microsoft.Resources/subscriptions", "", False),
    (RG, "Microsoft.Resources/subscriptions/resourceGroups", SUB, False),
    (f"{SUB}/resources", "Microsoft.Resources/subscriptions/resources", SUB, True),
    (ACCOUNT, "Microsoft.Storage/storageAccounts", RG, False),
    (f"{SUB}/providers/Microsoft.Storage/storageAccounts", "Microsoft.Storage/storageAccounts", SUB, True),
    (f"{ACCOUNT}/blobServices/default", "Microsoft.Storage/storageAccounts/blobServices", ACCOUNT, False),
    (f"{ACCOUNT}/providers/Microsoft.X/ys", "Microsoft.X/ys", ACCOUNT, True),
    (f"{ACCOUNT}/providers/Microsoft.X/ys/y", "Microsoft.X/ys", ACCOUNT, False),
    ("/providers/Microsoft.X/ys", "Microsoft.X/ys", "", True),
    (f"/{ACCOUNT}/", "Microsoft.Storage/storageAccounts", RG, False),
]


@pytest.mark.parametrize(("path", "resource_type", "parent", "is_list"), PATHS)
def test_a_path_is_taken_apart(path: str, resource_type: str, parent: str, *, is_list: bool) -> None:
    where = arm_path.parse(path)
    assert where is not None
    assert (where.type, where.parent, where.is_collection) == (resource_type, parent, is_list)


@pytest.mark.parametrize("path", ["/", "", f"{SUB}/providers", f"{SUB}/providers/Microsoft.Storage"])
def test_a_path_without_a_type_is_none(path: str) -> None:
    assert arm_path.parse(path) is None


@pytest.mark.parametrize(
    ("path", "scope", "within"),
    [
        (ACCOUNT, RG, True),
        (ACCOUNT.upper(), RG.lower(), True),
        (RG, RG + "/", True),
        (RG + "2", RG, False),
        (RG, ACCOUNT, False),
        (RG, "/", True),
    ],
)
def test_scopes_contain_whole_segments_without_regard_to_case(path: str, scope: str, *, within: bool) -> None:
    assert arm_path.is_at_or_below(path, scope) is within
