"""Inside an account: which container or share a live datastore stands for."""

from __future__ import annotations

from collections.abc import Iterable

from verifier.kinds.compare import arm_key, name_of
from verifier.kinds.container import place_in
from verifier.kinds.datastore import Datastore
from verifier.kinds.workspace import Workspace
from verifier.world.subject import Subject


def place_of(datastore: Subject[Datastore], workspaces: Iterable[Subject[Workspace]]) -> str:
    """The ARM id of what a live datastore stands for; empty where it does not say, or is not live.

    One that names no group stands for its workspace's account, if that has the name.
    """
    found = datastore.served
    if found is None or not (found.sort.known and found.account_id.known and found.container.known):
        return ""
    account = found.account_id.value or _workspaces_account(found, workspaces)
    return place_in(account, found.service, found.container.value)


def _workspaces_account(datastore: Datastore, workspaces: Iterable[Subject[Workspace]]) -> str:
    for workspace in workspaces:
        side = workspace.served
        if side is not None and arm_key(workspace.arm_id) == arm_key(datastore.workspace_id.value):
            account = side.storage_account_id
            named = datastore.account_name.value.casefold()
            return account.value if account.known and name_of(account.value).casefold() == named != "" else ""
    return ""
