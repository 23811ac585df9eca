"""The storage account: may its keys be used?"""

from __future__ import annotations

import pytest

from verifier.words import Fix, StorageAccount, Subject, agree, note


@pytest.mark.check(
    id="STO01",
    severity="high",
    asks="agreement",
    link=13,
    why="Key policy and datastore credentials must fit each other; a key that is on lets anybody in who holds it.",
    see=["https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent"],
)
def test_shared_key_access_is_as_intended(storage_account: Subject[StorageAccount]) -> None:
    """The account's allowSharedKeyAccess is what Terraform says; left out, it is true."""
    meant, found = storage_account.intent.shared_key_access, storage_account.live.shared_key_access
    if not found.stated:
        note("allowSharedKeyAccess is absent, which means true")
    agree(
        meant,
        found,
        fix=Fix(
            action="apply the configuration: `terraform apply`; where it springs back, a policy sets it",
            place=storage_account.place,
            weakens_security=meant.known and meant.value,
        ),
    )
