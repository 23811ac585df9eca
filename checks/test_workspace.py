"""The workspace and its datastores: what they authenticate to storage with."""

from __future__ import annotations

import pytest

from verifier.words import (
    Datastore,
    Fix,
    StorageAccount,
    Subject,
    Workspace,
    World,
    agree,
    concern,
    disagree,
    intend,
    note,
    observe,
    same_word,
    where_to_say,
)

LOCAL_AUTH = "https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage"
IDENTITY = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
SYSTEM_DATASTORES = ("workspaceartifactstore", "workspaceblobstore", "workspacefilestore", "workspaceworkingdirectory")
BEFORE_KEYS = "switch the workspace to identity first and turn keys off afterwards; the other order breaks uploads"


@pytest.mark.check(
    id="INT12",
    severity="critical",
    asks="coherence",
    link=13,
    after=["INT13"],
    why="With keys off, a datastore that authenticates with a key cannot be read or written by anybody.",
    see=[LOCAL_AUTH],
)
def test_without_shared_keys_no_datastore_needs_one(storage_account: Subject[StorageAccount], world: World) -> None:
    """Where shared keys are off, the workspace's datastores authenticate with an identity."""
    keys = storage_account.intent.shared_key_access
    intend(keys)
    if keys.value:
        return
    for workspace in world.workspaces_on(storage_account):
        mode = workspace.intent.auth_mode
        if not workspace.intent.keyless:
            concern(*workspace.concerns)
            observe(mode, source=workspace.address)
            note(BEFORE_KEYS)
            says = f"systemDatastoresAuthMode = {mode.value}" if mode.stated else "no auth mode, which means AccessKey"
            action, place = where_to_say(world.plan, mode, workspace, value='"identity"')
            disagree(
                f"shared keys are off while the datastores keep keys: {workspace.label} says {says}",
                fix=Fix(action=action, place=place),
            )
        observe(mode, source=workspace.address)
    for datastore in world.datastores_on(storage_account):
        if datastore.intent.keeps_keys:
            concern(*datastore.concerns)
            observe(datastore.intent.credentials, source=datastore.address)
            disagree(
                f"shared keys are off while {datastore.label} keeps a key",
                fix=Fix(action="remove the key: without one it authenticates with an identity", place=datastore.place),
            )


@pytest.mark.check(
    id="INT13",
    severity="critical",
    asks="coherence",
    link=13,
    why="azurerm_machine_learning_workspace cannot say the auth mode, so the workspace stays on keys that are off.",
    see=[LOCAL_AUTH, "https://github.com/hashicorp/terraform-provider-azurerm/issues/22150"],
)
def test_the_auth_mode_can_be_said(workspace: Subject[Workspace], world: World) -> None:
    """A workspace whose account has shared keys off is of a resource type that can say its auth mode."""
    meant = workspace.intent
    intend(meant.auth_mode)
    if meant.can_state_auth_mode:
        return
    account = world.storage_account(meant.storage_account_id.value)
    if account is None or not account.planned:
        pytest.skip("the workspace's account is made elsewhere, and whether it allows keys is said there")
    concern(*account.concerns)
    if account.intent.shared_key_access.value:
        return
    observe(f"{workspace.address} has no argument for systemDatastoresAuthMode", source=workspace.address)
    disagree(
        f"{workspace.label} is an azurerm_machine_learning_workspace, which cannot leave key mode; keys are off",
        fix=Fix(
            action='add an azapi_update_resource that sets properties.systemDatastoresAuthMode = "identity" on it',
            place=workspace.place,
        ),
    )


@pytest.mark.check(
    id="WKS01",
    severity="critical",
    asks="agreement",
    link=13,
    after=["INT12", "INT13"],
    why="The auth mode decides whether the workspace's datastores use keys or the identity of whoever reads.",
    see=[LOCAL_AUTH],
)
def test_the_auth_mode_is_as_intended(workspace: Subject[Workspace]) -> None:
    """The workspace's systemDatastoresAuthMode is what Terraform says; left out, it is AccessKey."""
    if not workspace.intent.can_state_auth_mode and workspace.live.keyless:
        note("azurerm cannot say the auth mode; it was switched beside Terraform")
        pytest.skip("Terraform says nothing of the auth mode, and the datastores need no keys")
    agree(
        workspace.intent.auth_mode,
        workspace.live.auth_mode,
        same=same_word,
        fix=Fix(action="apply the configuration: `terraform apply`", place=workspace.place),
    )


@pytest.mark.check(
    id="DST01",
    severity="critical",
    asks="invariant",
    of="any",
    link=13,
    after=["INT12", "INT13", "WKS01", "STO01"],
    why="A datastore with a key on an account without keys fails with KeyBasedAuthenticationNotPermitted.",
    see=[LOCAL_AUTH, IDENTITY],
)
def test_the_datastore_authenticates_as_its_account_allows(datastore: Subject[Datastore], world: World) -> None:
    """The datastore's credential is of a kind that its storage account accepts."""
    found = datastore.live
    observe(found.credentials)
    if not found.keeps_keys:
        return
    workspace = world.workspace(found.workspace_id.value)
    if workspace is not None and datastore.name in SYSTEM_DATASTORES:
        concern(*workspace.concerns)
    account = world.account_behind(datastore)
    if _may_have_keys(account):
        concern(*account.concerns)
    keys = account.live.shared_key_access
    intend(f"{account.label}: {keys.name} = {'true' if keys.value else 'false'}")
    if not keys.value:
        disagree(
            f"{datastore.label} keeps {found.credentials.value} credentials, and {account.label} accepts no keys",
            fix=Fix(
                action="switch the workspace's auth mode to identity"
                if datastore.name in SYSTEM_DATASTORES
                else "make the datastore again, without a key",
                place=datastore.place or (workspace.place if workspace is not None else ""),
            ),
        )


def _may_have_keys(account: Subject[StorageAccount]) -> bool:
    """Whether Terraform lets the account have keys, so that their being off is what went wrong."""
    return account.stated is None or account.stated.shared_key_access.content is not False
