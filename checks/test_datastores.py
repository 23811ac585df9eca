"""Datastores: do the places that they stand for exist?"""

from __future__ import annotations

import pytest

from verifier.words import (
    Datastore,
    Fix,
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
)

DATASTORES = "https://learn.microsoft.com/azure/machine-learning/concept-data#datastore"
ACCESS = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-data-access"
DEFAULT_DATASTORES = ("workspaceartifactstore", "workspaceblobstore", "workspacefilestore", "workspaceworkingdirectory")


@pytest.mark.check(
    id="DST02",
    severity="high",
    asks="invariant",
    of="any",
    link=13,
    after=["STO01"],
    why="A path through a datastore that leads nowhere is answered with InvalidResource or NotFound, as if the data "
    "were missing.",
    see=[ACCESS, DATASTORES],
)
def test_the_datastores_account_exists(datastore: Subject[Datastore], world: World) -> None:
    """The datastore stands for the account that Terraform says, if it does, and that account exists."""
    if not datastore.exists:
        pytest.skip("the datastore does not exist, which TWS01 says")
    found = datastore.live
    if not found.service:
        pytest.skip(f"a datastore of type {found.sort.value} stands for no storage account")
    observe(found.account_name)
    again = Fix(action="make the datastore again: what it stands for cannot be changed", place=datastore.place)
    if datastore.planned and datastore.intent.account_name.stated:
        agree(datastore.intent.account_name, found.account_name, same=same_word, fix=again)
        if datastore.intent.container.stated:
            agree(datastore.intent.container, found.container, fix=again)
    account = world.storage_account(found.account_id.value) or world.account_behind(datastore)
    intend(account.label)
    if account.exists:
        if (found.cloud or world.cloud) != world.cloud:
            observe(found.endpoint)
            disagree(
                f"{datastore.label} looks for {account.label} in {found.cloud}, and it is in {world.cloud}", fix=again
            )
        return
    concern(*account.concerns)
    namesakes = [a.arm_id for a in world.storage_accounts if a.served is not None and same_word(a.name, account.name)]
    if namesakes:
        note(f"an account of that name is at {namesakes[0]}, and not where the datastore says")
    disagree(f"{datastore.label} stands for {account.label}, which does not exist at {account.arm_id}", fix=again)


@pytest.mark.check(
    id="DST03",
    severity="medium",
    asks="invariant",
    of="any",
    link=13,
    after=["WKS01"],
    why="Code, logs, models and notebooks go through the workspace's own datastores; without one of them jobs fail "
    "on paths that nobody wrote.",
    see=["https://learn.microsoft.com/azure/machine-learning/concept-data#default-datastore"],
)
def test_the_workspace_has_its_own_datastores(workspace: Subject[Workspace], world: World) -> None:
    """The workspace has the four datastores that are made with it."""
    if not workspace.exists:
        pytest.skip("the workspace does not exist, which WKS01 says")
    if not workspace.live.ordinary:
        pytest.skip(f"a workspace of kind {workspace.live.sort.value} has other datastores")
    intend(", ".join(DEFAULT_DATASTORES))
    found = {datastore.name.casefold() for datastore in world.datastores_in(workspace)}
    missing = [name for name in DEFAULT_DATASTORES if name not in found]
    observe(f"{len(DEFAULT_DATASTORES) - len(missing)} of them")
    if missing:
        disagree(
            f"{workspace.label} has no {' and no '.join(missing)}",
            fix=Fix(
                action=f"make {missing[0]} again with `az ml datastore create`: for the workspace's account, without a "
                "credential",
            ),
        )


@pytest.mark.check(
    id="STO05",
    severity="high",
    asks="invariant",
    of="any",
    link=17,
    after=["STO01", "DST02"],
    why="A container that is not there is answered as a path that is not there, and every job that goes through the "
    "datastore fails on it.",
    see=[ACCESS],
)
def test_the_datastores_container_exists(datastore: Subject[Datastore], world: World) -> None:
    """The container or share that the datastore stands for exists."""
    if not datastore.exists:
        pytest.skip("the datastore does not exist, which TWS01 says")
    found = datastore.live
    if not found.service:
        pytest.skip(f"a datastore of type {found.sort.value} stands for no container")
    container = world.container_behind(datastore)
    account = world.account_behind(datastore)
    intend(f"{container.label} in {account.label}")
    concern(*container.concerns, *account.concerns)
    if container.exists:
        observe(container.live.name)
        return
    observe("no such container" if found.service == "blob" else "no such share", source=container.arm_id)
    fix = Fix(action="apply the configuration: `terraform apply`", place=container.place)
    if not container.planned:
        fix = Fix(
            action=f"make it, where {account.label} is declared; what was in it is gone",
            place=account.place or datastore.place,
            decide="what makes it, and whether what was in it is to come back first",
        )
    disagree(f"{datastore.label} stands for {container.label}, which {account.label} does not have", fix=fix)
