from __future__ import annotations

from pathlib import Path

import pytest

from verifier.config import Options, settings
from verifier.kinds.fact import NotKnown
from verifier.world import World
from verifier.world.observe import observe
from verifier.world.storage_provider import key_bound_in, provider_place, reaches_with_token

ACCOUNT = """
resource "azurerm_storage_account" "st" {
  name                = "st"
  resource_group_name = "rg"
}
"""
SHARE = """
resource "azurerm_storage_share" "s" {
  name = "s"
  %s
}
"""
DIRECTORY = """
resource "azurerm_storage_share_directory" "d" {
  name = "d"
  %s
}
"""


def world(tmp_path: Path, source: str, environment: dict[str, str] | None = None) -> World:
    (tmp_path / "main.tf").write_text(source, encoding="utf-8")
    return observe(settings(Options(root=tmp_path, offline=True), environment or {}))


@pytest.mark.parametrize(
    ("block", "environment", "token"),
    [
        ("", {}, False),
        ('provider "azurerm" {\n}', {}, False),
        ('provider "azurerm" {\n  storage_use_azuread = true\n}', {}, True),
        ('provider "azurerm" {\n  storage_use_azuread = false\n}', {"ARM_STORAGE_USE_AZUREAD": "true"}, False),
        ('provider "azurerm" {\n}', {"ARM_STORAGE_USE_AZUREAD": "true"}, True),
        ("", {"ARM_STORAGE_USE_AZUREAD": "true"}, True),
        ("", {"ARM_STORAGE_USE_AZUREAD": "false"}, False),
        ('provider "azurerm" {\n  alias = "b"\n  storage_use_azuread = true\n}', {}, False),
        (
            'provider "azurerm" {\n  features {\n    storage {\n      data_plane_available = false\n    }\n  }\n}',
            {},
            True,
        ),
    ],
)
def test_the_provider_reaches_storage_with_a_token_where_it_is_told_to(
    tmp_path: Path, block: str, environment: dict[str, str], token: bool
) -> None:
    found = world(tmp_path, ACCOUNT + block, environment)

    assert reaches_with_token(found, found.storage_accounts[0]).value is token


def test_an_aliased_provider_speaks_for_its_own_accounts(tmp_path: Path) -> None:
    provider = 'provider "azurerm" {\n  alias = "b"\n  storage_use_azuread = true\n}'
    found = world(tmp_path, ACCOUNT.replace("{\n", "{\n  provider = azurerm.b\n", 1) + provider)

    assert reaches_with_token(found, found.storage_accounts[0]).value is True


def test_azapi_needs_no_key(tmp_path: Path) -> None:
    source = (
        'resource "azapi_resource" "st" {\n  type = "Microsoft.Storage/storageAccounts@2025-01-01"\n  name = "st"\n}'
    )
    found = world(tmp_path, source)

    assert reaches_with_token(found, found.storage_accounts[0]).value is True


def test_the_providers_place_is_where_its_block_is_written(tmp_path: Path) -> None:
    found = world(tmp_path, 'provider "azurerm" {\n  subscription_id = "s"\n}\n' + ACCOUNT)

    assert str(provider_place(found, found.storage_accounts[0])) == "main.tf:1"


def test_a_provider_that_no_block_configures_has_no_place(tmp_path: Path) -> None:
    found = world(tmp_path, ACCOUNT)

    assert provider_place(found, found.storage_accounts[0]) is None


@pytest.mark.parametrize(
    ("inside", "needing"),
    [
        ("", []),
        (SHARE % 'storage_account_name = "st"', ["azurerm_storage_share.s"]),
        (SHARE % "storage_account_name = azurerm_storage_account.st.name", ["azurerm_storage_share.s"]),
        (SHARE % 'storage_account_name = "another"', []),
        (SHARE % "storage_account_id = azurerm_storage_account.st.id", []),
        (SHARE % 'count = 0\n  storage_account_name = "st"', []),
        (
            SHARE % "storage_account_id = azurerm_storage_account.st.id"
            + DIRECTORY % "storage_share_url = azurerm_storage_share.s.url",
            ["azurerm_storage_share_directory.d"],
        ),
        (
            SHARE % 'storage_account_name = "another"' + DIRECTORY % "storage_share_url = azurerm_storage_share.s.url",
            [],
        ),
        (
            DIRECTORY % 'storage_share_url = "https://st.file.core.windows.net/s"',
            ["azurerm_storage_share_directory.d"],
        ),
    ],
)
def test_what_needs_the_accounts_key_is_found_inside_it(tmp_path: Path, inside: str, needing: list[str]) -> None:
    found = world(tmp_path, ACCOUNT + inside)

    assert [one.address for one in key_bound_in(found, found.storage_accounts[0])] == needing


@pytest.mark.parametrize(
    "inside",
    [
        SHARE % "storage_account_name = random_id.later.hex",
        SHARE % 'count = random_id.later.dec\n  storage_account_name = "st"',
        SHARE % "",
    ],
)
def test_what_may_be_inside_the_account_is_not_left_out(tmp_path: Path, inside: str) -> None:
    found = world(tmp_path, ACCOUNT + 'resource "random_id" "later" {\n}\n' + inside)

    with pytest.raises(NotKnown):
        list(key_bound_in(found, found.storage_accounts[0]))
