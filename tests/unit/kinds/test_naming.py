"""Names that Azure takes, and names that it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.kinds.naming import name_rules

ACCOUNT = "Microsoft.Storage/storageAccounts"
VAULT = "Microsoft.KeyVault/vaults"
CLUSTER = "Microsoft.ContainerService/managedClusters"
GROUP = "Microsoft.Resources/resourceGroups"
CONTAINER = "Microsoft.Storage/storageAccounts/blobServices/containers"


@pytest.mark.parametrize(
    ("arm_type", "name", "refusal"),
    [
        (ACCOUNT, "stpilotdev001", ""),
        (ACCOUNT, "st", "has 2 characters, and 3 to 24 are allowed"),
        (ACCOUNT, "s" * 25, "has 25 characters, and 3 to 24 are allowed"),
        (ACCOUNT, "st-pilot", "is not made of lower-case letters and digits"),
        (ACCOUNT, "stPilot", "is not made of lower-case letters and digits"),
        (ACCOUNT, "stpilöt", "is not made of lower-case letters and digits"),
        (ACCOUNT, "stpilot\n", "is not made of lower-case letters and digits"),
        (VAULT, "kv-pilot-001", ""),
        (VAULT, "kv--pilot", "is not made of letters, digits and single hyphens"),
        (VAULT, "1kv", "is not made of letters, digits and single hyphens"),
        (VAULT, "kv-", "is not made of letters, digits and single hyphens"),
        (CLUSTER, "a", ""),
        (CLUSTER, "aks_1-2", ""),
        (CLUSTER, "aks-", "is not made of letters"),
        (GROUP, "rg-(prüfung).1", ""),
        (GROUP, "rg.", "is not made of letters"),
        (CONTAINER, "$web", ""),
        (CONTAINER, "a--b", "is not made of lower-case"),
        ("Microsoft.MachineLearningServices/workspaces", "mlw_1", ""),
        ("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials", "ab", "has 2 characters"),
    ],
)
def test_a_name_is_taken_or_refused_with_the_reason(arm_type: str, name: str, refusal: str) -> None:
    found = name_rules()[arm_type.casefold()].refusal(name)

    assert found.startswith(refusal) if refusal else found == ""


@given(st.sampled_from(sorted(name_rules())), st.text(max_size=140))
def test_no_name_is_taken_that_is_too_long_or_has_a_separator(arm_type: str, name: str) -> None:
    rule = name_rules()[arm_type]

    if not rule.refusal(name):
        assert rule.shortest <= len(name) <= rule.longest
        assert not set(name) & set("/\\?#%&\n ")
