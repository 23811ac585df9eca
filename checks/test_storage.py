"""The storage account: may its keys be used, and who still needs them?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from verifier.words import (
    KEYS,
    Fix,
    StorageAccount,
    Subject,
    World,
    agree,
    disagree,
    edits_for_token,
    intend,
    key_bound_in,
    note,
    observe,
    policies_on,
    provider_place,
    reaches_with_token,
    root_variable_behind,
    same_arm_id,
)

KEYS_OFF = "https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent"
PROVIDER = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs#storage_use_azuread-1"
NOT_THERE = "the account does not exist, which STO01 says"
ACLS = "https://learn.microsoft.com/azure/storage/blobs/data-lake-storage-access-control-model"


@pytest.mark.check(
    id="INT14",
    severity="high",
    asks="coherence",
    why="The azurerm provider reads blobs and queues with the account's key unless it is told otherwise: with keys "
    "off, plan and apply end in 403 KeyBasedAuthenticationNotPermitted.",
    see=[PROVIDER, "https://github.com/hashicorp/terraform-provider-azurerm/issues/27752"],
)
def test_without_shared_keys_the_provider_uses_a_token(storage_account: Subject[StorageAccount], world: World) -> None:
    """Where shared keys are off, Terraform's provider reaches the account with a token."""
    keys = storage_account.intent.shared_key_access
    intend(keys)
    if keys.value:
        return
    token = reaches_with_token(world, storage_account)
    observe(token)
    if not token.value:
        note("ARM_STORAGE_USE_AZUREAD=true where Terraform runs says the same; it is not set where this runs")
        disagree(
            f"shared keys are off, and the provider that makes {storage_account.label} still uses them",
            fix=Fix(
                action="say storage_use_azuread = true in the azurerm provider block",
                place=str(provider_place(world, storage_account) or storage_account.place),
                edits=edits_for_token(world, storage_account),
                decide="where the provider is told so: no block configures it, or it takes the value from elsewhere",
            ),
        )


@pytest.mark.check(
    id="INT15",
    severity="medium",
    asks="coherence",
    why="Some resources inside an account are reached with its key alone: the apply that turns keys off is the last "
    "that works.",
    see=[PROVIDER, "https://github.com/hashicorp/terraform-provider-azurerm/issues/30815"],
)
def test_without_shared_keys_nothing_in_the_account_needs_them(
    storage_account: Subject[StorageAccount], world: World
) -> None:
    """Where shared keys are off, nothing that Terraform makes inside the account needs one."""
    keys = storage_account.intent.shared_key_access
    intend(keys)
    if keys.value:
        return
    needing = list(key_bound_in(world, storage_account))
    if not needing:
        return
    observe(", ".join(one.address for one in needing))
    first = needing[0]
    disagree(
        f"shared keys are off, and {' and '.join(one.address for one in needing)} can only be made with one",
        fix=Fix(action=first.instead, place=first.place, decide="whether what is live there may be made again"),
    )


@pytest.mark.check(
    id="STO04",
    severity="high",
    asks="agreement",
    link=13,
    why="What a policy denies or sets by itself springs back, however often it is set or applied.",
    see=["https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure", KEYS_OFF],
)
def test_no_policy_keeps_the_keys_otherwise(storage_account: Subject[StorageAccount], world: World) -> None:
    """No policy keeps the account's keys on or off against what Terraform says."""
    if not storage_account.exists:
        pytest.skip(NOT_THERE)
    meant, found = storage_account.intent.shared_key_access, storage_account.live.shared_key_access
    intend(meant)
    observe(found)
    if meant.value == found.value:
        return
    keeping = policies_on(world, storage_account, KEYS)
    if not keeping:
        return
    first = keeping[0]
    for other in keeping[1:]:
        note(f"so does {other.name} ({other.effect}), assigned as {other.assignment_id}")
    note(f"another apply, or another az command, ends the same way: {first.effect} is the policy's own doing")
    word, says = ("on", "true") if found.value else ("off", "false")
    scope = f"--scope {storage_account.arm_id} --policy-assignment {first.assignment_id}"
    disagree(
        f"the policy {first.name} ({first.effect}) keeps the keys of {storage_account.label} {word}",
        fix=Fix(
            action=f"have the policy's owners exempt this account, or say shared_access_key_enabled = {says}, as it is",
            place=storage_account.place,
            command=f"az policy exemption create --name keys --exemption-category Waiver {scope}",
            reverted_by_apply=False,
            weakens_security=meant.value,
        ),
    )


