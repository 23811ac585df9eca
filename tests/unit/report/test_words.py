"""Shortening ids and taking the sting out of foreign text."""

from __future__ import annotations

import pytest

from verifier.report.words import plural, printable, short

GROUP = "/subscriptions/8d1f0c2e-0b3a-4c59-8f60-9a1a2b3c4d5e/resourceGroups/rg-x"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st", "…/storageAccounts/st"),
        (f"{GROUP.lower()}/providers/microsoft.storage/storageaccounts/st", "…/storageaccounts/st"),
        (
            f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-ml/federatedIdentityCredentials/aml",
            "…/userAssignedIdentities/id-ml/federatedIdentityCredentials/aml",
        ),
        (
            f"{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions/azureml",
            "…/extensions/azureml",
        ),
        (
            f"list {CLUSTER}/providers/Microsoft.Authorization/roleAssignments",
            "list …/managedClusters/aks/…/roleAssignments",
        ),
        (GROUP, "…/resourceGroups/rg-x"),
        ("/subscriptions/8d1f0c2e-0b3a-4c59", "/subscriptions/8d1f0c2e-0b3a-4c59"),
        ("/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4", "…/roleDefinitions/ba92f5b4"),
        (f"on ({GROUP}/providers/Microsoft.Storage/storageAccounts/st), twice", "on (…/storageAccounts/st), twice"),
        (f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st.", "…/storageAccounts/st."),
        (
            "/subscriptions/8d1f/resourceGroups/rg(1)/providers/Microsoft.Storage/storageAccounts/st",
            "…/storageAccounts/st",
        ),
        (
            "https://management.azure.com/subscriptions/8d1f/resourceGroups/rg",
            "https://management.azure.com/subscriptions/8d1f/resourceGroups/rg",
        ),
        ("Microsoft.Storage/storageAccounts/read", "Microsoft.Storage/storageAccounts/read"),
        ("../../modules/sil/variables.tf:112", "../../modules/sil/variables.tf:112"),
        ("", ""),
    ],
)
def test_an_id_is_cut_to_its_last_resource(text: str, shown: str) -> None:
    assert short(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\rb\x00", "a\\rb\\x00"),
        ("\x9b2J", "\\x9b2J"),
        ("\u202eevil", "\\u202eevil"),
        ("two\nlines", "two\nlines"),
        ("größer · …", "größer · …"),
    ],
)
def test_a_control_character_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(("count", "text"), [(0, "0 reads"), (1, "1 read"), (2, "2 reads")])
def test_a_count_has_its_noun_in_the_right_number(count: int, text: str) -> None:
    assert plural(count, "read") == text
