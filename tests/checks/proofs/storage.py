"""Proofs for checks/test_storage.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import ACCOUNT, Proof, deny, edit, live
from tests.checks.proofs.policies import STATES, policy

if TYPE_CHECKING:
    from conftest import Bench

TOKEN = "  storage_use_azuread = true\n"
LATER = 'resource "random_id" "later" {\n  byte_length = 2\n}\n'
SHARE = """
resource "azurerm_storage_share" "notebooks" {
  name                 = "notebooks"
  quota                = 5
  storage_account_name = %s
}
"""


def token_not_known(bench: Bench) -> None:
    bench.add("providers.tf", LATER)
    bench.edit("providers.tf", TOKEN, '  storage_use_azuread = random_id.later.hex == "a"\n')


def share_by_key(bench: Bench) -> None:
    bench.add("modules/platform/main.tf", SHARE % "azurerm_storage_account.main.name")


def share_in_some_account(bench: Bench) -> None:
    bench.add("modules/platform/main.tf", LATER + SHARE % "random_id.later.hex")


def keys_meant_on(bench: Bench) -> None:
    """Terraform lets keys be used, and live they are off; a policy looks at the account, and only reports."""
    bench.add("terraform.tfvars", "\nshould_enable_storage_shared_access_key = true\n")
    policy(bench, effect="audit", compliant=True)


PROOFS = {
    "INT14": Proof(edit("providers.tf", TOKEN, ""), token_not_known),
    "INT15": Proof(share_by_key, share_in_some_account),
    "STO01": Proof(live(ACCOUNT, lambda p: p.update(allowSharedKeyAccess=None)), deny("/storageAccounts/[^/]+$")),
    "STO02": Proof(
        live(ACCOUNT, lambda p: p.update(allowSharedKeyAccessForServices={"blob": {"enabled": True}})),
        deny("/storageAccounts/[^/]+$"),
    ),
    "STO04": Proof(lambda b: policy(b, effect="deny", compliant=True), deny(STATES), keys_meant_on),
    "STO06": Proof(live(ACCOUNT, lambda p: p.update(isHnsEnabled=True)), deny("/storageAccounts/[^/]+$")),
}
