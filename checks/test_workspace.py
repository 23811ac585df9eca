"""The workspace and its datastores: what they authenticate to storage with."""

from __future__ import annotations

import pytest

from verifier.words import (
    Datastore,
    Fix,
    NotKnown,
    StorageAccount,
    Subject,
    Workspace,
    World,
    agree,
    concern,
    disagree,
    edits_for_auth_mode,
    edits_to_say,
    group_of,
    intend,
    may_have_keys,
    note,
    observe,
    same_arm_id,
    same_arm_ids,
    same_word,
    text_of,
    where_to_say,
)

LOCAL_AUTH = "https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage"
IDENTITY = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
TROUBLESHOOT = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute"
NOT_THERE = "the workspace does not exist, which WKS01 says"
SYSTEM_DATASTORES = ("workspaceartifactstore", "workspaceblobstore", "workspacefilestore", "workspaceworkingdirectory")
HIGH_IMPACT = "the compute's identity needs Storage Account Contributor on the account as well"
ISOLATED = "identities see what this workspace wrote and nothing else in the account"
LEGACY = "jobs of the v2 API and CLI are refused"
SET_WHEN_MADE = ("hbiWorkspace", "enableDataIsolation")
AUTH_MODE = ("properties", "systemDatastoresAuthMode")
ACCESS_TYPE = "storage_account_access_type"
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
            if storage_account.served is None or storage_account.served.shared_key_access.content is not False:
                note(BEFORE_KEYS)
            says = f"{mode.name} = {mode.value}" if mode.stated else "no auth mode, which means AccessKey"
            value = '"Identity"' if mode.name == ACCESS_TYPE else '"identity"'
            action, place = where_to_say(world.plan, mode, workspace, value=value)
            sayable = workspace.intent.says_auth_mode
            edits = edits_to_say(world.plan, mode, workspace, value, arm=AUTH_MODE) if sayable else ()
            disagree(
                f"shared keys are off while the datastores keep keys: {workspace.label} says {says}",
                fix=Fix(
                    action=action,
                    place=place,
                    edits=edits,
                    decide="where it is to be said: no one place is known to decide it",
                ),
            )
        observe(mode, source=workspace.address)
    for datastore in world.datastores_on(storage_account):
        if datastore.intent.keeps_keys:
            concern(*datastore.concerns)
            observe(datastore.intent.credentials, source=datastore.address)
            disagree(
                f"shared keys are off while {datastore.label} keeps a key",
                fix=Fix(
                    action="remove the key: without one it authenticates with an identity",
                    place=datastore.place,
                    decide="what of it goes: what is said is not taken away here",
                ),
            )


