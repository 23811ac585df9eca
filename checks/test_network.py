"""The network: can what holds the data be reached from where jobs run?"""

from __future__ import annotations

import pytest

from verifier.words import (
    Fix,
    StorageAccount,
    Subject,
    agree,
    same_addresses,
    same_arm_ids,
    same_word,
    same_words,
)

FIREWALL = "https://learn.microsoft.com/azure/storage/common/storage-network-security"
TROUBLESHOOT = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute"


@pytest.mark.check(
    id="STO03",
    severity="high",
    asks="agreement",
    link=18,
    why="Whom the account's firewall does not let in gets AuthorizationFailure, whatever roles it holds.",
    see=[FIREWALL, TROUBLESHOOT],
)
def test_the_accounts_firewall_is_as_intended(storage_account: Subject[StorageAccount]) -> None:
    """The account's firewall lets in whom Terraform says, as far as it says anything."""
    if not storage_account.exists:
        pytest.skip("the account does not exist, which STO01 says")
    meant, found = storage_account.intent.firewall, storage_account.live.firewall
    for intended, real in ((meant.public_access, found.public_access), (meant.default_action, found.default_action)):
        if intended.stated or intended.name == "public_network_access_enabled":
            opens = intended.known and intended.value in ("Enabled", "Allow")
            agree(intended, real, same=same_word, fix=_apply(storage_account, weakens_security=opens))
    if meant.bypass.stated:
        agree(meant.bypass, found.bypass, same=same_words, fix=_apply(storage_account))
    if meant.addresses.stated:
        agree(meant.addresses, found.addresses, same=same_addresses, fix=_apply(storage_account))
    for ids, real_ids in ((meant.subnets, found.subnets), (meant.resources, found.resources)):
        if ids.stated:
            agree(ids, real_ids, same=same_arm_ids, fix=_apply(storage_account))


def _apply(account: Subject[StorageAccount], *, weakens_security: bool = False) -> Fix:
    return Fix(
        action="apply the configuration: `terraform apply`", place=account.place, weakens_security=weakens_security
    )
