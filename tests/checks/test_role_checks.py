"""What the checks of role assignments say beyond their proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.access import blob_grant
from tests.checks.proofs.grants import ON_THE_CLUSTER, workspace_as_the_ml_identity
from tests.checks.proofs.roles import ROLES, assigned, grants

if TYPE_CHECKING:
    from conftest import Bench

LATER = "azurerm_storage_account.main.primary_file_endpoint"
ML = "azurerm_user_assigned_identity.ml"
USER_ASSIGNED = """
resource "azurerm_machine_learning_workspace" "second" {
  name                    = "second"
  resource_group_name     = azurerm_resource_group.main.name
  location                = var.location
  application_insights_id = azurerm_application_insights.main.id
  key_vault_id            = azurerm_key_vault.main.id
  storage_account_id      = azurerm_storage_account.main.id
  identity {
    type         = "%s"
    identity_ids = [azurerm_user_assigned_identity.ml.id]
  }
}
"""
SECOND = "azurerm_machine_learning_workspace.second.identity[0].principal_id"


def said(bench: Bench, check: str, part: str = "") -> set[str]:
    """The verdicts of a check on subjects whose name has this in it."""
    found = bench.run(offline=True).findings
    return {f.verdict.value for f in found if f.check == check and part in f.subject}


@pytest.mark.parametrize(
    ("principal", "verdict"),
    [
        ("null", "disagrees"),
        ('""', "disagrees"),
        ("azurerm_user_assigned_identity.ml.principal_id", "agrees"),
        ('"0a6c1d0e-7a51-4c57-9d0f-2f1b7c3d9e44"', "agrees"),
        ("data.azurerm_client_config.current.object_id", "agrees"),
        (f"{LATER} == var.location ? null : azurerm_user_assigned_identity.ml.principal_id", "unverified"),
    ],
)
def test_a_role_is_assigned_to_somebody(bench: Bench, principal: str, verdict: str) -> None:
    bench.add(ROLES, assigned(principal=principal))

    assert said(bench, "INT11", "more") == {verdict}


@pytest.mark.parametrize(
    ("kind", "verdict"), [("UserAssigned", "disagrees"), ("SystemAssigned, UserAssigned", "agrees")]
)
def test_a_workspace_without_an_identity_of_its_own_has_no_principal_id(bench: Bench, kind: str, verdict: str) -> None:
    bench.add(ROLES, USER_ASSIGNED % kind + assigned(principal=SECOND))

    assert said(bench, "INT11", "more") == {verdict}


@pytest.mark.parametrize(
    ("principal", "verdict"),
    [
        ("azurerm_user_assigned_identity.ml.client_id", "disagrees"),
        ("lower(azurerm_user_assigned_identity.ml.client_id)", "disagrees"),
        ("data.azurerm_client_config.current.client_id", "disagrees"),
        ("azurerm_user_assigned_identity.ml.principal_id", "agrees"),
        (
            f"{LATER} == var.location ? {ML}.client_id : {ML}.principal_id",
            "unverified",
        ),
    ],
)
def test_a_role_is_assigned_to_a_principal_id(bench: Bench, principal: str, verdict: str) -> None:
    bench.add(ROLES, assigned(principal=principal))

    assert said(bench, "INT20", "more") == {verdict}


@pytest.mark.parametrize(
    ("role", "verdict"),
    [
        ('"storage blob data reader"', "agrees"),
        ('"Storage Blob Data Raeder"', "disagrees"),
        ('"Cognitive Services User"', "not applicable"),
        (LATER, "unverified"),
    ],
)
def test_offline_a_role_exists_is_misspelt_or_may_stand_elsewhere(bench: Bench, role: str, verdict: str) -> None:
    bench.add(ROLES, assigned(role=role))

    assert said(bench, "INT21", "more") == {verdict}


def test_a_role_that_the_subscription_has_is_no_misspelling(bench: Bench) -> None:
    bench.add(ROLES, assigned(role='"Storage Blob Data Readers"'))
    readers = ("0d5f3c1e-7b1c-4c7e-9b0e-2a4f8c6d1e55", "Storage Blob Data Readers")
    for guid, name in (("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader"), readers):
        bench.world["resources"].append(
            {
                "id": f"/providers/Microsoft.Authorization/roleDefinitions/{guid}",
                "name": guid,
                "type": "Microsoft.Authorization/roleDefinitions",
                "properties": {
                    "roleName": name,
                    "permissions": [],
                },
            }
        )

    [found] = [f for f in bench.run().findings if f.check == "INT21" and "more" in f.subject]
    assert found.verdict.value == "agrees"

    bench.world["resources"].pop()
    [found] = [f for f in bench.run().findings if f.check == "INT21" and "more" in f.subject]
    assert found.what == 'there is no role "Storage Blob Data Readers"; "Storage Blob Data Reader" is one'


def test_a_role_that_no_whole_list_shows_is_neither_there_nor_missing(bench: Bench) -> None:
    bench.add(ROLES, assigned(role='"Our Own Pullers"'))

    [found] = [f for f in bench.run().findings if f.check == "INT21" and "more" in f.subject]
    assert found.verdict.value == "unverified"


@pytest.mark.parametrize(
    "may_grant_it",
    [
        {"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/3f1c9a70-0d52-4b9e-8a61-7c2e5b4d9f08"},
        {"condition": "@Resource[name] StringEquals 'data'", "conditionVersion": "2.0"},
    ],
)
def test_what_may_be_granted_may_be_young(bench: Bench, may_grant_it: dict[str, str]) -> None:
    blob_grant(bench).update(may_grant_it)

    found = [f.verdict.value for f in bench.run().findings if f.check == "RBA04"]
    assert found == ["unverified"]


@pytest.mark.parametrize(
    ("names", "role", "verdict"),
    [
        ('"blob-data"', "Owner", "disagrees"),
        ('"blob-data"', "Storage Account Contributor", "disagrees"),
        ('"blob-data", "file-data"', "Owner", "agrees"),
        ('"image-pull"', "Owner", "not applicable"),
        ('"blob-data"', "Storage Blob Data Reader", "agrees"),
    ],
)
def test_control_alone_is_not_enough(bench: Bench, names: str, role: str, verdict: str) -> None:
    grants(bench, names, role)

    assert said(bench, "INT22") == {verdict}


@pytest.mark.parametrize(
    ("roles", "verdict"),
    [
        (ON_THE_CLUSTER, "agrees"),
        (("Contributor",), "agrees"),
        (("Reader", "Kubernetes Extension Contributor"), "disagrees"),
        (("Azure Kubernetes Service Cluster Admin Role",), "disagrees"),
        ((), "disagrees"),
    ],
)
def test_a_workspace_attaches_with_what_it_is_granted(bench: Bench, roles: tuple[str, ...], verdict: str) -> None:
    workspace_as_the_ml_identity(bench, *roles)

    assert said(bench, "INT45") == {verdict}


POLICIES = ("  rbac_authorization_enabled = true\n", "  rbac_authorization_enabled = false\n")
UNTOLD = (POLICIES[0], f"  rbac_authorization_enabled = {LATER} == var.location\n")
THEIRS = '"${azurerm_resource_group.main.id}/providers/Microsoft.KeyVault/vaults/theirs"'


@pytest.mark.parametrize(
    ("roles", "vault", "verdict"),
    [
        (("Contributor", "Key Vault Administrator"), None, "agrees"),
        (("Contributor", "Key Vault Secrets User"), None, "disagrees"),
        (("Key Vault Administrator",), None, "disagrees"),
        (("Contributor",), None, "disagrees"),
        (("Contributor",), POLICIES, "agrees"),
        ((), POLICIES, "disagrees"),
        (("Contributor",), UNTOLD, "unverified"),
    ],
)
def test_a_workspace_keeps_its_secrets_with_what_it_is_granted(
    bench: Bench, roles: tuple[str, ...], vault: tuple[str, str] | None, verdict: str
) -> None:
    workspace_as_the_ml_identity(bench, *ON_THE_CLUSTER, in_vault=roles)
    if vault is not None:
        bench.edit("modules/platform/main.tf", *vault)

    assert said(bench, "INT45") == {verdict}


def test_what_a_vault_of_another_configuration_grants_is_not_asked_for(bench: Bench) -> None:
    workspace_as_the_ml_identity(bench, *ON_THE_CLUSTER, in_vault=())
    bench.edit("modules/platform/main.tf", "= azurerm_key_vault.main.id", f"= {THEIRS}")

    assert said(bench, "INT45") == {"agrees"}


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ('"Storage File Data Privileged Contributor"', '"Storage File Data SMB Share Reader"', "disagrees"),
        ('"Storage File Data Privileged Contributor"', '"Reader"', "agrees"),
    ],
)
def test_shares_are_given_over_rest_where_keys_are_off(bench: Bench, old: str, new: str, verdict: str) -> None:
    bench.edit(ROLES, f"      role  = {old}", f"      role  = {new}")

    assert said(bench, "INT44") == {verdict}


def test_where_keys_are_on_smb_is_enough(bench: Bench) -> None:
    bench.edit(ROLES, '"Storage File Data Privileged Contributor"', '"Storage File Data SMB Share Reader"')
    bench.edit("modules/platform/main.tf", "= var.should_enable_storage_shared_access_key", "= true")

    assert said(bench, "INT44") == {"agrees"}


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("  admin_enabled       = false", "  admin_enabled       = true", "agrees"),
        ("  admin_enabled       = false", f"  admin_enabled       = {LATER} == var.location", "unverified"),
    ],
)
def test_a_registry_with_a_password_needs_no_role(bench: Bench, old: str, new: str, verdict: str) -> None:
    bench.edit(ROLES, '"blob-data", "file-data", "image-pull"', '"blob-data", "file-data"')
    bench.edit("modules/platform/main.tf", old, new)

    assert said(bench, "INT43") == {verdict}
