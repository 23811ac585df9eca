"""The live workspace, whoever makes it: whether it was made whole, and whether it gets on without keys."""

from __future__ import annotations

import pytest

from verifier.words import (
    Fix,
    NotKnown,
    Subject,
    Workspace,
    World,
    concern,
    disagree,
    group_of,
    intend,
    may_have_keys,
    observe,
    same_arm_id,
    same_word,
    text_of,
)

LOCAL_AUTH = "https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage"
MANAGE = "https://learn.microsoft.com/azure/machine-learning/how-to-manage-workspace"
NOT_THERE = "the workspace does not exist, which WKS01 says"
AT_WORK = ("creating", "updating", "unknown")
"""The states in which the service has not come to an end with it."""


@pytest.mark.check(
    id="WKS06",
    severity="critical",
    asks="invariant",
    of="any",
    link=4,
    why="A workspace that was not made or changed whole lacks parts that every job goes through.",
    see=[MANAGE],
)
def test_the_workspace_was_made_whole(workspace: Subject[Workspace], world: World) -> None:
    """The last thing that was done to the workspace of a compute succeeded."""
    if not workspace.exists:
        pytest.skip(NOT_THERE)
    if not (workspace.planned or _is_of_a_compute(workspace, world)):
        pytest.skip("nothing of this configuration is in it")
    state = workspace.live.provisioning_state
    observe(state)
    if same_word(state.value, "Succeeded"):
        return
    if state.value.casefold() in AT_WORK:
        raise NotKnown(f"{workspace.label} is {state.value} by now: how that ends is not known")
    disagree(
        f"{workspace.label} is {state.value or 'in no state'}, not Succeeded",
        fix=Fix(
            action="read in its activity log what failed, mend that, and apply again",
            place=workspace.place,
            command=f"az monitor activity-log list --resource-id {workspace.arm_id} --status Failed",
        ),
    )


@pytest.mark.check(
    id="WKS07",
    severity="critical",
    asks="invariant",
    of="any",
    link=13,
    after=["INT12", "INT13", "WKS01", "STO01", "STO02"],
    why="In key mode a workspace takes keys to its own datastores: without any, no upload and no job reaches them.",
    see=[LOCAL_AUTH],
)
def test_the_workspace_needs_no_key_where_there_is_none(workspace: Subject[Workspace], world: World) -> None:
    """Where a workspace's account accepts no keys, the workspace's own datastores are on an identity."""
    if not workspace.exists:
        pytest.skip(NOT_THERE)
    found = workspace.live
    observe(found.auth_mode)
    if found.keyless:
        return
    if not found.ordinary:
        pytest.skip("a hub or a project has rules of its own")
    account = world.live_account_of(workspace)
    if not account.exists:
        pytest.skip("its account does not exist, which WKS02 and STO01 say")
    if may_have_keys(account):
        concern(*account.concerns)
    keys = account.live.keys_for("blob")
    intend(f"{account.label}: {keys.name} = {'true' if keys.value else 'false'}")
    if keys.value:
        return
    disagree(
        f"{workspace.label} is in key mode ({found.auth_mode.name} = {text_of(found.auth_mode)}), and {account.label} "
        "accepts no keys",
        fix=Fix(
            action="switch the workspace's auth mode to identity, where the workspace is made",
            place=workspace.place,
            command=f"az ml workspace update --name {workspace.name} --resource-group {group_of(workspace.arm_id)} "
            "--system-datastores-auth-mode identity",
            reverted_by_apply=None if workspace.planned else False,
        ),
    )


def _is_of_a_compute(workspace: Subject[Workspace], world: World) -> bool:
    """Whether something that is attached to a cluster of this configuration is in it. Raises NotKnown."""
    attached = (c.live for c in world.computes if c.exists)
    return any(
        same_arm_id(c.workspace_id.value, workspace.arm_id) and world.there.meant(c.cluster_id) for c in attached
    )