@pytest.mark.check(
    id="INT13",
    severity="critical",
    asks="coherence",
    link=13,
    why="An azurerm_machine_learning_workspace that does not say its auth mode is on keys, and these are off: older "
    "versions of the provider cannot say it, newer ones have AccessKey for a default.",
    see=[LOCAL_AUTH, "https://github.com/hashicorp/terraform-provider-azurerm/pull/32514"],
)
def test_the_auth_mode_is_said(workspace: Subject[Workspace], world: World) -> None:
    """An azurerm workspace whose account has shared keys off says its auth mode, or has it said beside it."""
    meant = workspace.intent
    intend(meant.auth_mode)
    if meant.says_auth_mode:
        return
    account = world.storage_account(meant.storage_account_id.value)
    if account is None or not account.planned:
        pytest.skip("the workspace's account is made elsewhere, and whether it allows keys is said there")
    concern(*account.concerns)
    if account.intent.shared_key_access.value:
        return
    observe(f"{workspace.address} says no {ACCESS_TYPE}", source=workspace.address)
    disagree(
        f"{workspace.label} is an azurerm_machine_learning_workspace that does not leave key mode; keys are off",
        fix=Fix(
            action=f'say {ACCESS_TYPE} = "Identity" in it; where its azurerm has no such argument yet, add an '
            'azapi_update_resource that sets properties.systemDatastoresAuthMode = "identity" on it (an azurerm that '
            "has the argument sets that back)",
            place=workspace.place,
            edits=edits_for_auth_mode(world, workspace),
            decide="which of the two: that depends on the azurerm that is used, and azapi is not used here by now",
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
    if not workspace.intent.says_auth_mode and workspace.live.keyless:
        note(f"it was switched beside Terraform; an azurerm that knows {ACCESS_TYPE} sets it back at the next apply")
        pytest.skip("Terraform says nothing of the auth mode, and the datastores need no keys")
    agree(
        workspace.intent.auth_mode,
        workspace.live.auth_mode,
        same=same_word,
        fix=Fix(action="apply the configuration: `terraform apply`", place=workspace.place),
    )


@pytest.mark.check(
    id="WKS02",
    severity="high",
    asks="agreement",
    link=14,
    why="Roles, keys and network are right or wrong on an account: all of them are of no use on another one.",
    see=["https://learn.microsoft.com/azure/machine-learning/how-to-manage-workspace"],
)
def test_the_workspace_uses_the_intended_account(workspace: Subject[Workspace]) -> None:
    """The workspace stores its data in the account that Terraform says."""
    if not workspace.exists:
        pytest.skip(NOT_THERE)
    meant = workspace.intent.storage_account_id
    if meant.known and not meant.value:
        pytest.skip("Terraform does not say which account the workspace uses")
    agree(
        meant,
        workspace.live.storage_account_id,
        same=same_arm_id,
        fix=Fix(
            action="say the account that the workspace has: it cannot be given another one, only made again without "
            "its models and jobs",
            place=workspace.place,
            decide="whether that account is right",
        ),
    )


@pytest.mark.check(
    id="WKS03",
    severity="high",
    asks="agreement",
    link=7,
    why="As its own identity the workspace reaches the cluster, its storage and its registry: what is granted to "
    "another one does not help it.",
    see=["https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"],
)
def test_the_workspace_has_its_identity(workspace: Subject[Workspace]) -> None:
    """The workspace has the identity that Terraform says."""
    if not workspace.exists:
        pytest.skip(NOT_THERE)
    meant, found = workspace.intent, workspace.live
    fix = Fix(action="apply the configuration: `terraform apply`", place=workspace.place)
    if meant.identity_type.stated:
        agree(meant.identity_type, found.identity_type, same=same_word, fix=fix)
    if not (meant.identity_ids.stated and (meant.identity_ids.value or found.identity_ids.value)):
        return
    intend(meant.identity_ids)
    observe(found.identity_ids)
    if not same_arm_ids(meant.identity_ids.value, found.identity_ids.value):
        disagree(
            f"{workspace.label} has the identity {text_of(found.identity_ids)}, not {text_of(meant.identity_ids)}",
            fix=fix,
        )


@pytest.mark.check(
    id="WKS04",
    severity="medium",
    asks="agreement",
    of="any",
    link=16,
    why="High business impact, data isolation and v1 legacy mode each change what identities need and what jobs do.",
    see=[IDENTITY, "https://learn.microsoft.com/azure/machine-learning/how-to-configure-network-isolation-with-v2"],
)
def test_the_workspaces_rules_are_as_intended(workspace: Subject[Workspace]) -> None:
    """High business impact, data isolation and v1 legacy mode are on only where Terraform says so."""
    if not workspace.exists:
        pytest.skip(NOT_THERE)
    found = workspace.live
    rules = [(found.high_impact, HIGH_IMPACT), (found.isolated, ISOLATED), (found.legacy, LEGACY)]
    if not workspace.planned or not found.ordinary:
        observe(", ".join(fact.name for fact, _ in rules if fact.value) or "none of them is on")
        if any(fact.value for fact, _ in rules):
            pytest.skip("made outside Terraform, or a hub or a project, which has rules of its own")
        return
    meant = workspace.intent
    for intended, (real, means) in zip((meant.high_impact, meant.isolated, meant.legacy), rules, strict=True):
        if real.value:
            note(f"{real.name}: {means}")
        agree(
            intended,
            real,
            fix=Fix(
                action=f"say {intended.name} = {'true' if real.value else 'false'}, as it is"
                if real.name in SET_WHEN_MADE
                else "apply the configuration: `terraform apply`",
                place=workspace.place,
                decide="whether the workspace is to be made again" if real.name in SET_WHEN_MADE else "",
            ),
        )


@pytest.mark.check(
    id="WKS05",
    severity="medium",
    asks="coherence",
    link=4,
    why="Jobs on Kubernetes end in InternalServerError where the workspace's or its group's name ends with a dash.",
    see=[TROUBLESHOOT],
)
def test_no_name_ends_with_a_dash(workspace: Subject[Workspace]) -> None:
    """Neither the workspace's name nor that of its resource group ends with a dash."""
    if not workspace.arm_id:
        raise NotKnown(f"the name or group of {workspace.address} is not known before apply")
    name, group = workspace.intent.name, group_of(workspace.arm_id)
    intend(name)
    dashed = [n for n in (workspace.name, group) if n.endswith("-")]
    if dashed:
        observe(", ".join(dashed))
        disagree(
            f"{' and '.join(dashed)} ends with a dash: no job on Kubernetes starts in {workspace.label}",
            fix=Fix(
                action="give it another name: that makes another workspace", place=workspace.place, decide="the name"
            ),
        )


@pytest.mark.check(
    id="DST01",
    severity="critical",
    asks="invariant",
    of="any",
    link=13,
    after=["INT12", "INT13", "WKS01", "WKS07", "STO01", "STO02"],
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
    if may_have_keys(account):
        concern(*account.concerns)
    keys = account.live.keys_for(found.service or "blob")
    intend(f"{account.label}: {keys.name} = {'true' if keys.value else 'false'}")
    if not keys.value:
        disagree(
            f"{datastore.label} keeps {found.credentials.value} credentials, and {account.label} accepts no keys",
            fix=Fix(
                action="switch the workspace's auth mode to identity"
                if datastore.name in SYSTEM_DATASTORES
                else "make the datastore again, without a key",
                decide="who is to own the workspace's auth mode" if datastore.name in SYSTEM_DATASTORES else "",
                place=datastore.place or (workspace.place if workspace is not None else ""),
            ),
        )
