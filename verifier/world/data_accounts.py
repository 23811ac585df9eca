"""Data accounts: the storage accounts that a compute's jobs get at data in, as whom they run.

The workspace's own account is one: code, logs and outputs go there. Each datastore of the workspace that keeps no
credential stands for data that jobs reach as their compute's identity (Microsoft Learn, "Set up authentication between
Azure Machine Learning and other services"), and its account is another where it is not the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from verifier.kinds.compare import arm_key, same_arm_id
from verifier.kinds.compute import Compute
from verifier.kinds.datastore import Datastore
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.storage_account import StorageAccount
from verifier.world.joined import World
from verifier.world.subject import NotThere, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAccount:
    """One account that the jobs of one compute use. `found` is the account, or why it is not known which one it is.

    `datastores` are those without a credential that stand for something in it; none where it is the workspace's own,
    which is used whatever stands for it.
    """

    compute: Subject[Compute]
    found: Subject[StorageAccount] | NotKnown | NotThere
    datastores: tuple[Subject[Datastore], ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is the workspace's own account."""
        return not self.datastores

    @property
    def account(self) -> Subject[StorageAccount]:
        """The account. Raises NotKnown, NotThere."""
        if isinstance(self.found, NotKnown | NotThere):
            raise self.found
        return self.found

    @property
    def label(self) -> str:
        """`compute k8s` for the workspace's own account, `compute k8s on storage account st2` for another."""
        if self.own:
            return self.compute.label
        if isinstance(self.found, Subject):
            return f"{self.compute.label} on {self.found.label}"
        return f"{self.compute.label} on the account behind {self.datastores[0].label}"

    @property
    def concerns(self) -> frozenset[str]:
        """The compute's; of an account that is not the workspace's own, also its own and its datastores'."""
        keys = self.compute.concerns
        if not self.own and isinstance(self.found, Subject):
            keys |= self.found.concerns
        return keys.union(*(d.concerns for d in self.datastores))

    @property
    def planned(self) -> bool:
        """Whether Terraform plans the compute."""
        return self.compute.planned

    @property
    def place(self) -> str:
        """Where the compute is declared."""
        return self.compute.place


def data_accounts_of(world: World) -> tuple[DataAccount, ...]:
    """Those of every compute that is planned or live: the own first, then the others by their names."""
    there = (compute for compute in world.computes if compute.planned or compute.maybe_live)
    return tuple(account for compute in there for account in _of(world, compute))


def keyless_shares(world: World, account: Subject[StorageAccount]) -> tuple[str, ...]:
    """The names of the live datastores without a credential that stand for file shares of an account."""
    served = [d.served for d in world.datastores if d.served is not None]
    keyless = [s for s in served if s.sort.known and s.service == "file" and s.credentials.known and s.keeps_nothing]
    return tuple(s.name.value for s in keyless if s.account_name.value.casefold() == account.name.casefold())


def stated_accounts_behind(
    world: World, compute: Subject[Compute], own: Subject[StorageAccount]
) -> tuple[tuple[Subject[StorageAccount], tuple[str, ...]], ...]:
    """The planned accounts, other than the workspace's own, behind its planned datastores, with the latters' names.

    What is made elsewhere is left out, as its grants may be made there, too. Raises NotKnown.
    """
    behind: dict[str, tuple[Subject[StorageAccount], list[str]]] = {}
    for datastore in world.datastores:
        if not datastore.planned:
            continue
        stated = datastore.intent
        if _is_looked_up(stated.workspace_id) or _is_looked_up(stated.account_id):
            continue
        if not same_arm_id(stated.workspace_id.value, compute.intent.workspace_id.value):
            continue
        account = _stated_account(world, stated) if keeps_no_credential(stated) else None
        if account is not None and account.planned and not same_arm_id(account.arm_id, own.arm_id):
            behind.setdefault(account.label, (account, []))[1].append(datastore.name)
    return tuple((account, tuple(names)) for account, names in behind.values())


def keeps_no_credential(datastore: Datastore) -> bool:
    """Whether jobs reach the blobs that it stands for as an identity. What is not known of it counts as yes."""
    if datastore.sort.known and datastore.service != "blob":
        return False
    return not datastore.credentials.known or datastore.keeps_nothing


def _stated_account(world: World, stated: Datastore) -> Subject[StorageAccount] | None:
    arm_id, name = stated.account_id.value, stated.account_name.value
    if arm_id:
        return world.storage_account(arm_id)
    return next((a for a in world.storage_accounts if name and a.name.casefold() == name.casefold()), None)


def _is_looked_up(fact: Fact[str]) -> bool:
    """Whether it waits for data sources alone."""
    return not fact.known and bool(fact.references) and all("data" in r.split(".") for r in fact.references)


def _of(world: World, compute: Subject[Compute]) -> Iterator[DataAccount]:
    own = DataAccount(compute=compute, found=_own(world, compute))
    yield own
    behind: dict[str, tuple[Subject[StorageAccount] | NotKnown | NotThere, list[Subject[Datastore]]]] = {}
    for datastore in _datastores_of(world, compute):
        found = _behind(world, datastore)
        key = (arm_key(found.arm_id) or found.label) if isinstance(found, Subject) else datastore.label
        behind.setdefault(key, (found, []))[1].append(datastore)
    if isinstance(own.found, Subject):
        behind.pop(arm_key(own.found.arm_id), None)
    others = (DataAccount(compute=compute, found=_told_apart(own, f), datastores=tuple(d)) for f, d in behind.values())
    yield from sorted(others, key=lambda other: other.label)


def _told_apart(
    own: DataAccount, found: Subject[StorageAccount] | NotKnown | NotThere
) -> Subject[StorageAccount] | NotKnown | NotThere:
    """Another account than the workspace's own; of which more is asked, so not known while that one is not."""
    if not (isinstance(own.found, NotKnown) and isinstance(found, Subject)):
        return found
    said = f"whether {found.label} is the own account of {own.label}'s workspace is not known: {own.found}"
    return NotKnown(said, missing=own.found.missing)


def _own(world: World, compute: Subject[Compute]) -> Subject[StorageAccount] | NotKnown | NotThere:
    try:
        workspace = world.workspace(compute.live.workspace_id.value)
        if workspace is None:
            return NotKnown(f"the workspace of {compute.label} was not read")
        return world.live_account_of(workspace)
    except (NotKnown, NotThere) as reason:
        return reason


def _behind(world: World, datastore: Subject[Datastore]) -> Subject[StorageAccount] | NotKnown | NotThere:
    try:
        return world.storage_account(datastore.live.account_id.value) or world.account_behind(datastore)
    except (NotKnown, NotThere) as reason:
        return reason


def _datastores_of(world: World, compute: Subject[Compute]) -> Iterator[Subject[Datastore]]:
    """The live datastores of a live compute's workspace that stand for blobs and keep no credential."""
    parent = compute.served.workspace_id if compute.served is not None else None
    if parent is None or not parent.known:
        return
    for datastore in world.datastores:
        served = datastore.served
        if served is None or not keeps_no_credential(served) or not served.workspace_id.known:
            continue
        if same_arm_id(served.workspace_id.value, parent.value):
            yield datastore