@pytest.mark.check(
    id="STO01",
    severity="high",
    asks="agreement",
    link=13,
    after=["STO04"],
    why="Key policy and datastore credentials must fit each other; a key that is on lets anybody in who holds it.",
    see=[KEYS_OFF],
)
def test_shared_key_access_is_as_intended(storage_account: Subject[StorageAccount], world: World) -> None:
    """The account's allowSharedKeyAccess is what Terraform says; left out, it is true."""
    meant, found = storage_account.intent.shared_key_access, storage_account.live.shared_key_access
    if not found.stated:
        note("allowSharedKeyAccess is absent, which means true")
    action = "apply the configuration: `terraform apply`; where it springs back, a policy sets it"
    beforehand = ""
    keyed = _still_on_keys(world, storage_account) if meant.known and not meant.value else ""
    if keyed:
        note("Terraform changes an account before the workspace that refers to it: one apply turns keys off first")
        action = f"let {keyed} leave its keys first, in an apply with keys still on; then apply as it is"
        variable = root_variable_behind(world.plan, meant)
        beforehand = f"with keys still on: terraform apply -var {variable}=true" if variable else action
    agree(
        meant,
        found,
        fix=Fix(
            action=action,
            place=storage_account.place,
            beforehand=beforehand,
            weakens_security=meant.known and meant.value,
        ),
    )


@pytest.mark.check(
    id="STO02",
    severity="low",
    asks="agreement",
    of="any",
    link=13,
    after=["STO01"],
    why="A key that works for files and not for blobs looks like a fault of whatever is tried second.",
    see=["https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties"],
)
def test_keys_count_the_same_for_every_service(storage_account: Subject[StorageAccount]) -> None:
    """No single service of the account treats keys otherwise than the account does, unless Terraform says so."""
    if not storage_account.exists:
        pytest.skip(NOT_THERE)
    found = storage_account.live
    observe(found.service_keys)
    fix = Fix(
        action="say allowSharedKeyAccessForServices in an azapi_update_resource on the account",
        place=storage_account.place,
        decide="whether the services are to differ",
    )
    if storage_account.planned and storage_account.intent.service_keys.stated:
        agree(storage_account.intent.service_keys, found.service_keys, same=_says_at_least, fix=fix)
        return
    intend(f"{found.shared_key_access.name}, for the account as a whole")
    others = [s for s, on in sorted(found.service_keys.value.items()) if on != found.shared_key_access.value]
    if others:
        word = "on" if found.shared_key_access.value else "off"
        disagree(
            f"keys are {word} for {storage_account.label}, but not for its {' and '.join(others)} service", fix=fix
        )


def _says_at_least(stated: object, served: object) -> bool:
    """Whether every service that Terraform names is as it says; the service answers for all of them."""
    if not isinstance(stated, Mapping) or not isinstance(served, Mapping):
        return False
    return stated.items() <= served.items()


@pytest.mark.check(
    id="STO06",
    severity="medium",
    asks="agreement",
    of="any",
    link=17,
    why="With a hierarchical namespace a path that ACLs hide is answered as one that does not exist, unless a role "
    "lets the reader in.",
    see=[ACLS],
)
def test_the_namespace_is_as_intended(storage_account: Subject[StorageAccount]) -> None:
    """The account's namespace is hierarchical, and so guarded by ACLs, only where Terraform says so."""
    if not storage_account.exists:
        pytest.skip(NOT_THERE)
    found = storage_account.live.hierarchical
    if found.value:
        note("StreamAccess.NotFound may be an ACL's denial here; a blob data role on the account overrides its ACLs")
    if not storage_account.planned:
        observe(found)
        if found.value:
            pytest.skip(
                "made outside Terraform, with a hierarchical namespace: what its ACLs hide is answered NotFound"
            )
        return
    agree(
        storage_account.intent.hierarchical,
        found,
        fix=Fix(
            action=f"say is_hns_enabled = {'true' if found.value else 'false'}, as the account is: a change of it "
            "makes another account, without the data",
            place=storage_account.place,
            decide="whether the account is to be made again",
        ),
    )


def _still_on_keys(world: World, account: Subject[StorageAccount]) -> str:
    """The workspaces on an account that are not known to do without its keys; empty when there is none."""
    sides = [(w.label, w.served) for w in world.workspaces if w.served is not None]
    on_it = [(label, s) for label, s in sides if s.storage_account_id.known]
    on_it = [(label, s) for label, s in on_it if same_arm_id(s.storage_account_id.value, account.arm_id)]
    return " and ".join(label for label, s in on_it if not (s.auth_mode.known and s.keyless))
